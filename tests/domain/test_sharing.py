"""Cost splits: shares that add up, are stored with their invoice, and count for members' limits."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ledger.domain import order
from ledger.domain.agreement import LimitTerms
from ledger.domain.drawdown import Part
from ledger.domain.events import By, Party
from ledger.domain.limits import Use
from ledger.domain.refusals import CapExceeded, Invalid, NotAParty, NotEntitled, TooFewSeats
from ledger.domain.regime import Policy
from ledger.domain.sharing import Split
from tests.domain.domain_given import (
    BUYER,
    DAY,
    OTHER_BUYER,
    Book,
    kr,
    line,
    seats,
    split,
    weights,
)

LEAD, MEMBER, COMPANY, LATE = "2120002403", "2120001470", "2120001488", "2120001835"
SEATS = {LEAD: 5, MEMBER: 3, COMPANY: 2}
BUYERS = (
    Party(organisation=LEAD, role="lead"),
    Party(organisation=MEMBER, role="member"),
    Party(organisation=COMPANY, role="company"),
)


def share(organisation, kronor):
    return LimitTerms(name=f"share {organisation}", amount=kr(kronor), buyer=organisation)


def joint(*limits, **more) -> Book:
    return Book(buyers=BUYERS, limits=limits, **more)


def placed(book, kronor=1_000, by_seats=SEATS, **more):
    terms = {"seats": sum(by_seats.values()), "split": split("seats", by_seats), **more}
    name = book.place(line(kronor), **terms)
    book.confirm(name)
    return name


def stored(book, id):
    return {s.organisation: s.amount for a in book.drawdowns[id].allocations for s in a.shares}


def carried(book):
    """What each organisation carries in all three places, in öre."""
    return {name: book.used_by(name).total for name in (LEAD, MEMBER, COMPANY)}


def test_an_order_counts_for_each_member_by_its_seats():
    book = joint()
    placed(book)
    assert carried(book) == {LEAD: 500_00, MEMBER: 300_00, COMPANY: 200_00}
    assert book.use == Use(committed=1_000_00)


def test_an_invoice_keeps_the_shares_that_it_was_given_when_it_came():
    book = joint()
    name = placed(book)
    id = book.draw("1", 400, name)
    book.move_seats(name, LEAD, COMPANY, 5)
    assert stored(book, id) == {LEAD: 200_00, MEMBER: 120_00, COMPANY: 80_00}
    assert book.used_by(LEAD) == Use(drawn=200_00)
    assert book.used_by(COMPANY) == Use(committed=420_00, drawn=80_00)
    assert stored(book, book.draw("2", 100, name)) == {MEMBER: 30_00, COMPANY: 70_00}


def test_shares_go_by_largest_remainder_and_ties_to_the_first():
    book = joint()
    name = placed(book, by_seats={LEAD: 1, MEMBER: 1, COMPANY: 1})
    assert stored(book, book.record("1", 0.02, name)) == {LEAD: 1, MEMBER: 1}


def test_a_credit_negates_the_stored_split_though_seats_have_moved_since():
    book = joint()
    name = placed(book)
    invoice = book.draw("1", 400, name)
    book.move_seats(name, LEAD, COMPANY, 5)
    credit = book.draw("2", -400, name, credits=invoice, room="order")
    assert stored(book, credit) == {LEAD: -200_00, MEMBER: -120_00, COMPANY: -80_00}
    assert [book.used_by(n).drawn for n in (LEAD, MEMBER, COMPANY)] == [0, 0, 0]


def test_partial_credits_come_out_at_the_stored_split_to_the_ore():
    book = joint()
    name = placed(book, by_seats={LEAD: 1, MEMBER: 1, COMPANY: 1})
    invoice = book.draw("1", 0.10, name)
    assert stored(book, invoice) == {LEAD: 4, MEMBER: 3, COMPANY: 3}
    for number, amount in enumerate((0.01, 0.04, 0.05)):
        book.draw(f"C{number}", -amount, name, credits=invoice, room="cap")
    assert [book.used_by(n).drawn for n in (LEAD, MEMBER, COMPANY)] == [0, 0, 0]


def test_a_rejected_invoice_leaves_every_share_as_it_was():
    book = joint()
    name = placed(book)
    before = carried(book)
    book.reject(book.record("1", 123.45, name))
    assert carried(book) == before
    assert book.use == Use(committed=1_000_00)


def test_fixed_amounts_come_out_to_the_ore_over_several_invoices():
    book = joint()
    amounts = {LEAD: 333_33, MEMBER: 333_33, COMPANY: 333_34}
    name = placed(book, split=split("fixed", amounts))
    for number, kronor in enumerate((100.01, 400, 499.99)):
        book.draw(f"{number}", kronor, name)
    assert {n: book.used_by(n).drawn for n in amounts} == amounts


def test_shares_of_an_agreement_are_those_of_its_orders_that_name_none():
    book = joint(policy=Policy(split=split("shares", {LEAD: 3, MEMBER: 1})))
    name = book.place(line(100))
    assert book.orders[name].split.method == "shares"
    assert carried(book) == {LEAD: 75_00, MEMBER: 25_00, COMPANY: 0}


def test_seats_that_are_not_allocated_yet_leave_the_whole_with_the_buyer():
    book = joint(policy=Policy(split=Split(method="seats")))
    name = placed(book, split=None)
    assert carried(book) == {LEAD: 1_000_00, MEMBER: 0, COMPANY: 0}
    book.allocate(name, SEATS)
    assert carried(book) == {LEAD: 500_00, MEMBER: 300_00, COMPANY: 200_00}


def test_a_member_s_hard_share_refuses_the_order_that_would_pass_it():
    book = joint(share(MEMBER, 299))
    with pytest.raises(CapExceeded) as refused:
        placed(book)
    assert refused.value.figures["limit"] == f"share {MEMBER}"
    assert refused.value.figures["over"].ore == kr(1)
    placed(book, 990)
    assert book.used_by(MEMBER) == Use(committed=297_00)


def test_an_invoice_over_a_member_s_share_is_recorded_and_flagged():
    book = joint(share(MEMBER, 300))
    name = placed(book)
    id = book.draw("1", 1_100, name)
    assert f"over-limit:share {MEMBER}" in book.drawdowns[id].flags
    assert book.used_by(MEMBER) == Use(drawn=330_00)


@pytest.mark.parametrize(
    ("terms", "pointer"),
    [
        ({"split": split("seats", {LEAD: 5, MEMBER: 4})}, "/split/parts"),
        ({"split": split("fixed", {LEAD: 5, MEMBER: 4})}, "/split/parts"),
        ({"split": split("shares", {LEAD: 5, MEMBER: 0})}, "/split/parts/1"),
        ({"split": split("shares", {})}, "/split/parts"),
    ],
)
def test_a_split_that_does_not_add_up_is_a_fault_of_the_order(terms, pointer):
    book = joint()
    with pytest.raises(Invalid) as refused:
        placed(book, **terms)
    assert [fault.pointer for fault in refused.value.faults] == [pointer]


def test_a_late_joiner_carries_nothing_until_an_amendment_names_it():
    book = joint()
    with pytest.raises(NotEntitled):
        placed(book, by_seats={LEAD: 5, LATE: 2})
    name = placed(book)
    with pytest.raises(NotEntitled):
        book.move_seats(name, LEAD, LATE, 2)
    book.amend(ground="17:14", buyers=(Party(organisation=LATE, role="member"),))
    book.move_seats(name, LEAD, LATE, 2)
    assert book.used_by(LATE) == Use(committed=200_00)


def test_only_the_lead_puts_costs_on_the_others():
    book = joint()
    other = By(person="p-2", organisation=MEMBER, role="orderer")
    with pytest.raises(NotAParty):
        book.place(line(100), buyer=MEMBER, by=other, split=split("shares", {LEAD: 1}))
    book.place(line(100), buyer=MEMBER, by=other)
    assert book.used_by(MEMBER) == Use(reserved=100_00)


def test_a_joint_agreement_has_one_lead():
    two = (*BUYERS, Party(organisation=LATE, role="lead"))
    with pytest.raises(Invalid) as refused:
        Book(buyers=two)
    assert [fault.pointer for fault in refused.value.faults] == ["/buyers/3/role"]
    with pytest.raises(Invalid) as refused:
        joint().amend(ground="17:14", buyers=(Party(organisation=LATE, role="lead"),))
    assert [fault.pointer for fault in refused.value.faults] == ["/change/buyers/0/role"]


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        (split("fixed", {LEAD: 1}), "/policy/split"),
        (split("seats", {LEAD: 1}), "/policy/split"),
        (split("shares", {}), "/policy/split"),
        (split("shares", {LEAD: 1, LATE: 1}), "/policy/split/parts/1/organisation"),
    ],
)
def test_an_agreement_s_split_names_its_own_buyers(wrong, pointer):
    with pytest.raises(Invalid) as refused:
        joint(policy=Policy(split=wrong))
    assert [fault.pointer for fault in refused.value.faults] == [pointer]


# ── Seats ─────────────────────────────────────────────────────────────────────────────────────


def test_seats_given_to_another_touch_neither_the_count_nor_the_amount_of_the_order():
    book = joint()
    name = placed(book)
    book.move_seats(name, LEAD, MEMBER, 2)
    order = book.orders[name]
    assert {part.organisation: part.weight for part in order.allocated} == {
        LEAD: 3,
        MEMBER: 5,
        COMPANY: 2,
    }
    assert (order.seats, order.amount, book.use) == (10, 1_000_00, Use(committed=1_000_00))
    assert carried(book) == {LEAD: 300_00, MEMBER: 500_00, COMPANY: 200_00}


def test_seats_move_no_money_where_they_are_not_the_split():
    book = joint()
    name = book.place(line(1_000), seats=10)
    book.allocate(name, SEATS)
    book.move_seats(name, LEAD, MEMBER, 5)
    assert carried(book) == {LEAD: 1_000_00, MEMBER: 0, COMPANY: 0}


def test_nobody_gives_more_seats_than_are_theirs():
    book = joint()
    name = placed(book)
    with pytest.raises(TooFewSeats) as refused:
        book.move_seats(name, COMPANY, MEMBER, 3)
    assert (refused.value.figures["seats"], refused.value.figures["asked"]) == (2, 3)
    book.move_seats(name, COMPANY, MEMBER, 2)
    assert [p.organisation for p in book.orders[name].allocated] == [LEAD, MEMBER]


def test_seats_are_given_by_whose_they_are_or_by_the_buyer_of_the_order():
    book = joint()
    name = placed(book)
    member = By(person="p-2", organisation=MEMBER, role="orderer")
    with pytest.raises(NotAParty):
        book.move_seats(name, COMPANY, MEMBER, 1, by=member)
    book.move_seats(name, MEMBER, COMPANY, 1, by=member)
    with pytest.raises(Invalid):
        book.move_seats(name, MEMBER, MEMBER, 1, by=member)


def test_seats_that_would_pass_the_receiver_s_share_are_not_moved():
    book = joint(share(MEMBER, 400))
    name = placed(book)
    with pytest.raises(CapExceeded):
        book.move_seats(name, LEAD, MEMBER, 2)
    book.move_seats(name, LEAD, MEMBER, 1)
    assert book.used_by(MEMBER) == Use(committed=400_00)


def test_seats_are_allocated_whole_and_only_where_the_order_has_some():
    book = joint()
    name = book.place(line(1_000), seats=10)
    with pytest.raises(Invalid):
        book.allocate(name, {LEAD: 5, MEMBER: 4})
    with pytest.raises(Invalid):
        book.allocate(book.place(line(1_000)), {LEAD: 5})
    with pytest.raises(NotEntitled):
        book.allocate(name, {LEAD: 5, LATE: 5})


def test_allocated_seats_that_are_cancelled_are_taken_from_who_had_them():
    book = joint()
    name = book.place(seats(10, 100), seats=10, split=split("seats", SEATS))
    for whose in ({}, {"holder": LATE}, {"holder": COMPANY}):
        with pytest.raises((Invalid, TooFewSeats)):
            book.cancel(name, seats=3, **whose)
    book.cancel(name, seats=2, holder=COMPANY)
    assert carried(book) == {LEAD: 500_00, MEMBER: 300_00, COMPANY: 0}
    assert (book.orders[name].seats, len(book.orders[name].allocated)) == (8, 2)


def test_seats_that_nobody_was_given_are_cancelled_of_nobody():
    book = joint()
    name = book.place(seats(10, 100), seats=10)
    with pytest.raises(Invalid):
        book.cancel(name, seats=3, holder=LEAD)
    book.cancel(name, seats=3)
    assert book.orders[name].seats == 7


# ── Always ────────────────────────────────────────────────────────────────────────────────────


STEPS = st.lists(
    st.tuples(
        st.sampled_from(("draw", "record", "reject", "credit", "seats", "change", "close")),
        st.integers(1, 60_000),
        st.integers(0, 5),
    ),
    max_size=14,
)


def step(book, name, number, what, ore, which):
    order = book.orders[name]
    if what in ("draw", "record", "reject"):
        parts = (Part(order=name, amount=ore, line=which % len(order.lines) + 1),)
        id = book.record(f"{number}", ore / 100, name, parts=parts if which % 2 else None)
        if what != "record":
            (book.approve if what == "draw" else book.reject)(id)
    elif what == "credit":
        open_ = [d for d in book.drawdowns.values() if d.status == "approved" and d.amount > 0]
        if open_:
            invoice = open_[which % len(open_)]
            amount = min(ore, invoice.amount - invoice.credited)
            room = ("cap", "order")[which % 2] if order.status != "closed" else "cap"
            book.draw(f"C{number}", -amount / 100, name, credits=invoice.id, room=room)
    elif order.status == "closed":
        return
    elif what == "seats":
        have = [part for part in order.allocated if part.weight]
        if have:
            giver = have[which % len(have)]
            names = [n for n in (LEAD, MEMBER, COMPANY) if n != giver.organisation]
            book.move_seats(name, giver.organisation, names[which % 2], 1 + ore % giver.weight)
    elif what == "change" and order.invoiced <= 2_000_00:
        book.change(name, line(1_000 + which), line(1_000))
    elif what == "close" and which == 0:
        book.close(name)


@given(steps=STEPS, method=st.sampled_from(("seats", "shares", "fixed")))
def test_the_shares_always_add_up_to_the_whole(steps, method):
    book = joint()
    parts = SEATS if method != "fixed" else {LEAD: 100_000, MEMBER: 60_001, COMPANY: 39_999}
    name = book.place(line(1_000), line(1_000), seats=10, split=split(method, parts))
    book.confirm(name)
    for number, (what, ore, which) in enumerate(steps):
        step(book, name, number, what, ore, which)
        assert book.use == book.sum_of_positions()
        assert sum(carried(book).values()) == book.use.total
        for state in book.drawdowns.values():
            for part in state.allocations:
                assert sum(s.amount for s in part.shares) == part.amount
    order = book.orders[name]
    assert book.use.drawn == sum(part.amount for part in order.drawn)
    for organisation in (LEAD, MEMBER, COMPANY):
        shares = [s for p in order.drawn for s in p.shares if s.organisation == organisation]
        assert book.used_by(organisation).drawn == sum(s.amount for s in shares)


# ── Seats that change in number ───────────────────────────────────────────────────────────────


def allocated(book: Book, name: str) -> dict[str, int]:
    return {part.organisation: part.weight for part in book.orders[name].allocated}


def joint_order() -> tuple[Book, str]:
    """Ten seats, eight and two; each member carries its own."""
    buyers = (Party(organisation=BUYER, role="lead"), Party(organisation=OTHER_BUYER))
    book = Book(buyers=buyers)
    shared = split("seats", {BUYER: 8, OTHER_BUYER: 2})
    return book, book.place(seats(10, 100), seats=10, split=shared)


def test_allocated_seats_do_not_change_in_number_without_saying_whose_they_are():
    book, name = joint_order()
    with pytest.raises(Invalid) as refused:
        book.change(name, seats(12, 100), seats=12)
    (fault,) = refused.value.faults
    assert (fault.pointer, fault.figures) == ("/allocation", {"seats": "12"})
    with pytest.raises(Invalid) as refused:
        book.change(name, seats(12, 100), seats=12, allocation=weights({BUYER: 8, OTHER_BUYER: 3}))
    assert [fault.pointer for fault in refused.value.faults] == ["/allocation"]
    assert allocated(book, name) == {BUYER: 8, OTHER_BUYER: 2}


def test_more_seats_are_shared_and_carried_as_they_are_allocated_anew():
    book, name = joint_order()
    book.change(name, seats(12, 100), seats=12, allocation=weights({BUYER: 8, OTHER_BUYER: 4}))
    assert allocated(book, name) == {BUYER: 8, OTHER_BUYER: 4}
    assert book.used_by(OTHER_BUYER).total == kr(400)
    assert book.use == book.sum_of_positions()


def test_a_change_of_something_else_leaves_the_allocation():
    book, name = joint_order()
    book.change(name, starts_on=date(2024, 3, 1))
    assert allocated(book, name) == {BUYER: 8, OTHER_BUYER: 2}


def test_an_offer_of_other_seats_is_accepted_with_their_allocation():
    book, name = joint_order()
    book.counter(name, seats(9, 100), seats=9)
    accept = order.AcceptCounter(order=name, on=DAY)
    with pytest.raises(Invalid):
        book.do(accept)
    accept = replace(accept, allocation=weights({BUYER: 8, OTHER_BUYER: 1}))
    book.do(accept)
    assert allocated(book, name) == {BUYER: 8, OTHER_BUYER: 1}
    assert book.used_by(OTHER_BUYER).total == kr(100)


def test_an_order_without_allocation_changes_its_seats_freely():
    book = Book()
    name = book.place(seats(10, 100), seats=10)
    book.change(name, seats(12, 100), seats=12)
    assert book.orders[name].seats == 12
