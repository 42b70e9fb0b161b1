"""Who acts for the buyers of a joint agreement: each for its own orders, the lead for all."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from ledger.domain import agreement, drawdown, order
from ledger.domain.events import By, Party
from ledger.domain.refusals import FourEyes, Invalid, NotAParty
from ledger.domain.regime import Policy
from tests.domain.domain_given import (
    BUYER,
    DAY,
    ORDERER,
    OTHER_BUYER,
    UNIVERSITY,
    Book,
    kr,
    line,
    seats,
    split,
)

LEAD_MANAGER = By(person="p-lead", organisation=BUYER, role="manager")
MEMBER_MANAGER = By(person="p-member", organisation=OTHER_BUYER, role="manager")
MEMBER_ORDERER = By(person="p-member-orderer", organisation=OTHER_BUYER, role="orderer")


def led(**terms) -> Book:
    buyers = (Party(organisation=BUYER, role="lead"), Party(organisation=OTHER_BUYER))
    return Book(buyers=buyers, **terms)


def test_where_somebody_leads_no_member_changes_what_all_share():
    book = led()
    reason = {"agreement": "A1", "reason": "r", "on": DAY}
    command = agreement.CloseAgreement(**reason)
    with pytest.raises(NotAParty):
        book.decided(command, MEMBER_MANAGER)
    assert book.decided(command, LEAD_MANAGER)
    assert Book(buyers=book.of.buyers[1:]).decided(command, MEMBER_MANAGER), "nobody leads"


def test_a_member_acts_on_its_own_orders_and_the_lead_on_those_of_all():
    book = led()
    lead_s = book.placed_and_confirmed(line(100))
    member_s = book.placed_and_confirmed(line(100), buyer=OTHER_BUYER, by=MEMBER_ORDERER)

    def close(name):
        return order.CloseOrder(order=name, on=DAY, reason="r")

    with pytest.raises(NotAParty):
        book.decided(close(lead_s), MEMBER_MANAGER)
    for by in (MEMBER_MANAGER, LEAD_MANAGER):
        assert book.decided(close(member_s), by)
    lead_s_orderer = replace(LEAD_MANAGER, role="orderer")
    with pytest.raises(NotAParty):
        book.decided(close(member_s), lead_s_orderer)


def test_a_member_gives_no_cost_to_others_by_giving_them_seats():
    book = led(policy=Policy(split=split("seats", {})))
    name = book.placed_and_confirmed(seats(12, 1), buyer=OTHER_BUYER, by=MEMBER_ORDERER, seats=12)
    with pytest.raises(NotAParty):
        book.allocate(name, {BUYER: 12}, by=MEMBER_ORDERER)
    book.allocate(name, {OTHER_BUYER: 12}, by=MEMBER_ORDERER)
    with pytest.raises(NotAParty):
        book.move_seats(name, OTHER_BUYER, BUYER, 2, by=MEMBER_MANAGER)
    book.move_seats(name, OTHER_BUYER, BUYER, 2, by=LEAD_MANAGER)
    assert book.used_by(BUYER).total == kr(2)


def test_what_is_done_to_an_order_is_done_by_today_whoever_does_it():
    book = Book()
    name = book.place(line(100))
    tomorrow = DAY + timedelta(days=1)
    for command, by in ((order.ConfirmOrder, UNIVERSITY), (order.CancelOrder, ORDERER)):
        with pytest.raises(Invalid) as refused:
            book.decided(command(order=name, on=tomorrow), by, DAY)
        assert [fault.pointer for fault in refused.value.faults] == ["/on"]
        assert book.decided(command(order=name, on=DAY), by, DAY)


# ── What one alone carries of another's order ─────────────────────────────────────────────────

MEMBER_APPROVER = By(person="p-member-approver", organisation=OTHER_BUYER, role="approver")
THIRD = "2120001488"


def carried_by(parts) -> tuple[Book, str]:
    """An order of the lead's whose cost others carry, and its invoice."""
    buyers = (
        Party(organisation=BUYER, role="lead"),
        Party(organisation=OTHER_BUYER),
        Party(organisation=THIRD),
    )
    book = Book(buyers=buyers)
    name = book.placed_and_confirmed(line(1_000), split=split("percent", parts))
    return book, book.record("F-1", 500, name)


def approve(id) -> drawdown.ApproveDrawdown:
    return drawdown.ApproveDrawdown(drawdown=id, on=DAY)


def test_who_carries_all_of_an_invoice_decides_it_though_the_order_is_another_s():
    book, id = carried_by({OTHER_BUYER: 100})
    assert book.decided(approve(id), replace(MEMBER_APPROVER, organisation=BUYER)), "the order's"
    with pytest.raises(NotAParty):
        book.decided(approve(id), replace(MEMBER_APPROVER, organisation=THIRD))
    book.do(approve(id), MEMBER_APPROVER)
    assert book.drawdowns[id].status == "approved"


def test_who_carries_a_part_approves_nothing_that_another_pays():
    book, id = carried_by({OTHER_BUYER: 60, THIRD: 40})
    for organisation in (OTHER_BUYER, THIRD):
        with pytest.raises(NotAParty):
            book.decided(approve(id), replace(MEMBER_APPROVER, organisation=organisation))
    assert book.decided(approve(id), replace(MEMBER_APPROVER, organisation=BUYER))


def test_who_recorded_it_does_not_decide_it_as_who_carries_it_either():
    book, id = carried_by({OTHER_BUYER: 100})
    recorder = replace(MEMBER_APPROVER, person=book.drawdowns[id].recorded_by)
    with pytest.raises(FourEyes):
        book.decided(approve(id), recorder)
