"""The rows of a ledger's log and registry, read as of one moment and written in one transaction, on
either database: what was stored, byte for byte."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from ledger.bounds import BATCH, FILES_AT_A_TIME
from ledger.config import beside
from ledger.connecting.sqlite import factory
from ledger.keeping.files import SQLITE, path_of
from ledger.registry.opened import SCHEMA as REGISTRY
from ledger.registry.tables import followed, happened, metadata, secrets_kept, version
from ledger.store import SCHEMA

Row = Sequence[Any]


class Table(NamedTuple):
    """A table and its columns. `position` is the column that gives events their places, which is
    called otherwise on either database."""

    name: str
    columns: tuple[str, ...]
    of_log: bool = True
    position: bool = False


LOG = (
    Table(
        "stored_events",
        ("originator_id", "originator_version", "topic", "state"),
        position=True,
    ),
    Table("leaves", ("number", "stream", "version", "hash")),
    Table("nodes", ("level", "number", "hash")),
    Table("head", ("one", "size", "roots")),
    Table("requests", ("key", "digest", "stream", "version")),
    Table("snapshots", ("originator_id", "originator_version", "topic", "state")),
)
BESIDE = tuple(
    Table(table.name, tuple(column.name for column in table.columns), of_log=False)
    for table in metadata.sorted_tables
)
TABLES = (*LOG, *BESIDE)
"""In this order: the log, then the registry, which then has each id that the log names."""
MADE_WITH_THE_TABLES = ("head", *(one.name for one in (secrets_kept, version, happened, followed)))
"""What `init` puts into empty tables, or serving, or noting when something happened."""


class Side(Protocol):
    """One of the two databases."""

    def rows(self, table: Table) -> Iterator[list[Row]]:
        """A table's rows, a batch at a time; events in the order of their places."""

    def write(self, table: Table, batches: Iterable[list[Row]]) -> None:
        """Put rows into a table that has none, or what was made with it."""

    def count(self, table: Table) -> int:
        """How many rows a table has."""

    def is_empty(self, table: Table) -> bool:
        """Whether nothing is in it but what was made with it."""


@contextmanager
def side(database: str) -> Iterator[Side]:
    """A database as of one moment; what is written is there once this ends without an error."""
    with _sqlite(database) if database.startswith(SQLITE) else _postgresql(database) as found:
        yield found


# ── SQLite ────────────────────────────────────────────────────────────────────────────────────


class _Sqlite:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def rows(self, table: Table) -> Iterator[list[Row]]:
        names, order = _columns(table, "rowid"), " ORDER BY rowid" if table.position else ""
        query = f"SELECT {names} FROM {_of(table)}{order}"  # noqa: S608
        return _batches(self._connection.execute(query), table)

    def write(self, table: Table, batches: Iterable[list[Row]]) -> None:
        if table.name in MADE_WITH_THE_TABLES:
            self._connection.execute(f"DELETE FROM {_of(table)}")  # noqa: S608
        marks = ", ".join("?" * (len(table.columns) + table.position))
        query = f"INSERT INTO {_of(table)} ({_columns(table, 'rowid')}) VALUES ({marks})"  # noqa: S608
        for rows in batches:
            self._connection.executemany(query, rows)

    def count(self, table: Table) -> int:
        query = f"SELECT count(*) FROM {_of(table)}"  # noqa: S608
        return int(self._connection.execute(query).fetchone()[0])

    def is_empty(self, table: Table) -> bool:
        query = f"SELECT 1 FROM {_of(table)} LIMIT 1"  # noqa: S608
        return (
            table.name in MADE_WITH_THE_TABLES or self._connection.execute(query).fetchone() is None
        )


def _of(table: Table) -> str:
    return f'{"main" if table.of_log else "registry"}."{table.name}"'


@contextmanager
def _sqlite(database: str) -> Iterator[Side]:
    """Both files on one connection, each as of when it is first read: the log before the registry,
    as TABLES has them."""
    log, registry = path_of(database), path_of(beside(database, "registry"))
    connection = sqlite3.connect(_existing(log), uri=True, isolation_level=None, factory=factory())
    try:
        connection.execute("ATTACH DATABASE ? AS registry", (_existing(registry),))
        connection.execute("BEGIN")
        yield _Sqlite(connection)
        connection.execute("COMMIT")
    finally:
        connection.close()


def _existing(path: Path) -> str:
    return f"{path.absolute().as_uri()}?mode=rw"


# ── PostgreSQL ────────────────────────────────────────────────────────────────────────────────


class _Postgresql:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def rows(self, table: Table) -> Iterator[list[Row]]:
        order = " ORDER BY notification_id" if table.position else ""
        query = f"SELECT {_columns(table, 'notification_id')} FROM {_there(table)}{order}"  # noqa: S608
        with self._connection.cursor(name="copying") as cursor:
            cursor.execute(query)
            yield from _batches(cursor, table)

    def write(self, table: Table, batches: Iterable[list[Row]]) -> None:
        if table.name in MADE_WITH_THE_TABLES:
            self._connection.execute(f"DELETE FROM {_there(table)}")  # noqa: S608
        copying = f"COPY {_there(table)} ({_columns(table, 'notification_id')}) FROM STDIN"
        with self._connection.cursor() as cursor, cursor.copy(copying) as copy:
            for rows in batches:
                for row in rows:
                    copy.write_row(row)
        if table.position:
            # The next event comes after the newest; an empty log begins at 1.
            self._connection.execute(
                f"SELECT setval(pg_get_serial_sequence('{_there(table)}', 'notification_id'), "  # noqa: S608
                f"coalesce(max(notification_id), 1), max(notification_id) IS NOT NULL) "
                f"FROM {_there(table)}"
            )

    def count(self, table: Table) -> int:
        query = f"SELECT count(*) FROM {_there(table)}"  # noqa: S608
        return int(self._connection.execute(query).fetchone()[0])

    def is_empty(self, table: Table) -> bool:
        query = f"SELECT 1 FROM {_there(table)} LIMIT 1"  # noqa: S608
        return (
            table.name in MADE_WITH_THE_TABLES or self._connection.execute(query).fetchone() is None
        )


def _there(table: Table) -> str:
    return f'{SCHEMA if table.of_log else REGISTRY}."{table.name}"'


@contextmanager
def _postgresql(database: str) -> Iterator[Side]:
    import psycopg

    from ledger.connecting.postgresql import opened

    with opened(database, "copy") as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        yield _Postgresql(connection)


# ── Both ──────────────────────────────────────────────────────────────────────────────────────


def _columns(table: Table, position: str) -> str:
    names = (*([position] if table.position else []), *table.columns)
    return ", ".join(f'"{name}"' if name != "rowid" else name for name in names)


def _batches(cursor: Any, table: Table) -> Iterator[list[Row]]:
    many = FILES_AT_A_TIME if "content" in table.columns else BATCH
    while rows := cursor.fetchmany(many):
        yield rows
