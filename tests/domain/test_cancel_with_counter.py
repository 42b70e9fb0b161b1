"""A counter-offer that nobody has taken is no ground for a fee."""

from datetime import date

import pytest

from ledger.domain.order import CancelOrder, CounterOrder
from ledger.domain.refusals import BelowInvoiced, FeeTooHigh
from tests.domain.domain_given import DAY, UNIVERSITY, Book, kr, line


def test_the_fee_is_at_most_what_was_ordered_whatever_was_offered_instead():
    book = Book()
    name = book.place(line(100))
    book.counter(name, line(200))
    command = CancelOrder(order=name, on=date(2024, 1, 20), fee=kr(150))
    with pytest.raises(FeeTooHigh):
        book.do(command)


def test_a_counter_offer_below_what_is_invoiced_is_refused():
    book = Book()
    name = book.place(line(100))
    book.record("90012345", 80, name)
    command = CounterOrder(order=name, on=DAY, lines=(line(50),))
    with pytest.raises(BelowInvoiced):
        book.do(command, UNIVERSITY)


def test_what_is_invoiced_of_an_order_that_was_declined_after_an_offer_is_of_its_own_lines():
    """The offer went with the order: an invoice counts for what was ordered."""
    book = Book()
    name = book.place(line(100, kind="delivery"))
    book.counter(name, line(150, kind="development"))
    book.decline(name)
    book.record("1", 10, name)
    assert [(one.dimensions.kind, one.use.total) for one in book.of.totals if one.use] == [
        ("delivery", kr(10))
    ]
