"""An invoice beyond its order holds room only while it stands, and undone it is on no day."""

from datetime import date

import pytest

from ledger.domain import agreement
from ledger.domain.refusals import CapExceeded
from tests.domain.domain_given import DAY, Book, kr, line
from tests.domain.test_as_of_properties import folded

LATER, AFTER = date(2024, 4, 20), date(2024, 6, 1)


@pytest.mark.parametrize("approved", [False, True])
def test_an_order_is_not_enlarged_into_the_room_of_an_invoice_beyond_it(approved):
    book = Book(cap=kr(10_000))
    name = book.placed_and_confirmed(line(10_000))
    id = book.record("1", 12_000, name)
    if approved:
        book.approve(id)
    with pytest.raises(CapExceeded) as refused:
        book.change(name, line(12_000))
    figures = refused.value.figures
    assert (figures["used"].ore, figures["over"].ore) == (kr(10_000), kr(2_000))


def test_where_the_cap_has_room_what_was_invoiced_beyond_is_ordered_afterwards():
    book = Book(cap=kr(12_000))
    name = book.placed_and_confirmed(line(10_000))
    id = book.record("1", 12_000, name)
    book.change(name, line(12_000))
    book.reject(id)
    assert book.places() == (0, 12_000, 0, 0)


def test_an_offer_is_not_made_into_the_room_of_an_invoice_beyond_the_order():
    book = Book(cap=kr(10_000))
    name = book.place(line(10_000))
    book.record("1", 12_000, name)
    with pytest.raises(CapExceeded):
        book.counter(name, line(12_000))


def test_a_closed_order_is_not_opened_into_the_room_of_its_invoice():
    book = Book(cap=kr(1_000))
    name = book.placed_and_confirmed(line(1_000))
    book.close(name)
    book.place(line(400))
    book.record("1", 1_000, name)
    with pytest.raises(CapExceeded):
        book.reopen(name)


def on(book, day):
    """What is in use of the cap as of a day, and what of it is drawn, in kronor."""
    of = folded(book, day)["agreement/A1"]
    use = agreement.use_of(of, of.cap)
    return use.total / 100, use.drawn / 100


DAYS = [DAY, date(2024, 3, 6), date(2024, 3, 23), LATER, AFTER]


@pytest.mark.parametrize("approved", [False, True])
@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize("amount", [500, 1_500])
def test_what_is_undone_is_on_no_day_whatever_came_of_it(approved, closed, amount):
    """The order was cancelled whole after the invoice came, and what then stayed of it."""
    told = []
    for slip in (False, True):
        book = Book(cap=kr(10_000))
        name = book.placed_and_confirmed(line(1_000), on=DAY)
        book.draw("1", 100, name, on=date(2024, 3, 1))
        if slip:
            id = book.record("2", amount, name, on=date(2024, 3, 5))
            if approved:
                book.approve(id)
        book.cancel(name, on=date(2024, 3, 22), cancelled_by="supplier")
        if closed:
            book.close(name, on=LATER)
        if slip and approved:
            book.take_back(id)
        if slip:
            book.reject(id)
        told.append([on(book, day) for day in DAYS])
    assert told[0] == told[1]


def test_an_invoice_that_is_moved_counts_from_its_own_day_where_it_should_have_been():
    book = Book(cap=kr(10_000))
    wrong, right = (book.placed_and_confirmed(line(1_000), on=DAY) for _ in range(2))
    id = book.record("1", 800, wrong, on=date(2024, 3, 5))
    book.move(id, (right, None, 800), on=LATER)
    book.approve(id, on=LATER)
    assert on(book, date(2024, 3, 5)) == (2_000, 800)
    assert on(book, DAY) == (2_000, 0)
