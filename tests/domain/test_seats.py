"""A limit in seats: a largest quantity, by the one rule that limits of money have (DOMAIN 1.11)."""

from datetime import date, timedelta

import pytest
from hypothesis import given as played
from hypothesis import settings
from hypothesis import strategies as st

from ledger.domain import agreement, order
from ledger.domain import limits as rule
from ledger.domain.agreement import LimitTerms
from ledger.domain.events import (
    NOBODY,
    OrderPlaced,
    Party,
    RoomReserved,
    ThresholdCrossed,
)
from ledger.domain.limits import Day, Dimensions, LimitRule, Move, Total, Use
from ledger.domain.order import LineTerms
from ledger.domain.refusals import CapExceeded, Invalid, OutsideTerm
from ledger.domain.regime import Policy
from tests.domain.domain_given import (
    BUYER,
    DAY,
    END,
    MANAGER,
    OTHER_BUYER,
    START,
    SUPPLIER,
    Book,
    kr,
    line,
    seats,
    split,
)

FREE = Policy(amendments="free")
SPRING, SUMMER = date(2024, 4, 1), date(2024, 7, 1)


def places(amount: int | None = 24, **more) -> LimitTerms:
    return LimitTerms(**{"name": "places", "unit": "seats", "amount": amount, **more})


def book_of(*limits: LimitTerms, **more) -> Book:
    return Book(**{"limits": limits or (places(),), "policy": FREE, **more})


def in_use(book: Book, name: str = "places") -> Use:
    limit = next(one for one in book.of.limits if one.name == name)
    return agreement.use_of(book.of, limit)


def room(book: Book, on: date = DAY, name: str = "places") -> int | None:
    limit = next(one for one in book.of.limits if one.name == name)
    worst = agreement.fullest_from(book.of, limit, on)
    return None if worst is None else max(0, worst.left)


def refused(act) -> dict:
    with pytest.raises(CapExceeded) as over:
        act()
    figures = over.value.figures
    return {name: figures[name].ore for name in ("cap", "used", "asked", "over", "fits")}


# ── What counts ───────────────────────────────────────────────────────────────────────────────


def test_seats_that_are_ordered_are_in_use_and_as_many_as_are_left_fit():
    book = book_of()
    book.placed_and_confirmed(seats(12, 15_000), line(60_000, "development"))
    book.place(seats(5, 15_000))
    assert (in_use(book), room(book)) == (Use(5, 12), 7)
    assert refused(lambda: book.place(seats(8, 15_000))) == {
        "cap": 24, "used": 17, "asked": 8, "over": 1, "fits": 7
    }  # fmt: skip
    book.place(seats(7, 15_000))
    assert room(book) == 0


@pytest.mark.parametrize(
    ("lines", "ordered", "counted"),
    [
        ((line(60_000),), 12, {1: 12}),
        ((line(10, "development"), line(60), line(60)), 12, {2: 12}),
        ((seats(12, 15),), None, {1: 12}),
        ((seats(12, 15),), 12, {1: 12}),
        ((line(60), seats(12, 15)), 12, {2: 12}),
        ((seats(12, 3), seats(12, 15)), 12, {2: 12}),
        ((seats(12, 15), seats(8, 15)), 20, {1: 12, 2: 8}),
        ((seats(4, 65), seats(4, 65), seats(2, 65)), 30, {1: 30}),
        ((line(60),), None, {}),
    ],
)
def test_each_seat_of_an_order_counts_once_on_a_line(lines, ordered, counted):
    book = book_of(places(None))
    book.place(*lines, seats=ordered)
    (reserved,) = [new.event for new, _ in book.log if isinstance(new.event, RoomReserved)]
    found = {move.line: move.seats.total for move in reserved.moves if move.seats}
    assert found == counted
    assert in_use(book).total == sum(counted.values())


def test_free_seats_are_beside_those_that_count():
    book = book_of()
    book.place(line(100), seats=20, free_seats=5)
    assert in_use(book).total == 20


def test_cancelled_seats_give_back_their_number_although_their_fee_is_owed():
    book = book_of()
    name = book.placed_and_confirmed(seats(10, 1_000), seats=10, starts_on=date(2024, 5, 1))
    book.do(order.CancelOrder(order=name, on=DAY, line=1, seats=4, fee=kr(2_000)), book.own(name))
    assert in_use(book) == Use(0, 6)
    assert book.places()[1] == 8_000


@pytest.mark.parametrize("end", ["cancel", "decline", "lapse", "reject"])
def test_an_order_that_ends_gives_back_its_seats(end):
    book = book_of()
    name = book.place(seats(24, 100))
    if end == "cancel":
        book.confirm(name)
        book.cancel(name)
    elif end == "decline":
        book.decline(name)
    elif end == "lapse":
        day = book.orders[name].respond_by + timedelta(days=1)
        book.do(order.LapseOrder(order=name, on=day), MANAGER)
    else:
        book.counter(name, seats(20, 100))
        book.reject_counter(name)
    assert (in_use(book), room(book, END)) == (Use(), 24)


def test_of_a_closed_order_what_was_delivered_or_invoiced_has_used_its_seats():
    book = book_of(places(100))
    never, delivered, invoiced = (book.placed_and_confirmed(seats(10, 100)) for _ in range(3))
    book.deliver(delivered, 9, on=SPRING)
    book.draw("1", 1_000, invoiced)
    for name in (never, delivered, invoiced):
        book.close(name, on=SPRING)
    assert in_use(book).committed == 20
    book.reopen(never, on=SPRING)
    assert in_use(book).committed == 30


def test_invoices_and_credits_move_no_seats():
    book = book_of()
    name = book.placed_and_confirmed(seats(10, 100))
    before = book.of.days
    book.draw("1", 1_000, name)
    assert in_use(book) == Use(0, 10)
    assert book.of.days == before


def test_an_open_counter_offer_holds_the_more_seats_of_the_two():
    book = book_of()
    name = book.place(seats(10, 100))
    book.counter(name, seats(14, 90))
    assert in_use(book) == Use(14, 0)
    book.accept(name)
    assert in_use(book) == Use(0, 14)
    fewer = book.place(seats(8, 100))
    book.counter(fewer, seats(5, 150))
    assert in_use(book) == Use(8, 14)
    book.accept(fewer)
    assert in_use(book) == Use(0, 19)


def test_more_seats_for_the_same_money_are_an_order_and_fewer_are_always_allowed():
    book = book_of()
    name = book.placed_and_confirmed(line(1_000), seats=20)
    assert refused(lambda: book.change(name, seats=25))["fits"] == 4
    book.change(name, seats=24)
    with pytest.raises(OutsideTerm):
        book.change(name, seats=25, on=END + timedelta(days=1))
    book.change(name, seats=12, on=END + timedelta(days=1))
    assert in_use(book).total == 12
    uncounted = Book(policy=FREE)
    name = uncounted.placed_and_confirmed(line(1_000), seats=20)
    uncounted.change(name, seats=25, on=END + timedelta(days=1))


def test_what_an_earlier_version_ordered_is_counted_by_no_limit_in_seats():
    told = OrderPlaced(
        agreement="A1", number="A1-0001", buyer=BUYER, supplier=SUPPLIER, currency="SEK",
        course="C", lines=(), ordered_on=DAY, seats=12,
    )  # fmt: skip
    old = order.evolve(None, told, DAY, NOBODY)
    assert order.holding(old).seats == 0
    counted = order.evolve(None, OrderPlaced(**{
        name: getattr(told, name) for name in told.__struct_fields__ if name != "counts_seats"
    }, counts_seats=True), DAY, NOBODY)  # fmt: skip
    assert order.holding(counted).seats == 12


# ── Which lines ───────────────────────────────────────────────────────────────────────────────


def test_it_counts_the_seats_of_the_lines_that_match():
    limits = (
        places(10, name="2024", year=2024),
        places(10, name="delivery", kind="delivery"),
        places(10, name="theirs", buyer=OTHER_BUYER),
        places(10, name="grant", funding="ESF"),
    )
    buyers = (Party(organisation=BUYER), Party(organisation=OTHER_BUYER))
    book = book_of(*limits, buyers=buyers)
    book.place(seats(10, 1, year=2024, funding="ESF"))
    book.place(LineTerms(kind="other", quantity=7, unit_price=1, year=2025))
    found = {one.name: agreement.use_of(book.of, one).total for one in book.of.limits[1:]}
    assert found == {"2024": 10, "delivery": 10, "theirs": 0, "grant": 10}
    with pytest.raises(CapExceeded) as over:
        book.place(seats(1, 1, year=2024))
    assert {one.limit for one in over.value.figures["limits"]} == {"2024", "delivery"}
    book.place(LineTerms(kind="other", quantity=9, unit_price=1, year=2025), buyer=OTHER_BUYER)


def test_seats_that_are_allocated_are_their_holders_and_move_between_them():
    buyers = (Party(organisation=BUYER, role="lead"), Party(organisation=OTHER_BUYER))
    book = book_of(
        places(12, name="mine", buyer=BUYER), places(6, name="theirs", buyer=OTHER_BUYER),
        buyers=buyers,
    )  # fmt: skip
    parts = {BUYER: 8, OTHER_BUYER: 4}
    name = book.placed_and_confirmed(seats(12, 100), seats=12, split=split("seats", parts))
    assert (in_use(book, "mine").total, in_use(book, "theirs").total) == (8, 4)
    book.move_seats(name, BUYER, OTHER_BUYER, 2)
    assert (in_use(book, "mine").total, in_use(book, "theirs").total) == (6, 6)
    with pytest.raises(CapExceeded) as over:
        book.move_seats(name, BUYER, OTHER_BUYER, 1)
    assert over.value.figures["limit"] == "theirs"


# ── How it binds ──────────────────────────────────────────────────────────────────────────────


def test_its_tolerance_and_effect_are_those_of_any_limit():
    tolerant = book_of(places(20, tolerance=10))
    tolerant.place(seats(22, 1))
    assert refused(lambda: tolerant.place(seats(1, 1)))["cap"] == 22
    soft = book_of(places(20, effect="soft"))
    assert soft.orders[soft.place(seats(21, 1))].flags == ("over-limit:places",)
    told = book_of(places(20, effect="informational"))
    assert told.orders[told.place(seats(21, 1))].flags == ()
    unknown = book_of(places(None))
    unknown.place(seats(1_000, 1))
    assert room(unknown) is None


def test_it_is_held_on_every_day_from_the_orders_own_on():
    book = book_of(places(20))
    book.place(seats(15, 1), on=SUMMER)
    assert room(book, SPRING) == 5
    assert refused(lambda: book.place(seats(6, 1), on=SPRING))["fits"] == 5
    book.do(
        agreement.AmendAgreement(
            agreement="A1", ground="policy", decision="D", decided_on=DAY,
            effective_on=date(2024, 10, 1), limits=(places(17),),
        )
    )  # fmt: skip
    assert refused(lambda: book.place(seats(3, 1), on=SPRING))["fits"] == 2
    book.place(seats(2, 1), on=SPRING)


def test_it_is_set_amended_bound_otherwise_and_removed_as_any_limit_is():
    book = Book(policy=FREE)
    before = book.place(seats(12, 1))
    book.amend(ground="policy", limits=(places(10),))
    assert "below-use:places" in book.of.flags
    assert (in_use(book).total, room(book)) == (12, 0)
    book.amend(ground="policy", limits=(places(14),), on=SPRING)
    assert refused(lambda: book.place(seats(3, 1), on=SPRING))["fits"] == 2
    book.amend(ground="policy", limit_rules=(LimitRule(name="places", effect="soft"),), on=SPRING)
    book.place(seats(3, 1), on=SPRING)
    book.do(agreement.RemoveLimit(agreement="A1", name="places", on=SUMMER, reason="r"), MANAGER)
    assert agreement.fullest_from(book.of, book.of.limits[1], SUMMER) is None
    assert book.orders[before].status == "placed"


def test_a_known_limit_is_amended_in_its_own_unit():
    book = book_of()
    wrong = LimitTerms(name="places", amount=kr(30))
    with pytest.raises(Invalid) as fault:
        book.amend(ground="policy", limits=(wrong,))
    assert [one.pointer for one in fault.value.faults] == ["/change/limits/0/unit"]
    book.amend(ground="policy", limits=(places(30),))
    assert book.of.limits[1].amount == 30


def test_a_limit_of_everything_is_the_caps_but_in_seats():
    book_of(places())
    with pytest.raises(Invalid):
        book_of(LimitTerms(name="all", amount=kr(1)))


def test_the_figures_of_a_refusal_are_of_one_unit_and_each_limit_says_its_own():
    book = book_of(cap=kr(1_000))
    with pytest.raises(CapExceeded) as over:
        book.place(seats(30, 50))
    units = {one.limit: (one.unit, one.fits.ore) for one in over.value.figures["limits"]}
    assert units == {"cap": ("money", kr(1_000)), "places": ("seats", 24)}
    assert (over.value.figures["limit"], over.value.figures["fits"].ore) == ("cap", kr(1_000))


def test_a_threshold_of_it_is_told_in_seats():
    book = book_of(places(10))
    book.place(seats(8, 1))
    said = [new.event for new, _ in book.log if isinstance(new.event, ThresholdCrossed)]
    assert said[-1] == ThresholdCrossed(limit="places", percent=75, used=8, amount=10, unit="seats")


# ── What each day changed ─────────────────────────────────────────────────────────────────────


def test_a_day_tells_what_it_changed_of_money_and_of_seats():
    dimensions = Dimensions(year=2024, buyer=BUYER, supplier=SUPPLIER, kind="delivery")
    moved = Move(line=1, dimensions=dimensions, reserved=100, seats_reserved=3)
    totals, days = rule.add((), (), [moved], DAY)
    assert totals == (Total(dimensions=dimensions, use=Use(100), seats=Use(3)),)
    assert days == (Day(DAY, ((0, 100),), ((0, 3),)),)
    back = Move(line=1, dimensions=dimensions, seats_reserved=-3)
    assert rule.add(totals, days, [back], DAY)[1] == (Day(DAY, ((0, 100),)),)


@settings(max_examples=60, deadline=None)
@played(
    st.lists(
        st.tuples(st.integers(1, 12), st.integers(0, 200), st.sampled_from("pcxds")),
        min_size=1,
        max_size=8,
    ),
    st.integers(5, 40),
)
def test_use_is_the_seats_of_what_stands_and_no_hard_limit_is_passed_on_any_day(acts, most):
    book = book_of(places(most))
    for count, after, act in acts:
        day = START + timedelta(days=after)
        fits = room(book, day)
        try:
            name = book.place(seats(count, 1), on=day)
        except CapExceeded:
            assert count > fits
            continue
        assert count <= fits
        if act == "d":
            book.decline(name, day)
        elif act != "p":
            book.confirm(name, day)
        if act == "x":
            book.cancel(name, day)
        if act == "s":
            book.do(order.CancelOrder(order=name, on=day, line=1, seats=1), book.own(name))
    standing = (one for one in book.orders.values() if one.status in ("placed", "confirmed"))
    assert in_use(book).total == sum(part.quantity for one in standing for part in one.lines)
    for day in (START, *(one.on for one in book.of.days)):
        assert agreement.fullest_from(book.of, book.of.limits[1], day).used <= most
