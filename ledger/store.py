"""The log: append, history, follow. The only module that imports eventsourcing.

All facts of a command are appended in one transaction at their expected versions, together with
the record of its request, so that the same request never counts twice. `open_store` gives the
log of SQLite (one file, WAL, full synchronisation) or of PostgreSQL (its own schema).
"""

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec
import psycopg
from eventsourcing.persistence import (
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
    PersistenceError,
    StoredEvent,
)
from eventsourcing.postgres import (
    PostgresAggregateRecorder,
    PostgresApplicationRecorder,
    PostgresDatastore,
)
from eventsourcing.sqlite import (
    SQLiteAggregateRecorder,
    SQLiteApplicationRecorder,
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteDatastore,
)
from msgspec.structs import replace
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Identifier

from ledger import codec
from ledger.bounds import DATABASE_SECONDS
from ledger.domain.events import By, Fact, New
from ledger.domain.refusals import Unavailable

SCHEMA = "avrop_log"
_LOCK = 0x41_56_52_4F_50
"""Key of PostgreSQL's advisory lock on appending: commit order is then the order of positions."""

_TURN = 0x41_56_52
"""First half of the keys of its locks on names; the second is the name's hash."""


class VersionTaken(Exception):
    """Somebody else wrote to one of the streams, or with the same request, first."""


class NotInitialised(Exception):
    """The database has no log yet: `avrop init` makes one."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A request's key, its body's digest, and, once done, the resource version that answers it."""

    key: str
    digest: str
    stream: str = ""
    version: int = 0


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What one command records: its facts come after the versions that it relied on."""

    facts: Sequence[New]
    versions: dict[str, int]
    by: By
    recorded_at: datetime
    request: Request

    def fact(self, new: New, version: int, position: int = 0) -> Fact:
        """One of the facts as it is stored; without a position, as it would be."""
        return Fact(
            stream=new.stream,
            version=version,
            event=new.event,
            by=self.by,
            recorded_at=self.recorded_at,
            effective_on=new.effective_on,
            request=self.request.key,
            rules=codec.RULES,
            position=position,
        )


# ── SQLite ────────────────────────────────────────────────────────────────────────────────────


class _SQLitePool(SQLiteConnectionPool):
    def _create_connection(self) -> SQLiteConnection:
        connection = super()._create_connection()
        cursor = connection.cursor()
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA journal_mode")
        if str(cursor.fetchone()[0]).lower() != "wal" and not self.is_sqlite_memory_mode:
            raise NotInitialised("SQLite cannot keep a write-ahead log for this file")
        return connection


class _SQLiteDatastore(SQLiteDatastore):
    def __init__(self, path: str) -> None:
        super().__init__(path, originator_id_type="text")
        self.pool.close()
        self.pool = _SQLitePool(
            db_name=path,
            lock_timeout=DATABASE_SECONDS,
            pool_size=8,
            max_overflow=56,
            pool_timeout=DATABASE_SECONDS,
        )


class _SQLiteLog(SQLiteApplicationRecorder):
    def construct_create_table_statements(self) -> list[str]:
        return [
            *super().construct_create_table_statements(),
            "CREATE TABLE IF NOT EXISTS requests (key TEXT PRIMARY KEY, digest TEXT NOT NULL, "
            "stream TEXT NOT NULL, version INTEGER NOT NULL) WITHOUT ROWID",
        ]

    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        requests: Sequence[Request] = kwargs["requests"]
        with self.datastore.get_connection(commit=True) as connection:
            cursor = connection.cursor()
            try:
                cursor.execute("BEGIN IMMEDIATE")
                cursor.executemany(
                    "INSERT INTO requests VALUES (?,?,?,?)",
                    [(r.key, r.digest, r.stream, r.version) for r in requests],
                )
                ids = self._insert_events(cursor, stored_events)
                connection.commit()
            except sqlite3.IntegrityError as error:
                connection.rollback()
                raise IntegrityError(error) from error
            except sqlite3.Error as error:
                connection.rollback()
                raise OperationalError(error) from error
            return ids

    def find_request(self, key: str) -> Request | None:
        with self.datastore.transaction(commit=False) as cursor:
            cursor.execute("SELECT * FROM requests WHERE key=?", (key,))
            row = cursor.fetchone()
        return None if row is None else Request(**dict(row))


# ── PostgreSQL ────────────────────────────────────────────────────────────────────────────────


class _PostgresDatastore(PostgresDatastore):
    def __init__(self, url: str) -> None:
        parts = conninfo_to_dict(url)
        super().__init__(
            dbname=str(parts.pop("dbname", "")),
            host=str(parts.pop("host", "")),
            port=str(parts.pop("port", "")),
            user=str(parts.pop("user", "")),
            password=str(parts.pop("password", "")),
            connect_timeout=DATABASE_SECONDS,
            pool_size=1,
            max_overflow=31,
            schema=SCHEMA,
            originator_id_type="text",
        )
        kwargs = {
            **parts,
            "connect_timeout": DATABASE_SECONDS,
            "keepalives_idle": 30,
            "tcp_user_timeout": DATABASE_SECONDS * 1000,
            "options": f"-c lock_timeout={DATABASE_SECONDS}s",
        }
        assert isinstance(self.pool.kwargs, dict)
        kept = {name: value for name, value in self.pool.kwargs.items() if value != ""}
        self.pool.kwargs = {**kept, **kwargs}


class _PostgresLog(PostgresApplicationRecorder):
    def __init__(self, datastore: PostgresDatastore) -> None:
        super().__init__(datastore, events_table_name="stored_events")
        schema = Identifier(SCHEMA)
        self.sql_create_statements = [
            statement
            for statement in self.sql_create_statements
            if "FUNCTION" not in statement.as_string()
        ]
        self.sql_create_statements.append(
            SQL(
                "CREATE TABLE IF NOT EXISTS {}.requests (key text PRIMARY KEY, "
                "digest text NOT NULL, stream text NOT NULL, version bigint NOT NULL)"
            ).format(schema)
        )
        self._insert_request = SQL("INSERT INTO {}.requests VALUES (%s,%s,%s,%s)").format(schema)
        self._select_request = SQL("SELECT * FROM {}.requests WHERE key=%s").format(schema)

    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        requests: Sequence[Request] = kwargs["requests"]
        rows = [
            self.construct_pg_stored_event(
                str(e.originator_id), e.originator_version, e.topic, e.state
            )
            for e in stored_events
        ]
        with self.datastore.get_connection() as connection, connection.cursor() as cursor:
            try:
                with connection.pipeline():
                    connection.execute("BEGIN", prepare=True)
                    connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
                    for r in requests:
                        connection.execute(
                            self._insert_request,
                            (r.key, r.digest, r.stream, r.version),
                            prepare=True,
                        )
                    cursor.execute(self.insert_events_statement, (rows,), prepare=True)
                    connection.execute("COMMIT", prepare=True)
            except BaseException:
                with contextlib.suppress(psycopg.Error):
                    connection.execute("ROLLBACK")
                raise
            return [row["notification_id"] for row in cursor.fetchall()]

    def find_request(self, key: str) -> Request | None:
        with self.datastore.get_connection() as connection:
            row = connection.execute(self._select_request, (key,)).fetchone()
        return None if row is None else Request(**row)


# ── The log ───────────────────────────────────────────────────────────────────────────────────


class Store:
    """The log of one ledger. Safe to use from several threads and several processes."""

    def __init__(self, log: Any, snapshots: Any, datastore: Any) -> None:
        self._log = log
        self._snapshots = snapshots
        self._datastore = datastore
        self.on_sqlite = isinstance(datastore, SQLiteDatastore)
        self._snapshots_table = "snapshots" if self.on_sqlite else f"{SCHEMA}.snapshots"

    def create(self) -> None:
        """Make the tables; nothing where they are. Run once, before any worker starts."""
        with _away():
            if not self.on_sqlite:
                with self._datastore.get_connection() as connection:
                    connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{SCHEMA}"')
            self._log.create_table()
            self._snapshots.create_table()

    def check(self) -> None:
        """Raises NotInitialised where there is no log yet."""
        try:
            self.position()
        except Unavailable as error:
            cause = str(error.__cause__).lower()
            if "no such table" in cause or "does not exist" in cause:
                raise NotInitialised("there is no ledger yet: run `avrop init`") from error
            raise

    def close(self) -> None:
        self._datastore.close()

    def append(self, entries: Sequence[Entry]) -> list[tuple[Fact, ...]]:
        """Store the facts of commands and their requests, in order, all or none.

        Each entry's versions are those that the entries before it leave. Raises VersionTaken
        where a stream has moved on or a request's key is there already: look the key up before
        deciding again, since an answer lost on its way looks the same.
        """
        rows, versions, requests = [], [], []
        for entry in entries:
            at = dict(entry.versions)
            for new in entry.facts:
                at[new.stream] = at.get(new.stream, 0) + 1
                name, data = codec.encode(new, entry.by, entry.recorded_at, entry.request.key)
                rows.append(StoredEvent(new.stream, at[new.stream], name, data))
                versions.append(at[new.stream])
            main = entry.facts[0].stream
            requests.append(replace(entry.request, stream=main, version=at[main]))
        try:
            with _away():
                ids = self._log.insert_events(rows, requests=requests) or ()
        except IntegrityError as error:
            raise VersionTaken from error
        places = iter(zip(versions, ids, strict=True))
        return [tuple(entry.fact(new, *next(places)) for new in entry.facts) for entry in entries]

    @contextlib.contextmanager
    def turn(self, name: str) -> Iterator[None]:
        """Keep the name to this process until the end. Versions decide; this spares lost tries.

        On SQLite, where one process does all the writing, there is nobody to wait for.
        """
        if self.on_sqlite:
            yield
            return
        with _away(), self._datastore.transaction() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (_TURN, name))
            yield

    def find_request(self, key: str) -> Request | None:
        with _away():
            found: Request | None = self._log.find_request(key)
        return found

    def history(self, stream: str, after: int = 0, to: int | None = None) -> list[Fact]:
        """The facts of one stream after a version, in order."""
        with _away():
            rows = _plain(self._log.select_events)(self._log, stream, gt=after, lte=to)
        return [codec.decode(stream, row.originator_version, row.topic, row.state) for row in rows]

    def follow(self, after: int, limit: int) -> list[Fact]:
        """Facts of the whole log after a position, in order. Positions may have gaps."""
        return [
            codec.decode(
                str(row.originator_id), row.originator_version, row.topic, row.state, row.id
            )
            for row in self.follow_stored(after, limit)
        ]

    def follow_stored(self, after: int, limit: int) -> Sequence[Any]:
        with _away():
            rows: Sequence[Any] = _plain(self._log.select_notifications)(
                self._log, after, limit, inclusive_of_start=False
            )
        return rows

    def position(self) -> int:
        """The position of the newest fact; 0 in an empty log."""
        with _away():
            newest: int | None = _plain(self._log.max_notification_id)(self._log)
        return newest or 0

    def save_snapshot(self, stream: str, version: int, data: bytes) -> None:
        """Keep a state. It is only ever a shortcut: the log decides."""
        with contextlib.suppress(IntegrityError), _away():
            self._snapshots.insert_events([StoredEvent(stream, version, "snapshot", data)])

    def snapshot(self, stream: str, version: int | None = None) -> tuple[int, bytes] | None:
        """The newest kept state of a stream, or the newest up to a version."""
        with _away():
            rows = _plain(self._snapshots.select_events)(
                self._snapshots, stream, lte=version, desc=True, limit=1
            )
        return (rows[0].originator_version, rows[0].state) if rows else None

    def snapshots(self) -> list[tuple[str, int]]:
        """Stream and version of every kept state, by stream, the oldest first."""
        columns = "SELECT originator_id, originator_version FROM {} ORDER BY 1, 2"
        with _away(), self._datastore.transaction(commit=False) as cursor:
            cursor.execute(columns.format(self._snapshots_table))
            rows = cursor.fetchall()
        return [(row["originator_id"], row["originator_version"]) for row in rows]

    def drop_snapshots(self) -> None:
        """Forget every kept state; they are taken anew as streams grow."""
        with _away(), self._datastore.transaction(commit=True) as cursor:
            cursor.execute(f"DELETE FROM {self._snapshots_table}")  # noqa: S608


def _plain(method: Any) -> Any:
    """The recorder's method without its own tries (ten, each up to a time-out)."""
    function = method.__func__
    return getattr(function, "__wrapped__", function)


@contextlib.contextmanager
def _away() -> Iterator[None]:
    """A database that cannot be reached, or stays locked, as a refusal in words."""
    try:
        yield
    except IntegrityError:
        raise
    except (InterfaceError, OperationalError, InternalError, PersistenceError) as error:
        raise Unavailable from error
    except (psycopg.OperationalError, sqlite3.OperationalError) as error:
        raise Unavailable from error


def open_store(database: str) -> Store:
    """The log of `sqlite:///path` or `postgresql://user@host/db`. Raises ValueError for others."""
    if database.startswith("sqlite:///"):
        datastore: Any = _SQLiteDatastore(database.removeprefix("sqlite:///"))
        snapshots: Any = SQLiteAggregateRecorder(datastore, events_table_name="snapshots")
        return Store(_SQLiteLog(datastore), snapshots, datastore)
    if database.startswith(("postgresql://", "postgres://")):
        datastore = _PostgresDatastore(database)
        try:
            with _away():
                log = _PostgresLog(datastore)
                snapshots = PostgresAggregateRecorder(datastore, events_table_name="snapshots")
        except BaseException:
            datastore.close()
            raise
        return Store(log, snapshots, datastore)
    raise ValueError(f"not a database of this ledger: {database.rsplit('@', maxsplit=1)[-1]!r}")
