"""How the parts of the ledger connect to their databases: one place for addresses and time-outs."""

from typing import Any

from sqlalchemy import Engine, create_engine

from ledger.bounds import DATABASE_SECONDS
from ledger.connecting import sqlite

_POOL: dict[str, Any] = {
    "pool_size": 8,
    "max_overflow": 40,
    "pool_timeout": DATABASE_SECONDS,
    "pool_pre_ping": False,
}


def engine_of(address: str, part: str, **more: Any) -> Engine:
    """Connections of SQLAlchemy for a part of the ledger, which waits no longer for one than for
    the database itself. What is looked up may be a digest of a secret, or a name: no error repeats
    it. `more` is for the driver of PostgreSQL."""
    if address.startswith("sqlite"):
        waits = {"timeout": DATABASE_SECONDS, "factory": sqlite.factory()}
        return create_engine(address, connect_args=waits, hide_parameters=True, **_POOL)

    # On SQLite PostgreSQL's driver is never loaded.
    from ledger.connecting import postgresql

    return create_engine(
        "postgresql+psycopg://",
        creator=lambda: postgresql.opened(address, part, **more),
        hide_parameters=True,
        **_POOL,
    )
