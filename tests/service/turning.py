"""Processes that write to one file of SQLite and note when they do, for a test that looks whether
two ever did at once."""

import os
import sqlite3
import sys
import time
from contextlib import suppress
from pathlib import Path

from ledger.connecting import sqlite
from ledger.connecting.sqlite import InTurn

ROWS = 60


class Noting(InTurn):
    """Notes each write, from when it may until it is done, and each time that the write-ahead log
    is brought into the file, which it is after each write."""

    notes: Path

    def note(self, what: str, began: int) -> None:
        line = f"{os.getpid()} {what} {began} {time.monotonic_ns()}\n"
        with self.notes.open("a") as file:
            file.write(line)

    def bring_in(self) -> None:
        began = time.monotonic_ns()
        time.sleep(0.003)  # long enough for another who waits to begin, where nothing keeps it
        sqlite3.Connection.execute(self, "PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        self.note("checkpoint", began)


class WithoutTurns(Noting):
    """The control: as SQLite does it without us, but that it too notes what it does."""

    def begins(self, statement: str) -> None:
        pass

    def ended(self) -> None:
        pass


def together(notes: Path, count: int) -> None:
    """Wait until as many processes are here."""
    Path(f"{notes}.{os.getpid()}.here").touch()
    while len(list(notes.parent.glob(f"{notes.name}.*.here"))) < count:
        time.sleep(0.01)


def write(path: Path, notes: Path, kind: str) -> None:
    """ROWS rows, each in a transaction of its own."""
    own = {"turns": Noting, "control": WithoutTurns}[kind]
    own.notes = notes
    connection = sqlite3.connect(path, isolation_level=None, timeout=30, factory=own)
    done = 0
    while done < ROWS:
        with suppress(sqlite3.OperationalError):
            connection.execute("BEGIN IMMEDIATE")
            began = time.monotonic_ns()
            connection.execute("INSERT INTO t VALUES (?, ?, ?)", (os.getpid(), done, "x" * 2000))
            time.sleep(0.001)  # the processor is another's meanwhile
            if kind == "control":
                connection.execute("COMMIT")
                connection.note("write", began)
                connection.bring_in()
            else:
                connection.note("write", began)  # it ends before the turn does
                connection.execute("COMMIT")
            done += 1
    connection.close()


if __name__ == "__main__":
    sqlite.RESET_FAULT = ((3, 0, 0), (9, 0, 0))
    together(Path(sys.argv[2]), int(sys.argv[4]))
    write(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
