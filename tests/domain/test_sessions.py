"""Sessions moved, held and cancelled; tariffs; what seats and prices warn of."""

from datetime import date

import pytest
from msgspec.structs import replace

from ledger.domain import order
from ledger.domain.agreement import LimitTerms
from ledger.domain.events import PriceRange
from ledger.domain.order import LineTerms, SessionTerms
from ledger.domain.refusals import (
    BelowInvoiced,
    CapExceeded,
    FeeTooHigh,
    Invalid,
    NotFound,
    SessionSettled,
    WrongStatus,
)
from ledger.domain.regime import Policy, TariffStep, tariff_percent
from tests.domain.domain_given import DAY, Book, kr, line, seats
from tests.domain.test_as_of_properties import folded

TARIFF = (
    TariffStep(days=28, percent=25),
    TariffStep(days=21, percent=50),
    TariffStep(days=14, percent=100),
)


def three_years(book, **more) -> str:
    """4 + 4 + 2 sessions of 65 000 each: a line for each year."""
    days = [date(2024 + i // 4, 2 + 2 * (i % 4), 13) for i in range(10)]
    return book.placed_and_confirmed(
        *(line(kronor, year=year) for year, kronor in ((2024, 260_000), (2025, 260_000))),
        line(130_000, year=2026),
        seats=30,
        free_seats=2,
        starts_on=days[0],
        ends_on=days[-1],
        sessions=tuple(SessionTerms(on=day) for day in days),
        **more,
    )


def by_year(book) -> dict[int, float]:
    years: dict[int, float] = {}
    for total in book.of.totals:
        year = total.dimensions.year
        years[year] = years.get(year, 0) + total.use.total / 100
    return years


def pointers(refused) -> set[str]:
    return {fault.pointer for fault in refused.value.faults}


# ── Moved ─────────────────────────────────────────────────────────────────────────────────────


def test_a_session_moved_within_its_year_moves_no_money():
    book = Book()
    name = three_years(book)
    facts = len(book.log)
    book.move_session(name, 6, date(2025, 6, 10), reason="May is full")
    assert len(book.log) == facts + 1
    assert book.orders[name].sessions[5].planned_on == date(2025, 6, 10)
    assert by_year(book) == {2024: 260_000, 2025: 260_000, 2026: 130_000}


def test_a_session_moved_into_another_year_takes_its_amount_to_that_year():
    book = Book()
    name = three_years(book)
    book.move_session(name, 8, date(2026, 1, 13))
    assert by_year(book) == {2024: 260_000, 2025: 195_000, 2026: 195_000}
    state = book.orders[name]
    assert [one.amount for one in state.lines] == [kr(260_000), kr(195_000), kr(195_000)]
    assert state.sessions[7].line == 3
    assert book.places() == (0, 650_000, 0, 1_350_000)


def test_a_session_moved_into_a_year_without_a_line_gets_one_of_its_own():
    book = Book()
    name = book.placed_and_confirmed(
        line(200, cost_centre="470"),
        sessions=tuple(SessionTerms(on=date(2024, month, 5)) for month in (10, 12)),
    )
    book.move_session(name, 2, date(2025, 1, 14))
    first, second = book.orders[name].lines
    assert (second.number, second.year, second.amount) == (2, 2025, kr(100))
    assert (second.kind, second.cost_centre) == (first.kind, "470")


def test_a_session_that_is_alone_on_its_line_takes_the_line_with_it():
    book = Book()
    name = book.placed_and_confirmed(line(200), sessions=(SessionTerms(on=date(2024, 12, 10)),))
    book.move_session(name, 1, date(2025, 1, 14))
    (only,) = book.orders[name].lines
    assert (only.number, only.year, only.amount) == (1, 2025, kr(200))


def test_moving_is_refused_where_the_other_year_has_no_room():
    ceiling = LimitTerms(name="2026", year=2026, amount=kr(150_000))
    book = Book(limits=(ceiling,))
    name = three_years(book)
    with pytest.raises(CapExceeded) as refused:
        book.move_session(name, 8, date(2026, 1, 13))
    (over,) = refused.value.figures["limits"]
    assert (over.limit, over.over.ore) == ("2026", kr(45_000))
    assert by_year(book) == {2024: 260_000, 2025: 260_000, 2026: 130_000}


def test_what_is_invoiced_stays_on_the_line_that_the_invoice_drew():
    book = Book()
    name = three_years(book)
    book.draw("1", 260_000, name)
    book.move_session(name, 4, date(2025, 1, 14))
    assert by_year(book) == {2024: 260_000, 2025: 260_000, 2026: 130_000}
    assert book.orders[name].sessions[3].planned_on == date(2025, 1, 14)


def test_seats_cost_less_each_when_a_session_leaves_their_line_and_all_can_be_cancelled():
    book = Book()
    name = book.placed_and_confirmed(
        seats(10, 60),
        seats=10,
        sessions=tuple(SessionTerms(on=date(2024, month, 5)) for month in (10, 11, 12)),
    )
    book.move_session(name, 3, date(2025, 1, 14))
    assert [(one.amount, one.unit_price) for one in book.orders[name].lines] == [
        (kr(400), kr(40)),
        (kr(200), None),
    ]
    book.cancel(name, seats=10, line=1)
    assert book.places()[1] == 200


def test_sessions_that_are_sold_each_are_one_fewer_when_one_leaves():
    book = Book()
    name = book.placed_and_confirmed(
        seats(3, 60),
        sessions=tuple(SessionTerms(on=date(2024, month, 5)) for month in (10, 11, 12)),
    )
    book.cancel_session(name, 2, cancelled_by="supplier")
    (only,) = book.orders[name].lines
    assert (only.quantity, only.unit_price, only.amount) == (2, kr(60), kr(120))


def test_a_session_moved_past_the_end_of_the_course_moves_the_end():
    book = Book()
    name = three_years(book)
    book.move_session(name, 10, date(2026, 8, 25))
    assert book.orders[name].ends_on == date(2026, 8, 25)


def two_in_march(book, **more) -> str:
    days = SessionTerms(on=date(2024, 3, 1)), SessionTerms(on=date(2024, 3, 15))
    dates = {"starts_on": days[0].on, "ends_on": days[1].on, **more}
    return book.placed_and_confirmed(line(100_000), sessions=days, **dates)


def dates(book, name) -> tuple[date, date]:
    return book.orders[name].starts_on, book.orders[name].ends_on


def test_a_course_whose_sessions_are_all_moved_starts_and_ends_with_them():
    book = Book(policy=Policy(tariff=TARIFF))
    name = two_in_march(book)
    book.move_session(name, 1, date(2024, 12, 2))
    assert dates(book, name) == (date(2024, 3, 15), date(2024, 12, 2))
    book.move_session(name, 2, date(2024, 12, 9))
    assert dates(book, name) == (date(2024, 12, 2), date(2024, 12, 9))
    book.cancel(name, date(2024, 2, 25))
    assert book.orders[name].cancellations[-1].fee == 0


def test_a_course_moved_and_moved_back_is_as_it_was():
    book = Book()
    name = two_in_march(book)
    book.move_session(name, 2, date(2024, 2, 15))
    assert dates(book, name) == (date(2024, 2, 15), date(2024, 3, 1))
    book.move_session(name, 2, date(2024, 3, 15))
    assert dates(book, name) == (date(2024, 3, 1), date(2024, 3, 15))


def test_dates_that_were_stated_wider_than_the_sessions_stay():
    book = Book()
    stated = date(2024, 2, 20), date(2024, 4, 1)
    name = two_in_march(book, starts_on=stated[0], ends_on=stated[1])
    book.move_session(name, 1, date(2024, 3, 10))
    book.cancel_session(name, 2, cancelled_by="supplier")
    assert dates(book, name) == stated
    book.move_session(name, 1, date(2024, 5, 2))
    assert dates(book, name) == (stated[0], date(2024, 5, 2))


def test_a_session_that_is_cancelled_is_no_start_of_the_course():
    book = Book()
    name = two_in_march(book)
    book.cancel_session(name, 1, cancelled_by="supplier")
    assert dates(book, name) == (date(2024, 3, 15), date(2024, 3, 15))
    book.cancel_session(name, 2, cancelled_by="supplier")
    assert dates(book, name) == (date(2024, 3, 15), date(2024, 3, 15))


# ── Held ──────────────────────────────────────────────────────────────────────────────────────


def test_a_session_that_is_held_is_counts_and_moves_no_money():
    book = Book()
    name = three_years(book)
    before = book.places()
    book.hold(name, 1, date(2024, 2, 13), participants=32, mentors=2)
    held = book.orders[name].sessions[0]
    assert (held.status, held.participants, held.mentors) == ("held", 32, 2)
    assert book.places() == before


def test_a_session_reported_late_counts_from_the_order_s_latest_move_and_keeps_its_day():
    book = Book()
    name = three_years(book)
    book.draw("1", 65_000, name, date(2025, 1, 10))
    book.hold(name, 4, date(2024, 8, 13))
    assert book.log[-1][0].effective_on == date(2025, 1, 10)
    assert folded(book, date(2024, 12, 31))[f"order/{name}"].sessions[3].status == "planned"
    assert book.orders[name].sessions[3].settled_on == date(2024, 8, 13)


def test_a_held_session_is_reported_again_and_the_last_one_counts():
    book = Book()
    name = three_years(book)
    before = book.places()
    book.hold(name, 1, date(2024, 2, 13), participants=30, mentors=2)
    book.hold(name, 1, date(2024, 2, 14), participants=3)
    (held, *others) = book.orders[name].sessions
    assert (held.status, held.settled_on) == ("held", date(2024, 2, 14))
    assert (held.participants, held.mentors) == (3, 0)
    assert all(one.status == "planned" for one in others)
    assert book.places() == before
    assert order.owed(book.orders[name])[1] == kr(65_000)


def test_the_part_of_an_earlier_fee_in_a_held_session_stays_when_it_is_reported_again():
    book = Book(policy=Policy(tariff=TARIFF))
    sessions = (SessionTerms(on=date(2024, 2, 13)), SessionTerms(on=date(2024, 3, 13)))
    name = book.placed_and_confirmed(seats(10, 100), sessions=sessions)
    book.cancel(name, seats=2, on=date(2024, 1, 30))
    book.hold(name, 1, date(2024, 2, 13))
    once = replace(book.orders[name], past=None)
    assert once.sessions[0].fees > 0
    book.hold(name, 1, date(2024, 2, 13))
    assert replace(book.orders[name], moved_on=once.moved_on, past=None) == once


def test_a_session_of_an_order_that_has_ended_is_only_reported_again():
    for end in ("close", "cancel"):
        book = Book()
        name = three_years(book)
        book.hold(name, 1, date(2024, 2, 13), participants=30)
        getattr(book, end)(name, date(2024, 3, 1))
        book.hold(name, 1, date(2024, 2, 13), participants=3)
        state = book.orders[name]
        assert state.sessions[0].participants == 3
        assert state.status == {"close": "closed", "cancel": "cancelled"}[end]
        with pytest.raises((WrongStatus, SessionSettled)):
            book.hold(name, 2, date(2024, 4, 9))


def test_a_held_session_cannot_be_moved_or_cancelled():
    book = Book()
    name = three_years(book)
    book.hold(name, 1, date(2024, 2, 13))
    for again in (
        lambda: book.move_session(name, 1, date(2024, 3, 1)),
        lambda: book.cancel_session(name, 1),
    ):
        with pytest.raises(SessionSettled):
            again()
    with pytest.raises(NotFound):
        book.hold(name, 11, date(2024, 2, 13))


def test_more_than_the_paid_and_the_free_seats_cannot_take_part_and_the_year_must_be_right():
    book = Book()
    name = three_years(book)
    with pytest.raises(Invalid) as refused:
        book.hold(name, 4, date(2025, 1, 7), participants=33)
    assert pointers(refused) == {"/held_on", "/participants"}


def test_a_session_of_an_order_that_is_not_confirmed_is_not_held():
    book = Book()
    name = book.place(line(100), sessions=(SessionTerms(on=date(2024, 2, 13)),))
    with pytest.raises(WrongStatus):
        book.hold(name, 1, date(2024, 2, 13))


# ── Cancelled ─────────────────────────────────────────────────────────────────────────────────


def test_a_session_that_the_university_cancels_is_released_in_full():
    book = Book()
    name = three_years(book)
    book.cancel_session(name, 9, cancelled_by="supplier", reason="ill")
    assert book.orders[name].amount == kr(585_000)
    assert by_year(book) == {2024: 260_000, 2025: 260_000, 2026: 65_000}
    with pytest.raises(Invalid) as refused:
        book.cancel_session(name, 10, cancelled_by="supplier", fee=kr(1))
    assert pointers(refused) == {"/fee"}


def test_a_session_that_the_buyer_cancels_costs_what_the_tariff_says():
    book = Book(policy=Policy(tariff=TARIFF))
    name = three_years(book)
    book.cancel_session(name, 9, date(2026, 1, 20))
    assert book.orders[name].cancellations[-1].fee == kr(16_250)
    assert by_year(book)[2026] == 81_250


def test_an_invoiced_session_is_credited_before_it_is_cancelled():
    book = Book()
    name = three_years(book)
    id = book.draw("1", 260_000, name)
    with pytest.raises(BelowInvoiced):
        book.cancel_session(name, 4, cancelled_by="supplier")
    book.draw("2", -65_000, name, credits=id, room="order")
    book.cancel_session(name, 4, cancelled_by="supplier")
    assert book.places() == (0, 390_000, 195_000, 1_415_000)


def test_cancelling_the_rest_of_an_order_leaves_what_was_held():
    book = Book(policy=Policy(tariff=TARIFF))
    name = three_years(book)
    book.hold(name, 1, date(2024, 2, 13))
    book.cancel(name, date(2024, 3, 1), fee=kr(10_000), reason="agreed")
    assert book.places() == (0, 75_000, 0, 1_925_000)
    state = book.orders[name]
    assert {one.status for one in state.sessions[1:]} == {"cancelled"}
    for one in state.lines:
        assert one.amount == sum(s.amount for s in state.sessions if s.line == one.number)


# ── Tariff ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("days", "percent"),
    [(29, 0), (28, 25), (25, 25), (22, 25), (21, 50), (15, 50), (14, 100), (0, 100), (-3, 100)],
)
def test_the_nearest_step_that_is_reached_holds(days, percent):
    assert tariff_percent(TARIFF, days) == percent
    assert tariff_percent((), days) == 0


def test_two_seats_cancelled_25_days_ahead_cost_7_000_by_the_tariff():
    book = Book(policy=Policy(tariff=TARIFF))
    name = book.placed_and_confirmed(seats(20, 14_000), seats=20, starts_on=date(2024, 9, 2))
    book.cancel(name, date(2024, 8, 8), seats=2)
    assert book.places() == (0, 259_000, 0, 1_741_000)
    assert book.orders[name].cancellations[-1].fee == kr(7_000)


def test_another_fee_than_the_tariff_s_needs_a_reason_and_is_never_more_than_is_cancelled():
    book = Book(policy=Policy(tariff=TARIFF))
    name = book.placed_and_confirmed(seats(20, 14_000), starts_on=date(2024, 9, 2))
    day = date(2024, 8, 8)
    with pytest.raises(Invalid) as refused:
        book.cancel(name, day, seats=2, fee=0)
    assert pointers(refused) == {"/reason"}
    with pytest.raises(FeeTooHigh):
        book.cancel(name, day, seats=2, fee=kr(28_001), reason="r")
    book.cancel(name, day, seats=2, fee=kr(7_000))
    book.cancel(name, day, seats=2, fee=0, reason="the seats were sold again")
    assert book.places()[1] == 231_000


def test_what_the_university_cancels_or_has_not_confirmed_costs_nothing():
    book = Book(policy=Policy(tariff=TARIFF))
    unanswered = book.place(line(100), starts_on=date(2024, 2, 1))
    book.cancel(unanswered, date(2024, 1, 31))
    confirmed = book.placed_and_confirmed(line(100), starts_on=date(2024, 2, 1))
    book.cancel(confirmed, date(2024, 1, 31), cancelled_by="supplier")
    assert book.places() == (0, 0, 0, 2_000_000)


@pytest.mark.parametrize("policy", [Policy(), Policy(tariff=TARIFF)])
@pytest.mark.parametrize("what", [{}, {"seats": 2}])
def test_no_fee_is_stated_for_what_the_university_cancels_or_has_not_confirmed(policy, what):
    book = Book(policy=policy)
    stated = {"fee": kr(100), "reason": "agreed", **what}
    unanswered = book.place(seats(2, 50), starts_on=date(2024, 2, 1))
    with pytest.raises(Invalid) as refused:
        book.cancel(unanswered, **stated)
    assert pointers(refused) == {"/fee"}
    book.cancel(unanswered, **{**stated, "fee": 0})
    confirmed = book.placed_and_confirmed(seats(2, 50), starts_on=date(2024, 2, 1))
    with pytest.raises(Invalid) as refused:
        book.cancel(confirmed, cancelled_by="supplier", **stated)
    assert pointers(refused) == {"/fee"}
    book.cancel(confirmed, **stated)
    assert book.places() == (0, 100, 0, 1_999_900)


def test_without_a_start_the_fee_is_stated():
    book = Book(policy=Policy(tariff=TARIFF))
    name = book.placed_and_confirmed(line(100))
    with pytest.raises(Invalid) as refused:
        book.cancel(name)
    assert pointers(refused) == {"/fee"}
    book.cancel(name, fee=kr(40))
    assert book.places()[1] == 40


def test_without_a_tariff_no_fee_is_none():
    book = Book()
    name = book.placed_and_confirmed(line(100), starts_on=DAY)
    book.cancel(name)
    assert book.places()[1] == 0


def test_a_tariff_that_costs_less_later_or_says_a_day_twice_is_refused():
    with pytest.raises(Invalid) as refused:
        Book(policy=Policy(tariff=(*TARIFF, TariffStep(days=7, percent=50))))
    assert pointers(refused) == {"/policy/tariff/3"}
    with pytest.raises(Invalid) as refused:
        Book(policy=Policy(tariff=(TARIFF[0], TARIFF[0])))
    assert pointers(refused) == {"/policy/tariff/0", "/policy/tariff/1"}


# ── Seats and prices ──────────────────────────────────────────────────────────────────────────


def priced(kronor, **bounds) -> LineTerms:
    return line(kronor, price_range=PriceRange(**bounds))


def test_a_group_price_outside_its_range_a_head_is_flagged_with_its_figures_and_not_refused():
    book = Book()
    terms = priced(345_600, least_per_head=kr(13_000), most_per_head=kr(15_000))
    name = book.place(line(100_000, "development"), terms, seats=21)
    state = book.orders[name]
    assert state.flags == ("price-outside-range:2",)
    (notice,) = order.notices(state)
    assert notice.figures["per_head"].ore == 1_645_714
    assert book.orders[book.place(terms, seats=24)].flags == ()


def test_the_flags_follow_the_seats_and_a_cancelling_says_them_anew():
    book = Book()
    terms = LineTerms(
        kind="delivery",
        quantity=20,
        unit_price=kr(100),
        price_range=PriceRange(least_seats=18, most_seats=24),
    )
    name = book.placed_and_confirmed(terms, seats=20, minimum_seats=18, starts_on=DAY)
    assert book.orders[name].flags == ()
    book.cancel(name, seats=3)
    assert book.orders[name].flags == ("below-minimum-seats", "seats-outside-range:1")
    book.change(name, seats=18)
    assert book.orders[name].flags == ()


def test_free_seats_carry_no_amount_and_are_no_seats_of_the_order():
    book = Book()
    name = book.placed_and_confirmed(line(60_000), seats=30, free_seats=2, minimum_seats=30)
    state = book.orders[name]
    assert (state.seats, state.places, state.amount) == (30, 32, kr(60_000))
    book.deliver(name, 32)
    assert book.orders[name].seats_used == 32


def test_a_price_range_has_two_ends_in_their_order():
    book = Book()
    for bounds in ({}, {"least_seats": 3}, {"least_per_head": 5, "most_per_head": 4}):
        with pytest.raises(Invalid) as refused:
            book.place(priced(100, **bounds))
        assert pointers(refused) == {"/lines/0/price_range"}
