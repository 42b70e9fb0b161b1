"""Single lines of the rules of money that random plays seldom reach: each by what it decides."""

from datetime import date, timedelta

import pytest

from ledger.domain import agreement, limits, order
from ledger.domain.amounts import AmountFrom
from ledger.domain.events import AgreementAmended, LineAmount, New, OrderLine
from ledger.domain.limits import Day, Dimensions, Limit, Move
from ledger.domain.position import Holding, left_by_line, position
from ledger.domain.refusals import CapExceeded, LaterNotCovered, NotCovered, OutsideTerm
from ledger.domain.sharing import Share, Split, Weight
from tests.domain.domain_given import (
    BUYER,
    DAY,
    OTHER_BUYER,
    SUPPLIER,
    Book,
    kr,
    line,
)

NEXT, LATER = DAY + timedelta(days=1), DAY + timedelta(days=5)
ALIKE = Dimensions(year=2024, buyer=BUYER, supplier=SUPPLIER, kind="delivery")


# ── What each day changed ─────────────────────────────────────────────────────────────────────


def test_what_changed_on_an_orders_own_day_is_counted_once_where_something_changes_later():
    for kronor, fits in ((2_000_000 - 300, True), (2_000_000 - 300 + 0.01, False)):
        book = Book()
        book.place(line(100), on=DAY)
        book.place(line(200), on=NEXT)
        if fits:
            book.place(line(kronor), on=DAY, today=NEXT)
            continue
        with pytest.raises(CapExceeded):
            book.place(line(kronor), on=DAY, today=NEXT)


def test_lines_that_are_alike_add_up_in_what_a_day_changed():
    moves = [Move(line=number, dimensions=ALIKE, reserved=kr(100)) for number in (1, 2)]
    totals, days = limits.add((), (), moves, DAY)
    assert totals[0].use.total == kr(200)
    assert days == (Day(DAY, ((0, kr(200)),)),)
    book = Book(cap=kr(150))
    book.amend(cap=1_000, on=NEXT, ground="17:10", clause="4 §")
    book.place(line(100), line(100), on=NEXT)
    book.place(line(150), on=DAY, today=NEXT)


def test_a_limit_binds_no_longer_on_the_day_from_which_it_is_removed():
    amounts = (AmountFrom(effective_on=DAY, amount=kr(1)),)
    limit = Limit(name="year", year=2024, amounts=amounts, removed_on=NEXT)
    assert (limit.amount_on(DAY), limit.amount_on(NEXT)) == (kr(1), None)
    assert [limit.is_removed_on(day) for day in (DAY, NEXT, LATER)] == [False, True, True]


# ── What an order counts for ──────────────────────────────────────────────────────────────────


def held(*lines: OrderLine, open: bool = True, **more) -> Holding:
    known = {"buyer": BUYER, "supplier": SUPPLIER, "place": "committed", "pending": ()}
    return Holding(**known, lines=lines, open=open, **more)


def of(number: int, kronor: float) -> OrderLine:
    return OrderLine(number=number, kind="delivery", year=2024, amount=kr(kronor), text="")


def test_what_an_invoice_draws_beyond_its_line_is_taken_of_the_others_once():
    for over, (first, second) in ((1, (1, 2)), (2, (2, 1))):
        lines = sorted((of(first, 10), of(second, 20)), key=lambda one: one.number)
        drawn = (LineAmount(line=over, amount=kr(15)),)
        assert left_by_line(held(*lines, drawn=drawn)) == {first: 0, second: kr(15)}


def test_a_closed_order_that_is_credited_beyond_its_invoices_holds_nothing_for_who_bears_none():
    parts = (Weight(organisation=BUYER, weight=1), Weight(organisation=OTHER_BUYER, weight=1))
    shares = (Share(organisation=BUYER, amount=-kr(100)),)
    credited = held(
        of(1, 10), open=False, split=Split(method="shares", parts=parts),
        drawn=(LineAmount(line=1, amount=-kr(100), shares=shares),),
    )  # fmt: skip
    used: dict[str, int] = {}
    for (_, dimensions, _), use in position(credited).items():
        used[dimensions.buyer] = used.get(dimensions.buyer, 0) + use.total
    assert {name: ore for name, ore in used.items() if ore} == {}


# ── What makes an order larger ────────────────────────────────────────────────────────────────


def test_what_is_said_of_an_order_on_an_earlier_day_is_held_to_the_limits_of_its_latest_move():
    book = Book(cap=kr(100))
    name = book.place(line(100), on=DAY)
    book.amend(cap=1_000, on=LATER, ground="17:10", clause="4 §")
    book.confirm(name, LATER)
    larger = order.ChangeOrder(order=name, on=NEXT, reason="r", lines=(line(1_000),))
    book.do(larger, book.own(name), LATER)
    assert book.use.total == kr(1_000)


@pytest.mark.parametrize("invoiced", [100.01, 200])
def test_an_order_that_is_invoiced_beyond_itself_is_not_made_larger_after_the_term(invoiced):
    ended = NEXT
    book = Book(ends_on=ended)
    name = book.placed_and_confirmed(line(100))
    book.approve(book.record("1", invoiced, name), DAY)
    with pytest.raises(OutsideTerm):
        book.change(name, line(invoiced), on=LATER)
    book.change(name, line(invoiced), on=ended)


# ── Amendments of one day, and before others ──────────────────────────────────────────────────


def test_of_two_amounts_for_one_day_the_later_is_measured_by_what_was_before_both():
    book = Book()
    book.amend(cap=2_100_000, on=NEXT)
    book.amend(cap=2_150_000, on=NEXT)
    book.amend(policy={"cap_tolerance": 5}, on=NEXT, ground="17:10", clause="4 §")
    with pytest.raises(NotCovered):
        book.amend(cap=2_210_000, on=LATER)
    book.amend(cap=2_190_000, on=LATER)


def recorded_by_an_earlier_version(book: Book, cap: int, on: date) -> None:
    amount = AmountFrom(effective_on=on, amount=kr(cap))
    event = AgreementAmended(ground="17:9", decision="D", decided_on=on, cap=amount)
    book.run([New(agreement.stream("A1"), event, on)])


def test_an_amendment_is_not_refused_for_a_later_one_that_was_past_its_ground_without_it():
    book = Book()
    recorded_by_an_earlier_version(book, 2_600_000, LATER)
    book.amend(cap=2_010_000, on=NEXT)
    book = Book()
    recorded_by_an_earlier_version(book, 2_190_000, LATER)
    with pytest.raises(LaterNotCovered):
        book.amend(cap=1_950_000, on=NEXT, ground="17:10", clause="4 §")
