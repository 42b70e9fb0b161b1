"""How somebody's session in a browser begins, and what is told of it; slowed where it was tried
often without success."""

import re
from datetime import datetime

from flask import flash, g, request
from flask_babel import gettext as _
from werkzeug import Response

from ledger.bounds import SESSION_HOURS
from ledger.domain.calendar import SWEDEN
from ledger.registry import Caller
from ledger.registry.sessions import Came
from ledger.web import access, cookies, logged
from ledger.web.seen import ledger

BROWSERS = (
    (r"Edg[A-Za-z]*/", "Edge"),
    (r"OPR/", "Opera"),
    (r"SamsungBrowser/", "Samsung Internet"),
    (r"Firefox/|FxiOS/", "Firefox"),
    (r"Chromium/|Chrome/|CriOS/", "Chrome"),
    (r"Safari/", "Safari"),
)
SYSTEMS = (
    (r"Windows", "Windows"),
    (r"iPhone", "iPhone"),
    (r"iPad", "iPad"),
    (r"Android", "Android"),
    (r"Mac OS X|Macintosh", "macOS"),
    (r"Linux|X11", "Linux"),
)
"""What browsers write of themselves, the narrower first: nothing else of it is kept."""


def came(how: str) -> Came:
    """How the request's person comes: with what, from where, with which browser."""
    said = request.headers.get("User-Agent", "")
    browser, system = (
        next((name for pattern, name in some if re.search(pattern, said)), "")
        for some in (BROWSERS, SYSTEMS)
    )
    named = ", ".join(part for part in (browser, system) if part)
    return Came(how=how, address=request.remote_addr or "", browser=named)


def begin(
    response: Response,
    caller: Caller,
    how: str,
    token: str | None = None,
    owner: str = "",
) -> None:
    """A session that is the browser's from this answer on; one that it had before ends. `how` is
    what it is called in the log and in the list of sessions."""
    registry, now = ledger().registry, ledger().now
    end()
    before = registry.signed_in_before(owner or caller.person)
    secret = registry.open_session(caller, token, now, came(how), owner)
    cookies.keep(response, access.SESSION_COOKIE, secret, SESSION_HOURS * 3600)
    logged.signed_in(caller, how)
    if before is not None and how != "demonstration":
        flash(
            _(
                "You signed in the last time %(moment)s, %(from_where)s.",
                moment=moment(before.at),
                from_where=place(before.address, before.browser),
            )
        )


def end() -> None:
    """The session that the browser has, if any."""
    secret = cookies.read(access.SESSION_COOKIE)
    if secret:
        ledger().registry.end_session(secret)
    g.pop("session", None)
    g.pop("visitor", None)


def moment(at: datetime) -> str:
    """A moment as it was in Sweden, to the minute."""
    return at.astimezone(SWEDEN).strftime("%Y-%m-%d %H:%M")


def place(address: str, browser: str) -> str:
    """From where and with what."""
    return ", ".join(part for part in (address, browser) if part) or _("from an unknown place")


def wait(who: str) -> int:
    """Seconds that a try has to wait, counted here before it is made; `who` may be empty."""
    return ledger().registry.try_to_sign_in(who, request.remote_addr or "")


def to_wait(seconds: int) -> str:
    """What is said where one has to."""
    said: str = _(
        "Too many sign-ins have failed. The next may be tried in %(seconds)s seconds.",
        seconds=seconds,
    )
    return said


def let_in(who: str) -> None:
    """What was tried did succeed."""
    ledger().registry.succeeded(who, request.remote_addr or "")
