"""A credit that is itself taken back: its invoice can be credited again, as far as it counts."""

import pytest

from tests.conftest import BUYER
from tests.documents.bills import Bill, rows
from tests.web.test_acting import Reader
from tests.web.test_booking import Desk, lines_of


@pytest.fixture
def desk(api, ledger):
    return Desk(api, ledger)


@pytest.fixture
def order(desk):
    desk.sign()
    return desk.order()


def bill(number, amount, *credits, line=1, order="", **more):
    """An invoice; with what it credits a credit note, which adds where it is negative."""
    type = "381" if credits else "380"
    return Bill(number, rows((amount, line)), order=order, type=type, credits=credits, **more)


def approved(desk, bill, **more):
    found = desk.recorded(bill)
    desk.approve(found["id"], **more)
    return found["id"]


@pytest.fixture
def invoice(desk, order):
    return approved(desk, bill("C7", "300.00", order=order))


def credited(desk, id):
    found = desk.drawdown(id)
    return found["credited"], found["status"]


@pytest.mark.parametrize("amount", ["100.00", "300.00"])
@pytest.mark.parametrize("back", ["whole", "part"])
def test_what_takes_a_credit_back_lets_its_invoice_count_again(desk, order, invoice, amount, back):
    first = approved(desk, bill("K1", amount, "C7", order=order), room="cap")
    assert credited(desk, invoice)[1] == ("reversed" if amount == "300.00" else "approved")
    again = amount if back == "whole" else "40.00"
    second = desk.recorded(bill("N1", f"-{again}", "K1", order=order))
    assert (second["credits"], second["amount"]) == (first, again)
    assert credited(desk, invoice)[0] == amount, "it waits"
    desk.approve(second["id"])
    left = f"{300 - float(amount) + float(again):.2f}"
    assert credited(desk, invoice) == (f"{300 - float(left):.2f}", "approved")
    assert desk.drawn() == left
    whole = approved(desk, bill("K2", left, "C7", order=order), room="cap")
    assert desk.drawdown(whole)["credits"] == invoice
    assert credited(desk, invoice) == ("300.00", "reversed")
    assert desk.drawn() == "0.00"


def test_as_it_was_where_that_one_s_approval_is_taken_back(desk, order, invoice):
    first = approved(desk, bill("K1", "300.00", "C7", order=order), room="cap")
    second = approved(desk, bill("N1", "-300.00", "K1", order=order))
    assert credited(desk, invoice) == ("0.00", "approved")
    take_back(desk, second)
    assert credited(desk, invoice) == ("300.00", "reversed")
    assert credited(desk, first) == ("0.00", "approved")
    desk.approve(second)
    assert credited(desk, invoice) == ("0.00", "approved")


def test_a_credit_of_that_one_counts_the_other_way_again(desk, order, invoice):
    approved(desk, bill("K1", "100.00", "C7", order=order), room="cap")
    approved(desk, bill("N1", "-100.00", "K1", order=order))
    third = approved(desk, bill("M1", "100.00", "N1", order=order), room="cap")
    assert credited(desk, invoice) == ("100.00", "approved")
    assert desk.drawn() == "200.00"
    take_back(desk, third)
    assert credited(desk, invoice) == ("0.00", "approved")


@pytest.mark.parametrize("back", ["900.00", "500.00"])
def test_of_several_invoices_each_counts_again_by_its_lines(desk, order, back):
    first = approved(desk, bill("C7", "400.00", order=order))
    second = approved(desk, bill("C8", "500.00", order=order, line=2))
    some = rows(("400.00", 1), ("500.00", 2))
    both = Bill("K1", some, order=order, type="381", credits=("C7", "C8"))
    approved(desk, both, room="cap")
    assert (credited(desk, first)[1], credited(desk, second)[1]) == ("reversed", "reversed")
    rest = [("-500.00", 2)] if back == "500.00" else [("-400.00", 1), ("-500.00", 2)]
    again = Bill("N1", rows(*rest), order=order, type="381", credits=("K1",))
    found = desk.recorded(again)
    desk.approve(found["id"])
    assert credited(desk, second) == ("0.00", "approved")
    left = ("0.00", "approved") if back == "900.00" else ("400.00", "reversed")
    assert credited(desk, first) == left
    whole = approved(desk, bill("K2", "500.00", "C8", order=order, line=2), room="cap")
    assert lines_of(desk.drawdown(whole)) == [(2, "-500.00")]


@pytest.mark.parametrize("when", ["before the invoice", "before the credit"])
def test_so_it_is_where_what_is_credited_came_last(desk, order, when):
    of_credit = bill("N1", "-100.00", "K1", order=order)
    of_invoice = bill("K1", "100.00", "C7", order=order)
    first = bill("C7", "300.00", order=order)
    if when == "before the invoice":
        approved(desk, of_invoice, room="cap")
        approved(desk, of_credit)
        invoice = approved(desk, first)
    else:
        invoice = approved(desk, first)
        approved(desk, of_credit)
        approved(desk, of_invoice, room="cap")
    assert desk.drawn() == "300.00"
    if when == "before the credit":
        assert credited(desk, invoice) == ("0.00", "approved")
    approved(desk, bill("K2", "300.00", "C7", order=order), room="cap")
    assert (desk.drawn(), credited(desk, invoice)[1]) == ("0.00", "reversed")


def take_back(desk, id):
    answer = desk.second_approver.post(f"/drawdowns/{id}/take-back", {"reason": "Fel"})
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("how", ["credited", "taken back"])
def test_what_waited_in_the_queue_for_room_is_matched_by_the_calendar(
    desk, order, invoice, how, api
):
    first = approved(desk, bill("K1", "100.00", "C7", order=order), room="cap")
    waiting = desk.queued(bill("K2", "300.00", "C7", order=order))
    assert waiting["refusal"] == "credit-too-large"
    api("admin").post("/tick", {})
    assert len(desk.finance.get("/documents").json["items"]) == 1
    if how == "credited":
        approved(desk, bill("N1", "-100.00", "K1", order=order))
    else:
        take_back(desk, first)
    assert api("admin").post("/tick", {}).status_code == 200
    assert desk.finance.get("/documents").json["items"] == []
    again = desk.finance.get(f"/documents/{waiting['sha256']}").json
    desk.approve(again["drawdown"], room="cap")
    assert credited(desk, invoice) == ("300.00", "reversed")


def test_the_history_tells_what_counts_again(desk, order, invoice, api, ledger):
    approved(desk, bill("K1", "100.00", "C7", order=order), room="cap")
    approved(desk, bill("N1", "-100.00", "K1", order=order))
    page = Reader(api.app, ledger, "clerk", BUYER, "finance").get(f"/invoices/{invoice}")
    assert "of invoice C7 counts again: its credit was taken back by N1" in page.text
