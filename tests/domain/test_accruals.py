"""What belongs to another year than its invoices, line by line, credits included."""

from datetime import date

from ledger.domain import order
from ledger.domain.order import SessionTerms
from ledger.domain.position import by_line
from tests.domain.domain_given import Book, kr, line

DECEMBER, JANUARY = date(2024, 12, 10), date(2025, 1, 20)


def a_year(book) -> str:
    """Two sessions of 65 000 in 2024 and two in 2025, on a line for each year."""
    days = (date(2024, 10, 8), DECEMBER, date(2025, 2, 11), date(2025, 4, 8))
    return book.placed_and_confirmed(
        line(130_000, year=2024),
        line(130_000, year=2025),
        sessions=tuple(SessionTerms(on=day) for day in days),
    )


def at_the_end_of(book, name, year) -> list[tuple[int, float, float, tuple[int, ...], str]]:
    """Line, accrued, prepaid, sessions and basis of each line, by the invoices up to then."""
    invoiced = by_line(
        [
            part
            for one in book.drawdowns.values()
            if one.issued_on.year <= year and one.status in ("approved", "reversed")
            for part in one.allocations
        ]
    )
    return [
        (one.line.number, one.accrued / 100, one.prepaid / 100, one.sessions, one.basis)
        for one in order.accruals(book.orders[name], invoiced, year)
    ]


def test_a_session_held_in_december_and_invoiced_in_january_is_accrued_and_marked():
    book = Book()
    name = a_year(book)
    book.hold(name, 1, date(2024, 10, 8))
    book.draw("1", 65_000, name, date(2024, 10, 31))
    book.hold(name, 2, DECEMBER)
    id = book.draw("2", 65_000, name, JANUARY)
    assert at_the_end_of(book, name, 2024) == [(1, 65_000, 0, (2,), "sessions")]
    assert book.drawdowns[id].flags == ("accrual:2024",)
    assert at_the_end_of(book, name, 2025) == []


def test_what_is_invoiced_before_it_is_held_is_prepaid_and_not_marked():
    book = Book()
    name = a_year(book)
    id = book.draw("1", 195_000, name, DECEMBER)
    assert at_the_end_of(book, name, 2024) == [
        (1, 0, 130_000, (1, 2), "nothing"),
        (2, 0, 65_000, (3,), "nothing"),
    ]
    assert book.drawdowns[id].flags == ()


def test_an_invoice_that_pays_for_both_years_is_marked_for_the_earlier():
    book = Book()
    name = a_year(book)
    for number, day in ((1, date(2024, 10, 8)), (2, DECEMBER), (3, date(2025, 2, 11))):
        book.hold(name, number, day)
    id = book.draw("1", 195_000, name, date(2025, 2, 28))
    assert book.drawdowns[id].flags == ("accrual:2024",)


def test_a_credit_in_january_to_the_cap_belongs_to_the_year_of_what_it_takes_back():
    book = Book()
    name = a_year(book)
    book.hold(name, 1, date(2024, 10, 8))
    book.hold(name, 2, DECEMBER)
    invoice = book.draw("1", 130_000, name, date(2024, 12, 20))
    assert at_the_end_of(book, name, 2024) == []
    credit = book.draw("2", -15_000, name, JANUARY, credits=invoice, room="cap")
    assert book.drawdowns[credit].flags == ("accrual:2024",)
    assert at_the_end_of(book, name, 2024) == [(1, 0, 15_000, (), "sessions")]
    assert at_the_end_of(book, name, 2025) == []


def test_a_credit_to_the_order_is_invoiced_again_and_changes_no_year_s_cost():
    book = Book()
    name = a_year(book)
    book.hold(name, 1, date(2024, 10, 8))
    book.hold(name, 2, DECEMBER)
    invoice = book.draw("1", 130_000, name, date(2024, 12, 20))
    book.draw("2", -65_000, name, JANUARY, credits=invoice, room="order")
    assert at_the_end_of(book, name, 2024) == []
    assert at_the_end_of(book, name, 2025) == [(1, 65_000, 0, (2,), "sessions")]
    again = book.draw("3", 65_000, name, date(2025, 2, 1))
    assert book.drawdowns[again].flags == ("accrual:2024",)
    assert at_the_end_of(book, name, 2025) == []


def test_an_order_without_sessions_is_delivered_when_it_is_reported_so_in_each_line_s_year():
    book = Book()
    name = book.placed_and_confirmed(line(100, year=2024), line(200, year=2025))
    book.draw("1", 100, name, date(2024, 11, 1))
    assert at_the_end_of(book, name, 2024) == [(1, 0, 100, (), "nothing")]
    book.deliver(name, 1, date(2025, 6, 1))
    assert at_the_end_of(book, name, 2024) == []
    assert at_the_end_of(book, name, 2025) == [(2, 200, 0, (), "delivery")]


def test_a_fee_belongs_to_the_year_in_which_was_cancelled_and_a_release_to_none():
    book = Book()
    name = a_year(book)
    book.cancel_session(name, 2, date(2024, 11, 1), fee=kr(16_250))
    assert at_the_end_of(book, name, 2024) == [(1, 16_250, 0, (2,), "sessions")]
    other = a_year(book)
    book.hold(other, 1, date(2024, 10, 8))
    book.close(other, DECEMBER)
    assert at_the_end_of(book, other, 2024) == []
