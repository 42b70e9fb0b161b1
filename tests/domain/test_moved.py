"""An invoice that comes to its order late is as where it would have been."""

from datetime import date

import pytest

from ledger.domain.events import Party
from ledger.domain.refusals import CapExceeded
from ledger.domain.regime import Policy
from tests.domain.domain_given import BUYER, DAY, OTHER_BUYER, Book, kr, line, seats, split

BUYERS = (Party(organisation=BUYER, role="lead"), Party(organisation=OTHER_BUYER, role="member"))
LATER, TODAY = date(2024, 2, 20), date(2024, 6, 1)


@pytest.mark.parametrize("way", ["right", "moved", "away and back", "anew"])
def test_it_is_shared_by_the_seats_as_they_were_where_it_comes_in(way):
    book = Book(buyers=BUYERS, policy=Policy(split=split("seats", {})))
    halves = split("seats", {BUYER: 5, OTHER_BUYER: 5})
    name, other = (
        book.placed_and_confirmed(seats(10, 1_000), seats=10, split=halves) for _ in range(2)
    )
    id = book.record("1", 10_000, other if way == "moved" else name)
    book.move_seats(name, OTHER_BUYER, BUYER, 4, on=LATER)
    if way == "away and back":
        book.move(id, (other, None, 10_000), on=LATER)
    if way == "anew":
        book.withdraw(id, on=LATER)
        id = book.record("1", 10_000, name)
    if way in ("moved", "away and back"):
        book.move(id, (name, None, 10_000), on=LATER)
    book.approve(id, on=LATER)
    assert [book.used_by(one).drawn for one in (BUYER, OTHER_BUYER)] == [kr(5_000)] * 2


@pytest.mark.parametrize("back", ["withdraw", "reject", "move"])
def test_what_a_slip_held_up_is_flagged_where_it_then_passes_a_limit_on_a_day(back):
    """An increase of 20 February counted from 1 May; before, another order filled the cap."""
    book = Book(cap=kr(100_000))
    name, other = (book.placed_and_confirmed(line(kronor)) for kronor in (50_000, 100))
    filling = book.placed_and_confirmed(line(49_900))
    book.close(filling, on=date(2024, 4, 1))
    with pytest.raises(CapExceeded):
        book.change(name, line(90_000), on=LATER)
    id = book.record("1", 10, name, on=date(2024, 5, 1))
    book.change(name, line(90_000), on=LATER)
    if back == "move":
        book.move(id, (other, None, 10), on=TODAY)
    else:
        getattr(book, back)(id, on=TODAY)
    assert "over-limit:cap" in book.drawdowns[id].flags


def test_invoices_that_were_elsewhere_stand_in_the_order_in_which_they_were_recorded():
    moved = []
    for turn in (0, 1), (1, 0):
        book = Book()
        name, other = (book.placed_and_confirmed(line(50_000)) for _ in range(2))
        ids = [book.record("1", 1_000, other, on=LATER), book.record("2", 2_000, other)]
        for place in turn:
            book.move(ids[place], (name, None, 1_000 * (place + 1)), on=TODAY)
        moved.append([one.drawdown for one in book.orders[name].waiting])
    assert moved == [ids, ids]


def test_it_comes_last_to_an_order_that_was_placed_after_it():
    book = Book()
    other = book.placed_and_confirmed(line(1_000))
    id = book.record("1", 500, other)
    name = book.placed_and_confirmed(line(1_000))
    book.close(name, on=LATER)
    book.move(id, (name, None, 500), on=TODAY)
    assert book.orders[name].past.steps[-1].stored == "order-invoiced"
    assert DAY <= LATER <= book.orders[name].waiting[-1].since
