"""Connections to a file of SQLite that take turns to write to it, where its version needs that.

From 3.7.0 to 3.51.2 a write-ahead log that one connection writes to while another brings it into
the file can lose pages (the WAL-reset fault). So a connection holds a lock beside the file for as
long as it writes, and brings the log into the file itself before it lets go: SQLite no longer does
so by itself at whatever moment. The server, the worker and every verb connect here, so that no two
of them do either at once. Reading takes no turn. Of a version without the fault none is taken.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import sqlite3
import stat
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from ledger.bounds import DATABASE_SECONDS, WAL_BYTES

RESET_FAULT = ((3, 7, 0), (3, 51, 2))
"""SQLite versions, the first and the last, that can lose pages of a file which several connections
write to."""
READS = ("SELECT", "EXPLAI", "COMMIT", "ROLLBA", "END", "RELEAS", "VALUES")
"""First letters of statements that begin to write nothing."""
READING = frozenset({"SELECT"})
GOING_ON = READING | {"INSERT", "UPDATE"}
"""First letters of statements that begin no writing, and of those that end none."""
WRITING = re.compile(r"\b(INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)
"""What a statement that begins with WITH has, where it writes."""
KEPT = ("user_version", "application_id", "auto_vacuum", "page_size", "encoding", "schema_version")
"""Settings that are written into the file."""
WORKS = ("checkpoint", "optimize", "incremental_vacuum")
"""What is asked for like a setting, and writes."""
UNWRITABLE = (errno.EACCES, errno.EPERM, errno.EROFS)
_LOCK = os.O_RDWR | os.O_CLOEXEC
_WAIT, _WAIT_MOST = 0.000_5, 0.01

_open: Counter[str] = Counter()
_guard = threading.Lock()


def has_reset_fault() -> bool:
    first, last = RESET_FAULT
    return first <= sqlite3.sqlite_version_info <= last


def turn_of(path: str) -> str:
    """The lock beside a file."""
    return f"{path}.writing"


class Turn:
    """The right to write to a file, of one connection among all processes; it goes with the
    process, however that ends."""

    def __init__(self, path: str) -> None:
        self._of, self._path = path, turn_of(path)
        self._process = 0
        self.file: int | None = None

    @property
    def is_held(self) -> bool:
        return self.file is not None

    def take(self, seconds: float = DATABASE_SECONDS) -> None:
        """Raises OperationalError, as SQLite does where another writes for too long; and where the
        file could be written, but no lock be had. A file that cannot be written needs none."""
        if self.file is not None:
            return
        try:
            try:  # what was opened before was looked at then
                file = os.open(self._path, _LOCK) if self._process else _lock_beside(self._of)
            except FileNotFoundError:
                file = _lock_beside(self._of)
        except OSError as error:
            if not os.access(self._of, os.W_OK):
                return  # SQLite says why nothing is written
            raise _no_lock(self._path, error) from error
        try:
            _wait_for(file, seconds)
        except BaseException as error:
            os.close(file)
            if isinstance(error, OSError):
                raise _no_lock(self._path, error) from error
            raise
        self.file, self._process = file, os.getpid()

    def give(self) -> None:
        """In a process that was forked meanwhile the lock is left to the one that took it; and it
        is given back there though the other still has the file open."""
        if self.file is not None:
            file, self.file = self.file, None
            try:
                if self._process == os.getpid():
                    fcntl.flock(file, fcntl.LOCK_UN)
            finally:
                os.close(file)


def _lock_beside(path: str) -> int:
    """The lock of a file, open, for whoever may write to that: it has the file's own mode and, as
    SQLite does with what it puts beside one, its owner where root made it. Raises OSError."""
    of = os.stat(path)
    mode = stat.S_IMODE(of.st_mode)
    file = os.open(turn_of(path), _LOCK | os.O_CREAT, mode)
    its = os.fstat(file)
    if os.geteuid() in (0, its.st_uid):
        with suppress(OSError):  # a group that one is not in
            if os.geteuid() == 0 and (its.st_uid, its.st_gid) != (of.st_uid, of.st_gid):
                os.fchown(file, of.st_uid, of.st_gid)
            if stat.S_IMODE(its.st_mode) != mode:
                os.fchmod(file, mode)
    return file


def _wait_for(file: int, seconds: float) -> None:
    """Raises OperationalError after some seconds, OSError where it cannot be locked at all."""
    ends, wait = time.monotonic() + seconds, _WAIT
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= ends:
                raise _locked() from None
            time.sleep(wait)
            wait = min(wait * 2, _WAIT_MOST)


def _no_lock(path: str, error: OSError) -> sqlite3.OperationalError:
    """Rather than to write without: two that do may lose pages."""
    said = f"the lock {path} cannot be had: {error.strerror}"
    found = sqlite3.OperationalError(said)
    unwritable = error.errno in UNWRITABLE
    found.sqlite_errorcode = sqlite3.SQLITE_READONLY if unwritable else sqlite3.SQLITE_CANTOPEN
    found.sqlite_errorname = "SQLITE_READONLY" if unwritable else "SQLITE_CANTOPEN"
    return found


def _locked() -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorcode = sqlite3.SQLITE_BUSY
    error.sqlite_errorname = "SQLITE_BUSY"
    return error


class InTurn(sqlite3.Connection):
    """A connection that takes its turn before it writes, and gives it back when that is done."""

    def __init__(self, database: str, *given: Any, **named: Any) -> None:
        super().__init__(database, *given, **named)
        self.path = str(super().execute("PRAGMA database_list").fetchone()[2])
        self.turn = Turn(self.path)
        self._is_open = bool(self.path)
        if self.path:
            super().execute("PRAGMA wal_autocheckpoint=0")
            with _guard:
                _open[self.path] += 1

    def begins(self, statement: str) -> None:
        """Before a statement: where it may write, no other connection does."""
        if self.turn.file is None and self.path and self._may_write(statement):
            self.turn.take()

    def _may_write(self, statement: str) -> bool:
        """Whether a statement may begin to write: one that only begins a transaction does not yet,
        and a setting that is so already writes nothing, or whoever connects would wait."""
        begins = statement.lstrip()[:6].upper()
        if begins.startswith(READS):
            return False
        if begins.startswith("WITH"):
            return WRITING.search(statement) is not None
        if begins == "PRAGMA":
            return self._sets(statement.lower())
        if begins.startswith("BEGIN"):
            return "IMMEDIATE" in statement.upper() or "EXCLUSIVE" in statement.upper()
        return True

    def _sets(self, statement: str) -> bool:
        if "journal_mode" in statement:
            now = super().execute("PRAGMA journal_mode").fetchone()[0]
            return "=" in statement and str(now) not in statement.partition("=")[2]
        said = "".join(statement.split())
        if "wal_autocheckpoint" in said:
            return False
        return any(one in said for one in WORKS) or any(
            f"{one}{sign}" in said for one in KEPT for sign in "=("
        )

    def ended(self) -> None:
        """After one: where nothing is under way any more, the turn is another's."""
        if self.turn.file is not None and not self.in_transaction:
            try:
                self.bring_in()
            finally:
                self.turn.give()

    def bring_in(self) -> None:
        """Bring what the write-ahead log has into the file, once it is long."""
        with suppress(OSError, sqlite3.OperationalError):  # there is none, or somebody reads of it
            if os.stat(f"{self.path}-wal").st_size >= WAL_BYTES:
                super().execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def cursor(self, factory: Any = None) -> Any:
        return super().cursor(factory or _Cursor)

    def execute(self, sql: str, *given: Any) -> Any:
        return super().cursor(_Cursor).execute(sql, *given)

    def executemany(self, sql: str, *given: Any) -> Any:
        return super().cursor(_Cursor).executemany(sql, *given)

    def executescript(self, sql: str) -> Any:
        return super().cursor(_Cursor).executescript(sql)

    def commit(self) -> None:
        try:
            super().commit()
        finally:
            self.ended()

    def rollback(self) -> None:
        try:
            super().rollback()
        finally:
            self.ended()

    def __exit__(self, *of: Any) -> Any:
        try:
            return super().__exit__(*of)
        finally:
            self.ended()

    def __del__(self) -> None:
        """One that is forgotten in the middle of a transaction holds nobody up."""
        if getattr(self, "_is_open", False):
            with suppress(sqlite3.Error):
                self.close()

    def close(self) -> None:
        """The last connection to a file brings all of the log in as it closes."""
        if not self._is_open:
            super().close()
            return
        self._is_open = False
        with _guard:
            _open[self.path] -= 1
            is_last = not _open[self.path]
        if is_last:
            with suppress(sqlite3.OperationalError):  # whoever has the turn has it open, too
                self.turn.take(0)
        try:
            super().close()
        finally:
            self.turn.give()


class _Cursor(sqlite3.Cursor):
    connection: InTurn

    def execute(self, sql: str, *given: Any) -> Any:
        connection = self.connection
        # By far the most either only read, or write in a transaction and do not end it.
        if sql[:6] in (READING if connection.turn.file is None else GOING_ON):
            try:
                return sqlite3.Cursor.execute(self, sql, *given)
            except sqlite3.Error:
                connection.ended()  # some faults end the transaction
                raise
        return self._in_turn(sql, sqlite3.Cursor.execute, sql, *given)

    def executemany(self, sql: str, *given: Any) -> Any:
        return self._in_turn(sql, sqlite3.Cursor.executemany, sql, *given)

    def executescript(self, sql: str) -> Any:
        return self._in_turn("BEGIN IMMEDIATE", sqlite3.Cursor.executescript, sql)

    def _in_turn(self, sql: str, do: Callable[..., Any], *given: Any) -> Any:
        connection = self.connection
        connection.begins(sql)
        try:
            return do(self, *given)
        finally:
            connection.ended()


def factory() -> type[sqlite3.Connection]:
    """What connections to a file are, with this version of SQLite."""
    return InTurn if has_reset_fault() else sqlite3.Connection
