"""What every route of the API shares: a command in, a resource out, pages, keys and versions."""

import re
from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import Any
from urllib.parse import urlencode

import msgspec
from flask import Response, request
from flask_smorest import Blueprint
from marshmallow import Schema

from ledger.application import anchor, bodies, doing, exports, seeing
from ledger.application.acts import ACTS, act_of
from ledger.application.acts.act import Act
from ledger.application.allowed import NOUNS, Who, allowed
from ledger.application.answers import Answer, OrderConfirmation, preview, told_on
from ledger.application.answers.actions import Resource, actions
from ledger.application.answers.making import with_more
from ledger.application.answers.proof import Checkpoint
from ledger.application.answers.wrapped import dry_run_of, page_of
from ledger.domain.refusals import VersionDiffers
from ledger.projections.then import Then
from ledger.service import Outcome
from ledger.web import access, seen
from ledger.web.api.listing import exported
from ledger.web.describing import reference
from ledger.web.openapi import HEADERS, IF_MATCH
from ledger.web.receiving import Parser

View = Callable[..., Response]

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

    def created(self, shape: type[Answer], *, dry_run: bool = True) -> Any:
        """201 with the resource; 200 for a dry run."""
        headers = _headers("Location", "ETag", maybe=WRITTEN)
        done = self.response(201, shape, headers=headers)
        if not dry_run:
            return done
        told = self.alt_response(
            200, schema=dry_run_of(shape), description="What it would do.", success=True
        )
        return lambda view: told(done(view))

    def acted(self, shape: type[Answer], *, dry_run: bool = True) -> Any:
        """200 with the resource, or with what a dry run says."""
        shapes = (shape, dry_run_of(shape)) if dry_run else ()
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


def offer(routes: ApiBlueprint, section: str) -> None:
    """Give a section's acts their routes; those that are done by hand have functions of their own.

    Each honours Idempotency-Key (the first answer again) and If-Match (412).
    """
    for act in ACTS:
        if act.heading == section and act.route and not act.by_hand:
            routes.post(act.route)(_view(routes, act))


def by_hand(routes: ApiBlueprint, section: str, name: str) -> Callable[[View], View]:
    """The address, roles and words of an act that a function of its own does."""
    act = act_of(section, name)

    def decorate(view: View) -> View:
        view.__doc__ = act.says
        at = routes.route(act.route, methods=[act.method])
        done: View = at(access.allow(*act.roles)(view))
        return done

    return decorate


def _view(routes: ApiBlueprint, act: Act) -> View:
    def view(body: dict[str, Any], query: dict[str, Any] | None = None, **named: Any) -> Response:
        return _done(act, named, body, dry_run=bool(query and query["dry_run"]))

    view.__name__ = act.operation or act.name.replace("-", "_")
    view.__doc__ = act.says
    assert act.body is not None, "a route has a body"
    answered = routes.created if act.creates else routes.acted
    described: View = answered(act.shape, dry_run=act.dry_run)(view)
    if act.dry_run:
        described = routes.arguments(bodies.DryRun, location="query")(described)
    read: View = routes.arguments(act.body)(described)
    return access.allow(*act.roles)(read)


def _done(act: Act, named: dict[str, Any], body: dict[str, Any], *, dry_run: bool) -> Response:
    """Do it, as who asks and the headers say, and answer with what it came to."""
    asker = seen.asker()
    done = doing.do(
        asker,
        act,
        named,
        body,
        once=seen.once(asker.by.person),
        expected=expected(),
        dry_run=dry_run,
    )
    resource = done.resource(asker)
    if act.anchored:
        resource = with_more(OrderConfirmation, resource, checkpoint=checkpoint())
    if not dry_run:
        return recorded(done.outcome, done.version, resource, act.creates)
    of = done.outcome.agreement
    assert of is not None, "what may be tried first moves an agreement's money"
    day = told_on(done.outcome.facts, asker.today)
    balance = preview(of, day, seeing.only(asker, of))
    return answer({"dry_run": True, "resource": resource, "balance": balance})


def recorded(outcome: Outcome, version: int, resource: Any, creates: str = "") -> Response:
    """The answer to a write; `creates` is where what it made is found."""
    headers = {"Avrop-Position": str(outcome.position)} if outcome.position else {}
    if outcome.replayed:
        headers["Idempotent-Replayed"] = "true"
    if outcome.receipt:
        headers["Avrop-Receipt"] = outcome.receipt
    if creates:
        headers["Location"] = f"/api/v1/{creates}/{resource_name(resource)}"
    return tagged(resource, version, 201 if creates else 200, headers)


def tagged(
    resource: Any, version: int, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    """A single resource with its ETag: its version, a point and a digest of the answer, in which
    also the day, the language and what the asker may do have a part. 304 where that is known."""
    body = msgspec.json.encode(resource)
    tag = f"{version}.{blake2b(body, digest_size=4).hexdigest()}"
    response = Response(body, status, headers=headers, content_type="application/json")
    if request.method in ("GET", "HEAD") and request.if_none_match.contains_weak(tag):
        response = Response(status=304)
    response.set_etag(tag)
    response.vary.update(("Authorization", "Accept-Language"))
    return response


def alone(resource: Resource, state: Any, then: Then, version: int) -> Response:
    """A resource that was asked for by itself; as it is now, with what the asker may do to it.

    What the asker sees of it may be older than what acts meet, which is the log's own.
    """
    if not then.is_now:
        return tagged(resource, version)
    asker = seen.asker()
    load = seen.ledger().service.load
    newest = load(f"{NOUNS[type(state)]}/{resource_name(resource)}")[1] or state
    who = Who(asker.by.person, asker.by.organisation, asker.roles)
    found = allowed(newest, who, asker.today, lambda stream: load(stream)[1])
    told = actions(found, resource_name(resource), asker.language, asker.ledger.registry.names)
    return tagged(with_more(type(resource), resource, actions=told), version)


def resource_name(resource: Any) -> str:
    """What an address calls it."""
    return str(getattr(resource, "number", None) or resource.id)


def expected() -> tuple[int, ...] | None:
    """The versions that If-Match lets the resource be at; None: any. Raises VersionDiffers.

    RFC 9110, 13.1.1. A tag may be one that an answer gave, or the version alone; what a proxy has
    made weak on its way is taken.
    """
    given = request.headers.get("If-Match")
    if given is None or given.strip() == "*":
        return None
    if not re.fullmatch(IF_MATCH, given):
        raise VersionDiffers(name=request.path, version="another", expected=given[:40])
    return tuple(int(version) for version in re.findall(r'"(\d+)', given))


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
