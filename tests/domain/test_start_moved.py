"""The year of a line that named none is that of its course's start, also when that moves."""

from datetime import date

import pytest

from ledger.domain.agreement import LimitTerms
from ledger.domain.events import Party
from ledger.domain.order import InstalmentTerms, SessionTerms
from ledger.domain.refusals import BelowOwed, CapExceeded, Invalid
from tests.domain.domain_given import (
    BUYER,
    ORDERER,
    OTHER_BUYER,
    Book,
    kr,
    line,
    seats,
    split,
)

AUTUMN, SPRING = date(2024, 11, 4), date(2025, 2, 3)
LATER = date(2024, 3, 1)


def by_year(book: Book) -> dict[int, tuple[float, float]]:
    """What is reserved or committed, and drawn, of each year, in kronor."""
    found: dict[int, tuple[float, float]] = {}
    for total in book.of.totals:
        held, drawn = found.get(total.dimensions.year, (0, 0))
        use = total.use
        found[total.dimensions.year] = (
            held + (use.reserved + use.committed) / 100,
            drawn + use.drawn / 100,
        )
    return {year: both for year, both in found.items() if any(both)}


def lines_of(book: Book, name: str) -> list[tuple[int, float]]:
    return [(one.year, one.amount / 100) for one in book.orders[name].lines]


def test_a_line_that_named_no_year_goes_with_the_start_and_one_that_did_stays():
    book = Book()
    name = book.placed_and_confirmed(line(1_000), line(500, year=2024), starts_on=AUTUMN)
    book.change(name, starts_on=SPRING, on=LATER)
    assert lines_of(book, name) == [(2025, 1_000), (2024, 500)]
    assert by_year(book) == {2024: (500, 0), 2025: (1_000, 0)}
    assert book.of.days[-1].on == LATER  # until then it was of the year before
    book.change(name, starts_on=AUTUMN, on=LATER)
    assert by_year(book) == {2024: (1_500, 0)}


def test_a_start_that_comes_to_be_known_gives_its_year():
    book = Book()
    name = book.placed_and_confirmed(line(1_000))
    book.change(name, starts_on=SPRING)
    assert by_year(book) == {2025: (1_000, 0)}


def test_a_start_that_stays_in_its_year_moves_no_money():
    book = Book()
    name = book.placed_and_confirmed(line(1_000), starts_on=AUTUMN)
    facts = len(book.log)
    book.change(name, starts_on=date(2024, 12, 2))
    assert len(book.log) == facts + 1


def test_the_year_that_it_goes_to_needs_room_and_nothing_else_does():
    book = Book(cap=kr(1_000), limits=(LimitTerms(name="25", year=2025, amount=kr(999)),))
    name = book.placed_and_confirmed(line(1_000), starts_on=AUTUMN)
    with pytest.raises(CapExceeded) as refused:
        book.change(name, starts_on=SPRING)
    (over,) = refused.value.figures["limits"]
    assert (over.limit, over.over.ore) == ("25", kr(1))
    book.change(name, line(999))
    book.change(name, starts_on=SPRING)
    assert by_year(book) == {2025: (999, 0)}


@pytest.mark.parametrize("approved", [True, False])
def test_what_is_invoiced_stays_in_its_year_and_the_rest_goes(approved):
    book = Book()
    name = book.placed_and_confirmed(line(1_000), starts_on=AUTUMN)
    (book.draw if approved else book.record)("1", 400, name)
    book.change(name, starts_on=SPRING)
    assert lines_of(book, name) == [(2024, 400), (2025, 600)]
    assert by_year(book) == {2024: (0, 400) if approved else (400, 0), 2025: (600, 0)}
    book.draw("2", 600, name)
    assert by_year(book)[2025] == (0, 600)


def test_what_is_invoiced_in_full_stays():
    book = Book()
    name = book.placed_and_confirmed(line(1_000), starts_on=AUTUMN)
    book.draw("1", 1_200, name)
    book.change(name, starts_on=SPRING)
    assert lines_of(book, name) == [(2024, 1_000)]
    assert by_year(book) == {2024: (0, 1_200)}


@pytest.mark.parametrize("back", ["withdraw", "reject"])
@pytest.mark.parametrize("said", [(), (line(1_100),)])
def test_an_invoice_that_is_turned_down_has_kept_nothing_in_its_year(back, said):
    book = Book()
    name = book.placed_and_confirmed(line(1_000), starts_on=AUTUMN)
    id = book.record("1", 400, name)
    book.change(name, *said, starts_on=SPRING)
    assert by_year(book)[2024] == (400, 0)
    getattr(book, back)(id)
    whole = 1_100 if said else 1_000
    assert lines_of(book, name) == [(2025, whole)]
    assert by_year(book) == {2025: (whole, 0)}
    assert book.use == book.sum_of_positions()


def test_what_a_credit_took_of_it_comes_back_in_the_year_that_it_went_to():
    book = Book()
    name = book.placed_and_confirmed(line(1_000), starts_on=AUTUMN)
    book.draw("1", 400, name)
    credit = book.record("2", -100, name)
    book.approve(credit, room="cap")
    book.change(name, starts_on=SPRING)
    assert by_year(book) == {2024: (0, 300), 2025: (600, 0)}
    book.take_back(credit)
    assert by_year(book) == {2024: (0, 400), 2025: (600, 0)}


def test_seats_go_as_whole_ones_and_a_fee_stays_where_it_is_owed():
    book = Book()
    name = book.placed_and_confirmed(seats(10, 100), seats=10, starts_on=AUTUMN)
    book.cancel(name, seats=2, line=1, fee=kr(50), reason="agreed")
    book.draw("1", 250, name)  # the fee is drawn first
    book.change(name, starts_on=SPRING)
    assert lines_of(book, name) == [(2024, 250), (2025, 600)]
    name = book.placed_and_confirmed(seats(10, 100), seats=10, starts_on=AUTUMN)
    book.draw("2", 400, name)
    book.change(name, starts_on=SPRING)
    assert [one.quantity for one in book.orders[name].lines] == [4, 6]
    book.cancel(name, seats=6, line=2, fee=0, reason="agreed")
    assert book.orders[name].amount == kr(400)


def test_instalments_that_are_not_invoiced_go_with_their_line():
    book = Book()
    parts = (
        InstalmentTerms(amount=kr(300), due_on=AUTUMN),
        InstalmentTerms(amount=kr(700), due_on=SPRING),
    )
    name = book.placed_and_confirmed(line(1_000), starts_on=AUTUMN, instalments=parts)
    book.draw("1", 400, name)
    book.change(name, starts_on=SPRING)
    assert [(one.line, one.amount / 100) for one in book.orders[name].instalments] == [
        (1, 300),
        (1, 100),
        (2, 600),
    ]


def test_lines_of_sessions_that_stay_are_of_their_year_and_new_sessions_of_theirs():
    book = Book()
    day = (SessionTerms(on=AUTUMN),)
    name = book.placed_and_confirmed(line(1_000), starts_on=AUTUMN, sessions=day)
    book.change(name, starts_on=SPRING)
    assert by_year(book) == {2024: (1_000, 0)}
    book.change(name, starts_on=AUTUMN)
    book.change(name, starts_on=SPRING, sessions=(SessionTerms(on=SPRING),))
    assert by_year(book) == {2025: (1_000, 0)}


def test_what_was_delivered_goes_where_its_start_is_put_right_and_is_still_owed():
    book = Book()
    name = book.placed_and_confirmed(line(1_000), starts_on=AUTUMN)
    book.deliver(name, 1, on=SPRING)
    book.change(name, starts_on=date(2025, 1, 7), on=SPRING)
    assert by_year(book) == {2025: (1_000, 0)}
    with pytest.raises(BelowOwed):
        book.change(name, line(999), on=SPRING)


def test_the_year_is_one_of_the_agreement():
    book = Book()
    name = book.placed_and_confirmed(line(1_000), starts_on=AUTUMN)
    with pytest.raises(Invalid):
        book.change(name, starts_on=date(2022, 3, 1))


def test_each_member_carries_its_part_in_the_year_that_it_goes_to():
    both = (Party(organisation=BUYER, role="lead"), Party(organisation=OTHER_BUYER, role="member"))
    book = Book(buyers=both)
    halves = split("shares", {BUYER: 3, OTHER_BUYER: 1})
    name = book.placed_and_confirmed(line(1_000), starts_on=AUTUMN, split=halves)
    book.record("1", 400, name)
    book.change(name, starts_on=SPRING)
    found = {
        (total.dimensions.year, total.dimensions.buyer): total.use.committed / 100
        for total in book.of.totals
    }
    assert found == {
        (2024, BUYER): 300,
        (2024, OTHER_BUYER): 100,
        (2025, BUYER): 450,
        (2025, OTHER_BUYER): 150,
    }


def test_who_coded_a_line_coded_also_what_goes_of_it():
    book = Book()
    name = book.placed_and_confirmed(line(1_000), starts_on=AUTUMN)
    book.recode(name, cost_centre="4100")
    book.record("1", 400, name)
    book.change(name, starts_on=SPRING)
    assert book.orders[name].coded_by == ((1, ORDERER.person), (2, ORDERER.person))
