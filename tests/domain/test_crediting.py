"""A credit takes back what its own invoice drew, line by line, and no order ever falls below 0."""

from datetime import date

import pytest

from ledger.domain.agreement import LimitTerms
from ledger.domain.drawdown import Part
from ledger.domain.events import Party
from ledger.domain.order import SessionTerms
from ledger.domain.refusals import CapExceeded, Invalid, NotAParty, NotFound, WrongStatus
from ledger.wording import sentence
from tests.domain.domain_given import (
    APPROVER,
    DAY,
    OTHER_BUYER,
    OTHER_SUPPLIER,
    SUPPLIER,
    Book,
    By,
    kr,
    line,
    seats,
)


def test_of_an_invoice_that_was_turned_down_it_is_said_which_may_be_credited():
    book = Book()
    name = book.placed_and_confirmed(line(100))
    waiting = book.record("1", 10, name)
    credit = book.record("2", -5, name, credits=waiting, room="cap")
    with pytest.raises(WrongStatus) as refused:
        book.approve(credit)
    assert refused.value.figures["needed"] == "approved"
    turned_down = book.record("3", 10, name)
    book.reject(turned_down)
    with pytest.raises(WrongStatus) as refused:
        book.record("4", -5, name, credits=turned_down, room="cap")
    assert sentence(refused.value) == (
        f"{turned_down} is rejected; to credit it, it must be recorded or approved."
    )
    assert sentence(refused.value, "sv").endswith("fakturan väntar eller är attesterad.")


def lines_of(book, id):
    return [(part.line, part.amount) for part in book.drawdowns[id].allocations]


def amounts(book, name):
    return [one.amount for one in book.orders[name].lines]


# ── Which invoice a credit is of ──────────────────────────────────────────────────────────────


def test_a_credit_of_another_supplier_s_invoice_finds_none():
    suppliers = (Party(organisation=SUPPLIER), Party(organisation=OTHER_SUPPLIER))
    book = Book(suppliers=suppliers)
    invoice = book.draw("1", 60, book.placed_and_confirmed(line(60), supplier=SUPPLIER))
    other = book.place(line(60), supplier=OTHER_SUPPLIER)
    with pytest.raises(NotFound):
        book.record("2", -10, other, credits=invoice, supplier=OTHER_SUPPLIER)
    assert book.drawdowns[invoice].credited == 0


def test_a_credit_of_an_invoice_under_another_agreement_finds_none():
    book, another = Book(), Book()
    invoice = another.draw("1", 60, another.placed_and_confirmed(line(60)))
    state = another.drawdowns[invoice]
    book.drawdowns[invoice] = type(state)(
        **{name: getattr(state, name) for name in state.__struct_fields__} | {"agreement": "B1"}
    )
    name = book.placed_and_confirmed(line(60))
    with pytest.raises(NotFound):
        book.record("2", -10, name, credits=invoice)


def test_a_credit_takes_no_more_of_a_line_than_its_invoice_drew():
    book = Book()
    name = book.placed_and_confirmed(line(500), line(500))
    invoice = book.draw("1", 500, name)
    drawn_before = book.draw("2", 500, name)
    assert lines_of(book, drawn_before) == [(2, kr(500))]
    parts = (Part(order=name, line=2, amount=kr(-10)),)
    with pytest.raises(Invalid) as refusal:
        book.record("3", -10, name, parts=parts, credits=invoice)
    (fault,) = refusal.value.faults
    assert (fault.pointer, fault.figures["line"], fault.figures["left"].ore) == ("/lines", "2", 0)


def test_credits_that_wait_together_take_back_the_whole_of_every_line():
    limit = LimitTerms(name="dev", kind="development", amount=kr(500))
    book = Book(limits=(limit,))
    name = book.placed_and_confirmed(line(500, "development"), line(500))
    invoice = book.draw("1", 1000, name)
    first, second = (book.record(n, -500, name, credits=invoice) for n in "23")
    assert lines_of(book, first) == lines_of(book, second) == [(2, kr(-500))]
    book.approve(first, room="cap")
    book.approve(second, room="cap")
    assert lines_of(book, second) == [(1, kr(-500))]
    assert book.drawdowns[invoice].status == "reversed"
    assert [total.use.total for total in book.of.totals if total.use] == []
    book.place(line(500, "development"))
    with pytest.raises(CapExceeded):
        book.place(line(1, "development"))


def test_a_member_that_carries_a_part_of_an_invoice_does_not_decide_it():
    book = Book()
    invoice = book.record("1", 60, book.placed_and_confirmed(line(60)))
    member = By(person=APPROVER.person, organisation=OTHER_BUYER, role="approver")
    with pytest.raises(NotAParty):
        book.approve(invoice, by=member)
    with pytest.raises(NotAParty):
        book.reject(invoice, by=member)
    book.approve(invoice)


# ── What is left of the order ─────────────────────────────────────────────────────────────────


def test_seats_that_were_credited_are_not_released_once_more():
    book = Book(cap=kr(1000))
    name = book.placed_and_confirmed(line(60, "development"), seats(12, 15))
    part = (Part(order=name, line=2, amount=kr(15)),)
    invoice = book.draw("1", 15, name, parts=part)
    book.draw("2", -15, name, credits=invoice, room="cap")
    assert amounts(book, name) == [kr(60), kr(165)]
    book.cancel(name, seats=12, cancelled_by="supplier")
    assert amounts(book, name) == [kr(60), 0]
    assert book.places() == (0, 60, 0, 940)
    assert book.orders[name].cancellations[-1].released == kr(165)


def test_a_credit_to_the_cap_while_a_counter_offer_is_open_makes_both_smaller():
    book = Book(cap=kr(1000))
    name = book.place(line(100))
    book.counter(name, line(200))
    invoice = book.draw("1", 200, name)
    assert book.remaining == kr(800)
    book.draw("2", -150, name, credits=invoice, room="cap")
    state = book.orders[name]
    assert (amounts(book, name), state.counter.lines[0].amount) == ([kr(50)], kr(50))
    assert book.remaining == kr(950), "the cap gets back exactly the credit's amount"
    book.accept(name)
    assert (amounts(book, name), book.remaining) == ([kr(50)], kr(950))


def test_seats_are_cancelled_without_what_was_held_for_them():
    book = Book(cap=kr(1000))
    days = [date(2024, 3, day) for day in range(1, 11)]
    sessions = tuple(SessionTerms(on=day) for day in days)
    name = book.placed_and_confirmed(seats(10, 10), sessions=sessions)
    for number, day in enumerate(days[:5], 1):
        book.hold(name, number, day)
    book.cancel(name, seats=4, cancelled_by="supplier", on=date(2024, 3, 20))
    assert amounts(book, name) == [kr(80)]
    book.cancel(name, seats=6, cancelled_by="supplier", on=date(2024, 3, 20))
    assert amounts(book, name) == [kr(50)], "what was held is owed"
    assert days[0] > DAY


def test_the_whole_of_an_invoice_that_goes_both_ways_is_taken_back_line_by_line():
    book = Book()
    name = book.placed_and_confirmed(line(100), line(100, kind="development"))
    parts = (Part(order=name, line=1, amount=kr(30)), Part(order=name, line=2, amount=kr(-10)))
    invoice = book.draw("1", 20, name, parts=parts)
    credit = book.record("2", -20, name, credits=invoice, room="cap")
    assert lines_of(book, credit) == [(1, kr(-30)), (2, kr(10))]
