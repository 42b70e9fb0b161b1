"""What every route of the API shares: a command in, a resource out, pages, keys and versions."""

import re
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

import msgspec
from flask import Response, g, request
from flask_smorest import Blueprint
from marshmallow import Schema

from ledger.application import anchor, exports
from ledger.application.answers import Answer, OrderConfirmation, preview, resource_of, told_on
from ledger.application.answers.making import with_more
from ledger.application.answers.proof import Checkpoint
from ledger.application.answers.wrapped import dry_run_of, page_of
from ledger.deciding import Command
from ledger.domain import agreement, order
from ledger.domain.refusals import CapExceeded, VersionDiffers
from ledger.projections.seeing import is_hidden
from ledger.service import Outcome
from ledger.web import keyed, seen
from ledger.web.api.listing import exported
from ledger.web.describing import reference
from ledger.web.language import of_request
from ledger.web.openapi import HEADERS, IF_MATCH
from ledger.web.receiving import Parser

WRITTEN = ("Idempotent-Replayed", "Avrop-Position", "Avrop-Receipt")
"""Headers that a write may have."""


class ApiBlueprint(Blueprint):  # type: ignore[misc]
    """Routes whose bodies and queries are read by our parser, and what they answer."""

    ARGUMENTS_PARSER = Parser()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.answers: list[type[Answer]] = []

    def arguments(self, shape: type[Schema], *, location: str = "json") -> Any:
        """A body may be left out where none of its members is needed.

        One schema serves all requests: given a class, each request would make its own.
        """
        schema = shape()
        needed = any(field.required for field in schema.fields.values())
        return super().arguments(schema, location=location, required=needed)

    def described(self, shape: Any) -> Any:
        """A shape as the description refers to it, where it is described as well."""
        if not isinstance(shape, type):
            return shape
        self.answers.append(shape)
        return {"$ref": reference(shape)}

    def response(self, status_code: int, schema: Any = None, **more: Any) -> Any:
        """A view that answers with a list has it as CSV too."""
        decorate = super().response(status_code, self.described(schema), **more)
        shape = exports.listed_in(schema) if status_code == 200 else None
        if shape is None:
            return decorate
        return lambda view: decorate(exported(view, schema, shape))

    def alt_response(self, status_code: int, *, schema: Any = None, **more: Any) -> Any:
        return super().alt_response(status_code, schema=self.described(schema), **more)

    def one(self, shape: type[Answer]) -> Any:
        return self.response(200, shape, headers=_headers("ETag"))

    def page(self, shape: type[Answer]) -> Any:
        return self.told(page_of(shape))

    def told(self, shape: type[Answer]) -> Any:
        """200 with an answer that may go on in a next page."""
        return self.response(200, shape, headers=_headers(maybe=("Link",)))

    def created(self, shape: type[Answer]) -> Any:
        """201 with the resource; 200 for a dry run."""
        headers = _headers("Location", "ETag", maybe=WRITTEN)
        told = self.alt_response(
            200, schema=dry_run_of(shape), description="What it would do.", success=True
        )
        done = self.response(201, shape, headers=headers)
        return lambda view: told(done(view))

    def recorded(self, shape: type[Answer]) -> Any:
        """201 with a resource that has no dry run."""
        return self.response(201, shape, headers=_headers("Location", "ETag", maybe=WRITTEN))

    def acted(self, shape: type[Answer], *, dry_run: bool = True) -> Any:
        """200 with the resource, or with what a dry run says."""
        shapes = (shape, dry_run_of(shape))
        both = {"oneOf": [self.described(one) for one in shapes]} if dry_run else shape
        return self.response(200, both, headers=_headers(maybe=("ETag", *WRITTEN)))


def _headers(*always: str, maybe: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        **{name: {**HEADERS[name], "required": True} for name in always},
        **{name: HEADERS[name] for name in maybe},
    }


def writes_nothing(view: Any) -> Any:
    """A question that is too long for an address: it takes no key and no version."""
    view._writes_nothing = True
    return takes_no_key(view)


def takes_no_key(view: Any) -> Any:
    """A request that comes to the same however often it is sent, and is about no one resource."""
    view._takes_no_key = True
    return view


def may_conflict(view: Any) -> Any:
    """A question that the state of things may say no to."""
    view._may_conflict = True
    return view


def blueprint(name: str, description: str) -> ApiBlueprint:
    return ApiBlueprint(name, name, url_prefix="/api/v1", description=description)


def answer(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(
        msgspec.json.encode(body), status, headers=headers, content_type="application/json"
    )


def execute(
    command: Command,
    *,
    created: str | None = None,
    dry_run: bool = False,
    anchored: bool = False,
    resource: Callable[[Any], Answer] | None = None,
) -> Response:
    """Carry out a command and answer with its resource; `created` is where a new one is found.

    `resource` makes it of the state that the command leaves, where that is more than it;
    `anchored` adds the newest checkpoint. Honours Idempotency-Key (the first answer again) and
    If-Match (412).
    """
    outcome = carry_out(command, dry_run=dry_run)
    state, version = _seen(outcome)
    body: Any = resource(state) if resource else resource_of(state, of_request())
    if anchored:
        body = with_more(OrderConfirmation, body, checkpoint=checkpoint())
    if dry_run:
        of = outcome.agreement
        assert of is not None, "what may be tried first moves an agreement's money"
        balance = preview(of, told_on(outcome.facts, seen.today()), seen.only(of))
        return answer({"dry_run": True, "resource": body, "balance": balance})
    headers = written(outcome, version)
    if created is None:
        return answer(body, 200, headers)
    headers["Location"] = f"/api/v1/{created}/{getattr(body, 'number', None) or body.id}"
    return answer(body, 201, headers)


def carry_out(command: Command, *, dry_run: bool = False) -> Outcome:
    """What the command came to, as who asks and the headers say."""
    try:
        outcome: Outcome = seen.ledger().service.execute(
            command, g.by, keyed.request_of(g.by.person), dry_run=dry_run, expected=_expected()
        )
    except CapExceeded as refusal:
        raise seen.without_others(refusal, command) from refusal
    return outcome


def written(outcome: Outcome, version: int) -> dict[str, str]:
    """The headers of a write's answer."""
    headers = {"ETag": f'"{version}"'}
    if outcome.replayed:
        headers["Idempotent-Replayed"] = "true"
    if outcome.facts:
        headers["Avrop-Position"] = str(outcome.facts[-1].position)
    if outcome.receipt:
        headers["Avrop-Receipt"] = outcome.receipt
    return headers


def checkpoint() -> Checkpoint:
    """What the notary signed last, for an answer to carry."""
    return anchor.checkpoint_answer(seen.ledger().settings.notary, of_request())


def _seen(outcome: Outcome) -> tuple[Any, int]:
    """The resource as the caller may see it, and its version."""
    state = outcome.state
    if isinstance(state, agreement.State):
        return seen.named(state), outcome.version
    if not isinstance(state, order.State):
        return state, outcome.version
    of = outcome.agreement
    if of is not None and is_hidden(seen.only(of), state.supplier):
        return seen.left(state, outcome.facts)
    return seen.shown(state), outcome.version


def _expected() -> int | None:
    match = request.headers.get("If-Match")
    if match is None or match == "*":
        return None
    if not re.fullmatch(IF_MATCH, match):
        raise VersionDiffers(name=request.path, version="another", expected=match[:40])
    return int(match.removeprefix("W/").strip('"'))


def page(rows: Sequence[Any], limit: int, cursor: str, items: Sequence[Answer]) -> Response:
    """A page of a list, with the address of the next one in `Link`."""
    return answer({"items": items}, headers=link(cursor if len(rows) == limit else ""))


def link(cursor: str) -> dict[str, str]:
    """The header that says where the next page is; none where there is none."""
    if not cursor:
        return {}
    query = {**request.args.to_dict(), "after": cursor}
    return {"Link": f'<{request.path}?{urlencode(query)}>; rel="next"'}
