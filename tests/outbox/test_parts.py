"""The parts of the worker under one supervisor: each goes on where another fails, is begun again,
and says how it is."""

import logging
import threading
import time

import pytest
from msgspec.structs import replace

from ledger import bounds, doctor, people
from ledger.application import jobs as application_jobs
from ledger.audit import notary
from ledger.audit.notary import Notary
from ledger.audit.published import publish_key
from ledger.outbox import worker as working
from ledger.outbox.worker import Part, Worker
from ledger.registry import jobs
from ledger.registry.happened import FAILING, WORKER
from ledger.web import create_app
from tests.audit.audit_given import KEY
from tests.conftest import AGREEMENT, BUYER
from tests.outbox.hooked import hooked
from tests.outbox.test_mail import TERM, place
from tests.outbox.test_worker import until
from tests.people import let_in
from tests.web.test_pages import Browser


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
        "state": "ok", "parts": {"calendar": "well", "jobs": "well", "webhooks": "well"}
    }  # fmt: skip
    assert "worker" not in told["warnings"]
    ledger.registry.happens(f"{FAILING}webhooks")
    assert readiness(ledger)["worker"]["parts"]["webhooks"] == "failing"
    Worker(ledger).round()
    clock.wait(minutes=16)
    told = readiness(ledger)
    assert told["worker"]["parts"] == dict.fromkeys(("calendar", "jobs", "webhooks"), "silent")
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


# ── Work that somebody waits for ──────────────────────────────────────────────────────────────


@pytest.fixture
def audited(ledger, api, tmp_path):
    """A ledger that a notary signs; a browser of an administrator, who may have bundles."""
    api("manager").post("/agreements", {**AGREEMENT, **TERM})
    signing = Notary(key=KEY, state=tmp_path / "state", folder=tmp_path / "notary")
    publish_key(signing.folder, KEY.verifier)
    notary.cycle(signing, ledger.store.leaves)
    of = replace(ledger, settings=replace(ledger.settings, notary=str(signing.folder)))
    browser = Browser(create_app(ledger=of))
    browser.post("/session", token=let_in(of, "A", BUYER, ("admin",)))
    return of, browser


def asked_for(browser):
    where = "/audit/bundle?agreement=SKO-2023"
    return browser.post("/audit/bundle", page=where, agreement="SKO-2023")


def test_a_bundle_is_made_by_the_worker_where_one_is_at_work(audited):
    of, browser = audited
    at_work = Worker(of)
    at_work.round()
    page = asked_for(browser)
    assert "It waits to be made" in page.text
    assert "already" in asked_for(browser).text, "one at a time"
    (job,) = jobs.of(of.registry, of.registry.find_in("A", BUYER), BUYER, 9)
    assert job.status == "waiting"
    at_work.round()
    done = browser.get(page.request.path)
    assert "The bundle is made" in done.text
    assert "SKO-2023" in browser.get("/audit/reads").text, "recorded as whoever asked"


def test_it_is_made_by_the_server_where_no_worker_is(audited, clock):
    of, browser = audited
    Worker(of).round()
    clock.wait(minutes=5)
    page = asked_for(browser)
    until(lambda: "The bundle is made" in browser.get(page.request.path).text)


def test_one_that_waits_can_be_cancelled_and_is_then_taken_by_nobody(audited):
    of, browser = audited
    Worker(of).round()
    page = asked_for(browser)
    path = page.request.path
    assert "You cancelled it" in browser.post(path, page=path).text
    assert not application_jobs.take_one(of)


def test_what_the_worker_was_at_when_it_ended_waits_for_the_next(audited):
    of, browser = audited
    Worker(of).round()
    page = asked_for(browser)
    assert application_jobs.take_one(of, lambda: False)
    assert "It waits to be made" in browser.get(page.request.path).text
    assert application_jobs.take_one(of)
    assert "The bundle is made" in browser.get(page.request.path).text


def test_who_lost_the_role_meanwhile_is_given_nothing(audited):
    of, browser = audited
    Worker(of).round()
    page = asked_for(browser)
    person = of.registry.find_in("A", BUYER)
    people.erase(of.service, of.registry, person)
    assert application_jobs.take_one(of)
    (job,) = jobs.of(of.registry, person, BUYER, 9)
    assert job.status == "failed"
    del page
