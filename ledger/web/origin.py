"""Where a form was sent from: a page of this server, by the address that it takes for its own."""

from urllib.parse import urlsplit

from flask import Flask, request

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
