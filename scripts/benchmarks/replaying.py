"""Replaying one agreement: alone in a log, and among the events of another."""

import contextlib
from collections.abc import Callable, Iterator

from benchmarks.ledgers import SMALL, place_small, sign_small
from benchmarks.measure import Row, Target, paired, row, spaced
from benchmarks.surroundings import Surroundings
from ledger.opening import Ledger
from ledger.replaying import replay


def measure(around: Surroundings, database: str) -> Iterator[Row]:
    filled = around.filled(database, around.sizes.many)
    with contextlib.ExitStack() as stack:
        among = stack.enter_context(around.ledger(filled.address))
        alone = stack.enter_context(around.ledger(around.address(database)))
        sign_small(alone)
        facts = len(list(replay(among.store, SMALL)))
        while alone.store.position() < facts:
            place_small(alone)
        tell = stack.enter_context(around.progress(f"{database}: replaying {facts} facts"))
        blocks = paired(
            _replay(among, facts),
            _replay(alone, facts),
            blocks=around.sizes.blocks,
            calls=around.sizes.calls,
            tell=tell,
        )
    yield row(
        "replay",
        database,
        f"{facts} facts replayed among {spaced(filled.position)} events",
        "the same, alone",
        "ms",
        Target(at_most=1.2),
        blocks,
    )


def _replay(ledger: Ledger, facts: int) -> Callable[[], None]:
    def read() -> None:
        if len(list(replay(ledger.store, SMALL))) != facts:
            raise RuntimeError("the two histories differ")

    return read
