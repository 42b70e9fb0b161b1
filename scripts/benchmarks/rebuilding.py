"""Rebuilding the read models, in events a second, against bare decoding of the same events."""

import time
from collections.abc import Iterator

from benchmarks.measure import Block, Row, Target, row, spaced
from benchmarks.surroundings import Surroundings
from ledger import codec


def measure(around: Surroundings, database: str) -> Iterator[Row]:
    filled = around.filled(database, around.sizes.many)
    blocks = []
    with around.ledger(filled.address) as ledger:
        rows = ledger.store.follow_stored(0, ledger.store.position())
        for number in range(min(3, around.sizes.rounds)):
            with around.progress(f"{database}: rebuilding, round {number + 1}") as tell:
                start = time.perf_counter()
                for stored in rows:
                    codec.decode(
                        str(stored.originator_id),
                        stored.originator_version,
                        stored.topic,
                        stored.state,
                        stored.id,
                    )
                decoded = time.perf_counter()
                ledger.views.rebuild(tell)
                rebuilt = time.perf_counter()
            blocks.append(
                Block(
                    ours=(rebuilt - decoded) / len(rows),
                    baseline=(decoded - start) / len(rows),
                )
            )
    yield row(
        "rebuild",
        database,
        f"read models rebuilt, {spaced(len(rows))} events",
        "bare decoding",
        "events/s",
        Target(at_least=0.12),
        blocks,
    )
