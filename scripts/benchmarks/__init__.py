"""What `scripts/bench` measures, one module a measurement, each beside its baseline."""

from collections.abc import Callable, Iterator

from benchmarks import (
    answering,
    growing,
    hashing,
    helping,
    keeping,
    looking_back,
    paging,
    placing,
    rebuilding,
    replaying,
    seeing,
    starting,
    verifying,
)
from benchmarks.measure import Row
from benchmarks.surroundings import Surroundings

MEASUREMENTS: dict[str, Callable[[Surroundings, str], Iterator[Row]]] = {
    "placing": placing.measure,
    "http": answering.measure,
    "growth": growing.measure_orders,
    "balance": growing.measure_balance,
    "rebuild": rebuilding.measure,
    "tree": hashing.measure,
    "verify": verifying.measure,
    "as-of": looking_back.measure,
    "facts": seeing.measure_facts,
    "agreements": seeing.measure_agreements,
    "replay": replaying.measure,
    "start": starting.measure,
    "pages": paging.measure,
    "backup": keeping.measure_backup,
    "copy": keeping.measure_copy,
    "help": helping.measure,
}
"""Name, as `--only` takes it → what measures it on one database and gives its rows."""
