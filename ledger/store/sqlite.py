"""The log on SQLite: one file, WAL, full synchronisation, one transaction for each append."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from eventsourcing.persistence import IntegrityError, OperationalError, StoredEvent
from eventsourcing.sqlite import (
    SQLiteApplicationRecorder,
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteDatastore,
)

from ledger.audit.tree import Head
from ledger.bounds import BATCH, DATABASE_SECONDS
from ledger.store.chosen import INDEX_ON_SQLITE
from ledger.store.entries import NotInitialised, Request, require_forward
from ledger.store.leaves import (
    SELECT_HEAD,
    TABLES,
    Growth,
    grown,
    head_of,
    occupied,
)

_INSERT_LEAF = "INSERT INTO leaves VALUES (?,?,?,?)"
_INSERT_NODE = "INSERT INTO nodes VALUES (?,?,?)"
_UPDATE_HEAD = "UPDATE head SET size=?, roots=?"
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
        connection = super()._create_connection()
        cursor = connection.cursor()
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA journal_mode")
        if str(cursor.fetchone()[0]).lower() != "wal" and not self.is_sqlite_memory_mode:
            raise NotInitialised("SQLite cannot keep a write-ahead log for this file")
        return connection


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


class SQLiteLog(SQLiteApplicationRecorder):
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
                    growth = grown(head, [StoredEvent(*row[1:]) for row in rows])
                    _write(cursor, growth)
                    head, last = growth.head, rows[-1][0]

    def append(
        self,
        events: Sequence[StoredEvent],
        requests: Sequence[Request],
        relied: Sequence[tuple[str, int]],
        recorded_at: datetime,
    ) -> tuple[Sequence[int], Growth]:
        """Events with their requests and leaves, in one transaction; the events' positions.

        Raises IntegrityError where a stream has moved on, also one that was only `relied` on;
        ClockBehind where the log is newer than when the first was `recorded_at`.
        """
        with self.datastore.get_connection(commit=True) as connection:
            cursor = connection.cursor()
            try:
                cursor.execute("BEGIN IMMEDIATE")
                cursor.execute(_SELECT_HEAD)
                found = cursor.fetchone()
                require_forward(None if found is None else found["newest"], recorded_at)
                for stream, version in relied:
                    cursor.execute(_NEXT, (stream, version + 1))
                    if cursor.fetchone() is not None:
                        raise sqlite3.IntegrityError(f"{stream} is past version {version}")
                cursor.executemany(
                    "INSERT INTO requests VALUES (?,?,?,?)",
                    [(r.key, r.digest, r.stream, r.version) for r in requests],
                )
                ids = self._insert_events(cursor, events) or ()
                growth = grown(head_of(found), events)
                _write(cursor, growth)
                connection.commit()
            except sqlite3.IntegrityError as error:
                connection.rollback()
                raise IntegrityError(error) from error
            except sqlite3.Error as error:
                connection.rollback()
                raise OperationalError(error) from error
            except BaseException:
                connection.rollback()
                raise
            return ids, growth

    def find_request(self, key: str) -> Request | None:
        with self.datastore.transaction(commit=False) as cursor:
            cursor.execute("SELECT * FROM requests WHERE key=?", (key,))
            row = cursor.fetchone()
        return None if row is None else Request(**dict(row))


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
