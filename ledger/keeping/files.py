"""Files of databases: copied while they are in use, hashed, and never through a link."""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ledger.audit.files import OWN_FILE, OWN_FOLDER, synchronise
from ledger.bounds import DATABASE_SECONDS
from ledger.connecting.sqlite import factory
from ledger.keeping import CannotKeep
from ledger.wording import words

SQLITE = "sqlite:///"
BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a file that is open."""
_AT_A_TIME = 1 << 20
_WAITS = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def path_of(database: str) -> Path:
    """The file of a SQLite address. Raises CannotKeep where it has none."""
    path = Path(database.removeprefix(SQLITE))
    if not database.startswith(SQLITE) or path.name in ("", ":memory:"):
        raise CannotKeep(
            words(
                "{address} is no file of SQLite: give sqlite:///path.",
                address=database.rsplit("@", maxsplit=1)[-1],
            )
        )
    return path


def copy_in_use(source: Path, target: Path) -> None:
    """All of a SQLite file as it is at one moment, by SQLite's own online backup: others go on
    reading and writing. The copy is one file, whole on the disk. Raises CannotKeep."""
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWN_FILE))
    until = time.monotonic() + DATABASE_SECONDS

    def waited(status: int, _left: int, _all: int) -> None:
        if status in _WAITS and time.monotonic() > until:
            raise sqlite3.OperationalError("database is locked")

    try:
        there = f"{source.absolute().as_uri()}?mode=rw"
        live = sqlite3.connect(there, uri=True, factory=factory())
        try:
            copy = sqlite3.connect(target)
            try:
                # In one step: what is written meanwhile would have it begin again.
                live.backup(copy, pages=-1, progress=waited)
                seal(copy)
            finally:
                copy.close()
        finally:
            live.close()
    except sqlite3.Error as error:
        raise CannotKeep(
            words(
                "{file} could not be copied: {why}. Nothing was kept.",
                file=str(source),
                why=str(error),
            )
        ) from error
    flush(target)


def seal(connection: sqlite3.Connection) -> None:
    """Leave a database that is one file, with nothing beside it. Raises sqlite3.Error."""
    connection.execute("PRAGMA journal_mode=DELETE")
    found = [row[0] for row in connection.execute("PRAGMA quick_check(1)")]
    if found != ["ok"]:
        raise sqlite3.DatabaseError(found[0])


def flush(path: Path) -> None:
    """Make a file's bytes last."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def digest(path: Path) -> tuple[int, str]:
    """How many bytes a file has, and their SHA-256."""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
        return file.tell(), found


def read_plain(path: Path, most: int) -> bytes:
    """At most `most` + 1 bytes of a file that is one itself. Raises CannotKeep."""
    with _opened(path) as handle, os.fdopen(os.dup(handle), "rb") as file:
        return file.read(most + 1)


def copy_plain(source: Path, target: Path) -> tuple[int, str]:
    """Copy a file that is one itself, and no link to another; how many bytes were copied, and their
    SHA-256. Raises CannotKeep."""
    hashed, count = hashlib.sha256(), 0
    with (
        _opened(source) as handle,
        os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWN_FILE), "wb") as out,
    ):
        while part := os.read(handle, _AT_A_TIME):
            hashed.update(part)
            count += out.write(part)
        out.flush()
        os.fsync(out.fileno())
    return count, hashed.hexdigest()


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if path.is_symlink():
            raise _no_file(path) from None
        raise CannotKeep(
            words("{file} cannot be read: {why}.", file=str(path), why=error.strerror or "")
        ) from error
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise _no_file(path)
        yield handle
    finally:
        os.close(handle)


def _no_file(path: Path) -> CannotKeep:
    return CannotKeep(
        words("{file} is no file itself, perhaps a link: it is not followed.", file=str(path))
    )


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """One process at a time at what a lock stands for. Raises CannotKeep."""
    try:
        handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, OWN_FILE)
    except OSError as error:
        raise CannotKeep(
            words("{file} cannot be written: {why}.", file=str(lock), why=error.strerror or "")
        ) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotKeep(
                words("Another process is at it: {file} is locked.", file=str(lock))
            ) from None
        yield
    finally:
        os.close(handle)


def make_folder(folder: Path) -> None:
    """A folder that is its owner's alone, where there is none. Raises CannotKeep."""
    try:
        folder.mkdir(mode=OWN_FOLDER, parents=True, exist_ok=True)
    except OSError as error:
        raise CannotKeep(
            words("{file} cannot be made: {why}.", file=str(folder), why=error.strerror or "")
        ) from error


def require_room(folder: Path, needed: int) -> None:
    """Raises CannotKeep where a disk has less room than so many bytes."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise CannotKeep(
            words(
                "{folder} has {free} MB free, and {needed} MB are needed: make room, or give a "
                "folder on another disk.",
                folder=str(folder),
                free=free // 1_000_000,
                needed=-(-needed // 1_000_000),
            )
        )


def put_in_place(made: Path, place: Path) -> None:
    """Give what was made beside its name, in one step that lasts."""
    made.rename(place)
    synchronise(place.parent)
