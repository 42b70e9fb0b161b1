"""The same number with other figures is a question for a person, and never a duplicate."""

from dataclasses import replace

import pytest

from tests.documents.bills import Bill, Row, rows
from tests.web.test_booking import Desk

MEMBER = "2120001488"


@pytest.fixture
def desk(api, ledger):
    return Desk(api, ledger)


@pytest.fixture
def order(desk):
    desk.sign()
    return desk.order()


def sound(order):
    return Bill("F1", rows(("1000.00", 1), ("500.00", 2)), order=order, agreement="RAM-1")


OTHERWISE = {
    "amount": lambda bill, other: replace(bill, rows=rows(("1000.00", 1), ("500.01", 2))),
    "line": lambda bill, other: replace(bill, rows=rows(("1000.00", 2), ("500.00", 2))),
    "lines' amounts": lambda bill, other: replace(bill, rows=rows(("900.00", 1), ("600.00", 2))),
    "no line": lambda bill, other: replace(bill, rows=rows(("1000.00",), ("500.00", 2))),
    "another order": lambda bill, other: replace(bill, order=other),
    "a line's order": lambda bill, other: replace(
        bill, rows=(Row("1000.00", 1, other), Row("500.00", 2))
    ),
    "day to pay": lambda bill, other: replace(bill, due_on="2024-04-25"),
    "payee": lambda bill, other: replace(bill, payee="5560125790"),
    "prepaid": lambda bill, other: replace(bill, prepaid="100.00"),
    "charge": lambda bill, other: replace(bill, charge="10.00"),
    "no agreement": lambda bill, other: replace(bill, agreement=""),
    "credits": lambda bill, other: replace(bill, credits=("X9",)),
    "account": lambda bill, other: replace(bill, account="1111111"),
    "what a line is for": lambda bill, other: replace(
        bill, rows=(Row("1000.00", 1, text="Föreläsning"), Row("500.00", 2))
    ),
    "note": lambda bill, other: replace(bill, notes=("En hälsning",)),
    "buyer reference": lambda bill, other: replace(bill, buyer_reference="2"),
    "seller's order": lambda bill, other: replace(bill, sellers_order="K-1"),
}


@pytest.mark.parametrize("what", OTHERWISE)
def test_a_file_that_differs_in_one_thing_waits_and_says_in_what(desk, order, what):
    other = desk.order()
    first = desk.recorded(sound(order))
    waiting = desk.queued(OTHERWISE[what](sound(order), other))
    assert waiting["refusal"] == "invoice-differs", waiting
    assert first["id"] in waiting["reason"]
    assert "differs in" in waiting["reason"]
    assert desk.finance.get(f"/drawdowns/{first['id']}").json == first


def test_the_same_figures_in_other_bytes_are_a_duplicate(desk, order):
    bill = replace(sound(order), notes=("En  hälsning",))
    first = desk.recorded(replace(bill, number="F2"))
    spaced = replace(bill, number="F2", notes=("En hälsning ",), order=order.lower())
    spaced = replace(spaced, order=order.replace("-", " - "), account="000 0000")
    again = desk.send(spaced)
    assert (again.status_code, again.json["status"]) == (200, "duplicate"), again.json
    assert again.json["drawdown"] == first["id"]


def test_what_differs_beside_the_figures_is_named(desk, order):
    desk.recorded(sound(order))
    changed = replace(sound(order), account="1111111", buyer_reference="2")
    reason = desk.queued(changed)["reason"]
    assert "It says something else in: account to pay to, buyer reference" in reason


def test_one_is_turned_down_and_the_other_recorded_and_never_do_both_stand(desk, order):
    first = desk.recorded(sound(order))
    waiting = desk.queued(OTHERWISE["amount"](sound(order), order))
    path = f"/documents/{waiting['sha256']}"
    assert desk.finance.post(f"{path}/retry").json["status"] == "queued"
    desk.approve(first["id"])
    taken = desk.second_approver.post(f"/drawdowns/{first['id']}/take-back", {"reason": "Fel"})
    assert taken.status_code == 200
    desk.reject(first["id"])
    recorded = desk.finance.post(f"{path}/retry")
    assert (recorded.status_code, recorded.json["status"]) == (201, "recorded"), recorded.text
    found = desk.drawdown(recorded.json["drawdown"])
    assert (found["amount"], found["anew_of"]) == ("1500.01", first["id"])


def test_what_is_typed_by_hand_with_other_figures_is_refused_with_the_differences(desk, order):
    first = desk.recorded(sound(order))
    body = {"invoice": "f1", "issued_on": "2024-03-25", "amount": "1400.00", "vat": "350.00"}
    refused = desk.finance.post(f"/orders/{order}/drawdowns", body)
    assert (refused.status_code, refused.json["differs"]) == (409, ["amount", "vat"])
    assert (refused.json["amount"], refused.json["asked"]) == ("1500.00", "1400.00")
    assert first["id"] in refused.json["detail"]


def test_what_the_server_takes_in_is_held_against_what_is_recorded_too(desk, order, ledger):
    from ledger import intake
    from ledger.domain.events import By
    from tests.documents.bills import written

    desk.recorded(sound(order))
    by = By(person="p-1", organisation="", role="finance")
    at = intake.Desk(by, ledger.service, ledger.views, ledger.registry, None)
    receipt = intake.receive(written(OTHERWISE["amount"](sound(order), order)), at)
    assert (receipt.status, receipt.refusal) == ("queued", "invoice-differs")
