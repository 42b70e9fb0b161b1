"""The log on PostgreSQL: a schema of its own, one statement for each append.

Tables and reading are the recorder's; adding is our own, on a connection of its own. The row of the
head is the lock: whoever moves it on adds, and positions are given out while it is held, so they
are committed in their order.
"""

import contextlib
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import psycopg
from eventsourcing.persistence import IntegrityError, OperationalError
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg.rows import dict_row, tuple_row
from psycopg.sql import SQL, Identifier

from ledger.audit.tree import Head
from ledger.bounds import BATCH, DATABASE_SECONDS
from ledger.connecting import postgresql as connecting
from ledger.store.chosen import INDEX_ON_POSTGRESQL
from ledger.store.driver import SCHEMA
from ledger.store.entries import Lot, Request, require_forward
from ledger.store.leaves import (
    SELECT_HEAD,
    TABLES,
    Growth,
    Stored,
    grown,
    head_of,
    occupied,
)

# All of it or none: nothing is added unless the head is the one that the leaves were hashed for,
# and no stream has moved on, and no request has been recorded. What others committed while this
# waited for the head's row is not seen by it, but then the head is another.
_APPEND = f"""WITH moved AS (
    UPDATE {SCHEMA}.head SET size = %s, roots = %s WHERE size = %s AND roots = %s
    AND NOT EXISTS (SELECT FROM unnest(%s::text[], %s::bigint[]) AS looked (stream, version)
        JOIN {SCHEMA}.stored_events
        ON originator_id = looked.stream AND originator_version = looked.version + 1)
    AND NOT EXISTS (SELECT FROM {SCHEMA}.requests WHERE key = ANY(%s::text[]))
    RETURNING size
), event AS MATERIALIZED (
    SELECT event.* FROM moved,
    unnest(%s::text[], %s::bigint[], %s::text[], %s::bytea[], %s::bytea[])
    WITH ORDINALITY AS event (stream, version, name, data, hash, place)
), leaf AS (
    INSERT INTO {SCHEMA}.leaves SELECT %s + place - 1, stream, version, hash FROM event
), node AS (
    INSERT INTO {SCHEMA}.nodes SELECT node.* FROM moved,
    unnest(%s::integer[], %s::bigint[], %s::bytea[]) AS node
), request AS (
    INSERT INTO {SCHEMA}.requests SELECT request.* FROM moved,
    unnest(%s::text[], %s::text[], %s::text[], %s::bigint[]) AS request
)
INSERT INTO {SCHEMA}.stored_events (originator_id, originator_version, topic, state)
SELECT stream, version, name, data FROM event ORDER BY place RETURNING notification_id"""  # noqa: S608
# Each statement sees what was committed before it began: the third so what came while the second
# waited.
_HOLD = f"""BEGIN; SELECT size, roots FROM {SCHEMA}.head FOR UPDATE;
SELECT state FROM {SCHEMA}.stored_events ORDER BY notification_id DESC LIMIT 1"""  # noqa: S608
_WRITING = " ".join(
    (
        "-c default_transaction_isolation=read\\ committed",
        # One plan for all calls, made before there are statistics: it goes by keys.
        "-c plan_cache_mode=force_generic_plan",
        "-c enable_seqscan=off",
    )
)
_IDLE = psycopg.pq.TransactionStatus.IDLE
_CREATING = 0x41_56_52_4F_50
"""Key of PostgreSQL's advisory lock on making the tree of a log."""


class PostgresServer(PostgresDatastore):
    """The recorder's own way to the database, for making tables and keeping states."""

    def __init__(self, url: str) -> None:
        super().__init__(
            dbname="",
            host="",
            port="",
            user="",
            password="",
            connect_timeout=DATABASE_SECONDS,
            pool_size=1,
            max_overflow=31,
            schema=SCHEMA,
            originator_id_type="text",
        )
        self._url = url
        self.pool.kwargs = {**connecting.parameters(url, "log"), "row_factory": dict_row}
        self.pool.connection_class = connecting.Connection

    def for_questions(self) -> psycopg.Connection[Any]:
        """A connection that begins no transaction, and plans a question once."""
        return self.opened(row_factory=dict_row, prepare_threshold=0)

    def opened(self, **more: Any) -> psycopg.Connection[Any]:
        """A connection of its own, beside the pool."""
        return connecting.opened(self._url, "log", **more, autocommit=True)


class PostgresLog(PostgresApplicationRecorder):
    def __init__(self, datastore: PostgresServer) -> None:
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
        self.sql_create_statements += [
            SQL(table).format(SQL(f"{SCHEMA}."), SQL("bytea")) for table in TABLES
        ]
        self.sql_create_statements.append(SQL(INDEX_ON_POSTGRESQL).format(SQL(f"{SCHEMA}.")))
        self._insert_leaves = SQL(
            "INSERT INTO {}.leaves SELECT * FROM "
            "unnest(%s::bigint[], %s::text[], %s::bigint[], %s::bytea[])"
        ).format(schema)
        self._insert_node = SQL("INSERT INTO {}.nodes VALUES (%s,%s,%s)").format(schema)
        self._insert_head = SQL("INSERT INTO {}.head VALUES (1, 0, '')").format(schema)
        self._update_head = SQL("UPDATE {}.head SET size=%s, roots=%s").format(schema)
        self._select_head = SQL(SELECT_HEAD.format(f"{SCHEMA}.", "bytea"))
        self._events = SQL(
            "SELECT originator_id, originator_version, topic, state, notification_id "
            "FROM {}.stored_events WHERE notification_id > %s ORDER BY notification_id LIMIT %s"
        ).format(schema)
        self.writer = Writer(datastore)

    def _create_table(self, curs: Any) -> None:
        """In the transaction of the tables: the tree of a log that has none yet."""
        super()._create_table(curs)
        curs.execute("SELECT pg_advisory_xact_lock(%s)", (_CREATING,))
        if curs.execute(self._select_head).fetchone() is None:
            curs.execute(self._insert_head)
            head, last = Head(), 0
            while rows := curs.execute(self._events, (last, BATCH)).fetchall():
                last = rows[-1].pop("notification_id")
                growth = grown(head, [tuple(list(row.values())[:4]) for row in rows])
                self._write(curs.connection, growth)
                head = growth.head

    def _write(self, connection: Any, growth: Growth) -> None:
        columns = [list(column) for column in zip(*growth.leaves, strict=True)]
        connection.execute(self._insert_leaves, columns)
        for node in growth.nodes:
            connection.execute(self._insert_node, node)
        connection.execute(self._update_head, (growth.head.size, growth.roots))


class Writer:
    """The connection that adds to the log. Whoever was also the last to add knows the head, and
    makes one journey to the server; else the head's row is held, and read, before.

    Safe to use from several threads: one adds at a time.
    """

    def __init__(self, datastore: PostgresServer) -> None:
        self._datastore = datastore
        self._guard = threading.RLock()
        self._connection: psycopg.Connection[Any] | None = None
        self._cursor: Any = None
        self._known: tuple[Head, bytes | None] | None = None
        """The head and the newest event, if nobody else adds meanwhile."""
        self._holds = False

    def append(
        self,
        events: Sequence[Stored],
        requests: Sequence[Request],
        looked: Mapping[str, int],
        recorded_at: datetime,
    ) -> tuple[Sequence[int], Growth]:
        """Events with their requests and leaves, all or none; the events' positions.

        Raises IntegrityError where a stream is past the version that it was `looked` at, or one
        of the requests is there; ClockBehind where the log is newer than when the first was
        `recorded_at`; OperationalError where it is not known whether they are recorded.
        """
        with self._guard:
            try:
                added = None
                if self._known is not None and not self._holds:
                    added = self._added(events, requests, looked, recorded_at)
                if added is None:
                    with self.alone():
                        added = self._added(events, requests, looked, recorded_at)
            except psycopg.IntegrityError as error:
                # What stands in a leaf's way was not written by any recorder.
                if error.diag.table_name in ("leaves", "nodes"):
                    raise occupied() from error
                raise IntegrityError(error) from error
            except psycopg.Error as error:
                raise OperationalError(error) from error
            if added is None:
                raise IntegrityError("somebody was first")
            return added

    def append_lots(
        self, lots: Iterable[Lot], looked: Mapping[str, int], recorded_at: datetime
    ) -> None:
        """The same of more than memory would hold: lot by lot, in one transaction."""
        with self._guard:
            try:
                with self.alone():
                    self._added_lots(lots, looked, recorded_at)
            except psycopg.IntegrityError as error:
                if error.diag.table_name in ("leaves", "nodes"):
                    raise occupied() from error
                raise IntegrityError(error) from error
            except psycopg.Error as error:
                raise OperationalError(error) from error

    def _added_lots(
        self, lots: Iterable[Lot], looked: Mapping[str, int], recorded_at: datetime
    ) -> None:
        assert self._known is not None
        head, newest = self._known
        require_forward(newest, recorded_at)
        cursor = self._open()
        self._known = None
        for events, requests in lots:
            growth = grown(head, events)
            values = _values(head, growth, events, requests, looked)
            cursor.execute(_APPEND, values, prepare=True)
            if not cursor.fetchall():
                raise IntegrityError("somebody was first")
            head, newest, looked = growth.head, events[-1][3], {}
        cursor.connection.execute("COMMIT")
        self._holds = False
        self._known = head, newest

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the head's row until the end, or until something is added: nobody else adds
        meanwhile. Raises TreeDamaged where there is no head."""
        with self._guard:
            if self._holds:
                yield
                return
            cursor = self._open()
            self._known = None
            try:
                cursor.execute(_HOLD)
                self._holds = True
                cursor.nextset()
                found = cursor.fetchone()
                cursor.nextset()
                newest = cursor.fetchone()
                head = head_of(found and {"size": found[0], "roots": found[1]})
                self._known = head, newest and newest[0]
                yield
            except psycopg.Error:
                self._known = None
                raise
            finally:
                if cursor.connection.info.transaction_status != _IDLE:
                    with contextlib.suppress(psycopg.Error):
                        cursor.execute("ROLLBACK")
                self._holds = False

    def _added(
        self,
        events: Sequence[Stored],
        requests: Sequence[Request],
        looked: Mapping[str, int],
        recorded_at: datetime,
    ) -> tuple[Sequence[int], Growth] | None:
        """None, and nothing is added, where the head or what was looked at has moved on."""
        assert self._known is not None
        head, newest = self._known
        require_forward(newest, recorded_at)
        growth = grown(head, events)
        values = _values(head, growth, events, requests, looked)
        cursor = self._open()
        # Until it is answered, nobody knows.
        self._known = None
        if self._holds:
            with cursor.connection.pipeline():
                cursor.execute(_APPEND, values, prepare=True)
                cursor.connection.execute("COMMIT")
            self._holds = False
        else:
            cursor.execute(_APPEND, values, prepare=True)
        positions = [row[0] for row in cursor.fetchall()]
        if not positions:
            return None
        self._known = growth.head, events[-1][3]
        return positions, growth

    def _open(self) -> Any:
        """A cursor of the connection; of a new one where the last was lost."""
        if self._connection is None or self._connection.closed:
            self._known = None
            self._connection = self._datastore.opened(row_factory=tuple_row, settings=_WRITING)
            self._cursor = self._connection.cursor()
        return self._cursor

    def close(self) -> None:
        with self._guard:
            if self._connection is not None:
                self._connection.close()
            self._connection = None


def _values(
    head: Head,
    growth: Growth,
    events: Sequence[Stored],
    requests: Sequence[Request],
    looked: Mapping[str, int],
) -> tuple[Any, ...]:
    """What one append is asked with."""
    streams, versions, names, data = zip(*events, strict=True)
    nodes = zip(*growth.nodes, strict=True) if growth.nodes else ((), (), ())
    levels, places, hashes = nodes
    answered = [(one.key, one.digest, one.stream, one.version) for one in requests]
    given = zip(*answered, strict=True) if answered else ((), (), (), ())
    requested, digests, answers, at = given
    keys = _texts(requested)
    return (
        growth.head.size,
        growth.roots,
        head.size,
        b"".join(head.roots),
        _texts(looked),
        _numbers(looked.values()),
        keys,
        _texts(streams),
        _numbers(versions),
        _texts(names),
        _bytes(data),
        _bytes([leaf[3] for leaf in growth.leaves]),
        head.size,
        _numbers(levels),
        _numbers(places),
        _bytes(hashes),
        keys,
        _texts(digests),
        _texts(answers),
        _numbers(at),
    )


# PostgreSQL's own way to write an array. The driver's takes four times as long as the statement.


def _texts(values: Collection[str]) -> str:
    every = "".join(values)
    if '"' in every or "\\" in every:
        values = [value.replace("\\", "\\\\").replace('"', '\\"') for value in values]
    return '{"' + '","'.join(values) + '"}' if values else "{}"


def _numbers(values: Iterable[int]) -> str:
    return "{" + ",".join(map(str, values)) + "}"


def _bytes(values: Sequence[bytes]) -> str:
    return '{"' + '","'.join(["\\\\x" + value.hex() for value in values]) + '"}' if values else "{}"
