"""The web: the API and the pages. What the command line shares with them needs no server, so the
application's own parts are imported when it is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from ledger.config import Settings
    from ledger.opening import Ledger


def create_app(
    settings: Settings | None = None, ledger: Ledger | None = None, *, demo: bool = False
) -> Flask:
    """The WSGI application of one ledger: see `ledger.web.app`."""
    from ledger.web import app

    return app.create_app(settings, ledger, demo=demo)
