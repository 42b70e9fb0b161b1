"""Answers of the API: resources with their tags, pages of lists, what comes of a write."""

import re
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any
from urllib.parse import urlencode

import msgspec
from flask import Response, request
from werkzeug.urls import iri_to_uri

from ledger.application import anchor
from ledger.application.allowed import NOUNS, Who, actions, allowed
from ledger.application.answers import Answer
from ledger.application.answers.actions import Resource
from ledger.application.answers.making import with_more
from ledger.application.answers.proof import Checkpoint
from ledger.deciding.loaded import Loaded
from ledger.projections.then import Then
from ledger.service import Outcome
from ledger.web import seen
from ledger.web.reply import Reply

_PLAIN = re.compile(r"[A-Za-z0-9/_.-]+")


def answer(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Reply(msgspec.json.encode(body), status, headers)


def tagged(
    resource: Any, version: int, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    """A single resource with its ETag: its version, a point and a digest of the answer, in which
    also the day, the language and what the asker may do have a part. 304 where that is known."""
    body = msgspec.json.encode(resource)
    tag = f"{version}.{blake2b(body, digest_size=4).hexdigest()}"
    told = {**(headers or {}), "ETag": f'"{tag}"'}
    asked = request._get_current_object()  # type: ignore[attr-defined]
    if asked.method in ("GET", "HEAD") and asked.if_none_match.contains_weak(tag):
        return Response(status=304, headers={"ETag": told["ETag"]})
    return Reply(body, status, told)


def alone(resource: Resource, state: Any, then: Then, version: int) -> Response:
    """A resource that was asked for by itself; as it is now, with what the asker may do to it.

    What the asker sees of it may be older than what acts meet, which is the log's own.
    """
    if not then.current:
        return tagged(resource, version)
    asker = seen.asker()
    find = Loaded(seen.ledger().service.load).find
    newest = find(f"{NOUNS[type(state)]}/{resource_name(resource)}") or state
    who = Who(asker.by.person, asker.by.organisation, asker.roles)
    found = allowed(newest, who, asker.today, find, seen.ledger().service.selves)
    told = actions(found, resource_name(resource), asker.language, asker.ledger.registry.names)
    return tagged(with_more(type(resource), resource, actions=told), version)


def recorded(outcome: Outcome, version: int, resource: Any, creates: str = "") -> Response:
    """The answer to a write; `creates` is where what it made is found."""
    headers = {"Avrop-Position": str(outcome.position)} if outcome.position else {}
    if outcome.replayed:
        headers["Idempotent-Replayed"] = "true"
    if outcome.receipt:
        headers["Avrop-Receipt"] = outcome.receipt
    if creates:
        address = f"/api/v1/{creates}/{resource_name(resource)}"
        headers["Location"] = address if _PLAIN.fullmatch(address) else iri_to_uri(address)
    return tagged(resource, version, 201 if creates else 200, headers)


def resource_name(resource: Any) -> str:
    """What an address calls it."""
    return str(getattr(resource, "number", None) or resource.id)


def checkpoint() -> Checkpoint:
    """What the notary signed last, for an answer to carry."""
    return anchor.checkpoint_answer(seen.ledger().settings.notary, seen.asker().language)


def page(rows: Sequence[Any], limit: int, cursor: str, items: Sequence[Answer]) -> Response:
    """A page of a list, with the address of the next one in `Link`."""
    return answer({"items": items}, headers=link(cursor if len(rows) == limit else ""))


def link(cursor: str) -> dict[str, str]:
    """The header that says where the next page is; none where there is none."""
    if not cursor:
        return {}
    query = {**request.args.to_dict(), "after": cursor}
    return {"Link": f'<{request.path}?{urlencode(query)}>; rel="next"'}
