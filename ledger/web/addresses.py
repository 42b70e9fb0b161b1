"""Parts of addresses, each with a form of its own: what has another form is not found."""

from typing import Any

from werkzeug.routing import BaseConverter

from ledger.application.answers.access import APPOINTMENT_ID
from ledger.application.answers.people import TOKEN_ID
from ledger.application.answers.terms import DRAWDOWN_ID, ORDER_NUMBER, PERSON_ID
from ledger.application.bodies.terms import NUMBER
from ledger.documents import FORMATS


class Named(BaseConverter):
    """A part of an address with a form of its own; what has another form is not found."""

    example = ""


class FormatName(Named):
    """A format that is read: a file that came has an address like it."""

    regex = "|".join(FORMATS)
    example = next(iter(FORMATS))


class AgreementNumber(Named):
    regex = NUMBER
    example = "SKO-2023"


class OrderNumber(Named):
    regex = ORDER_NUMBER
    example = "SKO-2023-0001"


class Sequence(Named):
    regex = r"[1-9]\d{0,5}"
    example = "1"

    def to_python(self, value: str) -> int:
        return int(value)


class Position(Named):
    """A place in the log, or in its tree: longer than any is, it is no number to a database."""

    regex = r"\d{1,15}"
    example = "1"

    def to_python(self, value: str) -> int:
        return int(value)


class DrawdownId(Named):
    regex = DRAWDOWN_ID
    example = "2021004524.90012345.2024-03-25.380"


class PersonId(Named):
    regex = PERSON_ID
    example = "p-0000000000000000"


class Digest(Named):
    regex = "[0-9a-f]{64}"
    example = "0" * 64


class TokenId(Named):
    regex = TOKEN_ID
    example = "0" * 16


class JobId(Named):
    regex = "[0-9a-f]{32}"
    example = "0" * 32


class AppointmentId(Named):
    regex = APPOINTMENT_ID
    example = "p-0000000000000000.1"


class OrganisationNumber(Named):
    # A legal person's, with the kind of number where that is none of ours, or the opaque id of a
    # sole trader: no personal number stands in an address.
    regex = r"(?:\d\d[2-9]\d{7}|N[0-9A-F]{9}|\d{4}:[0-9A-Z]{1,35})"
    example = "2120002403"


CONVERTERS = {
    "organisation": OrganisationNumber,
    "agreement": AgreementNumber,
    "order": OrderNumber,
    "drawdown": DrawdownId,
    "sequence": Sequence,
    "position": Position,
    "person": PersonId,
    "appointment": AppointmentId,
    "token": TokenId,
    "job": JobId,
    "digest": Digest,
    "format": FormatName,
}


def shown(part: Named) -> dict[str, Any]:
    """The part as the description of the API says it. A format is any text there: one that is not
    read is not found, and a body that fits the description need not be one of that format."""
    if isinstance(part, FormatName):
        return {"type": "string"}
    return {"type": "string", "pattern": f"^{part.regex}$", "examples": [part.example]}


def is_of_programs(path: str) -> bool:
    """Whether a program asks there, and no page is."""
    return (path.startswith("/api/") and not path.startswith("/api/reference/")) or path in (
        "/healthz",
        "/readyz",
    )
