"""Is the process there, and can it do its work?"""

import sqlite3
from typing import Any

from flask import Blueprint, current_app

from ledger import __version__
from ledger.clock import behind
from ledger.web.access import public

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def healthz() -> dict[str, Any]:
    return alive()


def alive() -> dict[str, Any]:
    """What says that the process is there: the worker that serves says so itself, whatever its
    threads are busy with (`ledger.web.waiting`)."""
    return {"status": "ok", "version": __version__}


@blueprint.get("/readyz")
@public
def readyz() -> dict[str, Any]:
    """503 where the log cannot be read; else what it runs on, and by how many seconds the clock is
    behind the newest fact where it is, which stops nobody."""
    ledger = current_app.extensions["ledger"]
    database = f"SQLite {sqlite3.sqlite_version}" if ledger.store.on_sqlite else "PostgreSQL"
    late = behind(ledger.store.newest(), ledger.service.clock())
    return {
        "status": "ready",
        "position": ledger.store.position(),
        "database": database,
        **({} if late is None else {"clock_behind_seconds": late}),
    }
