"""Where a form was sent from: a page of this server, by the address that it takes for its own."""

from urllib.parse import urlsplit

from flask import Flask, Response, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug import Response as Redirect

from ledger.web import problems
from ledger.web.access import SentFromElsewhere
from ledger.web.attempted import SAFE


def install(app: Flask) -> None:
    """Before the protection of forms: what is wrong with a proxy is said in words."""

    @app.before_request
    def from_here() -> None:
        if request.method in SAFE or not (request.endpoint or "").startswith("pages."):
            return
        there = _sender()
        here = f"{request.scheme}://{request.host}"
        if there and there != _plain(here):
            raise SentFromElsewhere(there=there, here=here)

    @app.errorhandler(CSRFError)
    def unprotected(error: CSRFError) -> Response | Redirect:
        said = _(
            "The form came without its protection: the browser keeps no cookies, or the page has "
            "been open since before the server was moved. Load the page anew and send it once "
            "more. Nothing was done. Behind a proxy, that must pass Host (or X-Forwarded-Host) and "
            "X-Forwarded-Proto."
        )
        return problems.page(_("The form was not taken"), said, error.code or 400)


def _sender() -> str:
    """Where the page is that sent the form; empty where the browser does not say."""
    said = request.headers.get("Origin", "")
    if said in ("", "null"):
        said = request.referrer or ""
    return _plain(said)


def _plain(address: str) -> str:
    """Scheme, host and port, without a port that the scheme has anyway."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return address[:100]
    if not parts.scheme or not parts.hostname:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    usual = port is None or (parts.scheme, port) in (("http", 80), ("https", 443))
    return f"{parts.scheme}://{host}" if usual else f"{parts.scheme}://{host}:{port}"
