"""With a SQLite whose write-ahead log can lose pages, no two connections write at once, of however
many processes, and none writes while another brings the log into the file."""

import errno
import gc
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from ledger.config import read
from ledger.connecting import sqlite
from ledger.connecting.sqlite import InTurn, Turn, turn_of
from ledger.opening import open_ledger
from tests.clock import STARTED
from tests.service.turning import ROWS

ROOT = Path(__file__).resolve().parents[2]
PROCESSES = 5


@pytest.fixture
def faulty(monkeypatch):
    """Whatever the version that the tests run with."""
    monkeypatch.setattr(sqlite, "RESET_FAULT", ((3, 0, 0), (9, 0, 0)))


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "one.db"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE t (process INTEGER, number INTEGER, text TEXT)")
    connection.commit()
    connection.close()
    return path


def written_by_many(file, tmp_path, kind):
    """What PROCESSES noted: (process, what, began, ended), by when it began."""
    notes = tmp_path / f"notes-{kind}"
    module = [sys.executable, "-m", "tests.service.turning"]
    command = [*module, str(file), str(notes), kind, str(PROCESSES)]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    running = [subprocess.Popen(command, cwd=ROOT, env=environ) for _ in range(PROCESSES)]
    assert [one.wait(240) for one in running] == [0] * PROCESSES
    lines = [line.split() for line in notes.read_text().splitlines()]
    found = [(int(one), what, int(began), int(ended)) for one, what, began, ended in lines]
    return sorted(found, key=lambda one: one[2])


def at_once(noted):
    """Two processes of which one did what it did while another was at it."""
    found, latest = [], noted[0]
    for one in noted[1:]:
        if one[2] < latest[3] and one[0] != latest[0]:
            found.append((latest, one))
        latest = max(latest, one, key=lambda each: each[3])
    return found


@pytest.mark.slow
def test_no_two_processes_write_or_bring_the_log_in_at_once(file, tmp_path):
    noted = written_by_many(file, tmp_path, "turns")
    assert at_once(noted) == []
    assert sum(one[1] == "write" for one in noted) >= PROCESSES * ROWS
    assert sum(one[1] == "checkpoint" for one in noted) >= PROCESSES * ROWS
    connection = sqlite3.connect(file)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert connection.execute("SELECT count(*) FROM t").fetchone() == (PROCESSES * ROWS,)
    connection.close()


@pytest.mark.slow
def test_the_control_without_turns_finds_some_that_do(file, tmp_path):
    assert at_once(written_by_many(file, tmp_path, "control"))


def test_every_part_of_a_ledger_connects_so(faulty, tmp_path):
    address = f"sqlite:///{tmp_path}/avrop.db"
    opened = open_ledger(read({"AVROP_DATABASE": address}), STARTED)
    opened.create()
    opened.registry.happens("tried")
    opened.store.position()
    for connection in (
        opened.store._log.writer._opened(),
        opened.store._datastore.for_questions(),
    ):
        assert isinstance(connection, InTurn)
        assert connection.execute("PRAGMA wal_autocheckpoint").fetchone()[0] == 0
    for engine in (opened.registry._engine, opened.views.database.engine):
        with engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert isinstance(driver, InTurn)
            assert driver.turn._path == turn_of(driver.path)
    locks = {one.name for one in tmp_path.glob("*.writing")}
    assert {"avrop.db.writing", "avrop.registry.db.writing"} <= locks
    opened.close()


def test_a_version_without_the_fault_takes_no_turns(monkeypatch, tmp_path):
    monkeypatch.setattr(sqlite, "RESET_FAULT", ((3, 0, 0), (3, 0, 1)))
    assert sqlite.factory() is sqlite3.Connection


def test_a_turn_is_given_back_when_nothing_is_under_way(faulty, file):
    connection = sqlite3.connect(file, factory=sqlite.factory())
    for do in (
        lambda: connection.execute("SELECT * FROM t").fetchall(),
        connection.rollback,
        connection.commit,
    ):
        do()
        assert not connection.turn.is_held
    connection.execute("INSERT INTO t VALUES (1, 1, '')")
    assert connection.turn.is_held
    with pytest.raises(sqlite3.OperationalError):
        connection.execute("INSERT INTO nothing VALUES (1)")
    assert connection.turn.is_held, "its transaction goes on"
    connection.rollback()
    assert not connection.turn.is_held
    with pytest.raises(sqlite3.OperationalError):
        connection.execute("INSERT INTO nothing VALUES (1)")
    connection.rollback()
    assert not connection.turn.is_held
    connection.close()


def test_whoever_comes_to_read_waits_for_nobody_who_writes(faulty, file):
    holder = Turn(str(file))
    holder.take()
    began = time.monotonic()
    connection = sqlite3.connect(file, factory=sqlite.factory())
    for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "BEGIN"):
        connection.execute(statement)
    assert connection.execute("SELECT count(*) FROM t").fetchone() == (0,)
    connection.execute("COMMIT")
    connection.close()
    assert time.monotonic() - began < 3
    holder.give()


def test_whoever_waits_too_long_is_told_as_sqlite_tells_it(faulty, file):
    holder, waiter = Turn(str(file)), Turn(str(file))
    holder.take()
    began = time.monotonic()
    with pytest.raises(sqlite3.OperationalError, match="locked") as locked:
        waiter.take(0.2)
    assert 0.2 <= time.monotonic() - began < 5
    assert locked.value.sqlite_errorcode == sqlite3.SQLITE_BUSY
    later = threading.Timer(0.1, holder.give)
    later.start()
    waiter.take(5)
    assert waiter.is_held
    waiter.give()


def test_the_log_is_brought_into_the_file_once_it_is_long(faulty, file, monkeypatch):
    monkeypatch.setattr(sqlite, "WAL_BYTES", 200_000)
    connection = sqlite3.connect(file, factory=sqlite.factory())
    before, wal = file.stat().st_size, Path(f"{file}-wal")
    for number in range(200):
        connection.execute("INSERT INTO t VALUES (1, ?, ?)", (number, "x" * 2000))
        connection.commit()
    assert file.stat().st_size > before + 100_000
    assert wal.stat().st_size < 400_000, "and is begun anew"
    connection.close()
    assert not wal.exists()


def test_a_process_that_is_killed_holds_nobody(faulty, file):
    script = (
        "import sys, time; from ledger.connecting.sqlite import Turn; "
        "t = Turn(sys.argv[1]); t.take(); print('held', flush=True); time.sleep(60)"
    )
    held = subprocess.Popen(
        [sys.executable, "-c", script, str(file)], stdout=subprocess.PIPE, cwd=ROOT
    )
    assert held.stdout.readline() == b"held\n"
    turn = Turn(str(file))
    with pytest.raises(sqlite3.OperationalError):
        turn.take(0.05)
    held.kill()
    held.wait()
    held.stdout.close()
    turn.take(5)
    turn.give()


@pytest.mark.parametrize("fails", [False, True])
def test_a_connection_that_manages_its_transaction_gives_its_turn_back(faulty, file, fails):
    connection = sqlite3.connect(file, factory=sqlite.factory())
    try:
        with connection:
            connection.execute("INSERT INTO t VALUES (1, 1, '')")
            assert connection.turn.is_held
            if fails:
                raise LookupError
    except LookupError:
        assert fails
    assert not connection.turn.is_held
    assert connection.execute("SELECT count(*) FROM t").fetchone() == (0 if fails else 1,)
    connection.close()


def test_one_that_is_forgotten_in_the_middle_holds_nobody(faulty, file):
    def forget():
        connection = sqlite3.connect(file, factory=sqlite.factory())
        connection.execute("INSERT INTO t VALUES (1, 1, '')")
        assert connection.turn.is_held

    forget()
    gc.collect()
    turn = Turn(str(file))
    turn.take(0.5)
    turn.give()
    assert sqlite._open[str(file)] == 0


@pytest.mark.parametrize(
    ("statement", "writes"),
    [
        ("WITH x AS (SELECT 1) SELECT * FROM x", False),
        ("WITH x AS (SELECT 1) INSERT INTO t SELECT 1, 1, '' FROM x", True),
        ("PRAGMA wal_checkpoint", True),
        ("PRAGMA wal_checkpoint(TRUNCATE)", True),
        ("PRAGMA wal_checkpoint = FULL", True),
        ("PRAGMA optimize", True),
        ("PRAGMA incremental_vacuum", True),
        ("PRAGMA user_version = 3", True),
        ("PRAGMA user_version(3)", True),
        ("PRAGMA user_version", False),
        ("PRAGMA wal_autocheckpoint=0", False),
        ("PRAGMA journal_mode=WAL", False),
        ("PRAGMA journal_mode=DELETE", True),
        ("PRAGMA quick_check(1)", False),
        ("BEGIN", False),
        ("BEGIN IMMEDIATE", True),
        ("VACUUM", True),
    ],
)
def test_what_may_write_takes_a_turn_and_what_only_reads_does_not(faulty, file, statement, writes):
    connection = sqlite3.connect(file, factory=sqlite.factory())
    assert connection._may_write(statement) == writes
    connection.close()


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o660])
def test_the_lock_is_for_whoever_may_write_to_the_file(faulty, file, mode):
    """Made by one who may open it alone, it would leave all others to write without a turn."""
    lock = Path(turn_of(str(file)))
    lock.touch(0o400)
    file.chmod(mode)
    turn = Turn(str(file))
    turn.take()
    turn.give()
    assert lock.stat().st_mode & 0o777 == mode
    lock.unlink()
    turn.take()
    turn.give()
    assert lock.stat().st_mode & 0o777 == mode


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_the_lock_that_root_makes_is_of_the_files_owner(faulty, file):
    os.chown(file, 65_534, 65_534)
    turn = Turn(str(file))
    turn.take()
    turn.give()
    made = os.stat(turn_of(str(file)))
    assert (made.st_uid, made.st_gid) == (65_534, 65_534)


def test_where_the_file_can_be_written_and_no_lock_be_made_nothing_is_written(faulty, file):
    os.mkdir(turn_of(str(file)))
    connection = sqlite3.connect(file, factory=sqlite.factory())
    assert connection.execute("SELECT count(*) FROM t").fetchone() == (0,), "reading needs none"
    with pytest.raises(sqlite3.OperationalError, match="cannot be had") as refused:
        connection.execute("INSERT INTO t VALUES (1, 1, '')")
    assert refused.value.sqlite_errorcode == sqlite3.SQLITE_CANTOPEN
    connection.close()


@pytest.mark.parametrize("fault", [errno.ENOLCK, errno.EOPNOTSUPP, errno.EIO])
def test_a_file_system_that_knows_no_locks_is_told_as_a_fault_of_the_database(
    faulty, file, monkeypatch, fault
):
    def none(*_):
        raise OSError(fault, os.strerror(fault))

    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    monkeypatch.setattr(sqlite.fcntl, "flock", none)
    turn = Turn(str(file))
    with pytest.raises(sqlite3.OperationalError, match="cannot be had"):
        turn.take()
    assert not turn.is_held
    if before:
        assert len(os.listdir("/proc/self/fd")) == before


def test_a_process_that_is_forked_neither_keeps_the_turn_nor_gives_it_back(faulty, file):
    turn, other = Turn(str(file)), Turn(str(file))
    turn.take()
    child = os.fork()
    if not child:
        try:
            turn.give()
            os.kill(os.getpid(), signal.SIGSTOP)
        finally:
            os._exit(0)
    os.waitpid(child, os.WUNTRACED)
    with pytest.raises(sqlite3.OperationalError):
        other.take(0.05)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    child = os.fork()  # one that still has the file open
    if not child:
        try:
            os.kill(os.getpid(), signal.SIGSTOP)
        finally:
            os._exit(0)
    os.waitpid(child, os.WUNTRACED)
    turn.give()
    other.take(1)
    other.give()
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
