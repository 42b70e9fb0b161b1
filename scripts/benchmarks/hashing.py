"""What the hash tree costs a write: an order placed with it, and by the same recorders without."""

from collections.abc import Iterator, Sequence
from typing import Any

from benchmarks.ledgers import BY, PLACE, sign
from benchmarks.measure import Row, Target, paired, row
from benchmarks.surroundings import Surroundings
from ledger.audit.tree import Head
from ledger.opening import Ledger
from ledger.store.leaves import Growth
from ledger.store.postgresql import _LOCK, PostgresLog
from ledger.store.sqlite import _NEXT, SQLiteLog


def measure(around: Surroundings, database: str) -> Iterator[Row]:
    with (
        around.ledger(around.address(database)) as ours,
        around.ledger(around.address(database)) as bare,
        around.progress(f"{database}: placing orders with and without the tree") as tell,
    ):
        _without_tree(bare)
        for ledger in (ours, bare):
            sign(ledger)
        blocks = paired(
            lambda: ours.service.execute(PLACE, BY),
            lambda: bare.service.execute(PLACE, BY),
            blocks=around.sizes.blocks,
            calls=around.sizes.calls * 3,
            tell=tell,
        )
        if bare.store.leaves.end() or not ours.store.leaves.end():
            raise RuntimeError("the ledger without a tree has one, or the other has none")
    yield row(
        "tree",
        database,
        "an order placed",
        "without leaves and head",
        "ms",
        Target(at_most=1.5),
        blocks,
    )


def _without_tree(ledger: Ledger) -> None:
    store: Any = ledger.store
    kind = _SQLiteWithoutTree if store.on_sqlite else _PostgresWithoutTree
    store._log = kind(store._datastore)


def _none_of(events: Sequence[Any]) -> Growth:
    return Growth(Head(), [(0, "", 0, b"")] * len(events), [])


class _SQLiteWithoutTree(SQLiteLog):
    def append(self, events, requests, relied, recorded_at):
        with self.datastore.get_connection(commit=True) as connection:
            cursor = connection.cursor()
            cursor.execute("BEGIN IMMEDIATE")
            for stream, version in relied:
                cursor.execute(_NEXT, (stream, version + 1))
                assert cursor.fetchone() is None, "one process writes here"
            cursor.executemany(
                "INSERT INTO requests VALUES (?,?,?,?)",
                [(r.key, r.digest, r.stream, r.version) for r in requests],
            )
            ids = self._insert_events(cursor, events)
            connection.commit()
        return ids, _none_of(events)


class _PostgresWithoutTree(PostgresLog):
    def append(self, events, requests, relied, recorded_at):
        rows = [
            self.construct_pg_stored_event(
                str(e.originator_id), e.originator_version, e.topic, e.state
            )
            for e in events
        ]
        with self.datastore.get_connection() as connection:
            with connection.pipeline():
                connection.execute("BEGIN", prepare=True)
                connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
                if relied:
                    columns = [list(column) for column in zip(*relied, strict=True)]
                    connection.execute(self._check_relied, columns, prepare=True)
                for r in requests:
                    values = (r.key, r.digest, r.stream, r.version)
                    connection.execute(self._insert_request, values, prepare=True)
                inserted = connection.execute(self.insert_events_statement, (rows,), prepare=True)
                connection.execute("COMMIT", prepare=True)
            ids = [found["notification_id"] for found in inserted.fetchall()]
        return ids, _none_of(events)
