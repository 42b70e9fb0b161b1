"""What a loss of power leaves of a log on SQLite: whatever was answered, whole, and nothing half.

The statements that the log sends to SQLite are kept, and sent again to one whose file system notes
each write and each order to keep it. Power is then lost after each write: on the disk is what was
ordered to be kept, and of the rest all, nothing, or some with the last of it torn.
"""

import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import apsw
import msgspec
import pytest

from ledger.service import Service
from ledger.store import Request, open_store
from ledger.store import sqlite as log
from tests.clock import STARTED
from tests.service.race import BY, ordering, sign

ORDERS = 24
PAGES = 12
"""Of its write-ahead log, after which SQLite carries it over into the file: often, for so few."""
SECTOR = 512
"""Bytes of which a disk writes all or none."""


class Said(sqlite3.Connection):
    """A connection that keeps what changes something."""

    kept: list[tuple[str, object]]

    def execute(self, statement, values=()):
        if not statement.startswith(("SELECT", "PRAGMA")):
            self.kept.append((statement, tuple(values)))
        return super().execute(statement, values)

    def executemany(self, statement, rows):
        rows = list(rows)
        self.kept += [(statement, tuple(values)) for values in rows]
        return super().executemany(statement, rows)


class Play(msgspec.Struct):
    """Orders that were placed: the file before them, what was said to it, and how many facts there
    were after each."""

    begins: Path
    said: list[tuple[str, object]]
    facts: list[int]


@pytest.fixture
def play(tmp_path, monkeypatch) -> Play:
    address = f"sqlite:///{tmp_path}/avrop.db"
    store = open_store(address)
    store.create()
    sign(Service(store, clock=STARTED), 10**9)
    begins, kept, facts = tmp_path / "begins.db", [], [store.position()]
    with sqlite3.connect(begins) as copy:
        sqlite3.connect(tmp_path / "avrop.db").backup(copy)
    copy.close()
    store.close()

    def opened(path):
        connection = sqlite3.connect(
            path, uri=True, check_same_thread=False, isolation_level=None, factory=Said
        )
        connection.row_factory, connection.kept = sqlite3.Row, kept
        return connection

    monkeypatch.setattr(log, "opened", opened)
    store = open_store(address)
    service = Service(store, clock=STARTED)
    for n in range(ORDERS):
        service.execute(ordering(100 + n), BY, Request(key=f"k{n}", digest=f"d{n}"))
        facts.append(store.position())
    store.close()
    return Play(begins=begins, said=kept, facts=facts)


# ── A disk that notes what it is told ─────────────────────────────────────────────────────────


class Disk(apsw.VFS):
    def __init__(self, name: str) -> None:
        super().__init__(name, "")
        self.told: list[tuple[object, ...]] = []

    def xOpen(self, name, flags):  # noqa: N802
        return Noted(self.told, name, flags)

    def xDelete(self, name, sync):  # noqa: N802
        self.told.append(("delete", Path(name).name))
        super().xDelete(name, sync)


class Noted(apsw.VFSFile):
    def __init__(self, told, name, flags) -> None:
        super().__init__("", name, flags)
        whole = name if isinstance(name, str) else name.filename()
        self.told, self.name = told, Path(whole).name

    def xWrite(self, data, offset):  # noqa: N802
        self.told.append(("write", self.name, offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, size):  # noqa: N802
        self.told.append(("truncate", self.name, size))
        super().xTruncate(size)

    def xSync(self, flags):  # noqa: N802
        self.told.append(("sync", self.name))
        super().xSync(flags)


def noted(play: Play, folder: Path, synchronous: str) -> list[tuple[object, ...]]:
    """What a disk is told while the orders are recorded, and when each was answered."""
    folder.mkdir()
    (folder / "avrop.db").write_bytes(play.begins.read_bytes())
    disk = Disk(f"noting-{synchronous}")
    connection = apsw.Connection(str(folder / "avrop.db"), vfs=f"noting-{synchronous}")
    for pragma in ("journal_mode=wal", f"synchronous={synchronous}", f"wal_autocheckpoint={PAGES}"):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    disk.told.clear()
    for statement, values in play.said:
        connection.execute(statement, values)
        if statement == "COMMIT":
            disk.told.append(("answered",))
    told = list(disk.told)
    connection.close()
    disk.unregister()
    return told


# ── What is left when power is lost ───────────────────────────────────────────────────────────


class Left(msgspec.Struct):
    """A state of the disk, and how many orders had been answered."""

    files: dict[str, bytes]
    answered: int


def losses(play: Play, told: list[tuple[object, ...]], chance: random.Random) -> Iterator[Left]:
    """After each thing that the disk was told: what was ordered to be kept, and of the rest all,
    nothing and some."""
    kept = {"avrop.db": bytearray(play.begins.read_bytes())}
    waiting: dict[str, list[tuple[object, ...]]] = {}
    answered = 0
    for one in told:
        if one == ("answered",):
            answered += 1
            continue
        what, name = one[0], str(one[1])
        if what == "sync":
            for other in waiting.pop(name, []):
                write(kept, other)
        elif what == "delete":
            waiting.pop(name, None)
            kept.pop(name, None)
        else:
            waiting.setdefault(name, []).append(one)
        loose = [other for some in waiting.values() for other in some]
        torn = [other for other in loose if chance.random() < 0.5]
        if torn and torn[-1][0] == "write":
            what, name, offset, data = torn[-1]
            torn[-1] = (what, name, offset, data[: chance.randrange(0, len(data) + 1, SECTOR)])
        for some in {tuple(loose), (), tuple(torn)}:
            files = {name: bytearray(data) for name, data in kept.items()}
            for other in some:
                write(files, other)
            yield Left(files={name: bytes(data) for name, data in files.items()}, answered=answered)


def write(files: dict[str, bytearray], one: tuple[object, ...]) -> None:
    what, name, *more = one
    file = files.setdefault(name, bytearray())
    if what == "truncate":
        del file[more[0] :]
        file.extend(bytes(more[0] - len(file)))
        return
    offset, data = more
    file.extend(bytes(max(0, offset - len(file))))
    file[offset : offset + len(data)] = data


def found(left: Left, folder: Path) -> str | int:
    """How many facts a state of the disk has, or what is wrong with it."""
    for name in ("avrop.db", "avrop.db-wal", "avrop.db-shm"):
        (folder / name).unlink(missing_ok=True)
        if name in left.files:
            (folder / name).write_bytes(left.files[name])
    connection = sqlite3.connect(folder / "avrop.db")
    try:
        sound = connection.execute("PRAGMA integrity_check").fetchone()[0]
        counts = [
            connection.execute(f"SELECT {asked}").fetchone()[0]
            for asked in (
                "count(*) FROM stored_events",
                "count(*) FROM leaves",
                "size FROM head",
            )
        ]
        keys = connection.execute("SELECT count(*) FROM requests WHERE key LIKE 'k%'").fetchone()[0]
    except sqlite3.DatabaseError as error:
        return str(error)
    finally:
        connection.close()
    if sound != "ok" or len(set(counts)) != 1:
        return f"{sound} {counts}"
    return f"{keys} requests" if keys < left.answered else counts[0]


def faults(play: Play, told: list[tuple[object, ...]], folder: Path) -> tuple[int, list[str]]:
    """How many states there are; what is wrong in any: an answered order that is not there, or
    one that is there in part."""
    folder.mkdir()
    wrong, count = [], 0
    for left in losses(play, told, random.Random(1)):
        count += 1
        facts = found(left, folder)
        if facts not in play.facts[left.answered : left.answered + 2]:
            wrong.append(f"{left.answered} answered, found {facts}")
    return count, wrong


def test_power_that_is_lost_after_any_write_loses_nothing_that_was_answered(play, tmp_path):
    told = noted(play, tmp_path / "noted", "FULL")
    assert told.count(("answered",)) == ORDERS
    assert ("sync", "avrop.db") in told, "what is carried over into the file is among the writes"
    count, wrong = faults(play, told, tmp_path / "lost")
    assert wrong == []
    assert count > 20 * ORDERS


def test_a_disk_that_is_not_told_to_keep_anything_loses_what_was_answered(play, tmp_path):
    told = noted(play, tmp_path / "noted", "OFF")
    _, wrong = faults(play, told, tmp_path / "lost")
    assert wrong


def test_what_is_left_is_a_ledger_that_goes_on(play, tmp_path):
    folder = tmp_path / "lost"
    folder.mkdir()
    states = list(losses(play, noted(play, tmp_path / "noted", "FULL"), random.Random(2)))
    for left in random.Random(3).sample(states, 12):
        found(left, folder)
        store = open_store(f"sqlite:///{folder}/avrop.db")
        before = store.position()
        again = Request(key="k-again", digest="d")
        Service(store, clock=STARTED).execute(ordering(1), BY, again)
        assert store.position() > before
        facts = store.follow(0, 10_000)
        assert [fact.position for fact in facts] == list(range(1, store.position() + 1))
        store.close()
