"""A command that is refused before it reaches the service: for want of a role, or of a party."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Request, current_app, g, request

from ledger.application.asker import Asker
from ledger.attempts import Tried
from ledger.domain.events import By
from ledger.domain.refusals import Refusal
from ledger.registry import Caller
from ledger.web.seen import once as once_of

SAFE = ("GET", "HEAD", "OPTIONS")
_NAMED = re.compile(r"<(agreement|order|drawdown):(\w+)>")
"""What an address is about, in the rule of its route."""


F = TypeVar("F", bound=Callable[..., Any])


def writes_nothing(view: F) -> F:
    """A question that is too long for an address: to ask it without the right is no attempt."""
    view._writes_nothing = True  # type: ignore[attr-defined]
    return view


def note(refusal: Refusal) -> None:
    """Record a refusal that the service has not, where it is of a command and not of a question.

    What keeps it from being recorded never changes the answer.
    """
    if not refusal.is_attempt or refusal.noted or request.method in SAFE or only_asks(request):
        return
    caller: Caller | None = g.get("caller")
    if caller is None or not caller.roles:
        return
    asker: Asker | None = g.get("asker")
    by = By(person=caller.person, organisation=caller.organisation, role=caller.roles[0])
    service = current_app.extensions["ledger"].service
    try:
        tried, once = _tried(service), once_of(caller.person)
    except Refusal:
        tried, once = Tried(request.endpoint or ""), None
    service.attempts.note(refusal, tried, asker.by if asker else by, once)


def only_asks(asked: Request) -> bool:
    """Whether what is sent is a question, or is tried first."""
    view = current_app.view_functions.get(asked.endpoint or "")
    tried = bool(asked.query_string) and asked.args.get("dry_run") == "true"
    return tried or getattr(view, "_writes_nothing", False)


def _tried(service: Any) -> Tried:
    """The operation, and what it is about where that is in the ledger: what else stands in an
    address may be anything."""
    rule = request.url_rule.rule if request.url_rule else ""
    found = _NAMED.search(rule)
    if found is None:
        return Tried(request.endpoint or "")
    noun, member = found.groups()
    stream = f"{noun}/{(request.view_args or {})[member]}"
    state = service.known(stream) or service.load(stream)[1]
    if state is None:
        return Tried(request.endpoint or "")
    number = state.number if noun == "agreement" else state.agreement
    return Tried(request.endpoint or "", stream, number)
