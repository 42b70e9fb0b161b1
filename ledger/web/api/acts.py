"""The acts as routes: each of the list has one, with its roles, its body and its dry run."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, request

from ledger.application import doing
from ledger.application.acts import ACTS, act_of
from ledger.application.acts.act import Act
from ledger.application.answers import OrderConfirmation, preview
from ledger.application.answers.making import with_more
from ledger.application.bodies.queries import DryRun, DryRunOrProposal
from ledger.domain.refusals import Fault, Invalid, VersionDiffers
from ledger.web import access, seen
from ledger.web.api.answering import answer, checkpoint, recorded
from ledger.web.api.routes import ApiBlueprint
from ledger.web.openapi import IF_MATCH, VERSION_TAG

View = Callable[..., Response]


class ForeignTag(VersionDiffers):
    """`If-Match` names what is no tag of this resource's, so that no version can be compared."""

    sentence = (
        "If-Match ({expected}) names no version of {name}: give the ETag that it was last answered "
        "with, or the version alone."
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
        done: View = at(access.allow(*act.roles)(_untried(view)))
        return done

    return decorate


def _untried(view: View) -> View:
    """An act that cannot be tried first is never carried out where a dry run was asked for.

    Raises Invalid.
    """

    @wraps(view)
    def asked(*args: Any, **named: Any) -> Response:
        if "dry_run" in request.args:
            figures = {"name": "dry_run"}
            sentence = "There is no member {name}."
            raise Invalid(Fault(pointer="/dry_run", sentence=sentence, figures=figures))
        return view(*args, **named)

    return asked


def _view(routes: ApiBlueprint, act: Act) -> View:
    def view(body: dict[str, Any], query: dict[str, Any] | None = None, **named: Any) -> Response:
        asked = query or {}
        dry_run, propose = asked.get("dry_run", False), asked.get("propose", False)
        return _done(act, named, body, dry_run=dry_run, propose=propose)

    view.__name__ = act.operation or act.name.replace("-", "_")
    view.__doc__ = act.says
    assert act.body is not None, "a route has a body"
    answered = routes.created if act.creates else routes.acted
    done = view if act.dry_run else _untried(view)
    described: View = answered(act.shape, dry_run=act.dry_run)(done)
    if act.dry_run:
        query_of = DryRunOrProposal if act.shared else DryRun
        described = routes.arguments(query_of, location="query")(described)
    read: View = routes.arguments(act.body)(described)
    return access.allow(*act.roles)(read)


def _done(
    act: Act, named: dict[str, Any], body: dict[str, Any], *, dry_run: bool, propose: bool
) -> Response:
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
        propose=propose,
    )
    resource = done.resource(asker)
    if act.anchored:
        resource = with_more(OrderConfirmation, resource, checkpoint=checkpoint())
    if not dry_run:
        return recorded(done.outcome, done.version, resource, act.creates)
    effect = doing.effect(asker, done)
    was, only = effect.before, effect.only
    before = None if was is None else preview(was, asker.today, only)
    after = preview(effect.after, asker.today, only)
    told = {"dry_run": True, "resource": resource, "before": before, "after": after}
    return answer({**told, "balance": after})


def expected() -> tuple[int, ...] | None:
    """The versions that If-Match lets the resource be at; None: any. Raises VersionDiffers.

    RFC 9110, 13.1.1. A tag may be one that an answer gave, or the version alone; what a proxy has
    made weak on its way is taken. One that is no tag of ours matches nothing.
    """
    given = request.environ.get("HTTP_IF_MATCH")
    if given is None or given.strip() == "*":
        return None
    ours = re.findall(VERSION_TAG, given) if re.fullmatch(IF_MATCH, given) else []
    if not ours:
        name = next(iter((request.view_args or {}).values()), request.path)
        raise ForeignTag(name=str(name), expected=given[:40])
    return tuple(int(version) for version in ours)
