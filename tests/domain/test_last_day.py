"""The last day to answer that every order has: its own, else so many days by the policy."""

from datetime import date, timedelta

import pytest

from ledger.domain import order
from ledger.domain.events import NOBODY, OrderLapsed, OrderPlaced, Party
from ledger.domain.refusals import AnsweredTooLate, NotDue
from ledger.domain.regime import Policy
from ledger.domain.selection import Selection
from tests.domain.domain_given import (
    DAY,
    END,
    MANAGER,
    OTHER_SUPPLIER,
    START,
    SUPPLIER,
    UNIVERSITY,
    Book,
    line,
)


def days(count: int) -> timedelta:
    return timedelta(days=count)


def last_day(book: Book, **more) -> date | None:
    return book.orders[book.place(line(1), **more)].respond_by


def test_an_order_that_does_not_say_by_when_is_answered_within_the_days_of_the_policy():
    assert last_day(Book()) == DAY + days(14)
    assert last_day(Book(policy=Policy(answer_days=30))) == DAY + days(30)


def test_what_an_order_says_itself_stays_as_it_was_typed():
    book = Book()
    assert last_day(book, respond_by=DAY) == DAY
    assert last_day(book, respond_by=END + days(90)) == END + days(90)


@pytest.mark.parametrize(
    ("ordered_on", "recorded_on", "last"),
    [
        (DAY, DAY + days(40), DAY + days(54)),
        (END - days(14), END - days(14), END),
        (END - days(13), END - days(13), END),
        (END, END, END),
        (END - days(20), END - days(3), END),
        (END, END + days(5), END + days(5)),
        (START, END + days(500), END + days(500)),
    ],
)
def test_it_is_after_the_day_of_recording_within_the_term_and_never_before_it_is_recorded(
    ordered_on, recorded_on, last
):
    assert last_day(Book(), on=ordered_on, today=recorded_on) == last


def test_the_days_are_those_of_the_policy_on_the_day_that_the_order_is_placed():
    book = Book()
    before = book.place(line(1))
    book.amend(ground="17:14", policy={"answer_days": 5})
    assert book.orders[before].respond_by == DAY + days(14)
    assert last_day(book) == DAY + days(5)


def test_an_order_without_an_own_day_is_overdue_lapses_and_refuses_a_late_answer():
    book = Book()
    name = book.place(line(100))
    last = DAY + days(14)
    assert not order.is_unanswered(book.orders[name], last)
    with pytest.raises(NotDue):
        book.decided(order.LapseOrder(order=name, on=last), MANAGER)
    assert book.decided(order.ConfirmOrder(order=name, on=last), UNIVERSITY)
    assert order.is_unanswered(book.orders[name], last + days(1))
    late = order.ConfirmOrder(order=name, on=last + days(1))
    with pytest.raises(AnsweredTooLate) as refused:
        book.decided(late, UNIVERSITY)
    assert refused.value.figures["respond_by"] == last
    assert book.places()[0] == 100
    lapsed = book.do(order.LapseOrder(order=name, on=last + days(1)), MANAGER)
    assert lapsed[0].event == OrderLapsed(respond_by=last)
    assert book.places()[0] == 0


def test_what_an_earlier_version_recorded_without_a_last_day_has_none():
    told = OrderPlaced(
        agreement="A1",
        number="A1-0001",
        buyer="b",
        supplier="s",
        currency="SEK",
        course="C",
        lines=(),
        ordered_on=DAY,
    )
    old = order.evolve(None, told, DAY, NOBODY)
    assert (old.respond_by, old.answer_days) == (None, None)
    assert not order.is_unanswered(old, date.max)


# ── Passed on ─────────────────────────────────────────────────────────────────────────────────


def ranked(**policy) -> Book:
    return Book(
        suppliers=tuple(Party(organisation=name) for name in (SUPPLIER, OTHER_SUPPLIER)),
        selection=Selection(method="ranking", ranking=(SUPPLIER, OTHER_SUPPLIER)),
        policy=Policy(**policy),
    )


@pytest.mark.parametrize(("stated", "had"), [(None, 14), (DAY + days(10), 10), (DAY, 0)])
def test_who_is_asked_next_has_as_many_days_as_the_first(stated, had):
    book = ranked()
    name = book.place(line(1), respond_by=stated)
    book.decline(name, DAY)
    state = book.orders[name]
    assert (state.supplier, state.respond_by) == (OTHER_SUPPLIER, DAY + days(had))


def test_who_is_asked_next_has_the_days_from_when_the_passing_on_is_recorded():
    book = ranked(answer_days=7)
    recorded = DAY + days(30)
    name = book.place(line(1), on=DAY, today=recorded)
    assert book.orders[name].respond_by == recorded + days(7)
    book.decline(name, DAY + days(3), today=recorded + days(1))
    assert book.orders[name].respond_by == recorded + days(8)


def test_who_is_asked_next_near_the_end_has_until_the_last_day_of_the_term():
    book = ranked()
    name = book.place(line(1), on=END - days(4))
    book.decline(name, END - days(1))
    assert book.orders[name].respond_by == END
    late = ranked()
    name = late.place(line(1), on=END - days(4))
    late.decline(name, END - days(1), today=END + days(3))
    assert late.orders[name].respond_by == END + days(3)
