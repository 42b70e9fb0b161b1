"""The forecast of what is drawn: by the orders' plans, and how often it is right.

The histories are those of `test_forecast`, each order with a plan: sessions, instalments, or one
invoice at the course's end; each invoice comes late, in each history by another measure.
"""

import random
import time
from datetime import date, timedelta
from functools import cache

import pytest

from ledger.domain.forecast import (
    WITHIN,
    Outlook,
    Payment,
    Placed,
    drawing,
    lateness,
)
from tests.domain.domain_given import kr
from tests.domain.test_forecast import FAR, history

HISTORIES = 60


def plan_of(order: Placed, draw: random.Random) -> list[Payment]:
    first = order.on + timedelta(days=draw.randint(20, 120))
    count, apart = draw.choice(
        (
            (draw.randint(4, 10), draw.randint(14, 60)),
            (draw.randint(2, 4), draw.randint(60, 180)),
            (1, 0),
        )
    )
    each = order.amount // count
    amounts = [*[each] * (count - 1), order.amount - each * (count - 1)]
    return [Payment(first + timedelta(days=i * apart), a) for i, a in enumerate(amounts)]


def invoice_of(part: Payment, late: float, draw: random.Random) -> Payment:
    return Payment(part.on + timedelta(days=int(draw.gammavariate(2, late / 2))), part.amount)


def known_on(day: date, order: Placed, plan: list[Payment], invoices: list[Payment]) -> Placed:
    """The order as it stood on a day: invoices that had come, and what was left of its plan."""
    drawn = tuple(sorted((one for one in invoices if one.on <= day), key=lambda one: one.on))
    come, left = sum(one.amount for one in drawn), []
    for part in plan:
        taken = min(come, part.amount)
        come -= taken
        if taken < part.amount:
            left.append(Payment(part.on, part.amount - taken))
    return Placed(order.on, order.amount, drawn, tuple(left))


def told(seed: int, *, by_plan: bool) -> tuple[Outlook, date] | None:
    """What was said when a part of the cap was ordered, and the day that it was then drawn."""
    cap, orders = history(seed)
    draw = random.Random(seed * 7 + 1)
    late = draw.uniform(10, 60)
    plans = [plan_of(order, draw) for order in orders]
    invoiced = [[invoice_of(part, late, draw) for part in plan] for plan in plans]
    drawn, came = 0, FAR
    for one in sorted((one for parts in invoiced for one in parts), key=lambda one: one.on):
        drawn, came = drawn + one.amount, one.on
        if drawn >= cap:
            break
    share, used, on = draw.uniform(0.3, 0.9), 0, FAR
    for order in orders:
        used, on = used + order.amount, order.on
        if used >= cap * share:
            break
    on += timedelta(days=draw.randint(1, 20))
    there = [i for i, order in enumerate(orders) if order.on <= on]
    known = [known_on(on, orders[i], plans[i], invoiced[i]) for i in there]
    lates = [
        days for i, one in zip(there, known, strict=True) for days in lateness(plans[i], one.drawn)
    ]
    if not by_plan:
        known = [
            Placed(k.on, k.amount, k.drawn, tuple(Payment(on, p.amount) for p in k.planned))
            for k in known
        ]
        lates = [0] * len(lates)
    said = drawing(cap, known, lates, on, FAR, WITHIN)
    return (said, came) if said.verdict == "range" else None


@cache
def hits(*, by_plan: bool) -> float:
    """The share of the histories whose day lay inside the range that was stated."""
    judged = [one for seed in range(1, HISTORIES + 1) if (one := told(seed, by_plan=by_plan))]
    assert len(judged) > HISTORIES * 0.8, "hardly anything was foretold"
    inside = [said.earliest <= came <= (said.latest or FAR) for said, came in judged]
    return sum(inside) / len(inside)


@pytest.mark.properties
def test_the_day_that_all_was_drawn_lies_inside_the_range_in_four_histories_of_five():
    assert hits(by_plan=True) >= 0.8


@pytest.mark.properties
def test_a_forecast_that_does_not_look_at_the_plans_would_fail_the_same_test():
    assert hits(by_plan=False) < 0.8


# ── What is said ──────────────────────────────────────────────────────────────────────────────

DAY, END = date(2025, 9, 1), date(2027, 9, 4)
PUNCTUAL = (0,) * 5


def instalments(*days: date) -> Placed:
    parts = tuple(Payment(day, kr(50_000)) for day in days)
    return Placed(date(2025, 6, 1), kr(50_000) * len(days), (), parts)


def test_what_is_ordered_is_drawn_on_the_days_of_its_instalments():
    order = instalments(date(2025, 12, 1), date(2026, 3, 1), date(2026, 6, 1))
    said = drawing(kr(150_000), [order], PUNCTUAL, DAY, END)
    assert (said.verdict, said.earliest, said.latest) == (
        "range", date(2026, 6, 1), date(2026, 6, 1),
    )  # fmt: skip
    assert (said.left_least, said.left_most) == (0, 0)


def test_an_instalment_after_the_end_is_drawn_then_and_left_at_the_end():
    order = instalments(date(2026, 3, 1), date(2027, 12, 1))
    said = drawing(kr(100_000), [order], PUNCTUAL, DAY, END)
    assert said.earliest == date(2027, 12, 1) > END
    assert (said.left_least, said.left_most) == (kr(50_000), kr(50_000))


def test_invoices_come_as_late_as_those_before_them():
    order = instalments(date(2025, 12, 1))
    said = drawing(kr(50_000), [order], (30,) * 5, DAY, END)
    assert (said.earliest, said.latest) == (date(2025, 12, 31), date(2025, 12, 31))
    few = drawing(kr(50_000), [order], (30,) * 4, DAY, END)
    assert (few.earliest, few.latest) == (date(2025, 12, 1), date(2026, 1, 30))


def test_an_overdue_instalment_is_not_drawn_in_the_past():
    said = drawing(kr(50_000), [instalments(date(2025, 7, 1))], PUNCTUAL, DAY, END)
    assert said.earliest == DAY


def test_what_is_drawn_in_full_unknown_or_over_is_said_to_be():
    paid = Placed(date(2025, 6, 1), kr(50), (Payment(date(2025, 8, 1), kr(50)),))
    assert drawing(kr(50), [paid], (), DAY, END).verdict == "reached"
    assert drawing(None, [paid], (), DAY, END).verdict == "unknown"
    over = drawing(kr(80), [paid], (), END, END)
    assert (over.verdict, over.left_most) == ("over", kr(30))


def test_with_few_orders_only_what_is_ordered_can_be_foretold():
    order = instalments(date(2025, 12, 1))
    assert drawing(kr(50_001), [order], PUNCTUAL, DAY, END).verdict == "too-little-history"
    assert drawing(kr(50_000), [order], PUNCTUAL, DAY, END).verdict == "range"
    closed = drawing(kr(50_001), [order], PUNCTUAL, DAY, DAY)
    assert (closed.verdict, closed.left_least) == ("not-reached", kr(50_001))


def test_new_orders_are_drawn_as_those_so_far_were():
    slow = [
        Placed(on, kr(10_000), (Payment(on + timedelta(days=200), kr(10_000)),))
        for on in (date(2024, 1, 1) + timedelta(days=30 * i) for i in range(12))
    ]
    said = drawing(kr(200_000), slow, PUNCTUAL, DAY, END)
    quick = [Placed(o.on, o.amount, (Payment(o.on, o.amount),)) for o in slow]
    assert said.earliest > drawing(kr(200_000), quick, PUNCTUAL, DAY, END).earliest


def test_the_same_history_gives_the_same_range():
    given = kr(100_000), [instalments(date(2025, 12, 1), date(2026, 2, 1))], (), DAY, END
    assert drawing(*given) == drawing(*given)


def test_lateness_holds_each_invoice_against_the_part_of_the_plan_that_it_completes():
    plan = [Payment(date(2025, 1, 1), 100), Payment(date(2025, 2, 1), 100)]
    assert lateness(plan, [Payment(date(2025, 1, 11), 100)]) == (10,)
    assert lateness(plan, [Payment(date(2025, 2, 3), 200)]) == (2,)
    halves = [Payment(date(2025, 1, 2), 50), Payment(date(2025, 1, 6), 60)]
    assert lateness(plan, halves) == (1, -26)
    more = [Payment(date(2025, 3, 1), 900), Payment(date(2025, 4, 1), -100)]
    assert lateness(plan, more) == (28,), "a credit is not late"
    assert lateness([], [Payment(date(2025, 1, 1), 1)]) == ()


def of_many(orders: int) -> Outlook:
    """Orders over two years, invoiced in four parts of which two have come."""
    apart, amount = 730 * 86_400 // orders, kr(80_000_000) // orders
    placed = []
    for at in range(orders):
        on = date(2024, 1, 1) + timedelta(seconds=at * apart)
        days = [on + timedelta(days=30 * nth) for nth in range(1, 5)]
        parts = [Payment(day, amount // 4) for day in days]
        placed.append(Placed(on, amount, tuple(parts[:2]), tuple(parts[2:])))
    return drawing(kr(120_000_000), placed, [5, 10, 20, 0, 3], date(2026, 1, 1), date(2028, 1, 1))


def test_a_forecast_of_twenty_thousand_orders_takes_little_and_says_what_one_of_fewer_does():
    began = time.process_time()
    many = of_many(20_000)
    took = time.process_time() - began
    # Each future went through every part of every order: it took a minute and a half.
    assert took < 5
    few = of_many(100)
    assert (many.verdict, few.verdict) == ("range", "range"), "the control"
    assert abs((many.earliest - few.earliest).days) < 15
    assert many.latest is not None
    assert few.latest is not None
    assert abs((many.latest - few.latest).days) < 15
