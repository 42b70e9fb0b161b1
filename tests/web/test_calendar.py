"""The calendar over the API and as a service: what is due is recorded once, whoever looks."""

import threading
from datetime import date, timedelta

import pytest
from click.testing import CliRunner

from ledger.cli import main, planning
from ledger.domain.refusals import Unavailable
from ledger.service import Service
from ledger.tick import calendar, tick
from tests.clock import STARTED
from tests.conftest import AGREEMENT, ORDER, recorded

AFTER = "2023-12-12"


@pytest.fixture
def placed(api):
    assert api("manager").post("/agreements", AGREEMENT).status_code == 201
    body = {**ORDER, "respond_by": "2023-12-11"}
    assert api("orderer").post("/agreements/SKO-2023/orders", body).status_code == 201
    return api


def test_the_route_records_what_is_due_tells_it_and_then_nothing_more(placed, ledger):
    answer = placed("admin").post("/tick", {"on": AFTER})
    assert answer.status_code == 200, answer.text
    assert answer.json["on"] == AFTER
    assert [fact["name"] for fact in answer.json["facts"]] == ["order-lapsed", "room-moved"]
    lapsed = answer.json["facts"][0]
    assert (lapsed["agreement"], lapsed["stream"]) == ("SKO-2023", "order/SKO-2023-0001")
    assert lapsed["sentence"] == "SKO-2023-0001 lapsed: no answer by 2023-12-11"
    before = recorded(ledger.store)
    assert placed("admin").post("/tick", {"on": AFTER}).json == {"on": AFTER, "facts": []}
    assert recorded(ledger.store) == before


def test_it_is_told_in_the_reader_s_language(placed):
    client = placed("admin")
    client.headers["Accept-Language"] = "sv"
    facts = client.post("/tick", {"on": AFTER}).json["facts"]
    assert facts[0]["sentence"].startswith("SKO-2023-0001 förföll")


@pytest.mark.parametrize("role", ["manager", "finance", "orderer", "auditor", "supplier"])
def test_only_who_keeps_the_ledger_asks_for_it(placed, ledger, role):
    before = ledger.store.position()
    assert placed(role).post("/tick", {"on": AFTER}).status_code == 403
    kinds = {fact.stream.partition("/")[0] for fact in ledger.store.follow(before, 10)}
    assert not kinds & {"agreement", "order"}


def test_a_day_that_has_not_come_brings_nothing_about(placed, ledger):
    before = recorded(ledger.store)
    answer = placed("admin").post("/tick", {"on": (STARTED.today + timedelta(2)).isoformat()})
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/on")
    assert recorded(ledger.store) == before


def test_ticks_at_the_same_time_record_each_thing_once(placed, ledger):
    body = {**ORDER, "respond_by": "2023-12-11"}
    for _ in range(5):
        assert placed("orderer").post("/agreements/SKO-2023/orders", body).status_code == 201
    by, start = calendar(ledger.service, ledger.registry), threading.Barrier(3)
    told: list = []

    def work() -> None:
        start.wait()
        another = Service(ledger.store, ledger.registry.party)
        told.extend(tick(another, ledger.views, by, date(2023, 12, 12)))

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lapsed = [fact.stream for fact in told if fact.stream.startswith("order/")]
    assert sorted(lapsed) == [f"order/SKO-2023-000{i}" for i in range(1, 7)]
    remaining = placed("finance").get("/agreements/SKO-2023/balance").json["remaining"]
    assert remaining == "2000000.00"


# ── As a service ──────────────────────────────────────────────────────────────────────────────


class Over(Exception):
    """The test has seen enough."""


def run(settings, monkeypatch, cycles: int, *arguments: str) -> list[str]:
    """What `avrop tick` says in some cycles."""
    monkeypatch.setenv("AVROP_DATABASE", settings.database)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    slept: list[int] = []

    def sleep(seconds: int) -> None:
        slept.append(seconds)
        if len(slept) == cycles:
            raise Over

    monkeypatch.setattr(planning.time, "sleep", sleep)
    result = CliRunner().invoke(main, obj=STARTED, args=["tick", *arguments])
    assert isinstance(result.exception, Over), result.output
    assert set(slept) == {60}
    return result.output.splitlines()


def test_as_a_service_it_looks_again_and_says_only_what_it_records(placed, settings, monkeypatch):
    assert run(settings, monkeypatch, 3, "--every", "60")[0].endswith(
        "SKO-2023-0001 lapsed: no answer by 2023-12-11"
    )
    assert run(settings, monkeypatch, 2, "--every", "60") == []


def test_a_database_that_is_away_is_asked_again(placed, settings, monkeypatch):
    done = planning._tick
    tries: list[int] = []

    def away(*arguments, **named) -> None:
        tries.append(1)
        if len(tries) == 1:
            raise Unavailable
        done(*arguments, **named)

    monkeypatch.setattr(planning, "_tick", away)
    said = run(settings, monkeypatch, 2, "--every", "60")
    assert said[0].startswith("The database cannot be reached.")
    assert "lapsed" in said[1]


def test_a_service_looks_at_each_day_as_it_comes(settings):
    result = CliRunner().invoke(
        main, obj=STARTED, args=["tick", "--every", "60", "--on", "2023-12-12"]
    )
    assert (result.exit_code, result.output.strip()) == (
        1, "--every is for each day as it comes: leave --on out.",
    )  # fmt: skip


def test_a_day_that_nobody_said_is_not_far_ahead_of_the_newest_fact(placed, clock):
    """A clock that is ahead would let every order lapse, for ever."""
    week = clock.today + timedelta(days=7)
    clock.move(week)
    admin = placed("admin")  # whose role is the newest fact
    assert admin.post("/tick", {}).status_code == 200
    clock.move(week + timedelta(days=30))
    refused = admin.post("/tick", {})
    assert refused.status_code == 422
    (fault,) = refused.json["errors"]
    assert fault["pointer"] == "/on"
    assert (week + timedelta(days=30)).isoformat() in fault["detail"]
    said = {"on": (week + timedelta(days=30)).isoformat()}
    assert placed("admin").post("/tick", said).status_code == 200
