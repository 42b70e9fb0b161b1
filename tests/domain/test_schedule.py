"""Sessions and instalments: what they are worth, when they fall due, and that they add up."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain import order
from ledger.domain.order import InstalmentTerms, SessionTerms, instalments_on, planned
from ledger.domain.order.plan.schedule import covered, fit
from ledger.domain.position import left_by_line
from ledger.domain.refusals import Invalid
from tests.domain.domain_given import DAY, Book, kr, line, seats


def sessions(*days: str) -> tuple[SessionTerms, ...]:
    return tuple(SessionTerms(on=date.fromisoformat(day)) for day in days)


def due(kronor: float, day: str | None = None, **more) -> InstalmentTerms:
    return InstalmentTerms(
        amount=kr(kronor), due_on=date.fromisoformat(day) if day else None, **more
    )


def told(state) -> list[tuple[str, float, int]]:
    return [(part.on.isoformat(), part.amount / 100, part.line) for part in planned(state)]


def faults(refused) -> set[tuple[str, str]]:
    return {(fault.pointer, fault.sentence) for fault in refused.value.faults}


# ── When what is left is to be invoiced ───────────────────────────────────────────────────────


def test_a_line_without_sessions_is_planned_for_the_end_of_the_course_in_its_own_year():
    book = Book()
    name = book.place(
        line(100, year=2024),
        line(200, year=2025),
        starts_on=date(2024, 9, 2),
        ends_on=date(2025, 5, 30),
    )
    assert told(book.orders[name]) == [("2024-12-31", 100, 1), ("2025-05-30", 200, 2)]


def test_an_order_without_dates_is_planned_for_the_last_day_of_the_year():
    book = Book()
    name = book.place(line(100, year=2024))
    assert told(book.orders[name]) == [("2024-12-31", 100, 1)]


def test_a_line_with_sessions_is_planned_with_them_each_by_its_share():
    book = Book()
    name = book.place(line(100), sessions=sessions("2024-03-05", "2024-02-06", "2024-04-02"))
    assert told(book.orders[name]) == [
        ("2024-02-06", 33.33, 1),
        ("2024-03-05", 33.34, 1),
        ("2024-04-02", 33.33, 1),
    ]


def test_instalments_come_before_sessions_and_invoices_draw_them_in_the_order_they_fall_due():
    book = Book()
    name = book.placed_and_confirmed(
        line(600),
        sessions=sessions("2024-03-05", "2024-06-04"),
        instalments=(due(150, "2024-11-27"), due(250, session=1), due(200, "2024-05-29")),
    )
    book.draw("1", 300, name)
    state = book.orders[name]
    assert told(state) == [("2024-05-29", 150, 1), ("2024-11-27", 150, 1)]
    stands = [
        (one.instalment.number, one.invoiced / 100, one.status)
        for one in instalments_on(state, date(2024, 7, 1))
    ]
    assert stands == [(2, 250, "invoiced"), (3, 50, "overdue"), (1, 0, "next")]


def test_a_closed_order_plans_nothing_and_releases_its_instalments():
    book = Book()
    name = book.placed_and_confirmed(line(600), instalments=(due(600, "2024-05-29"),))
    book.close(name)
    assert told(book.orders[name]) == []
    (one,) = instalments_on(book.orders[name], DAY)
    assert one.status == "released"


def test_with_a_counter_offer_open_the_higher_amount_is_planned():
    book = Book()
    name = book.place(line(100), sessions=sessions("2024-02-06"))
    book.counter(name, line(130), ends_on=date(2024, 6, 1))
    assert told(book.orders[name]) == [("2024-06-01", 130, 1)]
    book.accept(name)
    assert told(book.orders[name]) == [("2024-02-06", 130, 1)]


def test_the_fee_of_a_cancelled_order_is_due_when_it_was_cancelled():
    book = Book()
    name = book.placed_and_confirmed(line(100), sessions=sessions("2024-06-04"))
    book.cancel(name, date(2024, 2, 1), fee=kr(25))
    assert told(book.orders[name]) == [("2024-02-01", 25, 1)]
    assert [one.status for one in book.orders[name].sessions] == ["cancelled"]


# ── What can be agreed ────────────────────────────────────────────────────────────────────────


def test_sessions_that_do_not_add_up_and_instalments_that_do_not_are_refused_all_at_once():
    book = Book()
    wrong = (SessionTerms(on=date(2024, 3, 5), amount=kr(40)), SessionTerms(on=date(2025, 3, 5)))
    with pytest.raises(Invalid) as refused:
        book.place(
            line(100),
            line(200, year=2026),
            sessions=wrong,
            instalments=(due(50, "2024-05-01", line=1), due(1, line=9), due(1, session=7, line=2)),
            round=4,
        )
    assert {pointer for pointer, _ in faults(refused)} == {
        "/sessions/1/line",
        "/instalments/1/line",
        "/instalments/1",
        "/instalments/2/session",
        "/programme",
    }
    with pytest.raises(Invalid) as refused:
        book.place(line(100), sessions=wrong[:1], instalments=(due(50, "2024-05-01"),))
    assert {pointer for pointer, _ in faults(refused)} == {"/sessions", "/instalments"}


def test_a_session_is_on_a_line_of_its_own_year():
    book = Book()
    with pytest.raises(Invalid) as refused:
        book.place(line(100, year=2024), sessions=sessions("2025-01-14"))
    assert {pointer for pointer, _ in faults(refused)} == {"/sessions/0/on"}


def test_without_a_line_a_session_is_on_the_only_one_of_its_year():
    book = Book()
    name = book.place(
        line(400, year=2024), line(100, year=2025), sessions=sessions("2025-01-14", "2024-02-06")
    )
    assert [(one.number, one.line) for one in book.orders[name].sessions] == [(1, 2), (2, 1)]


# ── What is changed ───────────────────────────────────────────────────────────────────────────


def test_sessions_and_instalments_that_are_not_named_follow_their_lines():
    book = Book()
    name = book.placed_and_confirmed(
        line(600),
        sessions=sessions("2024-03-05", "2024-06-04"),
        instalments=(due(250, "2024-04-01"), due(350, "2024-09-01")),
    )
    book.draw("1", 250, name)
    book.change(name, line(700))
    state = book.orders[name]
    assert [one.amount for one in state.sessions] == [kr(350), kr(350)]
    assert [one.amount for one in state.instalments] == [kr(250), kr(450)]


def test_an_invoiced_instalment_stays_as_it_is():
    book = Book()
    name = book.placed_and_confirmed(
        line(600), instalments=(due(250, "2024-04-01"), due(350, "2024-09-01"))
    )
    book.draw("1", 250, name)
    with pytest.raises(Invalid) as refused:
        book.change(name, instalments=(due(200, "2024-04-01"), due(400, "2024-09-01")))
    assert {pointer for pointer, _ in faults(refused)} == {"/instalments"}
    book.change(
        name, instalments=(due(250, "2024-04-01"), due(150, "2024-09-01"), due(200, "2024-10-01"))
    )
    assert told(book.orders[name]) == [("2024-09-01", 150, 1), ("2024-10-01", 200, 1)]


def test_sessions_can_be_added_to_an_order_that_had_none():
    book = Book()
    name = book.placed_and_confirmed(line(600))
    book.change(name, sessions=sessions("2024-03-05", "2024-06-04"))
    assert told(book.orders[name]) == [("2024-03-05", 300, 1), ("2024-06-04", 300, 1)]


def test_cancelled_seats_make_each_session_and_instalment_smaller():
    book = Book()
    name = book.placed_and_confirmed(
        seats(10, 60),
        seats=10,
        sessions=sessions("2024-03-05", "2024-06-04"),
        instalments=(due(200, "2024-04-01"), due(400, "2024-09-01")),
    )
    book.cancel(name, seats=2, line=1)
    state = book.orders[name]
    assert [one.amount for one in state.sessions] == [kr(240), kr(240)]
    assert [one.amount for one in state.instalments] == [kr(160), kr(320)]


# ── Stale ─────────────────────────────────────────────────────────────────────────────────────


def stale_since(state, on: str) -> tuple[str, float] | None:
    found = order.stale(state, date.fromisoformat(on))
    return found and (found.since.isoformat(), found.release / 100)


def test_without_an_end_a_course_is_over_after_its_last_session():
    book = Book()
    name = book.placed_and_confirmed(line(1_000), sessions=sessions("2024-02-06", "2024-03-05"))
    book.hold(name, 1, date(2024, 2, 6))
    book.hold(name, 2, date(2024, 3, 7))
    book.draw("1", 500, name)
    assert stale_since(book.orders[name], "2024-03-07") is None
    assert stale_since(book.orders[name], "2024-03-08") == ("2024-03-07", 500)


def test_without_an_end_a_session_that_is_cancelled_is_not_waited_for():
    book = Book()
    name = book.placed_and_confirmed(line(1_000), sessions=sessions("2024-02-06", "2024-12-05"))
    book.cancel_session(name, 2, cancelled_by="supplier")
    assert stale_since(book.orders[name], "2024-02-07") == ("2024-02-06", 500)


def test_without_an_end_and_sessions_a_course_is_over_when_its_last_instalment_is_due():
    book = Book()
    parts = due(400, "2024-02-01"), due(600, "2024-05-01")
    name = book.placed_and_confirmed(line(1_000), instalments=parts)
    assert stale_since(book.orders[name], "2024-05-01") is None
    assert stale_since(book.orders[name], "2024-05-02") == ("2024-05-01", 1_000)


def test_without_any_day_nothing_is_known_to_be_over():
    book = Book()
    assert stale_since(book.orders[book.placed_and_confirmed(line(1))], "2030-01-01") is None


# ── The rule of both ──────────────────────────────────────────────────────────────────────────

AMOUNTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=12)


@given(AMOUNTS, st.integers(0, 10**10), st.integers(0, 10**10))
def test_parts_add_up_to_any_total_and_what_is_settled_stays_while_it_can(amounts, done, total):
    settled = covered(amounts, done)
    parts = fit(amounts, settled, total)
    assert sum(parts) == total
    assert min(parts) >= 0
    if total >= sum(settled):
        assert all(part >= held for part, held in zip(parts, settled, strict=True))


@given(AMOUNTS, st.integers(0, 2_000))
def test_what_is_planned_is_what_is_left(amounts, percent):
    book = Book(cap=None)
    terms = tuple(line(1 + amount / 100) for amount in amounts)
    name = book.placed_and_confirmed(*terms, ends_on=date(2024, 6, 1))
    book.draw("1", max(1, book.orders[name].amount * percent // 100_000), name)
    state = book.orders[name]
    left = left_by_line(order.holding(state))
    assert sum(part.amount for part in planned(state)) == sum(left.values())
