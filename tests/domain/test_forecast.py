"""The forecast of a limit: what it says, what it does not claim to know, and how often it is right.

The histories are generated, each from its own seed: orders come at random, more of them in spring
and autumn, none in July, and no two of them cost the same.
"""

import random
from datetime import date, timedelta
from functools import cache

import pytest

from ledger.domain.forecast import WITHIN, Outlook, Placed, outlook
from tests.domain.domain_given import kr

START, FAR = date(2023, 9, 5), date(2063, 9, 4)
HISTORIES = 200
SEASONS = (0.8, 1.4, 1.2, 1.0, 1.2, 0.6, 0.0, 0.6, 1.6, 1.4, 1.2, 1.0)
"""How many orders each month has, to an even spread."""


def history(seed: int) -> tuple[int, list[Placed]]:
    """A cap, and the orders until it is reached."""
    draw = random.Random(seed)
    a_year, typical = draw.uniform(6, 40), draw.uniform(20_000, 200_000)
    cap = kr(typical) * draw.randint(25, 90)
    day, orders = START, []
    while sum(one.amount for one in orders) < cap:
        day += timedelta(days=1)
        if draw.random() < a_year / 365 * SEASONS[day.month - 1]:
            orders.append(Placed(day, kr(typical * draw.lognormvariate(0, 0.6))))
    return cap, orders


def told(seed: int, within: tuple[float, float] = WITHIN) -> tuple[Outlook, date] | None:
    """What was said when a part of the cap was in use, and the day that it was then reached.

    None where that part was ordered too fast to say anything, or nothing was left to foresee.
    """
    cap, orders = history(seed)
    draw = random.Random(-seed)
    share = draw.uniform(0.3, 0.7)
    used, on = 0, START
    for one in orders:
        used, on = used + one.amount, one.on
        if used >= cap * share:
            break
    on += timedelta(days=draw.randint(1, 20))
    came = orders[-1].on
    known = [one for one in orders if one.on <= on]
    said = outlook(cap, sum(one.amount for one in known), known, on, FAR, within)
    return (said, came) if said.verdict == "range" else None


@cache
def hits(within: tuple[float, float]) -> float:
    """The share of the histories whose day lay inside the range that was stated."""
    judged = [one for seed in range(1, HISTORIES + 1) if (one := told(seed, within))]
    assert len(judged) > HISTORIES * 0.8, "hardly anything was foretold"
    inside = [said.earliest <= came <= (said.latest or FAR) for said, came in judged]
    return sum(inside) / len(inside)


@pytest.mark.properties
def test_the_day_that_came_lies_inside_the_stated_range_in_four_histories_of_five():
    assert hits(WITHIN) >= 0.8


@pytest.mark.properties
def test_a_narrower_range_would_fail_the_same_test():
    assert hits((0.25, 0.75)) < 0.8


@pytest.mark.properties
def test_the_range_is_not_bought_by_saying_nothing():
    widths = sorted(
        ((said.latest or FAR) - said.earliest) / (came - START)
        for said, came in filter(None, map(told, range(1, HISTORIES + 1)))
    )
    assert widths[len(widths) // 2] < 0.75, "half of the ranges are shorter than the time itself"


# ── What is said ──────────────────────────────────────────────────────────────────────────────

DAY, END = date(2025, 9, 1), date(2027, 9, 4)


def monthly(count: int, kronor: int) -> list[Placed]:
    return [Placed(date(2024, 9, 1) + timedelta(days=30 * i), kr(kronor)) for i in range(count)]


def test_an_unknown_limit_is_reached_on_an_unknown_day():
    said = outlook(None, kr(120_000), monthly(12, 10_000), DAY, END)
    assert said.verdict == "unknown"
    assert (said.earliest, said.latest, said.left_least, said.left_most) == (None,) * 4


def test_too_few_orders_or_too_few_days_are_too_little_history():
    few = outlook(kr(500_000), kr(40_000), monthly(4, 10_000), DAY, END)
    assert (few.verdict, few.orders, few.earliest) == ("too-little-history", 4, None)
    orders = [Placed(one.on, one.amount) for one in monthly(3, 10_000) for _ in range(2)]
    soon = outlook(kr(500_000), kr(60_000), orders, date(2024, 11, 29), END)
    assert (soon.verdict, soon.days) == ("too-little-history", 89)
    later = outlook(kr(500_000), kr(60_000), orders, date(2024, 11, 30), END)
    assert later.verdict == "range"


def test_orders_that_hold_nothing_any_more_are_no_history():
    ended = [*monthly(4, 10_000), *(Placed(DAY, 0) for _ in range(9))]
    assert outlook(kr(500_000), kr(40_000), ended, DAY, END).verdict == "too-little-history"


def test_a_limit_that_is_reached_or_passed_is_said_to_be():
    assert outlook(kr(120_000), kr(120_000), monthly(12, 10_000), DAY, END).verdict == "reached"
    over = outlook(kr(100_000), kr(120_000), monthly(12, 10_000), DAY, END)
    assert (over.verdict, over.left_most) == ("reached", 0)


def test_after_its_end_what_is_left_stays_unused():
    said = outlook(kr(500_000), kr(120_000), monthly(12, 10_000), END, END)
    assert (said.verdict, said.left_least, said.left_most) == ("over", kr(380_000), kr(380_000))


def test_a_slow_pace_leaves_some_of_it_unused_at_the_end():
    said = outlook(kr(2_000_000), kr(120_000), monthly(12, 10_000), DAY, END)
    assert (said.verdict, said.earliest) == ("not-reached", None)
    assert kr(1_000_000) < said.left_least < said.left_most < kr(1_880_000)


def test_a_pace_that_may_or_may_not_do_says_both():
    said = outlook(kr(360_000), kr(120_000), monthly(12, 10_000), DAY, END)
    assert said.verdict == "range"
    assert DAY < said.earliest < END
    assert said.latest is None
    assert said.left_least == 0 < said.left_most


def test_a_quick_pace_has_a_first_and_a_last_day_and_leaves_nothing():
    said = outlook(kr(170_000), kr(120_000), monthly(12, 10_000), DAY, END)
    assert DAY < said.earliest < said.latest < END
    assert (said.left_least, said.left_most) == (0, 0)


def test_the_same_history_gives_the_same_range():
    given = kr(360_000), kr(120_000), monthly(12, 10_000), DAY, END
    assert outlook(*given) == outlook(*given)


def test_very_many_orders_are_foretold_as_their_sums_are():
    many = [Placed(one.on, one.amount // 1000) for one in monthly(12, 10_000) for _ in range(1000)]
    said = outlook(kr(170_000), kr(120_000), many, DAY, END)
    assert said.verdict == "range"
    assert DAY < said.earliest < said.latest < END
