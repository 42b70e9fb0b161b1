"""A day or a count that a later fact depends on: the refusal names that fact, and its day."""

from datetime import date, timedelta

import pytest

from ledger.domain.order import SessionTerms
from ledger.domain.refusals import Invalid
from tests.domain.domain_given import Book, line, seats

SPRING, SUMMER = date(2024, 4, 1), date(2024, 6, 1)


def faults(act) -> dict[str, dict[str, str]]:
    with pytest.raises(Invalid) as refused:
        act()
    return {fault.pointer: dict(fault.figures) for fault in refused.value.faults}


def test_fewer_seats_than_were_used_name_the_delivery_that_says_so():
    book = Book()
    name = book.placed_and_confirmed(line(1_000), seats=12, free_seats=1)
    book.deliver(name, 11, on=SPRING)
    told = faults(lambda: book.change(name, seats=9, on=SUMMER))
    assert told == {"/seats": {"day": "2024-04-01", "used": "11"}}
    book.change(name, seats=10, on=SUMMER)
    assert faults(lambda: book.change(name, free_seats=0, on=SUMMER)) == {
        "/free_seats": {"day": "2024-04-01", "used": "11"}
    }
    book.deliver(name, 9, on=SUMMER, reason="miscounted")
    book.change(name, seats=9, free_seats=0, on=SUMMER)
    assert book.orders[name].places == 9


def test_an_order_that_is_not_delivered_may_have_any_number_of_seats():
    book = Book()
    name = book.placed_and_confirmed(seats(12, 1), seats=12)
    book.change(name, seats(3, 1), seats=3)
    assert book.orders[name].seats == 3


def with_sessions() -> tuple[Book, str]:
    book = Book()
    days = (SessionTerms(on=SPRING), SessionTerms(on=SUMMER))
    name = book.placed_and_confirmed(line(1_000), sessions=days)
    book.hold(name, 1, SPRING)
    return book, name


def test_a_delivery_before_a_session_that_was_held_names_the_session():
    book, name = with_sessions()
    told = faults(lambda: book.deliver(name, 1, on=SPRING - timedelta(days=1)))
    assert told == {"/delivered_on": {"session": "1", "day": "2024-04-01", "on": "2024-03-31"}}
    book.deliver(name, 1, on=SPRING)
    assert book.orders[name].delivered_on == SPRING


def test_a_session_after_the_delivery_names_the_delivery_which_is_reported_again_first():
    book, name = with_sessions()
    book.deliver(name, 1, on=SPRING)
    assert faults(lambda: book.hold(name, 2, SUMMER)) == {"/held_on": {"day": "2024-04-01"}}
    book.deliver(name, 1, on=SUMMER, reason="too early")
    book.hold(name, 2, SUMMER)
    assert [one.status for one in book.orders[name].sessions] == ["held", "held"]
