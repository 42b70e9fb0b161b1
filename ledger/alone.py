"""One server at a time on a file of SQLite, and one worker: locks beside the log."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Served(Exception):
    """Another process holds the lock; `process` is its number, 0 where that is not known."""

    def __init__(self, process: int) -> None:
        super().__init__(f"process {process} serves it")
        self.process = process


def lock_of(path: str) -> Path:
    """The lock beside a log's file."""
    return Path(f"{path}.served")


@contextmanager
def serving(path: str) -> Iterator[None]:
    """Hold the lock of a log's file until the end; so do processes that are forked meanwhile.
    Raises Served."""
    with held(lock_of(path)):
        yield


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold a lock until the end; it goes with the process, however that ends. Raises Served."""
    with path.open("a+") as lock:
        _take(lock.fileno(), path)
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def server_of(path: str) -> int | None:
    """The process that serves a log's file; None where none does. No file is made to look."""
    try:
        with lock_of(path).open() as lock:
            _take(lock.fileno(), lock_of(path))
    except FileNotFoundError:
        return None
    except Served as served:
        return served.process
    return None


def _take(file: int, path: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        said = path.read_text()[:20]
        raise Served(int(said) if said.isdecimal() else 0) from None
