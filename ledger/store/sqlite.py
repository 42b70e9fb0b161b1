"""The log on SQLite: one file, WAL, full synchronisation, one transaction for each append.

Tables and reading are the recorder's; adding is our own, on one connection of its own.
"""

import sqlite3
import threading
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from eventsourcing.persistence import IntegrityError, InterfaceError, OperationalError
from eventsourcing.sqlite import (
    SQLiteApplicationRecorder,
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteDatastore,
)

from ledger.audit.tree import Head
from ledger.bounds import BATCH, DATABASE_SECONDS
from ledger.connecting.sqlite import factory
from ledger.store.chosen import INDEX_ON_SQLITE
from ledger.store.entries import Lot, NotInitialised, Request, require_forward
from ledger.store.leaves import (
    SELECT_HEAD,
    TABLES,
    Growth,
    Stored,
    grown,
    head_of,
    occupied,
)

_INSERT_LEAF = "INSERT INTO leaves VALUES (?,?,?,?)"
_INSERT_NODE = "INSERT INTO nodes VALUES (?,?,?)"
_UPDATE_HEAD = "UPDATE head SET size=?, roots=?"
_INSERT_REQUEST = "INSERT INTO requests VALUES (?,?,?,?)"
_INSERT_EVENT = "INSERT INTO stored_events VALUES (?,?,?,?)"
_NEXT = "SELECT 1 FROM stored_events WHERE originator_id=? AND originator_version=?"
_NEWEST = "(SELECT CAST(state AS blob) FROM stored_events ORDER BY rowid DESC LIMIT 1) AS newest"
_SELECT_HEAD = SELECT_HEAD.format("", "blob").replace(" FROM ", f", {_NEWEST} FROM ", 1)
"""The head and the newest event, one statement for both."""
_EVENTS = (
    "SELECT rowid AS id, originator_id, originator_version, topic, state FROM stored_events "
    "WHERE rowid>? ORDER BY rowid LIMIT ?"
)


class _Pool(SQLiteConnectionPool):
    def _create_connection(self) -> SQLiteConnection:
        """As the library makes one, but that it takes its turn to write."""
        if self.is_sqlite_memory_mode:
            return super()._create_connection()
        try:
            connection = opened(self.db_name)
            if str(connection.execute("PRAGMA journal_mode").fetchone()[0]).lower() != "wal":
                connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.Error as error:
            raise InterfaceError(error) from error
        require_durable(connection.cursor())
        return SQLiteConnection(sqlite_conn=connection, max_age=self.max_age)


def require_durable(cursor: Any, *, in_memory: bool = False) -> None:
    """Raises NotInitialised where the file cannot keep a write-ahead log."""
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA journal_mode")
    if str(cursor.fetchone()[0]).lower() != "wal" and not in_memory:
        raise NotInitialised("SQLite cannot keep a write-ahead log for this file")


class SQLiteFile(SQLiteDatastore):
    def __init__(self, path: str) -> None:
        super().__init__(path, originator_id_type="text")
        self.pool.close()
        self.pool = _Pool(
            db_name=path,
            lock_timeout=DATABASE_SECONDS,
            pool_size=8,
            max_overflow=56,
            pool_timeout=DATABASE_SECONDS,
        )

    def for_questions(self) -> sqlite3.Connection:
        """A connection that begins no transaction."""
        return opened(self.pool.db_name)


def opened(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path,
        uri=True,
        check_same_thread=False,
        isolation_level=None,
        timeout=DATABASE_SECONDS,
        factory=factory(),
    )
    connection.row_factory = sqlite3.Row
    return connection


class SQLiteLog(SQLiteApplicationRecorder):
    def __init__(self, datastore: SQLiteDatastore) -> None:
        super().__init__(datastore)
        self.writer = Writer(datastore.pool.db_name)

    def construct_create_table_statements(self) -> list[str]:
        return [
            *super().construct_create_table_statements(),
            "CREATE TABLE IF NOT EXISTS requests (key TEXT PRIMARY KEY, digest TEXT NOT NULL, "
            "stream TEXT NOT NULL, version INTEGER NOT NULL) WITHOUT ROWID",
            *(table.format("", "blob").replace("bigint", "integer") for table in TABLES),
            INDEX_ON_SQLITE,
        ]

    def create_table(self) -> None:
        """Make the tables, and the tree of a log that has none yet."""
        super().create_table()
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute("SELECT size FROM head")
            if cursor.fetchone() is None:
                cursor.execute("INSERT INTO head VALUES (1, 0, x'')")
                head, last = Head(), 0
                while rows := _after(cursor, last):
                    growth = grown(head, [row[1:] for row in rows])
                    _write(cursor, growth)
                    head, last = growth.head, rows[-1][0]


class Writer:
    """The connection that adds to the log. Safe to use from several threads: one adds at a time."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._guard = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def append(
        self,
        events: Sequence[Stored],
        requests: Sequence[Request],
        looked: Mapping[str, int],
        recorded_at: datetime,
    ) -> tuple[Sequence[int], Growth]:
        """Events with their requests and leaves, in one transaction; the events' positions.

        Raises IntegrityError where a stream is past the version that it was `looked` at, or one
        of the requests is there; ClockBehind where the log is newer than when the first was
        `recorded_at`; OperationalError where it is not known whether they are recorded.
        """
        return self.append_lots(((events, requests),), looked, recorded_at)

    def append_lots(
        self, lots: Iterable[Lot], looked: Mapping[str, int], recorded_at: datetime
    ) -> tuple[Sequence[int], Growth]:
        """The same of more than memory would hold: lot by lot, in one transaction; what it gives is
        of the last."""
        added: tuple[Sequence[int], Growth] | None = None
        with self._guard:
            try:
                connection = self._opened()
                connection.execute("BEGIN IMMEDIATE")
                try:
                    for events, requests in lots:
                        added = _added(connection, events, requests, looked, recorded_at)
                        looked = {}
                    connection.execute("COMMIT")
                except BaseException:
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
                    raise
            except sqlite3.IntegrityError as error:
                raise IntegrityError(error) from error
            except sqlite3.Error as error:
                raise OperationalError(error) from error
        assert added is not None, "something is added"
        return added

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            connection = opened(self._path)
            require_durable(connection.cursor())
            self._connection = connection
        return self._connection

    def close(self) -> None:
        with self._guard:
            if self._connection is not None:
                self._connection.close()
            self._connection = None


def _added(
    connection: sqlite3.Connection,
    events: Sequence[Stored],
    requests: Sequence[Request],
    looked: Mapping[str, int],
    recorded_at: datetime,
) -> tuple[Sequence[int], Growth]:
    execute = connection.execute
    found = execute(_SELECT_HEAD).fetchone()
    require_forward(None if found is None else found["newest"], recorded_at)
    for stream, version in looked.items():
        if execute(_NEXT, (stream, version + 1)).fetchone() is not None:
            raise sqlite3.IntegrityError(f"{stream} is past version {version}")
    for request in requests:
        execute(_INSERT_REQUEST, (request.key, request.digest, request.stream, request.version))
    positions = [execute(_INSERT_EVENT, event).lastrowid or 0 for event in events]
    growth = grown(head_of(found), events)
    _write(connection, growth)
    return positions, growth


def _after(cursor: Any, last: int) -> list[tuple[Any, ...]]:
    cursor.execute(_EVENTS, (last, BATCH))
    return [tuple(row) for row in cursor.fetchall()]


def _write(cursor: Any, growth: Growth) -> None:
    """Raises TreeDamaged where something stands in the way."""
    try:
        cursor.executemany(_INSERT_LEAF, growth.leaves)
        if growth.nodes:
            cursor.executemany(_INSERT_NODE, growth.nodes)
    except sqlite3.IntegrityError as error:
        raise occupied() from error
    cursor.execute(_UPDATE_HEAD, (growth.head.size, growth.roots))
