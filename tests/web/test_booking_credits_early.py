"""Credits that were approved before their invoice came: it is told of them, and credited once."""

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


@pytest.fixture
def early(desk, order):
    """A credit of an invoice that is not here, approved on an order of which another is drawn."""
    desk.approve(desk.recorded(Bill("B1", rows(("7000.00", 1)), order=order))["id"])
    found = desk.recorded(credit("K1", "400.00", "C7", order=order))
    desk.approve(found["id"], room="order")
    return found["id"]


def of_400(order, number="C7", line=1):
    return Bill(number, rows(("400.00", line)), order=order)


@pytest.mark.parametrize("typed", [False, True])
def test_an_invoice_that_comes_later_is_told_of_its_approved_credit(desk, order, early, typed):
    before = desk.balance()
    if typed:
        body = {"invoice": "C7", "issued_on": "2024-03-25", "amount": "400.00"}
        invoice = desk.finance.post(f"/orders/{order}/drawdowns", body).json
    else:
        invoice = desk.recorded(of_400(order))
    assert (invoice["status"], invoice["credited"]) == ("recorded", "400.00")
    tied = desk.drawdown(early)
    assert (tied["credits"], tied["status"]) == (invoice["id"], "approved")
    assert not any(flag.startswith("credit-") for flag in tied["flags"])
    second = desk.queued(credit("K2", "400.00", "C7", order=order))
    assert second["refusal"] == "credit-too-large", "it is credited already"
    assert desk.approve(invoice["id"])["status"] == "reversed"
    assert desk.balance()["drawn"] == "7000.00"
    assert before["drawn"] == "6600.00"


def test_such_an_invoice_is_turned_down_once_the_approval_of_its_credit_is_taken_back(
    desk, order, early
):
    invoice = desk.recorded(of_400(order))
    path = f"/drawdowns/{invoice['id']}"
    elsewhere = {"order": desk.order(), "reason": "Fel avrop"}
    for act, body in (("reject", {"reason": "Fel"}), ("move", elsewhere)):
        who = desk.approver if act == "reject" else desk.finance
        refused = who.post(f"{path}/{act}", body)
        assert (refused.status_code, refused.json["later"]) == (409, [early]), refused.text
    taken = desk.second_approver.post(f"/drawdowns/{early}/take-back", {"reason": "Fel"})
    assert taken.status_code == 200, taken.text
    assert desk.drawdown(invoice["id"])["credited"] == "0.00"
    assert "credit-unmatched:C7" not in desk.drawdown(early)["flags"], "it is here"
    desk.reject(invoice["id"])
    assert desk.drawdown(early)["status"] == "rejected", "it falls with its invoice"
    assert desk.balance()["drawn"] == "7000.00"


def test_of_several_credits_that_came_before_their_invoice_the_last_are_said_to_be_too_large(
    desk, order, early
):
    again = desk.recorded(credit("K2", "100.00", "C7", order=order))
    desk.approve(again["id"], room="order")
    invoice = desk.recorded(of_400(order))
    assert invoice["credited"] == "400.00"
    tied = desk.drawdown(again["id"])
    assert (tied["credits"], "credit-beyond:C7" in tied["flags"]) == (invoice["id"], True)
    assert desk.approve(invoice["id"])["status"] == "reversed"
    taken = desk.second_approver.post(f"/drawdowns/{again['id']}/take-back", {"reason": "Fel"})
    assert taken.status_code == 200, taken.text
    asked = desk.approver.post(f"/drawdowns/{again['id']}/approve", {"room": "order"})
    assert asked.json["type"].endswith("/credit-too-large")
    assert desk.drawdown(invoice["id"])["status"] == "reversed", "the other credit stands"


def test_an_approved_credit_of_lines_that_its_invoice_did_not_draw_stays_where_it_landed(
    desk, order, early
):
    invoice = desk.recorded(of_400(order, line=2))
    desk.approve(invoice["id"])
    tied = desk.drawdown(early)
    assert "credit-lines-differ" in tied["flags"]
    assert lines_of(tied) == [(1, "-400.00")]
    assert desk.drawdown(invoice["id"])["status"] == "reversed"


def test_a_credit_of_several_invoices_that_was_approved_first_is_told_to_each(desk, order):
    desk.approve(desk.recorded(Bill("B1", rows(("7000.00", 1)), order=order))["id"])
    both = desk.recorded(credit("K1", "600.00", "C7", "C8", order=order))
    desk.approve(both["id"], room="cap")
    first = desk.recorded(of_400(order))
    assert first["credited"] == "400.00", "as far as it goes, while the other one is not here"
    second = desk.recorded(of_400(order, "C8"))
    found = desk.drawdown(both["id"])
    assert found["credits"] == first["id"]
    assert [desk.drawdown(one["id"])["credited"] for one in (first, second)] == ["400.00", "200.00"]
    for one in (first, second):
        desk.approve(one["id"])
    taken = desk.second_approver.post(f"/drawdowns/{both['id']}/take-back", {"reason": "Fel"})
    assert taken.status_code == 200, taken.text
    assert desk.approve(both["id"], room="cap")["status"] == "approved"
    assert desk.balance()["drawn"] == "7200.00"
