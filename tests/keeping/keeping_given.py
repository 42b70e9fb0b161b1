"""Processes that write to a ledger while something else is done to it."""

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess

from ledger import people
from ledger.config import read
from ledger.opening import open_ledger

_FORKED = multiprocessing.get_context("fork")
"""A process that has to load everything first would take most of a test's time."""


def _write(address: str, name: str) -> None:
    """Makes people, each of whom is in the registry and then in the log, until it is killed."""
    opened = open_ledger(read({"AVROP_DATABASE": address}))
    for number in range(100_000):
        whose = f"Person {number} of {name}"
        people.let_in(opened.service, opened.registry, whose, "2120002403", ("manager",))


@contextmanager
def writers(address: str, count: int = 2) -> Iterator[list[BaseProcess]]:
    """Processes that write to a database, and are killed at the end."""
    found = [_FORKED.Process(target=_write, args=(address, str(n))) for n in range(count)]
    for one in found:
        one.start()
    try:
        yield found
    finally:
        for one in found:
            one.kill()
            one.join()


def forked(act, *arguments) -> BaseProcess:
    """Something done in a process of its own, which has ended."""
    process = _FORKED.Process(target=act, args=arguments)
    process.start()
    process.join(60)
    return process
