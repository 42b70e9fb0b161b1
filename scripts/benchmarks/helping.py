"""`avrop --help` in processor time, beside what the library of command lines costs by itself."""

import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator

from benchmarks.measure import Row, Target, paired, row
from benchmarks.surroundings import Surroundings


def measure(around: Surroundings, database: str) -> Iterator[Row]:
    if database != "sqlite":
        return  # no database is opened
    with around.progress("help") as tell:
        blocks = paired(
            _process("-m", "ledger", "--help"),
            _process("-c", "import click"),
            blocks=around.sizes.blocks,
            calls=around.sizes.rounds,
            tell=tell,
            clock=_processor_seconds,
        )
    yield row(
        "help",
        database,
        "avrop --help, processor time",
        "import click alone",
        "ms",
        Target(at_most=2.5),
        blocks,
    )


def _process(*arguments: str) -> Callable[[], object]:
    """A new Python, which finds everything compiled to bytecode after the first time."""
    command = (sys.executable, *arguments)
    environ = {name: value for name, value in os.environ.items() if "DONTWRITE" not in name}
    return lambda: subprocess.run(
        command, stdout=subprocess.DEVNULL, check=True, env=environ | {"LC_ALL": "C.UTF-8"}
    )


def _processor_seconds() -> float:
    """What all processes that have ended so far have taken, for themselves and from the system."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime
