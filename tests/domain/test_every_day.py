"""A hard limit is held on every day from an order's own on: use and amount both are looked at."""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from ledger.domain import agreement, drawdown
from ledger.domain import limits as rule
from ledger.domain.agreement import LimitTerms
from ledger.domain.agreement.room import no_orders
from ledger.domain.amounts import AmountFrom
from ledger.domain.events import Party
from ledger.domain.limits import Day, Dimensions, Limit, Move
from ledger.domain.order import SessionTerms
from ledger.domain.refusals import (
    AgreementNotOpen,
    BelowInvoiced,
    CapExceeded,
    LineBelowInvoiced,
    OutsideTerm,
)
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
    split,
)

FREE = Policy(amendments="free")
SPRING, SUMMER, AUTUMN = date(2024, 4, 1), date(2024, 7, 1), date(2024, 10, 1)
AFTER = END + timedelta(days=1)


def book_of(kronor=1_000, **terms) -> Book:
    return Book(**{"cap": kr(kronor), "policy": FREE, **terms})


def amend(book: Book, on: date, **more):
    command = agreement.AmendAgreement(
        agreement="A1", ground="policy", decision="D", decided_on=on, effective_on=on, **more
    )
    return book.do(command)


def room(book: Book, on: date = DAY, name: str = "cap") -> int | None:
    (limit,) = (limit for limit in book.of.limits if limit.name == name)
    worst = agreement.fullest_from(book.of, limit, on)
    return None if worst is None else max(0, worst.left)


# ── The fullest day ───────────────────────────────────────────────────────────────────────────


def test_an_order_that_is_recorded_late_is_held_to_the_fullest_day_since():
    book = book_of()
    name = book.placed_and_confirmed(line(900), on=SPRING)
    book.cancel(name, SUMMER, fee=0)
    assert room(book, SUMMER) == kr(1_000)
    assert room(book, DAY) == kr(100)
    with pytest.raises(CapExceeded) as refused:
        book.place(line(100.01), on=DAY, today=AUTUMN)
    figures = refused.value.figures
    assert (figures["on"], figures["used"].ore, figures["fits"].ore) == (SPRING, kr(900), kr(100))
    book.place(line(100), on=DAY, today=AUTUMN)
    book.place(line(900), on=SUMMER)


def test_a_cap_that_is_lowered_from_a_later_day_binds_what_is_ordered_before_it():
    book = book_of()
    amend(book, AUTUMN, cap=kr(600))
    with pytest.raises(CapExceeded) as refused:
        book.place(line(601))
    assert (refused.value.figures["on"], refused.value.figures["cap"].ore) == (AUTUMN, kr(600))
    book.place(line(600))


def test_a_limit_that_begins_later_binds_what_is_ordered_before_it():
    book = book_of(cap=None)
    amend(book, AUTUMN, limits=(LimitTerms(name="2024", year=2024, amount=kr(500)),))
    with pytest.raises(CapExceeded):
        book.place(line(501, year=2024))
    book.place(line(501, year=2025))
    book.place(line(500, year=2024))


def test_a_soft_limit_that_is_passed_on_a_later_day_flags_the_order():
    year = LimitTerms(name="2024", year=2024, amount=kr(500), effect="soft")
    book = book_of(limits=(year,))
    amend(book, AUTUMN, limits=(LimitTerms(name="2024", amount=kr(300)),))
    assert book.orders[book.place(line(301))].flags == ("over-limit:2024",)


def test_what_is_lowered_from_a_later_day_does_not_stop_a_confirmation_nor_an_acceptance():
    book = book_of()
    first, second = book.place(line(400), respond_by=SPRING), book.place(line(300))
    book.counter(second, line(500))
    amend(book, AUTUMN, cap=kr(500))
    book.confirm(first, SPRING)
    book.accept(second, SPRING)
    assert book.places() == (0, 900, 0, -400)


def test_a_confirmation_is_refused_where_less_is_in_force_on_its_own_day():
    book = book_of()
    name = book.place(line(900), respond_by=SUMMER)
    amend(book, SPRING, cap=kr(600))
    with pytest.raises(CapExceeded) as refused:
        book.confirm(name, SPRING)
    assert refused.value.figures["on"] == SPRING
    amend(book, SUMMER, cap=kr(900))
    book.confirm(name, SUMMER)


def test_a_change_and_a_counter_offer_are_held_to_every_later_day_too():
    book = book_of()
    name = book.placed_and_confirmed(line(500))
    amend(book, AUTUMN, cap=kr(600))
    with pytest.raises(CapExceeded):
        book.change(name, line(601))
    book.change(name, line(600))
    other = book_of()
    name = other.place(line(500))
    amend(other, AUTUMN, cap=kr(600))
    with pytest.raises(CapExceeded):
        other.counter(name, line(601))
    other.counter(name, line(600))


# ── What makes an order larger is an order ────────────────────────────────────────────────────


def test_a_change_that_makes_an_order_larger_is_refused_after_the_term_and_a_smaller_is_not():
    book = book_of()
    name = book.placed_and_confirmed(line(500))
    for larger in (501, 500.01):
        with pytest.raises(OutsideTerm):
            book.change(name, line(larger), on=AFTER)
    book.change(name, line(500, kind="development"), on=AFTER)
    book.change(name, line(499), on=AFTER)
    assert book.orders[name].amount == kr(499)


def test_the_last_day_of_the_term_still_counts():
    book = book_of()
    name = book.placed_and_confirmed(line(500))
    book.change(name, line(501), on=END)


def test_a_larger_counter_offer_is_refused_after_the_term_and_so_is_its_acceptance():
    book = book_of()
    first, second, third = (book.place(line(100), respond_by=AFTER) for _ in range(3))
    with pytest.raises(OutsideTerm):
        book.counter(first, line(101), on=AFTER)
    book.counter(first, line(100), on=AFTER)
    book.accept(first, AFTER)
    book.counter(second, line(150), on=END)
    with pytest.raises(OutsideTerm):
        book.accept(second, AFTER)
    book.accept(second, END)
    book.counter(third, line(50), on=END)
    book.accept(third, AFTER)


def test_a_larger_counter_offer_is_not_accepted_under_a_closed_agreement():
    book = book_of()
    name, other = book.place(line(100)), book.place(line(100))
    book.counter(name, line(150))
    book.counter(other, line(100))
    book.do(agreement.CloseAgreement(agreement="A1", reason="r", on=DAY), MANAGER)
    with pytest.raises(AgreementNotOpen):
        book.accept(name)
    book.accept(other)


@pytest.mark.parametrize("invoiced", [120, 150, 900])
def test_an_order_that_is_invoiced_beyond_itself_is_not_enlarged_after_the_term(invoiced):
    book = book_of()
    name = book.placed_and_confirmed(line(100))
    book.record("1", invoiced, name)
    with pytest.raises(OutsideTerm):
        book.change(name, line(max(101, invoiced)), on=AFTER)
    book.change(name, line(max(101, invoiced)), on=END)
    assert book.orders[name].amount == kr(max(101, invoiced))


def test_an_order_that_is_invoiced_beyond_itself_is_not_enlarged_under_a_closed_agreement():
    book = book_of()
    name = book.placed_and_confirmed(line(100))
    book.draw("1", 150, name)
    book.do(agreement.CloseAgreement(agreement="A1", reason="r", on=DAY), MANAGER)
    with pytest.raises(AgreementNotOpen):
        book.change(name, line(150))
    assert book.orders[name].amount == kr(100)


def test_a_counter_offer_is_not_accepted_below_what_was_invoiced_since_it_was_made():
    book = book_of()
    name = book.place(line(1_000))
    book.counter(name, line(400))
    invoice = book.record("1", 700, name)
    with pytest.raises(BelowInvoiced) as refused:
        book.accept(name)
    assert refused.value.figures["invoiced"].ore == kr(700)
    book.withdraw(invoice)
    book.record("2", 400, name)
    book.accept(name)
    assert book.orders[name].amount == kr(400)


def test_no_line_of_a_counter_offer_is_accepted_below_what_was_invoiced_of_it_since():
    book = book_of()
    name = book.place(line(300, year=2024), line(300, year=2025))
    book.counter(name, line(500, year=2024), line(100, year=2025))
    book.record("1", 200, name, parts=(drawdown.Part(order=name, line=2, amount=kr(200)),))
    with pytest.raises(LineBelowInvoiced):
        book.accept(name)


def test_an_acceptance_that_takes_the_order_into_another_year_asks_that_years_limit():
    years = tuple(LimitTerms(name=str(y), year=y, amount=kr(100)) for y in (2024, 2025))
    book = book_of(limits=years)
    name = book.place(line(100, year=2024))
    book.counter(name, line(50, year=2025))
    book.place(line(60, year=2025))
    with pytest.raises(CapExceeded) as refused:
        book.accept(name)
    assert refused.value.figures["limit"] == "2025"


def offered(limit, before, *offer):
    book = book_of(limits=(LimitTerms(name="L", **limit),))
    name = book.place(*before)
    book.counter(name, *offer)
    return book, name


LESS_IN_ALL = {
    "another year": ({"year": 2025}, [line(100, year=2024)], [line(11, year=2025)]),
    "another kind": ({"kind": "dev"}, [line(100, kind="x")], [line(11, kind="dev")]),
    "another source": ({"funding": "F"}, [line(100)], [line(11, funding="F")]),
    "one of two": (
        {"kind": "dev"},
        [line(90, kind="x"), line(10, kind="dev")],
        [line(50, kind="x"), line(11, kind="dev")],
    ),
}


@pytest.mark.parametrize(("limit", "before", "offer"), LESS_IN_ALL.values(), ids=LESS_IN_ALL)
def test_an_offer_of_less_in_all_is_judged_by_its_own_lines_as_an_order_of_them_is(
    limit, before, offer
):
    with pytest.raises(CapExceeded) as refused:
        offered({**limit, "amount": kr(10)}, before, *offer)
    alone = book_of(limits=(LimitTerms(name="L", **limit, amount=kr(10)),))
    with pytest.raises(CapExceeded) as placed:
        alone.place(*offer)
    assert refused.value.figures["limit"] == "L"
    names = ("limit", "cap", "over", "on")
    told, as_placed = ([one.figures[n] for n in names] for one in (refused.value, placed.value))
    assert told == as_placed
    book, name = offered({**limit, "amount": kr(11)}, before, *offer)
    book.accept(name)
    assert book.of.limits[1].name == "L"
    assert rule.used(book.of.limits[1], book.of.totals).total == kr(11)


def test_an_offer_that_asks_no_more_of_a_limit_is_made_however_little_it_has_left():
    book = book_of(limits=(LimitTerms(name="L", kind="dev", amount=kr(50)),), policy=FREE)
    name = book.place(line(40, kind="dev"), line(50, kind="x"))
    book.amend(ground="policy", limits=(LimitTerms(name="L", kind="dev", amount=kr(10)),))
    book.counter(name, line(40, kind="dev"), line(45, kind="x"))
    book.counter(name, line(30, kind="dev"), line(45, kind="x"))
    with pytest.raises(CapExceeded):
        book.counter(name, line(40.01, kind="dev"), line(45, kind="x"))


def test_an_offer_that_passes_a_soft_limit_with_its_own_lines_says_so():
    soft = {"kind": "dev", "amount": kr(10), "effect": "soft"}
    book, name = offered(soft, [line(100, kind="x")], line(11, kind="dev"))
    assert book.orders[name].flags == ("over-limit:L",)


# ── What each day changed ─────────────────────────────────────────────────────────────────────


def test_the_state_has_one_entry_for_a_day_however_many_orders_it_has():
    book = book_of(1_000_000)
    for _ in range(20):
        book.placed_and_confirmed(line(10), on=DAY)
    assert book.of.days == (Day(DAY, ((0, kr(200)),)),)
    late = book.place(line(5), on=START, today=DAY)
    book.cancel(late, START)
    assert [day.on for day in book.of.days] == [DAY], "what comes to nothing is not kept"


def test_what_moves_between_the_kinds_of_money_changes_no_day():
    book = book_of()
    name = book.place(line(100), respond_by=SPRING)
    days = book.of.days
    book.confirm(name, SPRING)
    book.draw("1", 100, name, SUMMER)
    assert book.of.days == days


def _moved(amount: int, year: int = 2024) -> Move:
    dimensions = Dimensions(year=year, buyer=BUYER, supplier=SUPPLIER, kind="delivery")
    return Move(line=1, dimensions=dimensions, reserved=amount)


def test_days_stand_in_their_order_in_whatever_order_they_came():
    totals, days = rule.add((), (), [_moved(10)], SUMMER)
    for on, amount, year in ((SPRING, 5, 2024), (AUTUMN, 3, 2025), (SUMMER, 2, 2025)):
        totals, days = rule.add(totals, days, [_moved(amount, year)], on)
    assert days == (Day(SPRING, ((0, 5),)), Day(SUMMER, ((0, 10), (1, 2))), Day(AUTUMN, ((1, 3),)))
    limit = Limit(name="2025", amounts=(AmountFrom(effective_on=START, amount=4),), year=2025)
    assert rule.changed_after(limit, totals, days, SPRING) == ((SUMMER, 2), (AUTUMN, 3))
    worst = rule.fullest(limit, 0, ((SUMMER, 2), (AUTUMN, 3)), SPRING)
    assert (worst.on, worst.bound, worst.used, worst.left) == (AUTUMN, 4, 5, -1)
    assert rule.room(limit, 0, ((SUMMER, 2), (AUTUMN, 3)), SPRING) == 0


# ── What can be ordered ───────────────────────────────────────────────────────────────────────


def test_room_is_the_least_over_every_day_with_the_tolerance_and_never_below_0():
    book = book_of(policy=Policy(amendments="free", cap_tolerance=10))
    assert room(book) == kr(1_100)
    amend(book, AUTUMN, cap=kr(500))
    assert room(book) == kr(550)
    book.place(line(550))
    amend(book, SUMMER, cap=kr(100))
    assert room(book) == 0


def test_room_is_unknown_where_no_day_has_an_amount_and_known_where_one_does():
    book = book_of(cap=None)
    assert room(book) is None
    amend(book, AUTUMN, cap=kr(100))
    assert room(book) == kr(100)
    with pytest.raises(CapExceeded):
        book.place(line(100.01))


def test_an_agreement_says_why_it_takes_no_order_on_a_day():
    state = book_of().of
    assert no_orders(state, START) is None
    assert no_orders(state, END) is None
    assert no_orders(state, START - timedelta(days=1)) == "not-begun"
    assert no_orders(state, AFTER) == "ended"
    assert no_orders(replace(state, status="suspended"), DAY) == "suspended"
    assert no_orders(replace(state, status="closed"), AFTER) == "closed"


# ── Below zero makes no room ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("way", ["cap", "order"])
@pytest.mark.parametrize("invoiced", [0, 100])
def test_a_credit_of_more_than_was_invoiced_gives_back_what_was_invoiced_and_no_more(way, invoiced):
    year = LimitTerms(name="2024", year=2024, amount=kr(1_000))
    book = book_of(limits=(year,))
    name = book.placed_and_confirmed(line(600))
    if invoiced:
        book.draw("1", invoiced, name)
    book.draw("2", -150, name, room=way)
    given = invoiced if way == "cap" else 0
    assert book.use.total == kr(600 - given)
    assert book.use.drawn == kr(invoiced - 150)
    assert room(book) == room(book, name="2024") == kr(400 + given)
    assert "exceeds-invoiced" in list(book.drawdowns.values())[-1].flags


def test_a_lone_credit_on_a_closed_order_lifts_neither_the_cap_nor_a_limit():
    year = LimitTerms(name="2024", year=2024, amount=kr(1_000))
    book = book_of(limits=(year,))
    name = book.placed_and_confirmed(line(600))
    book.close(name)
    book.draw("1", -150, name, room="cap")
    assert book.places() == (0, 150, -150, 1_000)
    assert room(book) == room(book, name="2024") == kr(1_000)
    with pytest.raises(CapExceeded):
        book.place(line(1_000.01))
    again = book.draw("2", 150, name)
    assert book.drawdowns[again].status == "approved"
    assert book.places() == (0, 0, 0, 1_000)


def test_a_credit_on_a_year_of_which_nothing_is_invoiced_gives_that_year_no_room():
    years = tuple(LimitTerms(name=str(y), year=y, amount=kr(100)) for y in (2024, 2025))
    book = book_of(limits=years)
    name = book.placed_and_confirmed(line(100, year=2024), line(100, year=2025))
    book.draw("1", 100, name, parts=(drawdown.Part(order=name, amount=kr(100), line=1),))
    parts = (drawdown.Part(order=name, amount=kr(-40), line=2),)
    book.draw("2", -40, name, parts=parts, room="cap")
    assert (room(book, name="2024"), room(book, name="2025")) == (0, 0)
    assert "exceeds-invoiced" in list(book.drawdowns.values())[-1].flags


def test_a_credit_within_what_was_invoiced_gives_back_exactly():
    book = book_of()
    name = book.placed_and_confirmed(line(600))
    book.draw("1", 700, name)
    book.draw("2", -150, name, room="cap")
    assert book.use.total == kr(550)


def test_a_member_whose_part_is_credited_below_0_gets_no_room_in_its_share():
    shares = tuple(
        LimitTerms(name=name, buyer=organisation, amount=kr(500))
        for name, organisation in (("lead", BUYER), ("member", OTHER_BUYER))
    )
    buyers = Party(organisation=BUYER, role="lead"), Party(organisation=OTHER_BUYER)
    book = book_of(buyers=buyers, limits=shares)
    name = book.placed_and_confirmed(line(400), split=split("shares", {BUYER: 1, OTHER_BUYER: 1}))
    book.close(name)
    book.draw("1", -100, name, room="cap")
    assert [room(book, name=one) for one in ("cap", "lead", "member")] == [
        kr(1_000), kr(500), kr(500)
    ]  # fmt: skip


# ── An invoice beyond its own line ────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "other",
    [{"year": 2025}, {"kind": "development"}, {"funding": "esf"}],
)
def test_an_invoice_beyond_its_line_takes_nothing_from_a_line_of_another_kind(other):
    book = book_of()
    name = book.placed_and_confirmed(line(100), line(100, **other))
    id = book.draw("1", 150, name, parts=(drawdown.Part(order=name, amount=kr(150), line=1),))
    assert book.drawdowns[id].flags == (f"exceeds-line:{name}/1:50.00",)
    assert book.places() == (0, 100, 150, 750)


def test_an_invoice_beyond_its_line_takes_from_a_line_of_the_same_group():
    book = book_of()
    name = book.placed_and_confirmed(line(100), line(100))
    id = book.draw("1", 150, name, parts=(drawdown.Part(order=name, amount=kr(150), line=1),))
    assert book.drawdowns[id].flags == (f"exceeds-line:{name}/1:50.00",)
    assert book.places() == (0, 50, 150, 800)


def test_only_what_an_invoice_adds_beyond_its_line_is_named():
    book = book_of()
    name = book.placed_and_confirmed(line(100), line(100))
    of_first = {"parts": (drawdown.Part(order=name, amount=kr(60), line=1),)}
    assert book.drawdowns[book.draw("1", 60, name, **of_first)].flags == ()
    assert book.drawdowns[book.draw("2", 60, name, **of_first)].flags == (
        f"exceeds-line:{name}/1:20.00",
    )


def test_a_line_is_not_made_less_than_is_invoiced_of_it():
    book = book_of()
    name = book.placed_and_confirmed(line(100), line(100))
    book.draw("1", 80, name, parts=(drawdown.Part(order=name, amount=kr(80), line=1),))
    with pytest.raises(LineBelowInvoiced) as refused:
        book.change(name, line(79.99), line(150))
    figures = refused.value.figures
    assert (figures["line"], figures["asked"].ore, figures["invoiced"].ore) == (
        1, kr(79.99), kr(80)
    )  # fmt: skip
    book.change(name, line(80), line(10))


def test_a_line_that_an_invoice_went_beyond_may_stay_as_it_is():
    book = book_of()
    name = book.placed_and_confirmed(line(100), line(100))
    book.draw("1", 120, name, parts=(drawdown.Part(order=name, amount=kr(120), line=1),))
    book.change(name, line(100), line(90))
    with pytest.raises(LineBelowInvoiced):
        book.change(name, line(99), line(90))


# ── A session that is partly invoiced ─────────────────────────────────────────────────────────

FIRST, SECOND, THIRD = date(2024, 9, 1), date(2024, 10, 1), date(2024, 11, 1)
NEXT_YEAR = date(2025, 2, 1)


def in_sessions(*amounts: float, **more) -> tuple[Book, str]:
    book = book_of()
    terms = tuple(
        SessionTerms(on=day, amount=kr(amount))
        for day, amount in zip((FIRST, SECOND, THIRD), amounts, strict=False)
    )
    return book, book.placed_and_confirmed(line(sum(amounts)), sessions=terms, **more)


def lines_and_sessions(book: Book, name: str):
    state = book.orders[name]
    return (
        [(one.year, one.amount / 100) for one in state.lines],
        [(one.line, one.amount / 100) for one in state.sessions],
    )


def test_a_session_alone_on_its_line_takes_what_is_not_invoiced_with_it():
    book, name = in_sessions(50)
    book.draw("1", 20, name)
    book.move_session(name, 1, NEXT_YEAR)
    assert lines_and_sessions(book, name) == ([(2024, 20), (2025, 30)], [(2, 30)])
    assert book.places() == (0, 30, 20, 950)


def test_a_session_among_others_takes_the_rest_and_the_others_stay_as_they_are():
    book, name = in_sessions(10, 50, 40)
    book.draw("1", 30, name)
    book.move_session(name, 2, NEXT_YEAR)
    assert lines_and_sessions(book, name) == (
        [(2024, 70), (2025, 30)], [(1, 30), (2, 30), (1, 40)]
    )  # fmt: skip
    assert book.places() == (0, 70, 30, 900)


def test_a_session_that_is_invoiced_whole_moves_and_its_money_stays():
    book, name = in_sessions(10, 50)
    book.draw("1", 60, name)
    book.move_session(name, 2, NEXT_YEAR)
    assert lines_and_sessions(book, name) == ([(2024, 60)], [(1, 10), (1, 50)])


def test_a_session_that_nothing_is_invoiced_of_goes_whole():
    book, name = in_sessions(10, 50)
    book.draw("1", 10, name)
    book.move_session(name, 2, NEXT_YEAR)
    assert lines_and_sessions(book, name) == ([(2024, 10), (2025, 50)], [(1, 10), (2, 50)])


def test_what_moves_needs_room_in_the_year_that_it_moves_to():
    years = (LimitTerms(name="2025", year=2025, amount=kr(30)),)
    book = book_of(limits=years)
    sessions = (SessionTerms(on=FIRST, amount=kr(50)),)
    name = book.placed_and_confirmed(line(50), sessions=sessions)
    book.draw("1", 19, name)
    with pytest.raises(CapExceeded):
        book.move_session(name, 1, NEXT_YEAR)
    book.draw("2", 1, name)
    book.move_session(name, 1, NEXT_YEAR)


def test_an_instalment_that_is_partly_invoiced_is_shared_with_the_year_that_its_session_moves_to():
    from ledger.domain.order import InstalmentTerms

    due = tuple(InstalmentTerms(amount=kr(a), session=n) for n, a in ((1, 10), (2, 50), (3, 40)))
    book, name = in_sessions(10, 50, 40, instalments=due)
    book.draw("1", 30, name)
    book.move_session(name, 2, NEXT_YEAR)
    told = [(one.line, one.amount / 100, one.session) for one in book.orders[name].instalments]
    assert told == [(1, 10, 1), (1, 20, 2), (1, 40, 3), (2, 30, 2)]
