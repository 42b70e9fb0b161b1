"""Who is asking and what they may do: each route states its access in one line.

Programs show a bearer token under /api/; people in browsers have a session, kept on the server.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from unicodedata import normalize

from flask import Request, current_app, g, request
from msgspec import structs

from ledger import numbers, people
from ledger.application.asker import Asker, asking
from ledger.domain.refusals import Refusal
from ledger.registry import Caller
from ledger.registry.sessions import Session
from ledger.web import cookies, language, logged
from ledger.web.addresses import is_of_programs
from ledger.web.receiving import require_once, require_text

F = TypeVar("F", bound=Callable[..., Any])
SESSION_COOKIE = "avrop_session"


class Unauthenticated(Refusal):
    type = "unauthenticated"
    means = "No token is given, or one that is not known or was revoked."
    title = "Say who you are"
    sentence = "Give a bearer token: Authorization: Bearer <token>."


class TokenOver(Unauthenticated):
    type = "token-over"
    means = "The last day of the bearer token has passed."
    title = "The token is over"
    sentence = "The token's last day was {ended}. An administrator makes a new one."


class SentFromElsewhere(Refusal):
    type = "sent-from-elsewhere"
    means = "A form was sent from a page of another address than the one that the server has."
    title = "The form comes from another address"
    sentence = (
        "The page with the form was at {there}, and this server is asked as {here}. Where the two "
        "are one, the proxy in front must pass Host (or X-Forwarded-Host) and X-Forwarded-Proto, "
        "and FORWARDED_ALLOW_IPS must name it. Nothing was done."
    )


def allow(*roles: str) -> Callable[[F], F]:
    """Let callers with one of the roles in: `g.asker` is who asks, in the role that they use, and
    `g.named` what the address names."""

    def decorate(view: F) -> F:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            kept = g._get_current_object()
            asked = request._get_current_object()  # type: ignore[attr-defined]
            kept.caller = caller = authenticate(asked)
            kept.asker = asker = asking(
                current_app.extensions["ledger"],
                caller.person,
                caller.organisation,
                caller.roles,
                roles,
                language.of_request(),
            )
            require_once(asked)
            if not is_of_programs(asked.path):
                require_text(asked)
            rule = asked.url_rule.rule
            kept.named = named = _as_signed(rule, kwargs, asker)
            logged.known(caller, asker.by.role, _agreement(rule, named))
            return view(*args, **named)

        guarded._access = roles  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def _as_signed(rule: str, named: dict[str, Any], asker: Asker) -> dict[str, Any]:
    """What an address names, each number as it was signed and all text in one form (NFC)."""
    opened, visible = asker.ledger, asker.visible
    found = {}
    for name, value in named.items():
        found[name] = normalize("NFC", value) if isinstance(value, str) else value
        if f"<agreement:{name}>" in rule or rule == f"/agreements/<{name}>":
            found[name] = numbers.agreement_number(opened, value, visible)
        elif f"<order:{name}>" in rule:
            found[name] = numbers.order_number(opened, value, visible)
    return found


def _agreement(rule: str, named: dict[str, Any]) -> str | None:
    """The agreement that an address is about; of an order, its own."""
    for name, value in named.items():
        if f"<agreement:{name}>" in rule or rule == f"/agreements/<{name}>":
            return str(value)
        if f"<order:{name}>" in rule:
            return str(value).rpartition("-")[0]
    return None


def public(view: F) -> F:
    """Let everybody in, without a token."""

    @wraps(view)
    def opened(*args: Any, **kwargs: Any) -> Any:
        require_once(request)
        if not is_of_programs(request.path):
            require_text(request)
        return view(*args, **kwargs)

    opened._access = ()  # type: ignore[attr-defined]
    return opened  # type: ignore[return-value]


def authenticate(asked: Request) -> Caller:
    """Raises Unauthenticated."""
    caller = _by_token(asked) if asked.path.startswith("/api/") else visitor()
    if caller is None:
        raise Unauthenticated
    return caller


def _by_token(asked: Request) -> Caller | None:
    scheme, _, token = asked.environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return None
    caller = of_token(token.strip())
    if caller is None:
        logged.not_signed_in("token")
    return caller


def of_token(token: str) -> Caller | None:
    """Who a token stands for; None where it stands for nobody. Raises TokenOver."""
    opened = current_app.extensions["ledger"]
    found: Caller | None = opened.registry.caller(token)
    if found is None:
        return None
    admitted = people.admitted(opened.service, found, opened.today)
    if admitted is None:
        known = people.token_of(opened.service, found.person, found.token)
        if known is not None and known.ends_on is not None and known.ends_on < opened.today:
            logged.not_signed_in("token over")
            raise TokenOver(ended=known.ends_on)
    return admitted


def _admitted(caller: Caller) -> Caller | None:
    """With the roles that the log gives them at this request, whichever process ended one."""
    opened = current_app.extensions["ledger"]
    return people.admitted(opened.service, caller, opened.today)


def visitor() -> Caller | None:
    """For whom somebody acts in the browser, if it shows a session, and that says so."""
    if "visitor" not in g:
        found = session()
        g.visitor = None if found is None or not found.person else _admitted(_acting(found))
    return g.visitor  # type: ignore[no-any-return]


def _acting(found: Session) -> Caller:
    """As whom a session acts: of a sign-in with each role that its person has."""
    if found.owner == found.person:
        return found.caller
    opened = current_app.extensions["ledger"]
    held = people.roles_of(opened.service, found.person, opened.today)
    return structs.replace(found.caller, roles=held)


def nobody() -> None:
    """From here on in this request nobody is known to show a session: it cannot be asked now."""
    g.visitor = g.session = None


def session() -> Session | None:
    """The session that the browser shows, if it has not ended."""
    if "session" not in g:
        secret = cookies.read(SESSION_COOKIE)
        opened = current_app.extensions["ledger"]
        g.session = opened.registry.session(secret, opened.now) if secret else None
    return g.session  # type: ignore[no-any-return]
