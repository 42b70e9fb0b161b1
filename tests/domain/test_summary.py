"""The public summary's counts: free seats apart, and what was paid for each who took part."""

import pytest

from ledger.domain.summary import summary
from tests.domain.domain_given import Book, line


def given(book: Book, kronor: float, used: int | None, **more) -> None:
    """A course that was paid for, reported where `used` says how many took part."""
    name = book.placed_and_confirmed(line(kronor), seats=30, **more)
    book.approve(book.record(name, kronor, name))
    if used is not None:
        book.deliver(name, used)


def told(book: Book):
    return summary(book.orders.values())


def test_free_seats_are_apart_from_those_that_were_used():
    book = Book()
    given(book, 65_000, 30, free_seats=2)
    given(book, 65_000, 31, free_seats=1)
    found = told(book)
    assert (found.seats_used, found.free_seats) == (61, 3)
    assert [course.free_seats for course in found.courses] == [3]


def test_free_seats_of_what_was_never_given_are_none():
    book = Book()
    name = book.placed_and_confirmed(line(10), seats=5, free_seats=2)
    book.approve(book.record("1", 10, name))
    book.cancel(name, fee=0)
    assert told(book).free_seats == 0


@pytest.mark.parametrize(
    ("kronor", "used", "expected"),
    [(345_600, 21, 1_645_714), (100, 3, 3_333), (0.01, 2, 1), (500, None, None), (500, 0, None)],
)
def test_what_was_paid_a_head_is_told_where_both_are_known(kronor, used, expected):
    book = Book()
    given(book, kronor, used)
    found = told(book)
    assert found.per_participant == found.courses[0].per_participant == expected
