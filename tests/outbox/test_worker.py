"""The worker: one a ledger, killed at any moment without loss, stopped within seconds."""

import asyncio
import multiprocessing
import os
import random
import signal
import threading
import time

import pytest
from sqlalchemy import text

from ledger.opening import open_ledger
from ledger.outbox import worker as working
from ledger.outbox.worker import Occupied, Worker, alone
from ledger.registry import outbox
from tests.conftest import AGREEMENT, SUPPLIER
from tests.outbox.postbox import postbox, with_mail
from tests.outbox.test_mail import TERM, THEIRS, place
from tests.outbox.working import work

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.outbox.working"])


SMALL = {"kind": "delivery", "amount": "100.00"}
"""A line of which very many fit."""


@pytest.fixture
def box():
    with postbox() as found:
        yield found


@pytest.fixture
def posted(ledger, api, box):
    api("manager").post("/agreements", {**AGREEMENT, **TERM})
    api("supplier").post(f"/organisations/{SUPPLIER}/address", {"address": THEIRS})
    return with_mail(ledger, box)


def begun(posted, clock):
    process = PROCESSES.Process(target=work, args=(posted.settings, clock), daemon=True)
    process.start()
    return process


def until(true, seconds=60):
    last = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < last, "it did not come about"
        time.sleep(0.01)


def until_more_than(count, box):
    until(lambda: len(box.mails) > count)


@pytest.mark.slow
@pytest.mark.parametrize("kills", [6, pytest.param(100, marks=pytest.mark.long)])
def test_killed_at_any_moment_it_loses_nothing_and_repeats_only_what_carries_the_same_id(
    posted, api, box, clock, kills
):
    chance, orders = random.Random(kills), 0
    for nth in range(kills):
        for _ in range(2):
            assert place(api, lines=[SMALL])["number"]
            orders += 1
        before = len(box.mails)
        process = begun(posted, clock)
        if nth % 2:  # with something under way
            until_more_than(before, box)
        time.sleep(chance.random() * 0.05)
        os.kill(process.pid, signal.SIGKILL)
        process.join()
    last = begun(posted, clock)
    until(lambda: outbox.counts(posted.registry).get("sent") == orders)
    last.terminate()
    last.join(10)
    assert last.exitcode == 0
    assert len(set(box.ids())) == orders
    assert orders <= len(box.mails) <= orders + kills
    by_id = {}
    for mail in box.mails:
        by_id.setdefault(str(mail["Message-ID"]), set()).add(str(mail["Subject"]))
    assert {len(subjects) for subjects in by_id.values()} == {1}


@pytest.mark.slow
def test_it_stops_within_seconds_also_while_a_server_is_slow(posted, api, box, clock):
    place(api)
    begun_at = []

    async def slow(_server, _session, _envelope) -> str:
        begun_at.append(True)
        await asyncio.sleep(30)
        return "250 taken at last"

    box.handle_DATA = slow
    process = begun(posted, clock)
    until(lambda: begun_at)
    began = time.monotonic()
    process.terminate()
    process.join(20)
    assert process.exitcode == 0
    assert time.monotonic() - began < 15
    assert outbox.counts(posted.registry) == {"waiting": 1}


def test_there_is_one_worker_a_ledger(posted, clock):
    with alone(posted):
        other = begun(posted, clock)
        other.join(60)
        assert other.exitcode == 3
        with pytest.raises(Occupied), alone(posted):
            pass
    with alone(posted):
        pass


def test_asked_to_stop_by_a_signal_it_waits_for_no_lock_of_its_own(posted):
    """A signal comes between any two steps of the thread that it is handled in."""
    at_work = Worker(posted)
    assert at_work.goes_on()
    with at_work._stop._cond:
        asked = threading.Thread(target=at_work.stop, daemon=True)
        asked.start()
        asked.join(5)
        assert not asked.is_alive()
    assert not at_work.goes_on()


def cut_off(ledger):
    """End the connections in PostgreSQL that hold a lock, as the server does that is begun anew."""
    query = (
        "SELECT pg_terminate_backend(pid) FROM pg_locks "
        "WHERE locktype = 'advisory' AND pid <> pg_backend_pid() "
        "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    with ledger.registry.connection() as connection:
        assert connection.execute(text(query)).all()


@pytest.fixture
def other(settings, clock):
    opened = open_ledger(settings, clock)
    yield opened
    opened.close()


def test_a_worker_whose_lock_the_server_let_go_takes_it_again(ledger, other, settings):
    with alone(ledger) as still:
        still()
        if not settings.database.startswith("sqlite"):
            cut_off(other)
            still()
        with pytest.raises(Occupied), alone(other):
            pass
    with alone(other):
        pass


def test_where_another_took_it_meanwhile_it_ends(ledger, other, settings, monkeypatch):
    if settings.database.startswith("sqlite"):
        pytest.skip("the lock of a file goes with its process alone")
    monkeypatch.setattr(working, "WORKER_PAUSE", 0.05)
    at_work, ends = Worker(ledger, pause=0.01), []

    def run():
        try:
            at_work.run()
        except Occupied:
            ends.append(True)

    running = threading.Thread(target=run, daemon=True)
    running.start()
    until(lambda: at_work._noted)
    lost = threading.Event()
    real = working._InServer.keep

    def late(lock):
        lost.wait(30)
        real(lock)

    monkeypatch.setattr(working._InServer, "keep", late)
    time.sleep(0.5)
    cut_off(other)
    with alone(other):
        lost.set()
        running.join(30)
    assert not running.is_alive()
    assert ends == [True]
    assert not at_work.goes_on()
