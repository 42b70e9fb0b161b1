"""The log on PostgreSQL: a schema of its own, one transaction for each append."""

import contextlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import psycopg
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Identifier

from ledger.audit.tree import Head
from ledger.bounds import BATCH, DATABASE_SECONDS
from ledger.store.chosen import INDEX_ON_POSTGRESQL
from ledger.store.driver import SCHEMA
from ledger.store.entries import Request, require_forward
from ledger.store.leaves import (
    SELECT_HEAD,
    TABLES,
    Growth,
    grown,
    head_of,
    occupied,
)

_LOCK = 0x41_56_52_4F_50
"""Key of PostgreSQL's advisory lock on appending: commit order is then the order of positions."""


class PostgresServer(PostgresDatastore):
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


class PostgresLog(PostgresApplicationRecorder):
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
        self.sql_create_statements += [
            SQL(table).format(SQL(f"{SCHEMA}."), SQL("bytea")) for table in TABLES
        ]
        self.sql_create_statements.append(SQL(INDEX_ON_POSTGRESQL).format(SQL(f"{SCHEMA}.")))
        self._insert_request = SQL("INSERT INTO {}.requests VALUES (%s,%s,%s,%s)").format(schema)
        self._insert_leaves = SQL(
            "INSERT INTO {}.leaves SELECT * FROM "
            "unnest(%s::bigint[], %s::text[], %s::bigint[], %s::bytea[])"
        ).format(schema)
        self._insert_node = SQL("INSERT INTO {}.nodes VALUES (%s,%s,%s)").format(schema)
        self._insert_head = SQL("INSERT INTO {}.head VALUES (1, 0, '')").format(schema)
        self._update_head = SQL("UPDATE {}.head SET size=%s, roots=%s").format(schema)
        # Fails, as no size is null, unless the head is there and is the one that is known.
        self._check_head = SQL(
            "INSERT INTO {0}.head SELECT 1, NULL, NULL WHERE NOT EXISTS "
            "(SELECT 1 FROM {0}.head WHERE size=%s AND roots=%s)"
        ).format(schema)
        # Fails, as no key is null, where a stream is past the version that was relied on.
        self._check_relied = SQL(
            "INSERT INTO {0}.requests SELECT NULL, '', originator_id, originator_version "
            "FROM unnest(%s::text[], %s::bigint[]) AS relied (stream, version) "
            "JOIN {0}.stored_events ON originator_id = stream AND originator_version = version + 1"
        ).format(schema)
        self._known: tuple[Head, bytes] | None = None
        self._last: Head | None = None
        self._select_head = SQL(SELECT_HEAD.format(f"{SCHEMA}.", "bytea"))
        self._events = SQL(
            "SELECT originator_id, originator_version, topic, state, notification_id "
            "FROM {}.stored_events WHERE notification_id > %s ORDER BY notification_id LIMIT %s"
        ).format(schema)
        self._select_newest = SQL(
            "SELECT state FROM {}.stored_events ORDER BY notification_id DESC LIMIT 1"
        ).format(schema)
        self._select_request = SQL("SELECT * FROM {}.requests WHERE key=%s").format(schema)

    def _create_table(self, curs: Any) -> None:
        """In the transaction of the tables: the tree of a log that has none yet."""
        super()._create_table(curs)
        curs.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        if curs.execute(self._select_head).fetchone() is None:
            curs.execute(self._insert_head)
            head, last = Head(), 0
            while rows := curs.execute(self._events, (last, BATCH)).fetchall():
                last = rows[-1].pop("notification_id")
                events = [StoredEvent(*list(row.values())[:4]) for row in rows]
                growth = grown(head, events)
                self._write(curs.connection, growth)
                head = growth.head

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

        Whoever was also the last to append knows the head, and makes one journey to the server:
        where the head is another after all, nothing is written. Else it takes two, as the head
        must be read under the lock before leaves are hashed.
        """
        known, self._known = self._known, None
        if known is not None:
            with contextlib.suppress(_HeadMoved):
                return self._appended(events, requests, relied, recorded_at, known)
        return self._appended(events, requests, relied, recorded_at, None)

    def _appended(
        self,
        events: Sequence[StoredEvent],
        requests: Sequence[Request],
        relied: Sequence[tuple[str, int]],
        recorded_at: datetime,
        known: tuple[Head, bytes] | None,
    ) -> tuple[Sequence[int], Growth]:
        rows = [
            self.construct_pg_stored_event(
                str(e.originator_id), e.originator_version, e.topic, e.state
            )
            for e in events
        ]
        if known is not None:
            require_forward(known[1], recorded_at)
        with self.datastore.get_connection() as connection:
            try:
                with connection.pipeline():
                    connection.execute("BEGIN", prepare=True)
                    connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
                    if known is None:
                        found = connection.execute(self._select_head, prepare=True)
                        newest = connection.execute(self._select_newest, prepare=True)
                        # Before the insert, which would take positions that nothing gets.
                        head, last = head_of(found.fetchone()), newest.fetchone()
                        require_forward(None if last is None else bytes(last["state"]), recorded_at)
                    else:
                        head = known[0]
                        told = (head.size, b"".join(head.roots))
                        connection.execute(self._check_head, told, prepare=True)
                    if relied:
                        columns = [list(column) for column in zip(*relied, strict=True)]
                        connection.execute(self._check_relied, columns, prepare=True)
                    for r in requests:
                        connection.execute(
                            self._insert_request,
                            (r.key, r.digest, r.stream, r.version),
                            prepare=True,
                        )
                    inserted = connection.execute(
                        self.insert_events_statement, (rows,), prepare=True
                    )
                    growth = grown(head, events)
                    self._write(connection, growth)
                    connection.execute("COMMIT", prepare=True)
            except BaseException as error:
                with contextlib.suppress(psycopg.Error):
                    connection.execute("ROLLBACK")
                if (told_why := _why(error)) is not None:
                    raise told_why from error
                raise
            # Only where nobody else appends is what was read last what will be found next.
            if known is not None or head == self._last:
                self._known = growth.head, bytes(events[-1].state)
            self._last = growth.head
            return [row["notification_id"] for row in inserted.fetchall()], growth

    def _write(self, connection: Any, growth: Growth) -> None:
        columns = [list(column) for column in zip(*growth.leaves, strict=True)]
        connection.execute(self._insert_leaves, columns, prepare=True)
        for node in growth.nodes:
            connection.execute(self._insert_node, node)
        connection.execute(self._update_head, (growth.head.size, growth.roots), prepare=True)

    def find_request(self, key: str) -> Request | None:
        with self.datastore.get_connection() as connection:
            row = connection.execute(self._select_request, (key,)).fetchone()
        return None if row is None else Request(**row)


class _HeadMoved(Exception):
    """Somebody else has appended since; nothing was written."""


def _why(error: BaseException) -> Exception | None:
    """What stands in a leaf's way was not written by any recorder; a moved head was."""
    if isinstance(error, psycopg.errors.NotNullViolation) and error.diag.table_name == "head":
        return _HeadMoved()
    if isinstance(error, psycopg.IntegrityError) and error.diag.table_name in ("leaves", "nodes"):
        return occupied()
    return None
