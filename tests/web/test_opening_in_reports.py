"""What was carried over counts in every report as invoices do, and tells no day of its own."""

from datetime import date

import pytest

from ledger.application.asker import asking
from ledger.application.importing.doing import take_in
from tests.application.test_importing import AGREEMENT, BALANCE, ORDER, book, told
from tests.conftest import BUYER
from tests.people import let_in, person_of

MEMBER = "2120001470"
TWO = {
    **AGREEMENT,
    "buyers": "212000-2403; 212000-1470",
    "buyer_names": "Härnösands kommun; Kramfors",
}
OPEN = {**ORDER, "invoiced": 250_000, "as_of": date(2023, 12, 31), "evidence": "Reskontran"}
THERE = "/agreements/SKO-2023"


@pytest.fixture
def manager(ledger):
    let_in(ledger, "manager", BUYER, ("manager",))
    person = person_of(ledger, "manager", BUYER)
    return asking(ledger, person, BUYER, ("manager",), ("manager",), "sv")


def brought(manager, **sheets) -> None:
    report = take_in(manager, book(**{"agreements": [AGREEMENT], **sheets}))
    assert told(report) == []


def year_end(api, year: int) -> list[tuple[str, str, str]]:
    found = api("manager").get(f"{THERE}/accruals", year=str(year)).json
    return [(one["order"][-4:], one["accrued"], one["prepaid"]) for one in found["items"]]


def test_what_was_invoiced_before_is_no_accrual_of_any_year(manager, api):
    brought(manager, balances=[BALANCE, {**BALANCE, "year": 2021, "amount": 1_000}])
    assert [year_end(api, year) for year in range(2020, 2026)] == [[]] * 6


def test_what_was_invoiced_before_of_an_order_is_deducted_from_what_was_delivered_of_it(
    manager, api
):
    brought(manager, orders=[OPEN])
    assert year_end(api, 2022) == []
    assert year_end(api, 2023) == [("0001", "0.00", "250000.00")]
    delivered = {"delivered_on": "2024-01-10", "seats_used": 1}
    given = api("manager").post("/orders/SKO-2023-0001/deliver", delivered)
    assert given.status_code == 200, given.json
    assert year_end(api, 2024) == [("0001", "350000.00", "0.00")]


def test_who_carries_what_comes_to_what_was_paid(manager, api):
    two = {**BALANCE, "buyer": MEMBER, "amount": 21_000}
    brought(manager, agreements=[TWO], balances=[BALANCE, two], orders=[OPEN])
    summary = api("manager").get(f"{THERE}/summary").json
    assert summary["paid"] == "1250000.50"
    assert [one["gross"] for one in summary["members"]] == ["1229000.50", "21000.00"]
    funding = api("manager").get(f"{THERE}/funding").json
    assert funding["invoiced"] == summary["paid"]
    assert [one["gross"] for one in funding["members"]] == ["1229000.50", "21000.00"]
    assert [one["amount"] for one in funding["not_eligible"]] == ["1250000.50"]
    before = api("manager").get(f"{THERE}/funding", as_of="2023-12-30").json
    assert before["invoiced"] == "0.00"


def test_what_was_carried_over_is_in_use_and_no_order_that_a_forecast_is_judged_by(manager, api):
    brought(manager, orders=[OPEN], balances=[BALANCE, {**BALANCE, "year": 2022, "amount": 1}])
    (limit,) = api("manager").get(f"{THERE}/forecast").json["limits"]
    assert (limit["used"], limit["held"]) == ("1579001.50", "350000.00")
    assert (limit["orders"], limit["drawn"]["invoices"]) == (1, 0)
