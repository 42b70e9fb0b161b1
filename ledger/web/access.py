"""Who is asking and what they may do: each route states its access in one line.

Programs show a bearer token under /api/; people in browsers have a session, kept on the server.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import wraps
from typing import Any, TypeVar

from flask import current_app, g, request

from ledger.asked import SWEDEN
from ledger.domain import access as domain
from ledger.domain.events import By
from ledger.domain.refusals import Forbidden, Refusal
from ledger.registry import Caller

F = TypeVar("F", bound=Callable[..., Any])
SESSION_COOKIE = "avrop_session"
EVERYONE = ("orderer", "approver", "finance", "manager", "supplier", "auditor", "admin")
WIDEST = ("admin", "manager", "finance", "approver", "orderer")
"""The ledger's role and a buyer's, the widest first: what one of them may on a route, those before
it may there too. A supplier's rights are others, and only the ledger's own role has them as well.
"""


class Unauthenticated(Refusal):
    type = "unauthenticated"
    title = "Say who you are"
    sentence = "Give a bearer token: Authorization: Bearer <token>."


def allow(*roles: str) -> Callable[[F], F]:
    """Let callers with one of the roles in; the role that they use is `used_of` those they have."""

    def decorate(view: F) -> F:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            g.caller = caller = authenticate()
            held = [role for role in roles if role in caller.roles]
            if not held:
                raise Forbidden(roles=", ".join(roles), held=", ".join(caller.roles) or "none")
            used = used_of(held)
            g.by = By(person=caller.person, organisation=caller.organisation, role=used)
            g.audited = _appointed(caller) if used == "auditor" else None
            return view(*args, **kwargs)

        guarded._access = roles  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def used_of(held: Sequence[str]) -> str:
    """Which of the roles that a route lets in, and the caller has, is used: the widest.

    A supplier's is used where it comes before a buyer's; the auditor's where no other will do, and
    only while an appointment holds.
    """
    others = [role for role in held if role != "auditor"]
    if others[:1] == ["supplier"] and "admin" not in others:
        return "supplier"
    return next((role for role in WIDEST if role in others), "auditor")


def _appointed(caller: Caller) -> frozenset[str]:
    """The organisations that an auditor may read today in Sweden. Raises NotAppointed."""
    service = current_app.extensions["ledger"].service
    state = service.load(domain.stream(caller.person))[1]
    return domain.appointed_for(state, datetime.now(SWEDEN).date())


def public(view: F) -> F:
    """Let everybody in, without a token."""
    view._access = ()  # type: ignore[attr-defined]
    return view


def authenticate() -> Caller:
    """Raises Unauthenticated."""
    caller = _by_token() if request.path.startswith("/api/") else visitor()
    if caller is None:
        raise Unauthenticated
    return caller


def _by_token() -> Caller | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return None
    return current_app.extensions["ledger"].registry.caller(token.strip())  # type: ignore[no-any-return]


def visitor() -> Caller | None:
    """Whose session the browser shows, if any."""
    if "visitor" not in g:
        secret = request.cookies.get(SESSION_COOKIE)
        registry = current_app.extensions["ledger"].registry
        g.visitor = registry.session(secret, datetime.now(UTC)) if secret else None
    return g.visitor  # type: ignore[no-any-return]


def organisation() -> str | None:
    """For whom the caller acts; None: for all of the ledger (admin)."""
    caller: Caller = g.caller
    return None if "admin" in caller.roles else caller.organisation


def visible() -> str | frozenset[str] | None:
    """Whose agreements the caller sees: an auditor's are those of their appointments; None: all of
    the ledger's (admin)."""
    audited: frozenset[str] | None = g.audited
    return organisation() if audited is None else audited


def party() -> str | None:
    """Whose orders the caller sees within an agreement; None: all of the agreement's.

    Orderers, approvers and suppliers see their own organisation's; who answers for the whole
    agreement (finance, contract manager, auditor) sees every buyer's.
    """
    caller: Caller = g.caller
    if g.audited is not None:
        return None
    wide = {"admin", "finance", "manager"} & set(caller.roles)
    return None if wide and "supplier" not in caller.roles else caller.organisation
