"""The worker: one a ledger, killed at any moment without loss, stopped within seconds."""

import asyncio
import multiprocessing
import os
import random
import signal
import time

import pytest

from ledger.outbox.worker import Occupied, alone
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
