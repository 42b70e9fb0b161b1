"""Invoices that are turned down beside others that wait: what counts on each day."""

from datetime import date

import pytest

from ledger.domain.agreement import fullest_from
from tests.domain.domain_given import Book, kr, line

FIRST, SECOND, LAST = date(2024, 3, 1), date(2024, 4, 1), date(2024, 5, 1)


def in_use(book: Book, day: date) -> int:
    """Kronor in use as of a day, by the moves that count up to it."""
    moves = (
        move.use.total
        for new, _ in book.log
        if new.effective_on <= day
        for move in getattr(new.event, "moves", ())
    )
    return sum(moves) // 100


def two_that_wait(book: Book) -> tuple[str, str]:
    name = book.placed_and_confirmed(line(100), on=date(2024, 2, 1))
    return book.record("A", 100, name, on=FIRST), book.record("B", 100, name, on=SECOND)


def test_the_first_of_two_that_wait_leaves_the_order_as_it_was_before_the_second_came():
    book = Book()
    first, _ = two_that_wait(book)
    book.reject(first, on=LAST)
    assert [in_use(book, day) for day in (FIRST, SECOND, LAST)] == [100, 100, 100]
    assert fullest_from(book.of, book.of.cap, FIRST).used == kr(100)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_both_of_two_that_wait_leave_no_trace_in_whatever_order(order):
    book = Book()
    ids = two_that_wait(book)
    for i in order:
        book.reject(ids[i], on=LAST)
    assert [in_use(book, day) for day in (FIRST, SECOND, LAST)] == [100, 100, 100]
    assert book.places()[:3] == (0, 100, 0)


def test_what_was_cancelled_between_stays_cancelled_on_each_day():
    book = Book()
    name = book.placed_and_confirmed(line(100), on=date(2024, 2, 1))
    id = book.record("A", 30, name, on=FIRST)
    book.cancel(name, on=SECOND, fee=0, reason="Ingen kurs")
    assert in_use(book, SECOND) == 30
    book.reject(id, on=LAST)
    assert [in_use(book, day) for day in (FIRST, SECOND, LAST)] == [100, 0, 0]
