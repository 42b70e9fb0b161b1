"""A file that names an order is split over another beside it with a reason; hyphens, and nothing,
make no other order and no other invoice."""

import pytest

from tests.documents.bills import Bill, Row, rows
from tests.web.test_booking import Desk
from tests.web.test_booking_by_hand import assign


@pytest.fixture
def desk(api, ledger):
    desk = Desk(api, ledger)
    desk.sign()
    return desk


@pytest.mark.parametrize(
    "names", ["RAM-1-0001", "RAM-1-0001 RAM-1-0002", "avrop RAM-1-0001 enligt ovan"]
)
def test_a_split_over_an_order_beside_those_that_a_file_names_needs_a_reason(desk, names):
    orders = [desk.order() for _ in range(3)]
    bill = Bill("F1", rows(("300.00",)), order=names)
    sent = desk.send(bill).json
    if sent["drawdown"]:
        desk.reject(sent["drawdown"])
    parts = [{"order": one, "amount": "100.00"} for one in orders]
    bare = assign(desk, sent, lines=parts)
    assert (bare.status_code, bare.json["errors"][0]["pointer"]) == (422, "/reason")
    assert orders[2] in bare.json["detail"]
    assert assign(desk, sent, lines=parts, reason="De delar").status_code == 201


def test_a_file_that_names_no_order_is_split_without_a_reason(desk):
    orders = [desk.order() for _ in range(2)]
    waiting = desk.queued(Bill("F1", rows(("300.00",))))
    parts = [{"order": one, "amount": "150.00"} for one in orders]
    assert assign(desk, waiting, lines=parts).status_code == 201


@pytest.mark.parametrize("named", ["RAM10001", "ram-10001", "R-A-M-1 0001"])
def test_hyphens_make_no_other_order_where_exactly_one_fits(desk, named):
    order = desk.order(reference="B-77")
    found = desk.recorded(Bill("F1", rows(("300.00",)), order=named))
    assert {line["order"] for line in found["lines"]} == {order}
    assert found["match"]["value"] == named
    again = Bill("F1", (Row("300.00", note=" "),), order=order)
    assert desk.send(again).json["status"] == "duplicate", "it names the same"


def test_two_orders_without_their_hyphens_are_offered_and_an_exact_one_is_taken(desk):
    desk.sign("RAM-10")
    first, other = (desk.order(reference=one) for one in ("AB-12", "A-B12"))
    waiting = desk.queued(Bill("F1", rows(("300.00",)), order="AB12"))
    assert waiting["refusal"] == "order-ambiguous"
    assert {first, other} <= set(
        desk.finance.get(f"/documents/{waiting['sha256']}").json["figures"]["orders"]
    )
    exact = desk.recorded(Bill("F2", rows(("300.00",)), order="AB-12"))
    assert {line["order"] for line in exact["lines"]} == {first}


def test_what_comes_to_nothing_is_no_other_twice_for_its_amount(desk):
    order = desk.order()
    nothing = rows(("100.00", 1), ("-100.00", 1))
    desk.recorded(Bill("N1", nothing, order=order))
    assert desk.recorded(Bill("N2", nothing, order=order))["flags"] == []
    found = desk.recorded(Bill("K1", nothing, order=order, type="381", credits=("N1",)))
    assert not any(flag.startswith("same-amount") for flag in found["flags"])
