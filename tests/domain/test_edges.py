"""Lines that no other test meets: what stands on the edge of a rule, each on both sides of it."""

from datetime import date

import pytest

from ledger.domain import drawdown
from ledger.domain.agreement.staircase import measured
from ledger.domain.amounts import AmountFrom
from ledger.domain.events import LineAmount, Party
from ledger.domain.limits import Limit
from ledger.domain.position import give_back
from ledger.domain.refusals import Invalid
from ledger.domain.regime import Change
from ledger.domain.sharing import Share
from tests.domain.domain_given import BUYER, DAY, OTHER_BUYER, START, Book, kr, line


def test_a_course_is_not_changed_to_start_after_it_ends():
    book = Book()
    name = book.place(line(100), starts_on=date(2024, 3, 1), ends_on=date(2024, 6, 30))
    with pytest.raises(Invalid) as refused:
        book.change(name, starts_on=date(2024, 7, 1))
    assert [fault.pointer for fault in refused.value.faults] == ["/ends_on"]
    with pytest.raises(Invalid):
        book.change(name, ends_on=date(2024, 2, 29))
    book.change(name, starts_on=date(2024, 6, 30))
    with pytest.raises(Invalid):
        book.counter(name, line(100), starts_on=date(2024, 7, 1))


def test_of_an_invoice_on_two_buyers_orders_only_the_others_part_says_whose_it_is():
    book = Book(buyers=(Party(organisation=BUYER), Party(organisation=OTHER_BUYER)))
    mine = book.placed_and_confirmed(line(100))
    others = book.placed_and_confirmed(line(100), buyer=OTHER_BUYER)
    parts = tuple(drawdown.Part(order=name, amount=kr(10)) for name in (mine, others))
    id = book.record("1", 20, mine, parts=parts)
    first, second = book.drawdowns[id].allocations
    assert first.shares == ()
    assert second.shares == (Share(organisation=OTHER_BUYER, amount=kr(10)),)


@pytest.mark.parametrize("last", [50, 0])
def test_what_a_bare_credit_has_beyond_all_that_is_invoiced_stays_on_the_last_line(last):
    assert give_back({1: 100, 2: last}, 170) == (
        LineAmount(line=1, amount=-100),
        LineAmount(line=2, amount=-70),
    )


@pytest.mark.parametrize(
    ("before", "after", "change"), [(0, 10, 110), (10, 0, -100), (10, 10, None)]
)
def test_a_tolerance_alone_changes_the_agreements_value(before, after, change):
    amounts = (AmountFrom(effective_on=START, amount=1_100),)
    cap = Limit(name="cap", amounts=amounts, tolerance=after)
    to = None if before == after else after
    amended = Change(ground="17:9", amount=0, covered=True, on=DAY, tolerance=to)
    assert [step.size for step in measured(cap, before, (amended,))] == [change]


def flags(book: Book, kronor: float, name: str, **more) -> tuple[str, ...]:
    return book.drawdowns[book.record("9", kronor, name, **more)].flags


def test_an_invoice_exceeds_its_order_by_one_ore_also_where_nothing_is_left():
    for invoiced, more, exceeds in ((60, 40, False), (60, 40.01, True), (100, 0.01, True)):
        book = Book()
        name = book.placed_and_confirmed(line(100))
        book.record("1", invoiced, name)
        assert ("exceeds-order" in flags(book, more, name)) is exceeds


def test_what_an_invoice_takes_off_an_order_does_not_exceed_it():
    book = Book()
    over, other = (book.placed_and_confirmed(line(100)) for _ in range(2))
    book.record("1", 120, over)
    parts = (
        drawdown.Part(order=other, amount=kr(30)),
        drawdown.Part(order=over, amount=kr(-10), line=1),
    )
    assert "exceeds-order" not in flags(book, 20, other, parts=parts)
