"""Whether the read models say what the log says: compared with ones made from nothing."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import select

from ledger.domain.refusals import Unavailable
from ledger.projections import Unmade, Views
from ledger.projections.database import metadata, positions
from ledger.projections.opened import Database, damage

Rows = dict[Any, dict[str, Any]]
"""Key → column → value."""


def check_rebuild(ledger: Any, tell: Callable[[int, int], None] | None = None) -> list[str]:
    """Rebuild beside the live read models of a ledger and name every difference.

    `tell` hears of the progress, as (position, newest position).
    """
    found: list[str] = []
    with _telling(found, "rows that follow the log"):
        ledger.views.catch_up()
    with tempfile.TemporaryDirectory() as folder:
        if ledger.store.on_sqlite:
            database = Database(f"sqlite:///{folder}/fresh.db")
        else:
            database = Database(ledger.settings.views, schema="avrop_views_check")
        fresh = Views(ledger.store, database)
        try:
            with _telling(found, "rows made from nothing"):
                fresh.rebuild(tell)
                found += differences(ledger.views.database, database)
        finally:
            database.drop()
            fresh.close()
    return found


@contextmanager
def _telling(found: list[str], what: str) -> Iterator[None]:
    """What cannot be made or read as one more difference; a database that is away stays away."""
    try:
        yield
    except Unavailable as error:
        if not (why := damage(error)):
            raise
        found.append(f"{what}: {why}")
    except (Unmade, TypeError, ValueError) as error:
        found.append(f"{what}: {error}")


def differences(live: Database, fresh: Database) -> list[str]:
    """Rows of the live read models that differ from ones made from nothing, each in words."""
    found: list[str] = []
    for table in metadata.sorted_tables:
        if table is positions:
            continue
        keys = [column.name for column in table.primary_key]
        theirs = _rows(fresh, table, keys)
        with _telling(found, table.name):
            found += _between(table.name, _rows(live, table, keys), theirs)
    return found


def _between(table: str, ours: Rows, theirs: Rows) -> Iterator[str]:
    for key in sorted({*ours, *theirs}, key=str):
        name = f"{table} {'/'.join(map(str, key))}"
        if key not in ours:
            yield f"{name}: missing"
        elif key not in theirs:
            yield f"{name}: not in the log"
        else:
            for column, value in theirs[key].items():
                if ours[key][column] != value:
                    yield f"{name}: {column} is {ours[key][column]!r}, the log says {value!r}"


def _rows(database: Database, table: Any, keys: list[str]) -> Rows:
    with database.reading() as connection:
        return {
            tuple(row[key] for key in keys): dict(row)
            for row in connection.execute(select(table)).mappings()
        }
