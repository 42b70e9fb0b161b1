"""An invoice over orders of two buyers is decided by who pays it, whatever its sequence."""

import pytest

from tests.conftest import BUYER, INVOICE, ORDER
from tests.documents.bills import Bill, Row
from tests.web.test_booking import MEMBER, TWO_YEARS, Desk
from tests.web.test_booking_by_hand import assign


@pytest.fixture
def desk(api, ledger):
    desk = Desk(api, ledger)
    desk.sign(buyers=[{"organisation": BUYER}, {"organisation": MEMBER}])
    return desk


@pytest.fixture
def orders(desk, api):
    """The number of an order of ours, and of one of the other buyer's."""
    placed = api("orderer", MEMBER).post("/agreements/RAM-1/orders", {**ORDER, "lines": TWO_YEARS})
    return desk.order(), placed.json["number"]


def in_either(orders, *kronor):
    """The lines of an invoice on an order each, in one sequence and in the other."""
    lines = tuple(Row(amount, 1, order) for amount, order in zip(kronor, orders, strict=True))
    return lines, lines[::-1]


def test_whom_it_is_made_out_to_and_the_document_s_own_order_say_who_decides(desk, api, orders):
    ours, theirs = orders
    cases = {
        "its own order": (ours, BUYER, BUYER),
        "no order of its own": ("", BUYER, BUYER),
        "another's order, made out to us": (theirs, BUYER, BUYER),
        "our order, made out to another": (ours, MEMBER, MEMBER),
        "another's order, made out to them": (theirs, MEMBER, MEMBER),
    }
    other = {BUYER: MEMBER, MEMBER: BUYER}
    for name, (own, buyer, decides) in cases.items():
        for turned, lines in enumerate(in_either(orders, "10.00", "20.00")):
            number = f"{name[:4]}{own[-1:]}{buyer[-1:]}{turned}"
            found = desk.recorded(Bill(number, lines, order=own, buyer=buyer))
            assert found["buyer"] == decides, name
            place = f"/drawdowns/{found['id']}/approve"
            assert api("approver", other[decides]).post(place, {}).status_code in (403, 404), name
            assert api("approver", decides).post(place, {}).status_code == 200, name


@pytest.mark.parametrize("turned", [False, True])
def test_a_credit_is_decided_by_who_paid_its_invoice(desk, orders, turned):
    found = desk.recorded(Bill("F1", in_either(orders, "100.00", "200.00")[0], order=orders[0]))
    desk.approve(found["id"])
    part = Bill("K1", in_either(orders, "10.00", "100.00")[turned], type="381", credits=("F1",))
    credit = desk.recorded(part)
    assert credit["buyer"] == BUYER
    assert desk.approve(credit["id"], room="order")["status"] == "approved"


@pytest.mark.parametrize("turned", [False, True])
def test_what_is_typed_is_of_who_types_it(desk, orders, turned):
    typed = [{"order": row.order, "amount": row.amount}
             for row in in_either(orders, "1000.00", "2000.00")[turned]]  # fmt: skip
    body = {**INVOICE, "invoice": "F1", "amount": "3000.00", "lines": typed}
    assert desk.finance.post("/agreements/RAM-1/drawdowns", body).json["buyer"] == BUYER
    waiting = desk.queued(Bill("F2", (Row("3000.00"),)))
    told = assign(desk, waiting, lines=typed, reason="De delar på den")
    assert desk.drawdown(told.json["drawdown"])["buyer"] == BUYER, "made out to us"


@pytest.mark.parametrize("how", ["received", "typed"])
def test_who_paid_records_a_credit_of_the_other_buyers_part_alone(desk, api, orders, how):
    found = desk.recorded(Bill("F1", in_either(orders, "100.00", "200.00")[0], order=orders[0]))
    desk.approve(found["id"])
    if how == "received":
        part = Bill("K1", (Row("50.00", 1),), type="381", credits=("F1",), order=orders[1])
        credit = desk.recorded(part)
    else:
        body = {**INVOICE, "invoice": "K1", "type": "381", "amount": "50.00", "vat": "12.50",
                "issued_on": "2024-04-01", "credits": found["id"]}  # fmt: skip
        typed = desk.finance.post(f"/orders/{orders[1]}/drawdowns", body)
        assert typed.status_code == 201, typed.text
        credit = typed.json
    assert (credit["buyer"], {line["order"] for line in credit["lines"]}) == (BUYER, {orders[1]})
    assert desk.approve(credit["id"], room="order")["status"] == "approved"
    assert api("finance", MEMBER).get(f"/orders/{orders[1]}").json["drawn"] == "150.00"


def test_nobody_else_records_a_credit_of_an_order_that_is_not_theirs(desk, orders):
    body = {**INVOICE, "invoice": "K1", "type": "381", "amount": "50.00"}
    refused = desk.finance.post(f"/orders/{orders[1]}/drawdowns", body)
    assert refused.status_code == 403, refused.text
