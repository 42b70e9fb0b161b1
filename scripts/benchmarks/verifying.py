"""Verifying the log, in events a second, against bare SHA-256 of the same bytes."""

import time
from collections.abc import Iterator
from hashlib import sha256

from benchmarks.measure import Block, Row, Target, row, spaced
from benchmarks.surroundings import Surroundings
from ledger.audit.entry import make
from ledger.verifying import Held, verify_log


def measure(around: Surroundings, database: str) -> Iterator[Row]:
    filled = around.filled(database, around.sizes.many)
    blocks = []
    with around.ledger(filled.address) as ledger:
        leaves = ledger.store.leaves
        entries = [
            make(each.index, each.stream, each.version, each.name, each.stored or b"")
            for each in leaves.every(leaves.end())
        ]
        for number in range(min(3, around.sizes.rounds)):
            with around.progress(f"{database}: verifying, round {number + 1}"):
                start = time.perf_counter()
                for entry in entries:
                    sha256(entry).digest()
                hashed = time.perf_counter()
                found = verify_log(ledger.store, Held())
                verified = time.perf_counter()
            if found:
                raise RuntimeError(f"the log is not as it was written: {found[0].sentence}")
            blocks.append(
                Block(
                    ours=(verified - hashed) / len(entries),
                    baseline=(hashed - start) / len(entries),
                )
            )
    yield row(
        "verify",
        database,
        f"the log verified, {spaced(len(entries))} events",
        "bare SHA-256",
        "events/s",
        Target(at_least=0.2),
        blocks,
    )
