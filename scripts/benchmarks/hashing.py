"""What the hash tree costs a write: an order placed with it, and by the same recorders without."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from benchmarks.ledgers import BY, PLACE, sign
from benchmarks.measure import Row, Target, paired, row
from benchmarks.surroundings import Surroundings
from ledger.audit.tree import Head
from ledger.opening import Ledger
from ledger.store import Request, postgresql, sqlite
from ledger.store.leaves import Growth, Stored


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
    store._log.writer = (_OnSQLite if store.on_sqlite else _OnPostgreSQL)(store._log.writer)


class _Bare:
    """Adds events and requests as the ledger's own writer does, and neither leaves nor head."""

    def __init__(self, writer: Any) -> None:
        self._writer = writer

    def append(
        self,
        events: Sequence[Stored],
        requests: Sequence[Request],
        looked: Mapping[str, int],
        recorded_at: datetime,
    ) -> tuple[Sequence[int], Growth]:
        positions = self._added(events, requests, looked)
        leaves = [(0, stream, version, b"") for stream, version, _, _ in events]
        return positions, Growth(Head(), leaves, [])

    def _added(self, events: Any, requests: Any, looked: Any) -> Sequence[int]:
        raise NotImplementedError

    def close(self) -> None:
        self._writer.close()


class _OnSQLite(_Bare):
    def _added(self, events: Any, requests: Any, looked: Any) -> Sequence[int]:
        execute = self._writer._opened().execute
        execute("BEGIN IMMEDIATE")
        for stream, version in looked.items():
            assert execute(sqlite._NEXT, (stream, version + 1)).fetchone() is None, "one writes"
        for one in requests:
            execute(sqlite._INSERT_REQUEST, (one.key, one.digest, one.stream, one.version))
        positions = [execute(sqlite._INSERT_EVENT, event).lastrowid for event in events]
        execute("COMMIT")
        return positions


_EVENTS_ALONE = """WITH request AS (
    INSERT INTO avrop_log.requests
    SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[])
)
INSERT INTO avrop_log.stored_events (originator_id, originator_version, topic, state)
SELECT * FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::bytea[])
WHERE NOT EXISTS (SELECT FROM unnest(%s::text[], %s::bigint[]) AS looked (stream, version)
    JOIN avrop_log.stored_events
    ON originator_id = looked.stream AND originator_version = looked.version + 1)
RETURNING notification_id"""


class _OnPostgreSQL(_Bare):
    def _added(self, events: Any, requests: Any, looked: Any) -> Sequence[int]:
        streams, versions, names, data = zip(*events, strict=True)
        values = (
            postgresql._texts([one.key for one in requests]),
            postgresql._texts([one.digest for one in requests]),
            postgresql._texts([one.stream for one in requests]),
            postgresql._numbers([one.version for one in requests]),
            postgresql._texts(streams),
            postgresql._numbers(versions),
            postgresql._texts(names),
            postgresql._bytes(data),
            postgresql._texts(looked),
            postgresql._numbers(looked.values()),
        )
        cursor = self._writer._open()
        cursor.execute(_EVENTS_ALONE, values, prepare=True)
        return [found[0] for found in cursor.fetchall()]
