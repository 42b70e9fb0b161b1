"""The one rule: a limit is a largest amount over the lines that match it."""

from datetime import date

import pytest

from ledger.domain import limits
from ledger.domain.agreement import LimitTerms
from ledger.domain.amounts import AmountFrom
from ledger.domain.events import Party
from ledger.domain.limits import DIMENSIONS, Dimensions, Limit, Move, Total, Use
from ledger.domain.refusals import CapExceeded
from ledger.domain.regime import Policy
from ledger.projections.database import postings
from tests.domain.domain_given import BUYER, DAY, OTHER_BUYER, SUPPLIER, Book, kr, line

BOTH = (Party(organisation=BUYER), Party(organisation=OTHER_BUYER))


def limited(**limit) -> Book:
    return Book(buyers=BOTH, limits=(LimitTerms(name="L", **limit),))


def test_the_whole_cap_fits_and_one_ore_more_is_refused():
    Book().place(line(2_000_000))
    with pytest.raises(CapExceeded) as refused:
        Book().place(line(2_000_000.01))
    assert refused.value.figures["over"].ore == 1
    assert refused.value.figures["fits"].ore == kr(2_000_000)


def test_two_confirmed_orders_count_together_before_any_invoice():
    book = Book()
    book.placed_and_confirmed(line(1_500_000))
    with pytest.raises(CapExceeded) as refused:
        book.place(line(600_000))
    assert refused.value.figures["over"].ore == kr(100_000)
    assert refused.value.figures["fits"].ore == kr(500_000)


@pytest.mark.parametrize(
    ("limit", "inside", "outside"),
    [
        ({"year": 2025}, {"year": 2025}, {"year": 2024}),
        ({"kind": "development"}, {"kind": "development"}, {"kind": "delivery"}),
        ({"funding": "esf"}, {"funding": "esf"}, {"funding": "own"}),
    ],
)
def test_a_limit_counts_only_the_lines_that_it_names(limit, inside, outside):
    book = limited(amount=kr(100), **limit)
    book.place(line(101, **outside))
    book.place(line(100, **inside))
    with pytest.raises(CapExceeded) as refused:
        book.place(line(1, **inside))
    assert refused.value.figures["limit"] == "L"


def test_a_buyers_limit_leaves_the_other_buyer_free():
    book = limited(amount=kr(100), buyer=BUYER)
    book.place(line(500), buyer=OTHER_BUYER, by=_for(OTHER_BUYER))
    book.place(line(100))
    with pytest.raises(CapExceeded):
        book.place(line(1))


def _for(organisation):
    from ledger.domain.events import By

    return By(person="p", organisation=organisation, role="orderer")


def test_a_soft_limit_flags_the_order_and_lets_it_through():
    book = limited(amount=kr(100), kind="delivery", effect="soft")
    assert book.orders[book.place(line(100))].flags == ()
    assert book.orders[book.place(line(1))].flags == ("over-limit:L",)


def test_an_informational_limit_says_nothing():
    book = limited(amount=kr(100), kind="delivery", effect="informational")
    assert book.orders[book.place(line(500))].flags == ()


def test_a_soft_cap_flags_and_a_hard_cap_refuses():
    soft = Book(policy=Policy(cap_effect="soft"))
    assert soft.orders[soft.place(line(2_000_001))].flags == ("over-limit:cap",)
    assert soft.remaining == kr(-1)
    with pytest.raises(CapExceeded):
        Book().place(line(2_000_001))


def test_an_unknown_cap_takes_any_order():
    book = Book(cap=None)
    name = book.placed_and_confirmed(line(180_000))
    book.draw("1", 180_000, name)
    assert book.of.cap.amount is None
    assert book.use == Use(0, 0, kr(180_000))


def test_a_changed_cap_holds_from_its_day_and_not_before():
    book = Book()
    book.amend(2_150_000, on=date(2024, 4, 1))
    assert book.of.cap.amount_on(date(2023, 9, 4)) is None
    assert book.of.cap.amount_on(date(2024, 3, 31)) == kr(2_000_000)
    assert book.of.cap.amount_on(date(2024, 4, 1)) == kr(2_150_000)
    with pytest.raises(CapExceeded):
        book.place(line(2_100_000), on=date(2024, 3, 31))
    with pytest.raises(CapExceeded):
        book.place(line(2_100_000), on=date(2024, 3, 31), today=date(2024, 4, 2))
    book.place(line(2_100_000), on=date(2024, 4, 1))


def test_differences_of_earlier_versions_add_up_in_any_order_and_a_setting_starts_anew():
    start, later = AmountFrom(effective_on=date(2024, 1, 1), amount=100), date(2024, 6, 1)
    steps = [
        start,
        AmountFrom(effective_on=later, change=20),
        AmountFrom(effective_on=date(2024, 3, 1), change=-50),
    ]
    assert limits.amount_on(steps, date(2024, 3, 1)) == 50
    assert limits.amount_on(steps, later) == limits.amount_on(reversed(steps), later) == 70
    steps.append(AmountFrom(effective_on=date(2025, 1, 1), amount=None))
    assert limits.amount_on(steps, date(2025, 1, 1)) is None


def _move(amount: int) -> Move:
    return Move(line=1, dimensions=_dimensions(), reserved=amount)


def _dimensions() -> Dimensions:
    return Dimensions(year=2024, buyer=BUYER, supplier=SUPPLIER, kind="delivery")


def _passed(used: int, change: int, asked: int = 0):
    cap = Limit(name="cap", amounts=(AmountFrom(effective_on=DAY, amount=100),))
    totals = (Total(dimensions=_dimensions(), use=Use(reserved=used)),)
    again = [_move(asked)] if asked else None
    return limits.passed([cap], totals, (), [_move(change)], DAY, "SEK", asked=again)[0]


def test_over_use_is_not_passed_by_what_asks_for_nothing_more():
    assert _passed(150, -10) == ()
    assert _passed(150, 0) == ()
    (over,) = _passed(150, 1)
    assert (over.over.ore, over.fits.ore) == (51, 0)


def test_a_confirmation_is_judged_again_with_the_room_that_it_holds():
    assert _passed(100, 0, asked=60) == ()
    (over,) = _passed(150, 0, asked=60)
    assert (over.used.ore, over.asked.ore, over.over.ore, over.fits.ore) == (90, 60, 50, 10)


def test_a_threshold_is_crossed_once_until_the_cap_changes():
    book = Book()
    crossed = [(CAP, 50, kr(2_000_000)), (CAP, 75, kr(2_000_000))]
    book.place(line(1_600_000))
    assert list(book.of.crossed) == crossed
    facts = len(book.log)
    book.place(line(100_000))
    assert len(book.log) == facts + 2
    book.amend(2_100_000)
    book.place(line(100_000))
    anew = [(CAP, 50, kr(2_100_000)), (CAP, 75, kr(2_100_000))]
    assert list(book.of.crossed) == [*crossed, *anew]


CAP = limits.CAP


def test_what_limits_match_by_stands_alike_wherever_it_is_a_row():
    for kind in (Limit, LimitTerms):
        assert set(DIMENSIONS) < set(kind.__struct_fields__)
    assert set(DIMENSIONS) < set(postings.c.keys())
    assert Limit(name="l", amounts=(), year=2024, kind="delivery").named == ("year", "kind")


def test_the_figures_of_a_refusal_are_all_of_the_limit_that_has_room_for_least():
    year = LimitTerms(name="2024", year=2024, amount=kr(100))
    book = Book(cap=kr(1_000), limits=(year,))
    book.place(line(100, year=2024))
    with pytest.raises(CapExceeded) as refused:
        book.place(line(10, year=2024), line(2_000, year=2025))
    figures = refused.value.figures
    said = [figures[name].ore for name in ("cap", "used", "asked", "over", "fits")]
    assert (figures["limit"], said) == ("2024", [kr(100), kr(100), kr(10), kr(10), 0])
    (other,) = refused.value.others
    said = [other.figures[name].ore / 100 for name in ("cap", "used", "asked", "over", "fits")]
    assert (other.figures["limit"], said) == ("cap", [1_000, 100, 2_010, 1_110, 900])
