"""Whatever was booked can be decided, and decided otherwise: no two wait for each other."""

import pytest

from tests.documents.bills import Bill, rows
from tests.web.test_booking import Desk, lines_of
from tests.web.test_booking_credits import credit


@pytest.fixture
def desk(api, ledger):
    return Desk(api, ledger)


@pytest.fixture
def order(desk):
    desk.sign()
    return desk.order()


def take_back(desk, id):
    return desk.second_approver.post(f"/drawdowns/{id}/take-back", {"reason": "Fel"})


def test_of_two_credits_beyond_the_order_the_later_is_taken_back_first(desk, order):
    invoice = desk.recorded(Bill("C7", rows(("9000.00", 1), ("9000.00", 2)), order=order))
    desk.approve(invoice["id"])
    before = desk.balance()
    first, second = (
        desk.recorded(credit(number, "600.00", "C7", order=order))["id"] for number in ("K1", "K2")
    )
    for one in (first, second):
        desk.approve(one, room="cap")
    blocked = take_back(desk, first)
    assert (blocked.status_code, blocked.json["later"]) == (409, [second])
    for one in (second, first):
        assert take_back(desk, one).status_code == 200
    after = desk.balance()
    assert (after["drawn"], after["remaining"]) == (before["drawn"], before["remaining"])


def test_a_credit_note_whose_lines_on_one_order_come_to_nothing_is_recorded(desk, order):
    other = desk.order()
    some = rows(("100.00", 1, other), ("-100.00", 1, other), ("50.00", 1))
    found = desk.recorded(Bill("K1", some, order=order, type="381"))
    assert found["amount"] == "-50.00"
    assert sum(float(amount) for _, amount in lines_of(found)) == -50.0
