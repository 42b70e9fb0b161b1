"""The Härnösand programme through the service: the figures after every step, on both databases."""

from datetime import date

import pytest
from lxml import etree

from ledger.demo import NUMBER, PROGRAMME, Player, harnosand, people
from ledger.demo.e_invoice import written
from ledger.demo.harnosand import BILLS, BUYER, SUPPLIER
from ledger.demo.play import Figures
from ledger.documents.peppol_invoice import read
from ledger.domain import order
from ledger.domain.order import LineTerms
from ledger.domain.refusals import OutsideTerm
from tests.conftest import SHARED


@pytest.fixture
def player(ledger):
    who = people(ledger.service, ledger.registry)
    return Player(ledger.service, ledger.views, ledger.registry, who, NUMBER)


def test_every_step_leaves_the_figures_that_the_programme_states(player):
    wrong = [(s.what, got) for s, got in player.play(PROGRAMME) if got != s.after]
    assert wrong == []


def test_the_last_order_days_and_a_late_credit_count_as_the_term_says(player, clock):
    for _ in player.play(PROGRAMME):
        pass

    def place(ordered_on):
        terms = LineTerms(kind="delivery", amount=100_000_00, year=2027)
        command = order.PlaceOrder(
            agreement=NUMBER,
            buyer=BUYER,
            course="Ledarskap",
            lines=(terms,),
            ordered_on=ordered_on,
            starts_on=date(2027, 10, 4),
            ends_on=date(2027, 12, 10),
        )
        return player.do("orderer", command)

    place(date(2027, 8, 30))
    assert player.figures() == Figures(100_000, 0, 1_129_000, 921_000)

    clock.move(date(2027, 9, 5))
    with pytest.raises(OutsideTerm):
        place(date(2027, 9, 5))
    assert player.figures() == Figures(100_000, 0, 1_129_000, 921_000)

    clock.move(date(2027, 11, 15))
    late = harnosand.bill(
        3,
        "90016020",
        date(2027, 11, 15),
        harnosand.bill_line(1, "Delbetalning 1, för mycket fakturerat", 5_000),
        credits=("90014022", date(2025, 5, 30)),
    )
    player.receive(late, "cap")
    assert player.figures() == Figures(100_000, 0, 1_124_000, 926_000)


@pytest.mark.parametrize("bill", BILLS, ids=lambda bill: bill.number)
def test_the_e_invoices_of_the_programme_are_read_without_a_fault_or_a_warning(bill):
    invoice = read(written(bill))
    sign = 1 if bill.credits is None else -1
    net = sign * sum(line.amount for line in bill.lines)
    assert (invoice.number, invoice.type) == (bill.number, "380" if sign > 0 else "381")
    assert (invoice.amount, invoice.vat, invoice.payable) == (net, net // 4, net + net // 4)
    assert (invoice.agreement, invoice.order) == (NUMBER, bill.order)
    assert [line.order_line for line in invoice.lines] == [str(x.order_line) for x in bill.lines]
    assert [r.number for r in invoice.credits] == ([bill.credits[0]] if bill.credits else [])
    assert (invoice.supplier.organisation, invoice.buyer.organisation) == (SUPPLIER, BUYER)
    assert invoice.warnings == ()


@pytest.mark.parametrize("bill", BILLS, ids=lambda bill: bill.number)
def test_the_e_invoices_of_the_programme_are_as_the_schema_of_ubl_wants_them(bill):
    folder = SHARED / "peppol" / "ubl-2.1-xsd"
    if not folder.is_dir():
        pytest.skip("the schemas of UBL 2.1 are not here")
    document = etree.fromstring(written(bill))
    (path,) = folder.rglob(f"UBL-{etree.QName(document).localname}-2.1.xsd")
    schema = etree.XMLSchema(etree.parse(path))
    assert schema.validate(document), schema.error_log


def test_a_bill_that_the_ledger_does_not_record_stops_the_programme(player):
    for _ in player.play(PROGRAMME[:3]):
        pass
    elsewhere = harnosand.bill(
        9, "90019999", date(2024, 3, 25), harnosand.bill_line(1, "Ingen beställning", 1_000)
    )
    with pytest.raises(RuntimeError, match="queued There is no order SKO-2023-0009"):
        player.receive(elsewhere)
