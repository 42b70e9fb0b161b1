"""Lists narrowed by what the day alone makes of one: orders overdue, agreements ended."""

import csv
import io
from datetime import date, timedelta

import pytest

from ledger.tick import calendar, tick
from tests.cli.desk import Desk
from tests.conftest import AGREEMENT, ORDER

FIRST, SECOND, THIRD = (f"SKO-2023-000{i}" for i in (1, 2, 3))


@pytest.fixture
def placed(api):
    """Three orders: one that is answered, and two that have other days to be answered by."""
    assert api("manager").post("/agreements", AGREEMENT).status_code == 201
    for respond_by in ("2023-12-11", "2023-12-11", "2024-01-31"):
        order = {**ORDER, "respond_by": respond_by}
        assert api("orderer").post("/agreements/SKO-2023/orders", order).status_code == 201
    confirm = {"confirmed_on": "2023-11-28"}
    assert api("supplier").post(f"/orders/{FIRST}/confirm", confirm).status_code == 200
    return api


@pytest.fixture
def at_desk(ledger, clock, tmp_path, monkeypatch):
    monkeypatch.setenv("AVROP_DATABASE", ledger.settings.database)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return Desk(tmp_path, clock)


def numbers(answer) -> list[str]:
    assert answer.status_code == 200, answer.text
    if answer.mimetype == "text/csv":
        rows = csv.DictReader(io.StringIO(answer.text[1:], newline=""))
        return [row["Number"] for row in rows if row.get("Line: number", "1") == "1"]
    return [one["number"] for one in answer.json["items"]]


@pytest.mark.parametrize("format", ["json", "csv"])
@pytest.mark.parametrize(
    ("on", "overdue"),
    [
        ("2023-12-11", []),
        ("2023-12-12", [SECOND]),
        ("2024-01-31", [SECOND]),
        ("2024-02-01", [SECOND, THIRD]),
    ],
)
def test_orders_are_listed_as_overdue_from_the_day_after_their_last_one(
    placed, at_desk, format, on, overdue
):
    for role in ("orderer", "supplier", "auditor"):
        asked = {"status": "overdue", "as_of": on, "format": format}
        assert numbers(placed(role).get("/orders", **asked)) == overdue
    told = at_desk.json("order", "list", "--status", "overdue", "--as-of", on)
    assert [one["number"] for one in told] == overdue
    assert all(one["overdue"] for one in told)
    # They hold their room, and so are placed orders none the less.
    assert numbers(placed("orderer").get("/orders", status="placed", as_of=on)) == [SECOND, THIRD]


def test_an_order_is_overdue_until_its_lapse_is_recorded_and_was_so_as_known_before(
    placed, ledger, clock, at_desk
):
    orderer = placed("orderer")
    assert numbers(orderer.get("/orders", status="overdue")) == [SECOND, THIRD]
    assert numbers(orderer.get("/orders", status="overdue", limit=1)) == [SECOND]
    assert numbers(orderer.get("/orders", status="overdue", after=SECOND)) == [THIRD]
    before = clock().isoformat()
    clock.move(clock.today + timedelta(days=1))
    list(tick(ledger.service, ledger.views, calendar(ledger.service, ledger.registry), clock.today))
    assert numbers(orderer.get("/orders", status="overdue")) == []
    assert numbers(orderer.get("/orders", status="lapsed")) == [SECOND, THIRD]
    known = {"status": "overdue", "known_at": before}
    assert numbers(orderer.get("/orders", **known)) == [SECOND, THIRD]
    assert numbers(orderer.get("/orders", **known, format="csv")) == [SECOND, THIRD]
    told = at_desk.json("order", "list", "--status", "overdue", "--known-at", before)
    assert [one["number"] for one in told] == [SECOND, THIRD]
    assert at_desk.json("order", "list", "--status", "overdue") == []


@pytest.mark.parametrize("format", ["json", "csv"])
@pytest.mark.parametrize("ticked", [False, True])
def test_agreements_are_listed_as_ended_from_the_day_after_their_last_whether_or_not_it_is_recorded(
    api, ledger, clock, at_desk, ticked, format
):
    manager = api("manager")
    for number, ends_on in (("A-1", "2027-09-04"), ("A-2", "2027-09-30")):
        body = {**AGREEMENT, "number": number, "ends_on": ends_on, "starts_on": "2023-10-01"}
        assert manager.post("/agreements", body).status_code == 201
    body = {**AGREEMENT, "number": "A-3"}
    assert manager.post("/agreements", body).status_code == 201
    assert manager.post("/agreements/A-3/close", {"reason": "Klart"}).status_code == 200

    def stand(status, on=""):
        asked = {"status": status, "format": format, **({"as_of": on} if on else {})}
        found = numbers(manager.get("/agreements", **asked))
        option = ("--as-of", on) if on else ()
        told = at_desk.json("agreement", "list", "--status", status, *option)
        assert [one["number"] for one in told] == found
        return found

    assert (stand("active"), stand("ended"), stand("closed")) == (["A-1", "A-2"], [], ["A-3"])
    clock.move(date(2027, 9, 5))
    if ticked:
        list(
            tick(
                ledger.service, ledger.views, calendar(ledger.service, ledger.registry), clock.today
            )
        )
    assert (stand("active"), stand("ended"), stand("closed")) == (["A-2"], ["A-1"], ["A-3"])
    assert (stand("active", "2027-09-04"), stand("ended", "2027-09-04")) == (["A-1", "A-2"], [])
    clock.move(date(2027, 10, 1))
    assert (stand("active"), stand("ended")) == ([], ["A-1", "A-2"])


def test_a_suspended_agreement_is_suspended_until_its_term_is_over(api, clock):
    manager = api("manager")
    assert manager.post("/agreements", AGREEMENT).status_code == 201
    body = {"reason": "Utredning"}
    assert manager.post("/agreements/SKO-2023/suspend", body).status_code == 200
    assert numbers(manager.get("/agreements", status="suspended")) == ["SKO-2023"]
    clock.move(date(2027, 9, 5))
    assert numbers(manager.get("/agreements", status="suspended")) == []
    assert numbers(manager.get("/agreements", status="ended")) == ["SKO-2023"]


def test_a_status_that_there_is_none_of_is_refused_with_those_that_there_are(api, at_desk):
    answer = api("finance").get("/orders", status="late")
    assert answer.status_code == 422
    assert "overdue" in answer.text
    assert "'overdue'" in at_desk.refused("order", "list", "--status", "late", status=2)
    assert "'ended'" in at_desk.refused("agreement", "list", "--status", "over", status=2)
