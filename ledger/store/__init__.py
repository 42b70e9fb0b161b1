"""The log: append, history, follow, and its hash tree. The only part that imports eventsourcing.

All facts of a command are appended in one transaction at their expected versions, together with
the record of its request, so that the same request never counts twice, and with their leaves of
the hash tree, so that there is no moment in which a fact could be changed unseen. `open_store`
gives the log of SQLite (one file) or of PostgreSQL (its own schema).
"""

import contextlib
import itertools
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from eventsourcing.persistence import (
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
    PersistenceError,
    StoredEvent,
)
from eventsourcing.sqlite import SQLiteAggregateRecorder, SQLiteDatastore
from msgspec.structs import replace

from ledger import codec, deadline, faults
from ledger.bounds import MAX_PAGE
from ledger.domain.events import Fact, New
from ledger.domain.refusals import Unavailable
from ledger.store.chosen import Chosen
from ledger.store.driver import SCHEMA, or_of_driver
from ledger.store.entries import (
    ClockBehind,
    Entry,
    Lot,
    NotInitialised,
    Request,
    StoredFact,
    Unreadable,
    VersionTaken,
)
from ledger.store.leaves import (
    LARGEST,
    Leaves,
    Stored,
    TreeDamaged,
    checked_columns,
    receipt,
    text_of,
    whole_of,
)
from ledger.store.questions import Questions
from ledger.store.sqlite import SQLiteFile, SQLiteLog

__all__ = [
    "SCHEMA",
    "Entry",
    "Lot",
    "NotInitialised",
    "Request",
    "Store",
    "TreeDamaged",
    "Unreadable",
    "VersionTaken",
    "open_store",
]

_SNAPSHOT = """SELECT {originator_version} AS version, {state} AS state FROM {0}
WHERE originator_id = ? AND {originator_version} <= ? ORDER BY originator_version DESC LIMIT 1"""
_SNAPSHOTS = """SELECT {originator_id} AS stream, {originator_version} AS version
FROM {0} ORDER BY 1, 2"""
_PLACE = """SELECT {position} AS position FROM {0}
WHERE originator_id = ? AND originator_version = ?"""
_NEWEST = "SELECT {state} AS state FROM {0} ORDER BY {position}"
_REQUEST = "SELECT key, digest, stream, version FROM {0}requests WHERE key = ?"
_HISTORY = """SELECT originator_version, topic, state FROM {0}stored_events
WHERE originator_id = ? AND originator_version > ? AND originator_version <= ?
ORDER BY originator_version"""
_FOLLOWING = """SELECT {1} AS id, originator_id, originator_version, topic, state
FROM {0}stored_events WHERE {1} > ? ORDER BY {1} LIMIT ?"""
_END = "SELECT MAX({1}) AS newest FROM {0}stored_events"
_REQUESTS = "SELECT {key} AS key, {stream} AS stream, {version} AS version FROM {0}"


class Store:
    """The log of one ledger. Safe to use from several threads and several processes."""

    def __init__(self, log: Any, snapshots: Any, datastore: Any) -> None:
        self._log = log
        self._snapshots = snapshots
        self._datastore = datastore
        self.on_sqlite = isinstance(datastore, SQLiteDatastore)
        self.place: str = datastore.pool.db_name if self.on_sqlite else SCHEMA
        """The file, or the schema."""
        self._away = _Away(self.place)
        self._schema = "" if self.on_sqlite else f"{SCHEMA}."
        self._questions = Questions(datastore.for_questions)
        self._history = _HISTORY.format(self._schema)
        place = "rowid" if self.on_sqlite else "notification_id"
        self._end = _END.format(self._schema, place)
        self._following = _FOLLOWING.format(self._schema, place)
        self.leaves = Leaves(self._ask, self._schema)
        self.chosen = Chosen(self._ask, self._schema)

    def create(self) -> None:
        """Make the tables; nothing where they are. Run once, before any worker starts.

        A log without a tree is given one. Raises TreeDamaged where a tree has lost its head.
        """
        with self._away:
            if not self.on_sqlite:
                with self._datastore.get_connection() as connection:
                    connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{SCHEMA}"')
            try:
                self._log.create_table()
            except (IntegrityError, TreeDamaged) as error:
                raise TreeDamaged(reason="the stored head is gone") from error
            self._snapshots.create_table()

    def check(self) -> None:
        """Raises NotInitialised where there is no log yet.

        A damaged tree keeps nobody from reading: writing and proving say so.
        """
        try:
            self.leaves.head()
        except TreeDamaged as error:
            if not self.leaves.end():
                raise NotInitialised("there is no hash tree yet: run `avrop init`") from error
        except Unavailable as error:
            cause = str(error.__cause__).lower()
            if "no such table" in cause or "does not exist" in cause:
                raise NotInitialised("there is no ledger yet: run `avrop init`") from error
            raise

    def close(self) -> None:
        self._log.writer.close()
        self._questions.close()
        self._datastore.close()

    def append(self, entries: Sequence[Entry]) -> list[tuple[Fact, ...]]:
        """Store the facts of commands and their requests, in order, all or none.

        Each entry's versions are those that the entries before it leave. Raises VersionTaken
        where a stream that an entry writes to, or only was decided on, has moved on, or a
        request's key is there already: look the key up before deciding again, since an answer
        lost on its way looks the same. What would be recorded before the log's newest fact is
        recorded with it: the log's clock only goes forward.
        """
        entries = _forward(entries, None)
        while True:
            try:
                return self._append(entries)
            except ClockBehind as behind:
                entries = _forward(entries, behind.newest)

    def _append(self, entries: Sequence[Entry]) -> list[tuple[Fact, ...]]:
        rows: list[Stored] = []
        requests: list[Request] = []
        looked: dict[str, int] = {}
        for entry in entries:
            # Of what an entry before this one writes, it looked at what that leaves.
            for stream, version in entry.versions.items():
                looked.setdefault(stream, version)
            at = dict(entry.versions)
            for new in entry.facts:
                version = at[new.stream] = at.get(new.stream, 0) + 1
                looked.setdefault(new.stream, version - 1)
                name, data = codec.encode(new, entry.by, entry.recorded_at, entry.request.key)
                rows.append((new.stream, version, name, data))
            main = entry.facts[0].stream
            requests.append(replace(entry.request, stream=main, version=at[main]))
        try:
            with self._away:
                ids, growth = self._log.writer.append(
                    rows, requests, looked, entries[0].recorded_at
                )
        except IntegrityError as error:
            raise VersionTaken from error
        places = zip(ids, growth.leaves, strict=True)
        return [
            tuple([_fact(entry, new, *next(places)) for new in entry.facts]) for entry in entries
        ]

    def append_lots(
        self,
        lots: Callable[[datetime], Iterable[Lot]],
        looked: Mapping[str, int],
        recorded_at: datetime,
    ) -> None:
        """Store what is larger than one command: all lots in one transaction, or none.

        `lots` gives them as recorded at a moment: that, or the log's newest. `looked` are the
        versions of streams that were only decided on; what is written to has its own. Raises as
        `append` does. Nobody else writes until the end.
        """
        while True:
            try:
                with self._away:
                    self._log.writer.append_lots(lots(recorded_at), looked, recorded_at)
            except IntegrityError as error:
                raise VersionTaken from error
            except ClockBehind as behind:
                recorded_at = behind.newest
            else:
                return

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """Keep other processes from appending until the end, or until something is appended.
        Versions decide; this spares lost tries.

        On SQLite, where one process does all the writing, there is nobody to wait for.
        """
        if self.on_sqlite:
            yield
            return
        with self._away, self._log.writer.alone():
            yield

    def find_request(self, key: str) -> Request | None:
        found = self._ask(_REQUEST.format(self._schema), key)
        return Request(**dict(found[0])) if found else None

    def last_of(self, request: Request) -> int:
        """The position of the last fact of a request that was recorded; 0 where there is none."""
        place = self._checked(_PLACE, "stored_events")
        rows = self._ask(place, request.stream, request.version)
        found: int = rows[0]["position"] if rows else 0
        while rows and (facts := self.follow(found, MAX_PAGE)):
            own = [*itertools.takewhile(lambda fact: fact.request == request.key, facts)]
            found = own[-1].position if own else found
            if len(own) < MAX_PAGE:
                break
        return found

    def requests(self, key: str | None = None) -> dict[str, tuple[str, int]]:
        """Key → stream and version that answer it, of all requests or of one."""
        query = self._checked(_REQUESTS, "requests")
        rows = self._ask(query) if key is None else self._ask(f"{query} WHERE key = ?", key)
        return {
            text_of(row["key"]): (text_of(row["stream"]), whole_of(row["version"])) for row in rows
        }

    def history(self, stream: str, after: int = 0, to: int | None = None) -> list[Fact]:
        """The facts of one stream after a version, in order."""
        rows = self._ask(self._history, stream, after, LARGEST if to is None else to)
        return [
            codec.decode(stream, row["originator_version"], row["topic"], row["state"])
            for row in rows
        ]

    def earlier(self, stream: str, other: str) -> tuple[int, int] | None:
        """How many facts of a stream were recorded before the first of another, and the position of
        that; None where the other has none."""
        first = next(iter(self.chosen.positions([other])), None)
        if first is None:
            return None
        return sum(position < first for position in self.chosen.positions([stream])), first

    def follow(self, after: int, limit: int) -> list[Fact]:
        """Facts of the whole log after a position, in order. Positions may have gaps. Raises
        Unreadable where one is not known to this version."""
        facts: list[Fact] = []
        for row in self.follow_stored(after, limit):
            stream, version = str(row.originator_id), row.originator_version
            try:
                facts.append(codec.decode(stream, version, row.topic, row.state, row.id))
            except ValueError as error:
                raise Unreadable(row.id, str(row.topic), facts) from error
        return facts

    def follow_stored(self, after: int, limit: int) -> list[StoredFact]:
        return [
            StoredFact(*[row[name] for name in StoredFact._fields])
            for row in self._ask(self._following, after, limit)
        ]

    def newest(self) -> datetime | None:
        """When the newest fact was recorded; None in an empty log."""
        query = f"{self._checked(_NEWEST, 'stored_events')} DESC LIMIT 1"
        rows = self._ask(query)
        return codec.recorded_at(bytes(rows[0]["state"] or b"")) if rows else None

    def position(self) -> int:
        """The position of the newest fact; 0 in an empty log."""
        newest: int | None = self._ask(self._end)[0]["newest"]
        return newest or 0

    def _ask(self, query: str, *values: Any) -> list[Any]:
        """The rows of a query that has `?` for its values."""
        deadline.look()
        if not self.on_sqlite:
            query = query.replace("?", "%s")
        try:
            return self._questions.ask(query, values)
        except or_of_driver("Error", sqlite3.Error) as error:
            faults.put(error, self.place, faults.LOG)
            raise Unavailable from error

    def save_snapshot(self, stream: str, version: int, data: bytes) -> None:
        """Keep a state. It is only ever a shortcut: the log decides."""
        with contextlib.suppress(IntegrityError), self._away:
            self._snapshots.insert_events([StoredEvent(stream, version, "snapshot", data)])

    def snapshot(self, stream: str, version: int | None = None) -> tuple[int, bytes] | None:
        """The newest kept state of a stream, or the newest up to a version."""
        most = LARGEST if version is None else version
        rows = self._ask(self._checked(_SNAPSHOT), stream, most)
        return (rows[0]["version"], bytes(rows[0]["state"] or b"")) if rows else None

    def snapshots(self) -> list[tuple[str, int]]:
        """Stream and version of every kept state, by stream, the oldest first."""
        rows = self._ask(self._checked(_SNAPSHOTS))
        return [(text_of(row["stream"]), whole_of(row["version"])) for row in rows]

    def _checked(self, query: str, table: str = "snapshots") -> str:
        columns = checked_columns(on_sqlite=self.on_sqlite)
        return query.format(f"{self._schema}{table}", **columns)

    def drop_snapshots(self) -> None:
        """Forget every kept state; they are taken anew as streams grow."""
        with self._away, self._datastore.transaction(commit=True) as cursor:
            cursor.execute(f"DELETE FROM {self._schema}snapshots")  # noqa: S608


def _fact(entry: Entry, new: New, position: int, leaf: tuple[int, str, int, bytes]) -> Fact:
    number, _, version, hashed = leaf
    return entry.fact(new, version, position, receipt(number, hashed))


def _forward(entries: Sequence[Entry], newest: datetime | None) -> list[Entry]:
    """Entries in order of time: none is recorded before one before it, or before the `newest`."""
    found = []
    for entry in entries:
        newest = max(newest or entry.recorded_at, entry.recorded_at)
        found.append(entry if newest == entry.recorded_at else replace(entry, recorded_at=newest))
    return found


class _Away:
    """A database that cannot be reached, or stays locked, as a refusal in words."""

    def __init__(self, place: str) -> None:
        self._place = place

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if error is None or isinstance(error, IntegrityError):
            return
        kinds = (InterfaceError, OperationalError, InternalError, PersistenceError)
        if isinstance(error, kinds + or_of_driver("OperationalError", sqlite3.OperationalError)):
            faults.put(error, self._place, faults.LOG)
            raise Unavailable from error


def open_store(database: str) -> Store:
    """The log of `sqlite:///path` or `postgresql://user@host/db`. Raises ValueError for others."""
    if database.startswith("sqlite:///"):
        datastore: Any = SQLiteFile(database.removeprefix("sqlite:///"))
        snapshots: Any = SQLiteAggregateRecorder(datastore, events_table_name="snapshots")
        return Store(SQLiteLog(datastore), snapshots, datastore)
    if database.startswith(("postgresql://", "postgres://")):
        from eventsourcing.postgres import PostgresAggregateRecorder

        from ledger.store.postgresql import PostgresLog, PostgresServer

        datastore = PostgresServer(database)
        try:
            with _Away(SCHEMA):
                log = PostgresLog(datastore)
                snapshots = PostgresAggregateRecorder(datastore, events_table_name="snapshots")
        except BaseException:
            datastore.close()
            raise
        return Store(log, snapshots, datastore)
    raise ValueError(f"not a database of this ledger: {database.rsplit('@', maxsplit=1)[-1]!r}")
