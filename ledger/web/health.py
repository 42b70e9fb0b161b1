"""Is the process there, and can it do its work?"""

import sqlite3
from typing import Any

from flask import Blueprint, current_app

from ledger import __version__
from ledger.clock import behind
from ledger.doctor import readiness
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
    """503 where the log, the registry or the read models cannot be read; else what it runs on, how
    far the read models are behind, when it was last ticked, backed up and signed, and by how many
    seconds the clock is behind the newest fact where it is, which stops nobody."""
    ledger = current_app.extensions["ledger"]
    database = f"SQLite {sqlite3.sqlite_version}" if ledger.store.on_sqlite else "PostgreSQL"
    late = behind(ledger.store.newest(), ledger.service.clock())
    return {
        "status": "ready",
        "database": database,
        **readiness(ledger),
        **({} if late is None else {"clock_behind_seconds": late}),
    }
