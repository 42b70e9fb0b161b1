"""Which year an invoice is paid in does not hang on the order in which invoices are recorded."""

from datetime import date

import pytest

from ledger.domain import order
from ledger.domain.limits import changed_after, used
from ledger.domain.position import position
from tests.domain.domain_given import Book, kr, line
from tests.domain.test_as_of_properties import folded

NOVEMBER, DECEMBER, JANUARY = date(2024, 11, 1), date(2024, 12, 15), date(2025, 1, 10)
TODAY, TURN = date(2025, 1, 20), date(2024, 12, 31)


def of_the_turn(book: Book, name: str) -> tuple[float, float, float]:
    """What is committed and drawn, and what is in use in all, at the turn of the year."""
    state = folded(book, TURN)[order.stream(name)]
    found = [*position(order.holding(state)).values()]
    limit, totals = book.of.cap, book.of.totals
    use = used(limit, totals).total - sum(
        change for _, change in changed_after(limit, totals, book.of.days, TURN)
    )
    return sum(u.committed for u in found) / 100, sum(u.drawn for u in found) / 100, use / 100


def recorded(book: Book, name: str, *bills: tuple[date, float], approved: bool) -> list[str]:
    ids = []
    for day, kronor in bills:
        ids.append(book.record(day.isoformat(), kronor, name, day, today=TODAY))
        if approved:
            book.approve(ids[-1], TODAY)
    return ids


@pytest.mark.parametrize("approved", [True, False])
@pytest.mark.parametrize("turn", [1, -1])
def test_an_invoice_of_what_was_ordered_counts_from_its_own_day_whatever_came_before_it(
    approved, turn
):
    book = Book()
    name = book.placed_and_confirmed(line(500), on=NOVEMBER)
    bills = [(DECEMBER, 50), (JANUARY, 100)][::turn]
    ids = recorded(book, name, *bills, approved=approved)
    if not approved:
        book.approve(ids[bills.index((DECEMBER, 50))], TODAY)
    assert of_the_turn(book, name) == (450, 50, 500)


@pytest.mark.parametrize("turn", [1, -1])
def test_one_beyond_what_is_left_counts_from_where_it_takes_the_room(turn):
    book = Book()
    name = book.placed_and_confirmed(line(500), on=NOVEMBER)
    recorded(book, name, *[(DECEMBER, 100), (JANUARY, 450)][::turn], approved=True)
    assert of_the_turn(book, name)[2] == 500
    assert book.use.total == kr(550)
    assert book.use == book.sum_of_positions()


def test_it_never_counts_from_before_the_order_was_changed():
    book = Book()
    name = book.placed_and_confirmed(line(500), on=NOVEMBER)
    book.change(name, line(600), on=JANUARY)
    recorded(book, name, (DECEMBER, 50), approved=True)
    assert of_the_turn(book, name) == (500, 0, 500)
