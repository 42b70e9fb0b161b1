"""The request's own key, so that what is sent again is done once."""

import hashlib
import re

from flask import request

from ledger.bounds import KEY_LENGTH
from ledger.domain import personal
from ledger.domain.refusals import Fault, Invalid
from ledger.store import Request

IDEMPOTENCY_KEY = rf"^[!-~](?:[ -~]{{0,{KEY_LENGTH - 2}}}[!-~])?$"


def request_of(person: str) -> Request | None:
    """A person's request by its Idempotency-Key; None without one. Raises Invalid."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not re.fullmatch(IDEMPOTENCY_KEY, key):
        raise Invalid(
            Fault(pointer="", sentence="An Idempotency-Key is 1 to 200 printable characters.")
        )
    if personal.is_personal_key(key):
        raise Invalid(
            Fault(
                pointer="",
                sentence="An Idempotency-Key stays for ever: make it without personal data.",
            )
        )
    digest = hashlib.sha256(
        b"\n".join([request.method.encode(), request.full_path.encode(), request.get_data()])
    ).hexdigest()
    return Request(key=f"{person}:{key}", digest=digest)
