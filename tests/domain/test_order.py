"""The course order, from its placing to its closing, and what it holds on the way."""

from datetime import date

import pytest

from ledger.domain.agreement import use_of
from ledger.domain.events import By, OrderPlaced, RoomReserved
from ledger.domain.limits import Use
from ledger.domain.order import LineTerms
from ledger.domain.refusals import (
    BelowInvoiced,
    CapExceeded,
    DeliveryAfterTerm,
    FeeTooHigh,
    Invalid,
    NotAParty,
    NotEntitled,
    OutsideTerm,
    TooManySeats,
    WrongStatus,
)
from ledger.domain.regime import Policy
from tests.domain.domain_given import BUYER, DAY, END, OTHER_BUYER, START, Book, kr, line, seats
from tests.domain.test_as_of_properties import folded

STRANGER = By(person="p", organisation="2021003096", role="supplier")


def cap_of(kronor) -> Book:
    return Book(cap=kr(kronor))


def test_placing_is_the_order_and_the_room_that_it_takes():
    book = cap_of(100)
    name = book.place(line(60))
    placed, room = (new.event for new, _ in book.log[1:3])
    assert isinstance(placed, OrderPlaced)
    assert isinstance(room, RoomReserved)
    assert (placed.number, room.sequence, room.moves[0].reserved) == ("A1-0001", 1, kr(60))
    assert book.orders[name].status == "placed"
    assert book.places() == (60, 0, 0, 40)


def test_confirming_moves_reserved_to_committed_and_happens_once():
    book = cap_of(100)
    name = book.placed_and_confirmed(line(60))
    assert book.places() == (0, 60, 0, 40)
    with pytest.raises(WrongStatus):
        book.confirm(name)


def test_confirming_is_refused_where_the_cap_has_been_lowered_meanwhile():
    book = Book(cap=kr(100), regime="internal", policy=Policy(amendments="free"))
    name = book.place(line(60))
    book.amend(50, ground="policy")
    with pytest.raises(CapExceeded) as refused:
        book.confirm(name)
    assert refused.value.figures["over"].ore == kr(10)
    assert book.places() == (60, 0, 0, -10)


def test_declining_releases_everything_and_cannot_be_done_after_the_confirmation():
    book = cap_of(100)
    name = book.place(line(60))
    book.decline(name)
    assert book.places() == (0, 0, 0, 100)
    with pytest.raises(WrongStatus):
        book.decline(book.placed_and_confirmed(line(60)))


def test_a_university_answers_its_own_orders_only():
    book = cap_of(100)
    name = book.place(line(60))
    for answer in (book.confirm, book.decline):
        with pytest.raises(NotAParty):
            answer(name, by=STRANGER)
    with pytest.raises(NotAParty):
        book.counter(name, line(1), by=STRANGER)


def test_only_named_buyers_order_and_for_themselves():
    book = cap_of(100)
    with pytest.raises(NotEntitled):
        book.place(line(1), buyer=OTHER_BUYER)
    with pytest.raises(NotAParty):
        book.place(
            line(1), buyer=BUYER, by=By(person="p", organisation=OTHER_BUYER, role="orderer")
        )


def test_a_counter_offer_holds_the_higher_amount_and_accepting_commits_the_offer():
    book = cap_of(100)
    name = book.place(line(60))
    book.counter(name, line(80))
    assert book.places() == (80, 0, 0, 20)
    book.accept(name)
    assert book.places() == (0, 80, 0, 20)
    assert book.orders[name].amount == kr(80)


def test_a_lower_counter_offer_holds_the_order_until_it_is_accepted():
    book = cap_of(100)
    name = book.place(line(60))
    book.counter(name, line(50))
    assert book.places() == (60, 0, 0, 40)
    book.accept(name)
    assert book.places() == (0, 50, 0, 50)


def test_a_counter_offer_past_the_cap_is_refused():
    book = cap_of(100)
    name = book.place(line(60))
    book.counter(name, line(100))
    with pytest.raises(CapExceeded):
        book.counter(name, line(100.01))
    assert book.places() == (100, 0, 0, 0)


def test_rejecting_a_counter_offer_ends_the_order_and_releases_it():
    book = cap_of(100)
    name = book.place(line(60))
    with pytest.raises(WrongStatus):
        book.reject_counter(name)
    with pytest.raises(WrongStatus):
        book.accept(name)
    book.counter(name, line(80))
    with pytest.raises(WrongStatus):
        book.confirm(name)
    book.reject_counter(name)
    assert book.orders[name].status == "declined"
    assert book.places() == (0, 0, 0, 100)


def test_a_change_moves_the_difference_and_is_refused_past_the_cap():
    book = cap_of(100)
    name = book.placed_and_confirmed(line(60))
    book.change(name, line(100))
    assert book.places() == (0, 100, 0, 0)
    with pytest.raises(CapExceeded):
        book.change(name, line(101))
    book.change(name, line(30))
    assert book.places() == (0, 30, 0, 70)
    with pytest.raises(Invalid):
        book.change(name)


def test_a_change_below_what_is_invoiced_is_refused():
    book = cap_of(100)
    name = book.placed_and_confirmed(line(60))
    book.draw("1", 40, name)
    with pytest.raises(BelowInvoiced):
        book.change(name, line(39.99))
    book.change(name, line(40))
    assert book.places() == (0, 0, 40, 60)


def test_cancelled_seats_leave_their_fee_and_release_the_rest():
    book = Book()
    name = book.placed_and_confirmed(line(45_000, "development"), seats(20, 14_000), seats=20)
    book.cancel(name, seats=2, fee=kr(7_000))
    event = book.log[-2][0].event
    assert (event.fee, event.released) == (kr(7_000), kr(21_000))
    assert book.places() == (0, 304_000, 0, 1_696_000)
    assert (book.orders[name].seats, book.orders[name].lines[1].quantity) == (18, 18)


def test_seats_that_are_not_there_and_fees_above_their_price_are_refused():
    book = Book()
    name = book.placed_and_confirmed(seats(2, 14_000))
    with pytest.raises(TooManySeats):
        book.cancel(name, seats=3)
    with pytest.raises(FeeTooHigh):
        book.cancel(name, seats=1, fee=kr(14_000.01))
    book.draw("1", 20_000, name)
    with pytest.raises(BelowInvoiced):
        book.cancel(name, seats=1)
    two = book.placed_and_confirmed(seats(2, 10), seats(2, 10))
    with pytest.raises(Invalid):
        book.cancel(two, seats=1)
    book.cancel(two, seats=1, line=2)
    assert book.orders[two].amount == kr(30)


def test_a_cancelled_order_leaves_its_fee_and_closing_releases_that_too():
    book = cap_of(100)
    name = book.placed_and_confirmed(line(40), line(20))
    with pytest.raises(FeeTooHigh):
        book.cancel(name, fee=kr(60.01))
    book.cancel(name, fee=kr(15))
    assert book.places() == (0, 15, 0, 85)
    assert [part.amount for part in book.orders[name].lines] == [kr(10), kr(5)]
    with pytest.raises(WrongStatus):
        book.cancel(name)
    book.close(name)
    assert book.places() == (0, 0, 0, 100)


def test_a_course_cancelled_by_the_university_is_released_in_full():
    book = cap_of(100)
    name = book.placed_and_confirmed(line(60))
    book.cancel(name, cancelled_by="supplier")
    assert book.places() == (0, 0, 0, 100)


def test_delivery_counts_seats_and_moves_no_money():
    book = cap_of(100)
    name = book.place(line(60), seats=10)
    with pytest.raises(WrongStatus):
        book.deliver(name, 9)
    book.confirm(name)
    book.start(name)
    with pytest.raises(Invalid) as refused:
        book.deliver(name, 11, credits_awarded=12)
    assert len(refused.value.faults) == 2
    book.deliver(name, 9, credits_awarded=8)
    assert (book.orders[name].status, book.orders[name].seats_used) == ("delivered", 9)
    assert book.places() == (0, 60, 0, 40)


def test_women_and_men_are_counted_among_those_who_took_part():
    book = cap_of(100)
    name = book.placed_and_confirmed(line(60), seats=10)
    with pytest.raises(Invalid) as refused:
        book.deliver(name, 9, women=6, men=4)
    assert [fault.pointer for fault in refused.value.faults] == ["/women"]
    book.deliver(name, 9, women=5, men=4)
    assert (book.orders[name].women, book.orders[name].men) == (5, 4)


def test_closing_releases_what_was_not_invoiced():
    book = cap_of(100)
    name = book.placed_and_confirmed(line(60))
    book.draw("1", 40, name)
    book.deliver(name, 1)
    book.close(name)
    assert book.places() == (0, 0, 40, 60)
    assert next(n.event for n, _ in reversed(book.log) if n.stream == f"order/{name}").released == (
        kr(20)
    )
    with pytest.raises(WrongStatus):
        book.close(name)


def test_the_first_and_last_day_of_the_term_count_and_the_days_outside_are_refused():
    book = Book()
    book.place(line(1), on=START)
    book.place(line(1), on=END)
    for day in (date(2023, 9, 4), date(2027, 9, 5)):
        with pytest.raises(OutsideTerm):
            book.place(line(1), on=day)


@pytest.mark.parametrize("act", ["start", "deliver"])
def test_what_is_said_of_an_earlier_day_counts_from_the_order_s_latest_move(act):
    book = cap_of(100)
    confirmed_on, said = DAY.replace(month=3), DAY.replace(month=2)
    name = book.place(line(60), on=DAY, seats=10, respond_by=confirmed_on)
    book.confirm(name, confirmed_on)
    getattr(book, act)(name, **({"seats_used": 9} if act == "deliver" else {}), on=said)
    between = folded(book, DAY.replace(month=2, day=20))
    assert between[f"order/{name}"].status == "placed"
    assert use_of(between["agreement/A1"], between["agreement/A1"].cap) == Use(reserved=kr(60))
    assert folded(book, confirmed_on)[f"order/{name}"] == book.orders[name]
    assert book.orders[name].delivered_on == (said if act == "deliver" else None)


def test_delivery_after_the_term_is_as_the_agreement_says():
    dates = {"starts_on": date(2027, 10, 4), "ends_on": date(2027, 12, 1)}
    assert Book().place(line(1), on=END, **dates)
    with pytest.raises(DeliveryAfterTerm):
        Book(policy=Policy(delivery_after_term=False)).place(line(1), on=END, **dates)


def test_a_line_without_a_year_is_delivered_in_the_year_that_the_course_starts():
    book = Book()
    name = book.place(line(1), line(1, year=2026), starts_on=date(2025, 1, 1))
    assert [part.year for part in book.orders[name].lines] == [2025, 2026]


def test_all_faults_of_the_lines_are_named_at_once():
    with pytest.raises(Invalid) as refused:
        Book().place(
            line(0),
            LineTerms(kind="delivery"),
            LineTerms(kind="delivery", quantity=1),
            LineTerms(kind="delivery", quantity=2, unit_price=3, amount=7),
        )
    pointers = [fault.pointer for fault in refused.value.faults]
    assert pointers == ["/lines/0/amount", "/lines/1", "/lines/2", "/lines/3/amount"]
    with pytest.raises(Invalid):
        Book().place()


def test_dates_in_the_wrong_order_are_refused():
    with pytest.raises(Invalid) as refused:
        Book().place(
            line(1),
            starts_on=date(2024, 3, 2),
            ends_on=date(2024, 3, 1),
            respond_by=date(2024, 1, 14),
        )
    assert [f.pointer for f in refused.value.faults] == ["/ends_on", "/respond_by"]
    assert Book().place(line(1), respond_by=DAY, starts_on=DAY, ends_on=DAY)


def test_an_order_that_names_no_year_is_asked_about_the_term_and_not_about_its_year():
    book, early = Book(), date(2022, 3, 1)
    with pytest.raises(OutsideTerm):
        book.place(line(1, year=None), on=early)
    with pytest.raises(Invalid) as refused:
        book.place(line(1, year=2022), on=early)
    assert [fault.pointer for fault in refused.value.faults] == ["/lines/0/year"]


def test_a_course_that_began_before_it_was_ordered_is_flagged():
    book = cap_of(100)
    begun = book.place(line(1), on=DAY, starts_on=DAY.replace(day=1))
    today = book.place(line(1), on=DAY, starts_on=DAY)
    assert [book.orders[name].flags for name in (begun, today)] == [("begun-before-order",), ()]
