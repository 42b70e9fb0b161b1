"""The parts of the worker under one supervisor: each goes on where another fails, is begun again,
and says how it is."""

import logging
import threading
import time

import pytest
from msgspec.structs import replace

from ledger import bounds, doctor
from ledger.outbox import worker as working
from ledger.outbox.worker import Part, Worker
from ledger.registry.happened import FAILING, WORKER
from ledger.web import create_app
from tests.conftest import AGREEMENT, BUYER
from tests.outbox.hooked import hooked
from tests.outbox.test_mail import TERM, place
from tests.outbox.test_worker import until


def run(at_work):
    running = threading.Thread(target=at_work.run, daemon=True)
    running.start()
    return running


def ended(at_work, running):
    at_work.stop()
    running.join(20)
    assert not running.is_alive()


def readiness(ledger):
    return create_app(ledger=ledger).test_client().get("/readyz").json


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(working, "PART_PAUSE", 0.01)
    monkeypatch.setattr(working, "PART_PAUSE_MOST", 0.02)


def test_a_part_that_fails_is_begun_again_and_keeps_no_other_from_its_work(ledger, quick, caplog):
    at_work, tried, others = Worker(ledger, pause=0.01), [], []

    def failing(_):
        tried.append(len(tried))
        if len(tried) < 5:
            raise RuntimeError("nothing works")
        return False

    def going(_):
        others.append(True)
        return False

    at_work.parts = [
        Part(name="failing", look=failing, pause=0.01),
        Part(name="going", look=going, pause=0.01),
    ]
    with caplog.at_level(logging.INFO):
        running = run(at_work)
        until(lambda: len(tried) > 6 and len(others) > 6)
        ended(at_work, running)
    assert ledger.registry.happened(f"{FAILING}failing") is not None
    assert ledger.registry.happened(f"{WORKER}failing") is not None
    assert readiness(ledger)["worker"]["parts"] == {"failing": "well", "going": "well"}


def test_it_is_begun_again_later_and_later(ledger):
    waits = []
    at_work = Worker(ledger)

    class Patient(threading.Event):
        def wait(self, timeout=None):
            waits.append(timeout)
            if len(waits) == 9:
                self.set()
            return self.is_set()

    at_work._stop = Patient()

    def failing(_):
        raise RuntimeError

    at_work._supervised(Part(name="failing", look=failing, pause=1))
    assert waits[:4] == [5, 10, 20, 40]
    assert max(waits) == bounds.PART_PAUSE_MOST


def test_what_fails_and_what_is_silent_is_said_where_readiness_is_asked(ledger, clock):
    assert "worker" not in readiness(ledger), "there never was one"
    Worker(ledger).round()
    told = readiness(ledger)
    assert told["worker"] == {
        "state": "ok", "parts": {"calendar": "well", "webhooks": "well"}
    }  # fmt: skip
    assert "worker" not in told["warnings"]
    ledger.registry.happens(f"{FAILING}webhooks")
    assert readiness(ledger)["worker"]["parts"]["webhooks"] == "failing"
    Worker(ledger).round()
    clock.wait(minutes=16)
    told = readiness(ledger)
    assert told["worker"]["parts"] == {"calendar": "silent", "webhooks": "silent"}
    assert "worker" in told["warnings"]
    found = [one for one in doctor.examine(ledger) if one.name == "worker"]
    assert [one.state for one in found] == ["warning"]


def test_webhooks_are_sent_by_it(ledger, api):
    api("manager").post("/agreements", {**AGREEMENT, **TERM})
    told = replace(
        ledger, settings=replace(ledger.settings, webhook_allow=frozenset({"127.0.0.1"}))
    )
    from ledger.application.asker import asking
    from ledger.outbox import hooking

    with hooked() as server:
        asker = asking(told, "p-1", BUYER, ("manager",), ("manager",))
        hooking.add(asker, BUYER, server.address, ["order-placed"])
        at_work = Worker(told, pause=0.01)
        running = run(at_work)
        place(api)
        until(lambda: server.came)
        ended(at_work, running)


def test_the_notary_is_one_of_its_parts_where_it_is_asked_for(desk):
    desk.done("notary", "init", "example.org/ledger", "--folder", "notary")
    desk.done("worker", "--once", "--notary", "--folder", "notary")
    assert (desk.folder / "notary" / "checkpoint").exists()


def test_it_ends_in_order_also_where_a_part_takes_long(ledger):
    at_work, began, done = Worker(ledger, pause=0.01), threading.Event(), []

    def long(_):
        began.set()
        time.sleep(0.3)
        done.append(True)
        return False

    at_work.parts = [Part(name="long", look=long, pause=10)]
    running = run(at_work)
    began.wait(10)
    ended(at_work, running)
    assert done == [True], "what was under way was ended"
