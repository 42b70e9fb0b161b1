"""Today is today in every door: what waits for its day, is overdue, ended, or begins later."""

import re
from datetime import date, timedelta

import pytest

from ledger.demo.e_invoice import written
from ledger.demo.harnosand import bill, bill_line
from ledger.tick import calendar, tick
from tests.cli.desk import Desk
from tests.conftest import AGREEMENT, BUYER, ORDER
from tests.people import let_in

PATH = "/agreements/SKO-2023"


@pytest.fixture
def placed(api):
    assert api("manager").post("/agreements", AGREEMENT).status_code == 201
    order = {**ORDER, "respond_by": "2023-12-11"}
    assert api("orderer").post(f"{PATH}/orders", order).status_code == 201
    return api


def waiting(api) -> list:
    return api("finance").get("/documents").json["items"]


def received(api, day: date):
    body = written(bill(1, "90012345", day, bill_line(1, "Utveckling", 60_000)))
    headers = {**api("finance").headers, "Content-Type": "application/xml"}
    path = "/api/v1/documents/peppol-invoice"
    return api("finance").client.post(path, data=body, headers=headers)


def test_a_received_invoice_that_is_dated_ahead_waits_and_is_matched_on_its_day(
    placed, ledger, clock
):
    confirm = {"confirmed_on": "2023-11-28"}
    assert placed("supplier").post("/orders/SKO-2023-0001/confirm", confirm).status_code == 200
    day = clock.today + timedelta(days=3)
    answer = received(placed, day)
    assert (answer.status_code, answer.json["status"]) == (202, "queued"), answer.text
    assert day.isoformat() in answer.json["reason"]
    work = ledger.service, ledger.views, calendar(ledger.service, ledger.registry)
    early = [*tick(*work, clock.today, ledger.registry)]
    assert not [fact for fact in early if fact.stream.startswith("drawdown/")]
    clock.move(day)
    facts = [*tick(*work, day, ledger.registry)]
    assert [fact.effective_on for fact in facts if fact.stream.startswith("drawdown/")] == [day]
    assert waiting(placed) == []


def test_a_received_invoice_that_is_dated_more_than_a_year_ahead_is_a_fault_of_its_date(
    placed, clock
):
    answer = received(placed, clock.today + timedelta(days=400))
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json["errors"]] == ["/Invoice/IssueDate"]
    assert waiting(placed) == []


def test_a_day_to_come_is_a_fault_at_the_member_that_gives_it(placed, clock):
    tomorrow = (clock.today + timedelta(days=1)).isoformat()
    for member in ("cancelled_on", "on"):
        answer = placed("orderer").post("/orders/SKO-2023-0001/cancel", {member: tomorrow})
        assert answer.status_code == 422
        assert [one["pointer"] for one in answer.json["errors"]] == [f"/{member}"]


@pytest.mark.parametrize("days", [0, 1])
def test_whose_it_is_not_to_do_is_told_that_before_the_faults_of_the_day(placed, clock, days):
    day = (clock.today + timedelta(days=days)).isoformat()
    path = "/orders/SKO-2023-0001/confirm"
    for role, organisation in (("orderer", None), ("supplier", "2021004052")):
        asked = placed(role, organisation) if organisation else placed(role)
        assert asked.post(path, {"confirmed_on": day}).status_code in (403, 404)
    own = placed("supplier").post(path, {"confirmed_on": day})
    assert own.status_code == (422 if days else 409)


def test_an_unanswered_order_is_overdue_in_every_door_and_holds_its_room_until_the_lapse(
    placed, ledger, clock, tmp_path, monkeypatch, database
):
    assert (
        placed("orderer").get("/orders/SKO-2023-0001", as_of="2023-12-11").json["overdue"] is False
    )
    assert placed("orderer").get("/orders/SKO-2023-0001").json["overdue"] is True
    assert placed("orderer").get("/orders").json["items"][0]["overdue"] is True
    monkeypatch.setenv("AVROP_DATABASE", database)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert "overdue" in Desk(tmp_path, clock).done("order", "list")
    assert placed("finance").get(f"{PATH}/balance").json["reserved"] == "240000.00"
    [*tick(ledger.service, ledger.views, calendar(ledger.service, ledger.registry), clock.today)]
    assert placed("finance").get(f"{PATH}/balance").json["reserved"] == "0.00"
    assert placed("orderer").get("/orders/SKO-2023-0001").json["overdue"] is False


def test_an_order_that_does_not_say_by_when_has_a_last_day_too(
    api, ledger, clock, tmp_path, monkeypatch, database
):
    policy = {"policy": {"answer_days": 2}}
    signed = api("manager").post("/agreements", {**AGREEMENT, **policy})
    assert signed.json["policy"]["answer_days"] == 2
    last = (clock.today + timedelta(days=2)).isoformat()
    body = {"lines": ORDER["lines"], "course": "Kurs"}
    placed = api("orderer").post(f"{PATH}/orders", body)
    assert placed.json["respond_by"] == last, placed.text
    tried = api("orderer").post(f"{PATH}/orders", body, dry_run="true")
    assert tried.status_code == 200, tried.text
    monkeypatch.setenv("AVROP_DATABASE", database)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    shown = Desk(tmp_path, clock).done("order", "show", "SKO-2023-0001")
    assert re.search(rf"^Answer by +{last}$", shown, re.MULTILINE)
    clock.move(clock.today + timedelta(days=3))
    assert api("orderer").get("/orders/SKO-2023-0001").json["overdue"] is True
    late = api("supplier").post("/orders/SKO-2023-0001/confirm", {})
    assert (late.status_code, late.json["respond_by"]) == (409, last)
    [*tick(ledger.service, ledger.views, calendar(ledger.service, ledger.registry), clock.today)]
    assert api("orderer").get("/orders/SKO-2023-0001").json["status"] == "lapsed"


def test_an_agreement_past_its_last_day_is_ended_whether_or_not_the_calendar_said_so(
    placed, ledger, clock
):
    assert placed("finance").get(PATH).json["expired"] is False
    clock.move(date(2027, 9, 5))
    assert placed("finance").get(PATH).json["expired"] is True
    assert placed("finance").get(PATH, as_of="2027-09-04").json["expired"] is False
    assert placed("finance").get("/agreements").json["items"][0]["expired"] is True
    for day, status in (("2027-09-04", "active"), ("2027-09-05", "ended")):
        there = placed("finance").get(PATH, as_of=day).json
        (listed,) = placed("finance").get("/agreements", as_of=day, status=status).json["items"]
        assert {there["status"], listed["status"]} == {status}
    assert placed("finance").get(f"{PATH}/summary").json["status"] == "ended"
    assert placed("finance").get("/agreements", status="active").json["items"] == []
    before = placed("finance").get(PATH).json
    [*tick(ledger.service, ledger.views, calendar(ledger.service, ledger.registry), clock.today)]
    assert placed("finance").get(PATH).json["status"] == before["status"] == "ended"


def test_what_takes_effect_later_stands_beside_and_in_no_figure(placed, clock):
    later = (clock.today + timedelta(days=2)).isoformat()
    body = {"change": {"cap": "2100000.00"}, "ground": "17:9", "decision": "KS 1",
            "effective_on": later}  # fmt: skip
    assert placed("manager").post(f"{PATH}/amendments", body).status_code == 201
    found = placed("finance").get(f"{PATH}/balance").json
    binds = {"effect": "hard", "tolerance": 0, "removed": False}
    beside = [{"day": later, "limit": "cap", "amount": "2100000.00", **binds}]
    assert (found["cap"], found["later"]) == ("2000000.00", beside)
    assert placed("finance").get(PATH).json["cap"] == "2000000.00"
    assert placed("finance").get(f"{PATH}/forecast").json["limits"][0]["amount"] == "2000000.00"
    then = placed("finance").get(f"{PATH}/balance", as_of=later).json
    assert (then["cap"], then["later"]) == ("2100000.00", [])


def test_buyers_and_policy_that_take_effect_later_stand_beside_and_hold_in_nothing_before(
    placed, clock
):
    day, week = (clock.today + timedelta(days=n) for n in (2, 7))
    other = {"organisation": "2120001470", "name": "Bengtsfors"}
    for change, on in (
        ({"buyers": [other], "policy": {"cap_tolerance": 5}}, day),
        ({"policy": {"answer_days": 21, "cap_tolerance": 5}}, week),
    ):
        body = {"change": change, "ground": "17:10", "clause": "4 §", "decision": "KS 1",
                "effective_on": on.isoformat()}  # fmt: skip
        answer = placed("manager").post(f"{PATH}/amendments", body)
        assert answer.status_code == 201, answer.text
    found = placed("finance").get(PATH).json
    assert found["policy"]["cap_tolerance"] == 0
    assert [one["organisation"] for one in found["buyers"]] == [BUYER]
    first, second = found["later"]
    assert (first["day"], second["day"]) == (day.isoformat(), week.isoformat())
    assert [one["organisation"] for one in first["buyers"]] == ["2120001470"]
    assert (first["policy_changes"], first["policy"]["cap_tolerance"]) == (["cap_tolerance"], 5)
    assert (second["buyers"], second["policy_changes"]) == ([], ["answer_days"])
    then = placed("finance").get(PATH, as_of=day.isoformat()).json
    assert (then["policy"], then["later"]) == (first["policy"], [second])
    assert placed("finance").get(PATH, as_of=week.isoformat()).json["later"] == []
    assert placed("finance").get(PATH, as_of="2024-01-01").json["later"] == [first, second]


@pytest.mark.parametrize(
    "path", ["balance", "statement", "balance/explain?figure=remaining", "suppliers", "rounds", ""]
)
def test_without_a_date_a_reading_is_that_of_today(placed, clock, path):
    mark = "&" if "?" in path else "?"
    whole = f"/api/v1{PATH}/{path}".rstrip("/")
    client, headers = placed("finance").client, placed("finance").headers
    today = client.get(f"{whole}{mark}as_of={clock.today}", headers=headers).json
    now = client.get(whole, headers=headers).json
    for one in (today, now):
        for varies in ("known_at", "actions"):
            one.pop(varies, None)
    assert now == today


def test_the_summary_s_courses_and_years_add_up_to_what_was_paid(harnosand):
    from decimal import Decimal

    from ledger.web import create_app
    from tests.conftest import BUYER, Api

    token = let_in(harnosand, "Reader", BUYER, ("finance",))
    found = Api(create_app(ledger=harnosand).test_client(), token).get(f"{PATH}/summary").json
    paid = Decimal(found["paid"])
    assert sum(Decimal(one["paid"]) for one in found["years"]) == paid
    assert sum(Decimal(one["paid"]) for one in found["courses"]) == paid
    balance = Api(create_app(ledger=harnosand).test_client(), token).get(f"{PATH}/balance").json
    assert balance["drawn"] == found["paid"]
