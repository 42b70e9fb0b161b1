"""When a limit will be reached, and what will be left at its end, if orders go on as they came.

Future orders are drawn many times over: their pace from what the days so far make likely, their
amounts from those of the orders so far. What nine of ten such futures come to is the range. The
same history gives the same range: the draws begin from a fixed seed.

A limit is reached twice: by what is ordered, and later by what is drawn. What is drawn follows the
plans of the orders there are (instalments, sessions, the course's end), each invoice as late as
those before it were, and then the orders to come, invoiced as those so far.
"""

import random
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from itertools import accumulate
from typing import Literal, TypeVar

import msgspec

from ledger.bounds import (
    FORECAST_BUNDLES,
    FORECAST_DAYS,
    FORECAST_FUTURES,
    FORECAST_LATE,
    FORECAST_ORDERS,
    FORECAST_PARTS,
)

Verdict = Literal[
    "unknown", "not-begun", "reached", "over", "too-little-history", "range", "not-reached"
]
"""Unknown: the limit is. Not begun: it is not there yet. Over: its time has passed. Range: it is,
or may be, reached in time."""

WITHIN = (0.05, 0.95)
"""The shares of futures that lie before the range and up to its end."""

UNEVEN = 2
"""Orders come by seasons and budget years, not evenly: their pace is known as if from so many
times fewer of them."""

LATE = tuple(range(0, 61, 5))
"""Days that an invoice may be late, each as likely, where too few have come to tell."""


class Payment(msgspec.Struct, frozen=True):
    """A part of an order, in öre, and the day that it was drawn or is planned to be invoiced.

    What was `carried` over, as an opening balance, was invoiced on that day at the latest: when,
    nobody knows.
    """

    on: date
    amount: int
    carried: bool = False


class Placed(msgspec.Struct, frozen=True):
    """An order: the day it was placed, and what it holds of the limit, in öre.

    Of that, what is drawn and what is still planned; without them it is drawn the day it came.
    """

    on: date
    amount: int
    drawn: tuple[Payment, ...] = ()
    planned: tuple[Payment, ...] = ()

    @property
    def is_carried(self) -> bool:
        """Whether it is no order that came that day, but what was carried over as of it."""
        over = sum(part.amount for part in self.drawn if part.carried and part.on == self.on)
        return 0 < self.amount <= over


class Outlook(msgspec.Struct, frozen=True, kw_only=True):
    """What is to come of a limit. Amounts in öre; None where nothing can be said.

    `latest` None beside an `earliest`: perhaps not before the end. The orders and days are what
    it was judged by.
    """

    verdict: Verdict
    ends_on: date
    orders: int = 0
    days: int = 0
    earliest: date | None = None
    latest: date | None = None
    left_least: int | None = None
    left_most: int | None = None


def outlook(
    amount: int | None,
    used: int,
    placed: Sequence[Placed],
    on: date,
    ends_on: date,
    within: tuple[float, float] = WITHIN,
) -> Outlook:
    """What comes of a limit of `amount` of which `used` is in use on a day, until `ends_on`."""
    holding, judged = _judged_by(placed, on, ends_on)
    days = (on - holding[0].on).days if holding else 0
    if amount is None:
        return msgspec.convert({"verdict": "unknown", **judged}, Outlook)
    left = amount - used
    if left <= 0:
        return _settled("reached", max(0, left), judged)
    if on >= ends_on:
        return _settled("over", left, judged)
    if not _enough(holding, days):
        return msgspec.convert({"verdict": "too-little-history", **judged}, Outlook)
    reached, unused = [], []
    orders = _futures([one.amount for one in holding], days, left, (ends_on - on).days)
    for came in orders:
        rest = left - sum(ordered for _, _, ordered in came)
        reached.append(came[-1][0] if rest <= 0 else float("inf"))
        unused.append(max(0, rest))
    return _told(reached, unused, on, judged, within)


def drawing(
    amount: int | None,
    placed: Sequence[Placed],
    late: Sequence[int],
    on: date,
    ends_on: date,
    within: tuple[float, float] = WITHIN,
) -> Outlook:
    """When what is drawn comes to a limit of `amount`, and what of it is not drawn by `ends_on`.

    `late` are the days between the plan and the invoice, of the invoices so far. The day may lie
    after `ends_on`: what was ordered in time is invoiced later.
    """
    holding, judged = _judged_by(placed, on, ends_on)
    days = (on - holding[0].on).days if holding else 0
    if amount is None:
        return msgspec.convert({"verdict": "unknown", **judged}, Outlook)
    left = amount - sum(part.amount for one in placed if one.amount > 0 for part in one.drawn)
    if left <= 0:
        return _settled("reached", max(0, left), judged)
    planned = [part for one in holding for part in one.planned]
    to_order = left - sum(part.amount for part in planned)
    more = to_order > 0 and on < ends_on
    if more and not _enough(holding, days):
        return msgspec.convert({"verdict": "too-little-history", **judged}, Outlook)
    if not planned and not more:
        return _settled("over", left, judged)
    ahead = (ends_on - on).days
    amounts = [one.amount for one in holding]
    orders = _futures(amounts, days, to_order, ahead) if more else _nothing_more()
    longest = max(map(len, orders))
    each = max(1, FORECAST_PARTS // max(1, longest))
    bundles = [_fewer(parts, each) for parts in _bundled(holding, _parts_of)]
    draw = random.Random(2)  # noqa: S311
    delays = late if len(late) >= FORECAST_LATE else LATE
    known = _fewer([((part.on - on).days, 1, part.amount) for part in planned], FORECAST_PARTS)
    reached, unused = [], []
    for came in orders:
        new = [
            (day + after, w, part) for day, number, _ in came for after, w, part in bundles[number]
        ]
        coming = known + new
        after = draw.choices(delays, k=len(coming))
        parts = sorted(
            (max(0.0, day + w * more_days), part)
            for (day, w, part), more_days in zip(coming, after, strict=True)
        )
        reached.append(_day_reached(parts, left))
        unused.append(max(0, left - sum(part for day, part in parts if day <= ahead)))
    return _told(reached, unused, on, judged, within)


def lateness(planned: Sequence[Payment], drawn: Sequence[Payment]) -> tuple[int, ...]:
    """Days between the plan and each invoice, the planned parts being invoiced in their order; what
    was carried over is of them, and tells no day."""
    parts = sorted(planned, key=lambda part: part.on)
    sums = list(accumulate(part.amount for part in parts))
    found, before = [], 0
    for invoice in sorted(drawn, key=lambda part: part.on):
        before += invoice.amount
        if parts and invoice.amount > 0 and not invoice.carried:
            last = parts[min(bisect_left(sums, before), len(parts) - 1)]
            found.append((invoice.on - last.on).days)
    return tuple(found)


def _judged_by(
    placed: Iterable[Placed], on: date, ends_on: date
) -> tuple[list[Placed], dict[str, object]]:
    came = (one for one in placed if one.amount > 0 and not one.is_carried)
    holding = sorted(came, key=_day_of)
    days = (on - holding[0].on).days if holding else 0
    return holding, {"ends_on": ends_on, "orders": len(holding), "days": days}


def _day_of(one: Placed) -> date:
    return one.on


def _enough(holding: Sequence[Placed], days: int) -> bool:
    return len(holding) >= FORECAST_ORDERS and days >= FORECAST_DAYS


def _settled(verdict: Verdict, left: int, judged: dict[str, object]) -> Outlook:
    said = {"verdict": verdict, "left_least": left, "left_most": left}
    return msgspec.convert({**said, **judged}, Outlook)


def _told(
    reached: list[float],
    unused: list[int],
    on: date,
    judged: dict[str, object],
    within: tuple[float, float],
) -> Outlook:
    reached.sort()
    unused.sort()
    first, last = (_at(reached, share) for share in within)
    said = {
        "verdict": "not-reached" if first is None else "range",
        "earliest": _day(on, first),
        "latest": _day(on, last),
        "left_least": _at(unused, within[0]),
        "left_most": _at(unused, within[1]),
    }
    return msgspec.convert({**said, **judged}, Outlook)


Future = list[tuple[float, int, int]]
"""The orders of a future: days from now, which bundle of orders it is like, and its öre."""


def _futures(amounts: list[int], days: int, left: int, ahead: int) -> list[Future]:
    """Orders until the limit is reached or its time is over, of each future.

    The first order began the days that are counted, so that the others are what came in them.
    """
    draw = random.Random(1)  # noqa: S311
    bundles = list(enumerate(map(sum, _bundled(amounts, lambda amount: [amount]))))
    came = len(bundles) - 1
    futures = []
    for _ in range(FORECAST_FUTURES):
        pace = draw.gammavariate(came / UNEVEN, UNEVEN / days)
        likely = draw.choices(bundles, k=len(bundles))
        day, rest = 0.0, left
        future: Future = []
        while rest > 0:
            day += draw.expovariate(pace)
            if day > ahead:
                break
            number, amount = draw.choice(likely)
            future.append((day, number, amount))
            rest -= amount
        futures.append(future)
    return futures


def _nothing_more() -> list[Future]:
    return [[] for _ in range(FORECAST_FUTURES)]


Part = tuple[float, int, int]
"""Days after its order, 1 where it is planned (and may be late) or 0 where it is drawn, and öre."""
Item = TypeVar("Item")
Of = TypeVar("Of")


def _parts_of(one: Placed) -> list[Part]:
    parts: list[Part] = [((part.on - one.on).days, 0, part.amount) for part in one.drawn]
    parts += [((part.on - one.on).days, 1, part.amount) for part in one.planned]
    return parts or [(0, 0, one.amount)]


def _fewer(parts: list[Part], most: int) -> list[Part]:
    """Very many parts as fewer and larger ones: those that follow one another, on the day that is
    the middle of theirs by their amounts. What is drawn and what is planned stay apart."""
    if len(parts) <= most:
        return parts
    found: list[Part] = []
    for late in (0, 1):
        mine = sorted(part for part in parts if part[1] == late)
        size = -(-len(mine) * 2 // most)
        for at in range(0, len(mine), size or 1):
            some = mine[at : at + size]
            total = sum(amount for _, _, amount in some)
            weighed = sum(day * amount for day, _, amount in some)
            found.append((weighed / total if total else some[0][0], late, total))
    return found


def _bundled(items: Sequence[Item], parts: Callable[[Item], list[Of]]) -> list[list[Of]]:
    """Very many orders as fewer and larger ones, in the order that they came."""
    size = -(-len(items) // FORECAST_BUNDLES)
    return [
        [part for item in items[i : i + size] for part in parts(item)]
        for i in range(0, len(items), size)
    ]


def _day_reached(parts: Sequence[tuple[float, int]], left: int) -> float:
    """The day on which parts come to what is left; never: infinite."""
    for day, amount in parts:
        left -= amount
        if left <= 0:
            return day
    return float("inf")


def _at(values: Sequence[float], share: float) -> int | None:
    """The value that a share of them do not pass; None where it is never."""
    value = values[min(len(values) - 1, int(share * len(values)))]
    return None if value == float("inf") else int(value)


def _day(on: date, days: int | None) -> date | None:
    return None if days is None else on + timedelta(days=days)
