"""`avrop doctor` finds what is wrong with a ledger, and says what to do."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from ledger import alone, doctor
from ledger.config import read
from ledger.connecting import sqlite
from ledger.opening import open_ledger
from ledger.projections.database import SHAPE
from ledger.registry import Registry, steps
from ledger.registry.tables import version
from tests.clock import SetClock
from tests.service.race import sign


@pytest.fixture
def well(desk, monkeypatch, tmp_path):
    """A ledger with nothing to be said of it but its notary, which is none."""
    opened = open_ledger(read(), desk.clock)
    sign(opened.service, 10_000_00)
    opened.views.catch_up()
    for what in ("ticked", "backed up"):
        opened.registry.happens(what)
    opened.close()
    monkeypatch.setattr(doctor, "FREE_WARNING", 0)
    monkeypatch.setattr(doctor, "FREE_FAULT", 0)
    key, folder = tmp_path / "key", tmp_path / "notary"
    monkeypatch.setenv("AVROP_NOTARY", str(folder))
    desk.done("notary", "init", "example.se/avrop", "--key", str(key))
    desk.done("notary", "run", "--once", "--key", str(key), "--state", str(tmp_path / "state"))
    return desk


def found(desk):
    """Exit status, and name → state of what is not well."""
    result = desk.ask("doctor", "--json")
    said = json.loads(result.stdout)
    assert result.exit_code == said["status"]
    return said["status"], {
        one["name"]: one["said"] for one in said["findings"] if one["state"] != "ok"
    }


def test_a_ledger_that_is_well_is_said_to_be(well):
    assert found(well) == (0, {})
    told = well.done("doctor")
    assert all(line.startswith("  ") for line in told.splitlines())


def changed(number):
    registry = Registry("sqlite:///avrop.registry.db")
    with registry.transaction() as connection:
        connection.execute(update(version).values(number=number))
    registry.close()


def executed(statement, file="avrop.db"):
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(statement)


def no_notary(monkeypatch):
    monkeypatch.setenv("AVROP_NOTARY", "")


FAULTS = {
    "a registry of an earlier version": (
        lambda _: changed(0), 2, "registry", "run `avrop init`",
    ),
    "a registry of a newer version": (
        lambda _: changed(steps.NEWEST + 1), 2, "registry", "newer version",
    ),
    "no registry": (
        lambda _: Path("avrop.registry.db").unlink(), 2, "registry", "avrop.registry.db",
    ),
    "a damaged tree": (
        lambda _: executed("DELETE FROM head"), 2, "log", "avrop verify",
    ),
    "damaged read models": (
        lambda _: Path(f"avrop.views.{SHAPE}.db").write_bytes(b"no database" * 500), 2,
        "read-models", "avrop rebuild",
    ),
    "read models that are gone": (
        lambda _: Path(f"avrop.views.{SHAPE}.db").unlink(), 1, "read-models", "not made yet",
    ),
    "read models of another log": (
        lambda _: executed("UPDATE positions SET leaf='0'", f"avrop.views.{SHAPE}.db"), 1,
        "read-models", "another log",
    ),
    "a disk that is nearly full": (
        lambda patch: patch.setattr(doctor, "FREE_WARNING", 1 << 60), 1, "disk", "make room",
    ),
    "a disk that is full": (
        lambda patch: patch.setattr(doctor, "FREE_FAULT", 1 << 60), 2, "disk", "make room",
    ),
    "no notary": (no_notary, 1, "checkpoint", "AVROP_NOTARY"),
    "several workers on SQLite": (
        lambda patch: (
            patch.setenv("AVROP_WORKERS", "2"),
            patch.setattr(sqlite, "RESET_FAULT", ((3, 7, 0), (9, 0, 0))),
        ), 2, "sqlite", "AVROP_WORKERS",
    ),
}  # fmt: skip
"""What is done to it → the exit status, of what it is said, and what."""


@pytest.mark.parametrize("what", FAULTS)
def test_each_fault_is_found_and_said(well, monkeypatch, what):
    cause, status, name, said = FAULTS[what]
    cause(monkeypatch)
    given, all_found = found(well)
    assert given == status
    assert said in all_found[name], all_found


def test_what_was_not_done_for_long_is_said(well, monkeypatch):
    now = well.clock()
    monkeypatch.setattr(well, "clock", SetClock(now + timedelta(days=3)))
    status, said = found(well)
    assert status == 1
    assert said.keys() == {"tick", "backup"}
    monkeypatch.setattr(well, "clock", SetClock(now + timedelta(days=300)))
    assert "clock" in found(well)[1]
    monkeypatch.setattr(well, "clock", SetClock(now - timedelta(days=3)))
    assert "behind" in found(well)[1]["clock"]


def test_an_alarm_of_the_notary_is_said_until_it_is_over(well, tmp_path):
    executed("UPDATE stored_events SET state=state||' '")
    run = ("notary", "run", "--once", "--recheck", "--key", str(tmp_path / "key"))
    run = (*run, "--state", str(tmp_path / "state"))
    assert "ALARM" in well.refused(*run)
    status, said = found(well)
    assert status == 2
    assert "The notary has raised an alarm" in said["notary"]
    executed("UPDATE stored_events SET state=substr(state, 1, length(state) - 1)")
    well.done(*run)
    assert found(well) == (0, {})


def test_nothing_is_made_by_looking(tmp_path, monkeypatch, clock):
    from tests.cli.desk import Desk

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AVROP_DATABASE", "sqlite:///none.db")
    status, said = found(Desk(tmp_path, clock))
    assert status == 2
    assert said == {"log": "There is no ledger yet: run `avrop init`."}
    assert not list(tmp_path.glob("*.db"))


def test_a_tick_is_noted(well):
    registry = Registry("sqlite:///avrop.registry.db")
    before = registry.happened("ticked")
    well.clock = SetClock(before + timedelta(hours=1))
    well.done("tick")
    assert registry.happened("ticked") >= before + timedelta(hours=1)
    registry.close()


# ── One server at a file ──────────────────────────────────────────────────────────────────────


def held(path):
    """Another process that serves a file: it holds the lock that `serve` takes."""
    script = (
        "import sys; from ledger import alone\n"
        f"with alone.serving({str(path)!r}): print('held', flush=True); sys.stdin.read()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert other.stdout.readline() == b"held\n"
    return other


def test_a_second_server_on_a_file_is_refused_and_the_first_is_named(well):
    other = held("avrop.db")
    try:
        said = well.refused("serve")
        assert f"served already, by process {other.pid}" in said
        said = well.refused("serve", "--demo", "--anew")
        assert "served already" in said, "before anything is thrown away"
        assert alone.server_of("avrop.db") == other.pid
    finally:
        other.communicate()
    assert alone.server_of("avrop.db") is None
    with alone.serving("avrop.db"):
        assert alone.server_of("avrop.db") == os.getpid()


def test_the_lock_goes_with_a_server_that_is_killed(well):
    other = held("avrop.db")
    other.kill()
    other.wait()
    with alone.serving("avrop.db"):
        pass


# ── Two notaries ──────────────────────────────────────────────────────────────────────────────


def test_a_notary_waits_for_the_next_cycle_where_another_is_at_it(well, tmp_path, monkeypatch):
    from ledger.audit.notary import _locked

    run = ("notary", "run", "--key", str(tmp_path / "key"), "--state", str(tmp_path / "state"))
    cycles = []

    def pause(_):
        cycles.append(1)
        if len(cycles) == 1:
            held.__exit__(None, None, None)
        else:
            raise KeyboardInterrupt

    monkeypatch.setattr("ledger.cli.notary.time.sleep", pause)
    held = _locked(tmp_path / "state")
    held.__enter__()
    assert "Nothing was done" in well.refused(*run, "--once"), "the control: the lock is held"
    told = well.ask(*run).output
    first, second = told.splitlines()[:2]
    assert first.startswith("Another notary is at it")
    assert second.startswith("Signed size")


def test_a_backup_is_noted(well, tmp_path):
    registry = Registry("sqlite:///avrop.registry.db")
    before = registry.happened("backed up")
    well.done("backup", str(tmp_path / "backups"))
    assert registry.happened("backed up") > before
    registry.close()
