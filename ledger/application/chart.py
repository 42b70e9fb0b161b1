"""A chart of an agreement's term as shapes in a plane: pure geometry, for a page or for paper.

What is in use is drawn in layers from below, drawn, committed, reserved, as steps: an amount holds
from its day until the next. Coordinates are in the unit of the width and height, y downwards.
"""

from collections.abc import Sequence
from datetime import date

import msgspec

WIDTH, HEIGHT = 720, 260
LEFT, RIGHT, TOP, BOTTOM = 76, 12, 14, 26
"""Margins: for the amounts at the left, and the years below."""
LAYERS = ("drawn", "committed", "reserved")
TICKS = 5
"""Amounts along the side at most."""
YEARS = 12
"""Years along the bottom at most: of a longer term every second, or third."""

XY = tuple[float, float]


class Amounts(msgspec.Struct, frozen=True, kw_only=True):
    """What is in use at the end of a day, in öre."""

    on: date
    drawn: int
    committed: int
    reserved: int


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """What is drawn. `cap` are its amounts from their days (None: unknown) and `band` the least and
    the most that may be in use at the end of the term (None: nothing can be said)."""

    amounts: Sequence[Amounts]
    cap: Sequence[tuple[date, int | None]]
    today: date
    ends_on: date
    band: tuple[int, int] | None = None


class Layer(msgspec.Struct, frozen=True, kw_only=True):
    """The area of a kind of money."""

    kind: str
    points: Sequence[XY]


class Tick(msgspec.Struct, frozen=True, kw_only=True):
    """A mark along the bottom (a year) or the side (an amount in öre), and where."""

    at: float
    value: int


class Drawing(msgspec.Struct, frozen=True, kw_only=True):
    """The shapes of a chart. `cap` has a line for each time in which the cap is known."""

    layers: Sequence[Layer]
    cap: Sequence[Sequence[XY]]
    band: Sequence[XY]
    today: float
    years: Sequence[Tick]
    sums: Sequence[Tick]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


class Plane(msgspec.Struct, frozen=True, kw_only=True):
    """Where days and amounts are."""

    first: date
    last: date
    most: int

    def x(self, day: date) -> float:
        days = max(1, (self.last - self.first).days)
        part = min(max((day - self.first).days, 0), days) / days
        return round(LEFT + part * (WIDTH - LEFT - RIGHT), 1)

    def y(self, ore: int) -> float:
        """Nothing is drawn below 0."""
        part = min(max(ore, 0), self.most) / self.most
        return round(HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM), 1)


def drawing(term: Term) -> Drawing:
    """The chart of a term with at least one day of amounts."""
    plane = _plane(term)
    return Drawing(
        layers=_layers(term, plane),
        cap=_cap(term, plane),
        band=_band(term, plane),
        today=plane.x(term.today),
        years=_years(plane),
        sums=_sums(plane),
    )


def _plane(term: Term) -> Plane:
    first = min(term.amounts[0].on, *(on for on, _ in term.cap), term.today)
    known = [amount for _, amount in term.cap if amount is not None]
    used = [one.drawn + one.committed + one.reserved for one in term.amounts]
    most = max([1, *known, *used, *(term.band or ())])
    step = _step(most)
    return Plane(first=first, last=max(term.ends_on, term.today), most=-(-most // step) * step)


def _step(most: int) -> int:
    """A round amount of which there are few in another: 1, 2 or 5 and noughts."""
    size = 1
    while True:
        for step in (size, 2 * size, 5 * size):
            if most <= step * (TICKS - 1):
                return step
        size *= 10


def _layers(term: Term, plane: Plane) -> list[Layer]:
    days = [one.on for one in term.amounts]
    below = [0] * len(days)
    found = []
    for kind in LAYERS:
        above = [
            under + max(0, getattr(one, kind))
            for under, one in zip(below, term.amounts, strict=True)
        ]
        if above != below:
            top = _stepped(days, above, term.today, plane)
            bottom = _stepped(days, below, term.today, plane)
            found.append(Layer(kind=kind, points=[*top, *reversed(bottom)]))
        below = above
    return found


def _stepped(days: Sequence[date], amounts: Sequence[int], until: date, plane: Plane) -> list[XY]:
    """Along a line of steps: each amount from its day until the next, the last until a day."""
    found: list[XY] = []
    ends = [*days[1:], max(until, days[-1])]
    for day, end, ore in zip(days, ends, amounts, strict=True):
        found += [(plane.x(day), plane.y(ore)), (plane.x(end), plane.y(ore))]
    return found


def _cap(term: Term, plane: Plane) -> list[list[XY]]:
    lines: list[list[XY]] = []
    before: int | None = None
    ends = [*(on for on, _ in term.cap[1:]), plane.last]
    for (on, amount), end in zip(term.cap, ends, strict=True):
        if amount is not None and on <= plane.last:
            part = [(plane.x(on), plane.y(amount)), (plane.x(end), plane.y(amount))]
            if before is None:
                lines.append(part)
            else:
                lines[-1] += part
        before = amount
    return lines


def _band(term: Term, plane: Plane) -> list[XY]:
    """From what is in use today to the least and the most at the end of the term."""
    if term.band is None or term.ends_on <= term.today:
        return []
    last = term.amounts[-1]
    now = (plane.x(term.today), plane.y(last.drawn + last.committed + last.reserved))
    least, most = term.band
    end = plane.x(term.ends_on)
    return [now, (end, plane.y(most)), (end, plane.y(least))]


def _years(plane: Plane) -> list[Tick]:
    """The first day of each year, where it lies in the chart."""
    years = range(plane.first.year, plane.last.year + 1)
    every = -(-len(years) // YEARS)
    starts = [date(year, 1, 1) for year in years if (year - plane.first.year) % every == 0]
    return [
        Tick(at=plane.x(day), value=day.year) for day in starts if plane.first <= day <= plane.last
    ]


def _sums(plane: Plane) -> list[Tick]:
    step = _step(plane.most)
    return [Tick(at=plane.y(ore), value=ore) for ore in range(0, plane.most + 1, step)]
