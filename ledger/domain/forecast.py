"""When a limit will be reached, and what will be left at its end, if orders go on as they came.

Future orders are drawn many times over: their pace from what the days so far make likely, their
amounts from those of the orders so far. What nine of ten such futures come to is the range. The
same history gives the same range: the draws begin from a fixed seed.
"""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal

import msgspec

from ledger.bounds import FORECAST_BUNDLES, FORECAST_DAYS, FORECAST_FUTURES, FORECAST_ORDERS

Verdict = Literal["unknown", "reached", "over", "too-little-history", "range", "not-reached"]
"""Unknown: the limit is. Over: its time has passed. Range: it is, or may be, reached in time."""

WITHIN = (0.05, 0.95)
"""The shares of futures that lie before the range and up to its end."""

UNEVEN = 2
"""Orders come by seasons and budget years, not evenly: their pace is known as if from so many
times fewer of them."""


class Placed(msgspec.Struct, frozen=True):
    """An order: the day it was placed, and what it holds of the limit, in öre."""

    on: date
    amount: int


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
    holding = sorted((one for one in placed if one.amount > 0), key=lambda one: one.on)
    days = (on - holding[0].on).days if holding else 0
    judged = {"ends_on": ends_on, "orders": len(holding), "days": days}
    if amount is None:
        return msgspec.convert({"verdict": "unknown", **judged}, Outlook)
    left = amount - used
    if left <= 0:
        return _settled("reached", max(0, left), judged)
    if on >= ends_on:
        return _settled("over", left, judged)
    if len(holding) < FORECAST_ORDERS or days < FORECAST_DAYS:
        return msgspec.convert({"verdict": "too-little-history", **judged}, Outlook)
    reached, unused = _futures([one.amount for one in holding], days, left, (ends_on - on).days)
    first, last = (_at(reached, share) for share in within)
    return Outlook(
        verdict="not-reached" if first is None else "range",
        ends_on=ends_on,
        orders=len(holding),
        days=days,
        earliest=_day(on, first),
        latest=_day(on, last),
        left_least=_at(unused, within[0]),
        left_most=_at(unused, within[1]),
    )


def _settled(verdict: Verdict, left: int, judged: dict[str, object]) -> Outlook:
    said = {"verdict": verdict, "left_least": left, "left_most": left}
    return msgspec.convert({**said, **judged}, Outlook)


def _futures(
    amounts: list[int], days: int, left: int, ahead: int
) -> tuple[list[float], list[float]]:
    """Days until the limit is reached, and what is left at the end, of each future, sorted.

    The first order began the days that are counted, so that the others are what came in them.
    """
    draw = random.Random(1)  # noqa: S311
    bundles = _bundled(amounts)
    came = len(bundles) - 1
    reached, unused = [], []
    for _ in range(FORECAST_FUTURES):
        pace = draw.gammavariate(came / UNEVEN, UNEVEN / days)
        likely = draw.choices(bundles, k=len(bundles))
        day, rest = 0.0, left
        while rest > 0:
            day += draw.expovariate(pace)
            if day > ahead:
                break
            rest -= draw.choice(likely)
        reached.append(day if rest <= 0 else float("inf"))
        unused.append(max(0, rest))
    return sorted(reached), sorted(unused)


def _bundled(amounts: list[int]) -> list[int]:
    """Very many orders as fewer and larger ones, in the order that they came."""
    size = -(-len(amounts) // FORECAST_BUNDLES)
    return [sum(amounts[i : i + size]) for i in range(0, len(amounts), size)]


def _at(values: Sequence[float], share: float) -> int | None:
    """The value that a share of them do not pass; None where it is never."""
    value = values[min(len(values) - 1, int(share * len(values)))]
    return None if value == float("inf") else int(value)


def _day(on: date, days: int | None) -> date | None:
    return None if days is None else on + timedelta(days=days)
