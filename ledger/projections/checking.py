"""Whether the read models say what the log says: compared with ones made from nothing."""

import tempfile
from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from ledger.projections import Views
from ledger.projections.database import Database, metadata, positions


def check_rebuild(ledger: Any, tell: Callable[[int, int], None] | None = None) -> list[str]:
    """Rebuild beside the live read models of a ledger and name every difference.

    `tell` hears of the progress, as (position, newest position).
    """
    ledger.views.catch_up()
    with tempfile.TemporaryDirectory() as folder:
        if ledger.store.on_sqlite:
            database = Database(f"sqlite:///{folder}/fresh.db")
        else:
            database = Database(ledger.settings.views, schema="avrop_views_check")
        fresh = Views(ledger.store, database)
        fresh.create()
        fresh.rebuild(tell)
        found = differences(ledger.views.database, database)
        database.drop()
        fresh.close()
    return found


def differences(live: Database, fresh: Database) -> list[str]:
    """Rows of the live read models that differ from ones made from nothing, each in words."""
    found: list[str] = []
    for table in metadata.sorted_tables:
        if table is positions:
            continue
        keys = [column.name for column in table.primary_key]
        ours, theirs = _rows(live, table, keys), _rows(fresh, table, keys)
        for key in sorted({*ours, *theirs}, key=str):
            name = f"{table.name} {'/'.join(map(str, key))}"
            if key not in ours:
                found.append(f"{name}: missing")
            elif key not in theirs:
                found.append(f"{name}: not in the log")
            else:
                found += [
                    f"{name}: {column} is {ours[key][column]!r}, the log says {value!r}"
                    for column, value in theirs[key].items()
                    if ours[key][column] != value
                ]
    return found


def _rows(database: Database, table: Any, keys: list[str]) -> dict[Any, dict[str, Any]]:
    with database.reading() as connection:
        return {
            tuple(row[key] for key in keys): dict(row)
            for row in connection.execute(select(table)).mappings()
        }
