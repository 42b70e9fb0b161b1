"""Who acts for the buyers of a joint agreement: each for its own orders, the lead for all."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from ledger.domain import agreement, drawdown, order
from ledger.domain.events import By, Party
from ledger.domain.refusals import FourEyes, Invalid, NotAParty, TooFewSeats
from ledger.domain.regime import Policy, TariffStep
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


# ── What one has of another's order ───────────────────────────────────────────────────────────

HALF = Policy(tariff=(TariffStep(days=400, percent=50),))
THIRD_ORDERER = replace(MEMBER_ORDERER, organisation=THIRD)


def seated(*more, buyer=BUYER, by=ORDERER) -> tuple[Book, str]:
    """Ten seats of 1 000, of which the lead has four, a member four, and another two."""
    buyers = (
        Party(organisation=BUYER, role="lead"),
        Party(organisation=OTHER_BUYER),
        Party(organisation=THIRD),
    )
    book = Book(buyers=buyers, policy=replace(HALF, split=split("seats", {})))
    lines = (seats(10, 1_000), *more)
    terms = {"seats": 10, "buyer": buyer, "starts_on": DAY + timedelta(20)}
    name = book.placed_and_confirmed(*lines, by=by, **terms)
    book.allocate(name, {BUYER: 4, OTHER_BUYER: 4, THIRD: 2}, by=LEAD_MANAGER)
    return book, name


def of_seats(name, holder, seats=1, **more) -> order.CancelOrder:
    return order.CancelOrder(order=name, on=DAY, seats=seats, holder=holder, **more)


@pytest.mark.parametrize("by", [MEMBER_ORDERER, MEMBER_MANAGER], ids=lambda by: by.role)
def test_whose_seats_they_are_cancels_them_and_bears_the_fee(by):
    book, name = seated()
    book.do(of_seats(name, OTHER_BUYER, 3), by)
    assert {one.organisation: one.weight for one in book.orders[name].allocated} == {
        BUYER: 4, OTHER_BUYER: 1, THIRD: 2,
    }  # fmt: skip
    used = {one: book.used_by(one).total for one in (BUYER, OTHER_BUYER, THIRD)}
    assert used == {BUYER: kr(4_000), OTHER_BUYER: kr(2_500), THIRD: kr(2_000)}


def test_it_cancels_no_other_s_seats_nor_more_than_it_has_nor_the_order():
    book, name = seated()
    refused = {
        NotAParty: [
            of_seats(name, BUYER),
            of_seats(name, THIRD),
            of_seats(name, OTHER_BUYER, cancelled_by="supplier"),
            order.CancelOrder(order=name, on=DAY),
            order.CancelOrder(order=name, on=DAY, holder=OTHER_BUYER),
        ],
        TooFewSeats: [of_seats(name, OTHER_BUYER, 5)],
        Invalid: [of_seats(name, None)],
    }
    for kind, commands in refused.items():
        for command in commands:
            with pytest.raises(kind):
                book.decided(command, MEMBER_ORDERER)
    stranger = replace(MEMBER_ORDERER, organisation="2120001900")
    for command in (of_seats(name, None), of_seats(name, stranger.organisation)):
        with pytest.raises(NotAParty):
            book.decided(command, stranger)


def test_where_the_order_s_buyer_pays_for_all_the_seats_it_alone_cancels_them():
    book = led(policy=HALF)
    name = book.placed_and_confirmed(seats(10, 1_000), seats=10, starts_on=DAY + timedelta(20))
    book.allocate(name, {BUYER: 6, OTHER_BUYER: 4}, by=LEAD_MANAGER)
    with pytest.raises(NotAParty):
        book.decided(of_seats(name, OTHER_BUYER), MEMBER_MANAGER)
    assert book.decided(of_seats(name, OTHER_BUYER), ORDERER)


def test_who_carries_a_part_and_has_no_seats_cancels_nothing():
    book, _ = carried_by({OTHER_BUYER: 60, THIRD: 40})
    name = book.placed_and_confirmed(
        seats(10, 100), seats=10, split=split("percent", {OTHER_BUYER: 60, THIRD: 40})
    )
    with pytest.raises(NotAParty):
        book.decided(order.CancelOrder(order=name, on=DAY, seats=1), MEMBER_MANAGER)


def test_what_all_share_of_an_order_falls_on_its_buyer_and_on_no_third_one_unasked():
    """A fixed price follows the seats: with fewer of one the others bear more of it."""
    book, name = seated(line(900), buyer=OTHER_BUYER, by=MEMBER_ORDERER)
    with pytest.raises(NotAParty):
        book.decided(of_seats(name, THIRD), THIRD_ORDERER)
    assert book.decided(of_seats(name, THIRD), LEAD_MANAGER)
    assert book.decided(of_seats(name, OTHER_BUYER), MEMBER_ORDERER), "it is its own order"
    book, name = seated(line(900))
    assert book.decided(of_seats(name, THIRD), THIRD_ORDERER), "the lead's, by a split of its own"
