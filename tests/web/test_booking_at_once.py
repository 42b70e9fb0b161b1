"""Files that come in the same moment, each of which changes what the other was matched with."""

import pytest

from ledger.domain.drawdown import RecordDrawdown
from ledger.service import Service
from tests.documents.bills import Bill, rows
from tests.web.test_booking import Desk
from tests.web.test_booking_advances import advance, final
from tests.web.test_booking_credits import credit


@pytest.fixture
def desk(api, ledger):
    return Desk(api, ledger)


@pytest.fixture
def order(desk):
    desk.sign()
    return desk.order(lines=[{"kind": "delivery", "amount": "400000.00", "year": 2024}])


@pytest.fixture
def between(desk, monkeypatch):
    """Another file is recorded after one is matched and before that is recorded."""

    def _between(number, other):
        execute, came = Service.execute, []

        def overtaken(service, command, *rest):
            if isinstance(command, RecordDrawdown) and command.invoice == number and not came:
                came.append(number)
                came[:] = [desk.recorded(other)]
            return execute(service, command, *rest)

        monkeypatch.setattr(Service, "execute", overtaken)
        return came

    return _between


def test_of_final_invoices_that_take_one_advance_at_once_the_later_is_asked_about(
    desk, order, between
):
    first = desk.recorded(advance(order, "100000.00"))
    desk.approve(first["id"])
    winner = between("S2", final(order, "150000.00", "125000.00", "S1", credits=("A1",)))
    loser = desk.recorded(final(order, "160000.00", "125000.00", "S2", credits=("A1",)))
    assert [one["deducts"] for one in winner] == [
        [{"drawdown": first["id"], "amount": "100000.00"}]
    ]
    assert (loser["deducts"], loser["flags"]) == (
        [],
        ["advance-unclear:125000.00", "advance-named:A1"],
    )


def test_a_credit_is_tied_to_the_invoice_that_comes_while_it_is_recorded(desk, order, between):
    came = between("K1", Bill("C7", rows(("1000.00", 1)), order=order))
    found = desk.recorded(credit("K1", "400.00", "C7", order=order))
    assert (found["credits"], found["flags"]) == (came[0]["id"], [])


def test_a_credit_without_an_order_finds_the_invoice_that_comes_while_it_is_kept(
    desk, order, monkeypatch
):
    from ledger import intake

    came, credited = [], intake.credited

    def overtaken(invoice, *rest):
        found = credited(invoice, *rest)
        if invoice.is_credit and not came:
            came.append(None)
            came[:] = [desk.recorded(Bill("C7", rows(("1000.00", 1)), order=order))]
        return found

    monkeypatch.setattr(intake, "credited", overtaken)
    found = desk.recorded(credit("K1", "400.00", "C7"))
    assert (found["credits"], found["flags"]) == (came[0]["id"], [])


def test_two_credits_at_once_of_all_that_an_invoice_has_left_are_as_one_after_the_other(
    desk, order, between
):
    for number in ("C7", "C8"):
        desk.recorded(Bill(number, rows(("1000.00", 1)), order=order))
    desk.recorded(credit("K1", "700.00", "C7", order=order))
    after = desk.recorded(credit("K2", "700.00", "C7", order=order))
    between("K4", credit("K3", "700.00", "C8", order=order))
    at_once = desk.recorded(credit("K4", "700.00", "C8", order=order))
    said = [[flag.partition(":")[0] for flag in one["flags"]] for one in (after, at_once)]
    assert said[0] == said[1]
    assert [one["credits"].split(".")[1] for one in (after, at_once)] == ["C7", "C8"]
