"""The one rule: a limit is a largest amount over the lines that match it.

The cap is the limit that every line matches. Years, members, suppliers, kinds of cost and
funding are limits that some lines match. A limit is of money, in öre excluding VAT, or of seats: a
largest quantity (EU Court C-23/20: value or quantity), by the same rule and in whole seats.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from operator import attrgetter
from typing import Any, Literal, get_args

import msgspec
from msgspec.structs import replace

from ledger.domain.amounts import AmountFrom, Staircase, amount_on, effective_on, staircase
from ledger.domain.binding import (
    EFFECTS,
    HARD,
    SOFT,
    BindingFrom,
    Effect,
    effect_on,
    tolerance_on,
)
from ledger.domain.refusals import SEATS, Amount, CapExceeded, LimitOver

Figure = Literal["remaining", "cap", "reserved", "committed", "drawn"]
FIGURES: tuple[str, ...] = get_args(Figure)
"""The terms of the formula: cap = reserved + committed + drawn + remaining."""

CAP = "cap"
"""The name of the limit that every line matches."""


Unit = Literal["money", "seats"]
UNITS: tuple[str, ...] = Unit.__args__  # type: ignore[attr-defined]
"""What a limit counts: öre, or seats that are ordered."""


class Dimensions(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a limit can match a line by."""

    year: int
    buyer: str
    supplier: str
    kind: str
    funding: str | None = None


DIMENSIONS: tuple[str, ...] = Dimensions.__struct_fields__
"""Their names, in this order wherever they stand in a row. A limit has each, or None."""

dimensions_of: Callable[[Any], tuple[Any, ...]] = attrgetter(*DIMENSIONS)
"""Their values, of whatever has them: a line, a limit, the terms of one."""


class Use(msgspec.Struct, frozen=True):
    """The three kinds of money in use, in öre. Any of them may be a change, and negative.

    Of seats, in whole ones, the same but for drawn: invoices are of money.
    """

    reserved: int = 0
    committed: int = 0
    drawn: int = 0

    @property
    def total(self) -> int:
        """Öre of the limit that are not remaining."""
        return self.reserved + self.committed + self.drawn

    def __add__(self, other: "Use") -> "Use":
        return Use(
            self.reserved + other.reserved,
            self.committed + other.committed,
            self.drawn + other.drawn,
        )

    def __sub__(self, other: "Use") -> "Use":
        return Use(
            self.reserved - other.reserved,
            self.committed - other.committed,
            self.drawn - other.drawn,
        )

    def __bool__(self) -> bool:
        return bool(self.reserved or self.committed or self.drawn)


class Move(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How much one line of an order moved between the places; remaining moves by minus the sum.

    Beside the money, how many of its seats came into use or went out of it.
    """

    line: int
    dimensions: Dimensions
    cost_centre: str | None = None
    code_string: str = ""
    reserved: int = 0
    committed: int = 0
    drawn: int = 0
    seats_reserved: int = 0
    seats_committed: int = 0

    @property
    def use(self) -> Use:
        """The change of what is in use, in öre."""
        return Use(self.reserved, self.committed, self.drawn)

    @property
    def seats(self) -> Use:
        """The change of what is in use, in seats."""
        return Use(self.seats_reserved, self.seats_committed)

    def of(self, unit: Unit) -> Use:
        """The change of what is in use, in a unit."""
        return self.use if unit == "money" else self.seats


class LimitRule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a limit that is there shall bind from an amendment's day on; None: as before."""

    name: str
    effect: Effect | None = None
    tolerance: int | None = None


class Limit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A largest amount over the lines that match every dimension named here, in its unit.

    One in seats counts what open orders ask for, and what was delivered or invoiced of closed ones:
    cancelled seats give back their number, also where their fee is owed.

    `tolerance` is in whole per cent of the amount: what may be passed before the limit speaks.
    It and `effect` are those that it began with; `bindings` set others, each from a day on.
    From `removed_on` it binds nothing. What may be used is whole ones of `least`, the least part of
    the agreement's currency in hundredths.
    """

    name: str
    amounts: tuple[AmountFrom, ...]
    effect: Effect = "hard"
    tolerance: int = 0
    year: int | None = None
    buyer: str | None = None
    supplier: str | None = None
    kind: str | None = None
    funding: str | None = None
    removed_on: date | None = None
    unit: Unit = "money"
    bindings: tuple[BindingFrom, ...] = ()
    least: int = 1

    def matches(self, line: Dimensions) -> bool:
        """A dimension that the limit does not name matches every line."""
        for mine, theirs in zip(dimensions_of(self), dimensions_of(line), strict=True):
            if mine is not None and mine != theirs:
                return False
        return True

    def is_removed_on(self, day: date) -> bool:
        """Whether it binds nothing any more on a day."""
        return self.removed_on is not None and self.removed_on <= day

    def is_as_on(self, day: date) -> bool:
        """Whether nothing of it is set from a later day: what it is on that day it stays."""
        if self.removed_on is not None and self.removed_on > day:
            return False
        return not (
            any(one.effective_on > day for one in self.amounts)
            or any(one.effective_on > day for one in self.bindings)
        )

    @property
    def named(self) -> tuple[str, ...]:
        """The dimensions that it names; the cap names none."""
        return tuple(name for name in DIMENSIONS if getattr(self, name) is not None)

    @property
    def staircase(self) -> Staircase:
        """What its amount is from each day on which one is set; none since it was removed."""
        found, last = staircase(self.amounts), self.removed_on
        return found if last is None else (*(one for one in found if one[0] < last), (last, None))

    def amount_on(self, day: date) -> int | None:
        """The amount that holds on `day`, in its unit; None where it is unknown, not yet set or,
        since the limit was removed, no longer."""
        if self.is_removed_on(day):
            return None
        return amount_on(self.amounts, day)

    @property
    def amount(self) -> int | None:
        """The amount when every recorded setting has taken effect."""
        return self.amount_on(date.max)

    @property
    def set_on(self) -> date:
        """The day from which it has an amount at all."""
        return min(step.effective_on for step in self.amounts if step.change is None)

    def begins_after(self, day: date) -> date | None:
        """From when it is there, where that is later than a day."""
        return self.set_on if self.set_on > day else None

    def set_to(self, amount: int | None, on: date) -> tuple[AmountFrom, ...]:
        """What makes it so much from a day until the next day on which an amount is set.

        A difference that an earlier version recorded for that next day is set to what it came to:
        what it is added to has changed.
        """
        following = sorted((a for a in self.amounts if a.effective_on > on), key=effective_on)
        step = AmountFrom(effective_on=on, amount=amount)
        if not following or following[0].change is None:
            return (step,)
        day = following[0].effective_on
        return step, AmountFrom(effective_on=day, amount=self.amount_on(day))

    def moved_by(self, change: int, on: date) -> tuple[AmountFrom, ...]:
        """What makes it so much more or less from a day: on it, and on each later day on which an
        amount is set already. What is unknown stays so."""
        found = ((day, self.amount_on(day)) for day in self.days_from(on))
        return tuple(
            AmountFrom(effective_on=day, amount=amount + change)
            for day, amount in found
            if amount is not None
        )

    def fixed_at(
        self, amount: int | None, on: date, until: date | None = None
    ) -> tuple[AmountFrom, ...]:
        """What makes it so much from a day, whatever is set already before `until` (None: ever)."""
        days = [day for day in self.days_from(on) if until is None or day < until]
        return tuple(AmountFrom(effective_on=day, amount=amount) for day in days)

    def days_from(self, on: date) -> list[date]:
        """A day, and each later one on which an amount is set."""
        return [on, *(day for day, _ in self.staircase if day > on)]

    def effect_on(self, day: date) -> Effect:
        """What passing it does on a day."""
        return effect_on(self.effect, self.bindings, day)

    def tolerance_on(self, day: date) -> int:
        """What may be passed on a day before it speaks, in whole per cent of the amount."""
        return tolerance_on(self.tolerance, self.bindings, day)

    def binds(self, effects: Sequence[str], since: date) -> bool:
        """Whether it has one of the effects on some day from `since` on."""
        days = (since, *(one.effective_on for one in self.bindings if one.effective_on > since))
        return any(self.effect_on(day) in effects for day in days)

    def bound_by(self, limit_rule: LimitRule, on: date) -> "Limit":
        """The limit as the rule has it from a day on."""
        step = BindingFrom(
            effective_on=on, effect=limit_rule.effect, tolerance=limit_rule.tolerance
        )
        return replace(self, bindings=(*self.bindings, step))

    def bound_on(self, day: date) -> int | None:
        """What may be used in all on a day, its tolerance included; None where it is unknown."""
        return self.bound_of(self.amount_on(day), day)

    def bound_of(self, amount: int | None, day: date) -> int | None:
        """What may be used in all on a day where it is so much: its tolerance included."""
        if amount is None:
            return None
        bound = amount + amount * self.tolerance_on(day) // 100
        return bound - bound % self.least


NOTHING = Use()


class Total(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is in use by the lines of one combination of dimensions, in öre and in seats."""

    dimensions: Dimensions
    use: Use
    seats: Use = NOTHING

    def of(self, unit: Unit) -> Use:
        """What is in use, in a unit."""
        return self.use if unit == "money" else self.seats


Changes = tuple[tuple[int, int], ...]
"""How much, by the place of its total among the totals."""


class Day(msgspec.Struct, frozen=True, array_like=True):
    """What a day changed of what is in use: öre, and seats, by the place of their total.

    What moves between the three kinds of money changes nothing. There is one for a day, however
    many orders have it.
    """

    on: date
    changes: Changes
    seats: Changes = ()

    def of(self, unit: Unit) -> Changes:
        """What it changed, in a unit."""
        return self.changes if unit == "money" else self.seats


Days = tuple[Day, ...]
"""In their order, one a day on which what is in use changed."""


def add(
    totals: tuple[Total, ...], days: Days, moves: Sequence[Move], on: date
) -> tuple[tuple[Total, ...], Days]:
    """The totals, and what each day changed of them, after moves that count from a day.

    Combinations that are new come last, so that each keeps its place.
    """
    by = {total.dimensions: total for total in totals}
    changed: dict[Dimensions, list[int]] = {}
    for move in moves:
        dimensions, use, seats = move.dimensions, move.use, move.seats
        so_far = changed.setdefault(dimensions, [0, 0])
        so_far[0] += move.reserved + move.committed + move.drawn
        so_far[1] += move.seats_reserved + move.seats_committed
        had = by.get(dimensions)
        if had is not None:
            use, seats = had.use + use, had.seats + seats
        by[dimensions] = Total(dimensions=dimensions, use=use, seats=seats)
    ore: dict[int, int] = {}
    taken: dict[int, int] = {}
    for place, dimensions in enumerate(by):
        if dimensions in changed:
            ore[place], taken[place] = changed[dimensions]
    if any(ore.values()) or any(taken.values()):
        days = _changed(days, on, ore, taken)
    return tuple(by.values()), days


def _changed(days: Days, on: date, ore: dict[int, int], seats: dict[int, int]) -> Days:
    at = len(days)
    while at and days[at - 1].on >= on:
        at -= 1
    after, had = at, Day(on, ())
    if at < len(days) and days[at].on == on:
        after, had = at + 1, days[at]
    day = Day(on, _added(had.changes, ore), _added(had.seats, seats))
    kept = (day,) if day.changes or day.seats else ()
    return (*days[:at], *kept, *days[after:])


def _added(changes: Changes, more: dict[int, int]) -> Changes:
    for place, change in changes:
        more[place] = more[place] + change if place in more else change
    return tuple(sorted([(place, change) for place, change in more.items() if change]))


def used(limit: Limit, totals: Iterable[Total]) -> Use:
    """What is in use of one limit, in its unit."""
    reserved = committed = drawn = 0
    for total in totals:
        if limit.matches(total.dimensions):
            use = total.of(limit.unit)
            reserved += use.reserved
            committed += use.committed
            drawn += use.drawn
    return Use(reserved, committed, drawn)


def changed_after(
    limit: Limit, totals: Sequence[Total], days: Days, since: date
) -> tuple[tuple[date, int], ...]:
    """How much each day after `since` changed of what is in use of a limit, in its unit."""
    found: list[tuple[date, int]] = []
    if not days or days[-1].on <= since:
        return ()
    matched = {place for place, one in enumerate(totals) if limit.matches(one.dimensions)}
    for day in reversed(days):
        if day.on <= since:
            break
        change = sum(change for place, change in day.of(limit.unit) if place in matched)
        if change:
            found.append((day.on, change))
    return tuple(reversed(found))


class Fullest(msgspec.Struct, frozen=True):
    """The day on which least is left of a limit, in its unit: what may be used, and what is."""

    on: date
    bound: int
    used: int

    @property
    def left(self) -> int:
        """What is left of it on that day, also below 0."""
        return self.bound - self.used


def fullest(
    limit: Limit,
    used_then: int,
    later: Iterable[tuple[date, int]],
    since: date,
    effects: Sequence[str] = EFFECTS,
) -> Fullest | None:
    """The day from `since` on on which least is left of a limit; None where none has an amount.

    `used_then` is in use on `since`, and each of `later` days changes it; use, amount and tolerance
    are looked at on every day on which the limit has one of the `effects`. Of several the first.
    """
    changes = dict(later)
    if not changes and limit.is_as_on(since):
        return _on_alone(limit, used_then, since, effects)
    use, amount = used_then, limit.amount_on(since)
    amounts = {day: value for day, value in limit.staircase if day > since}
    bindings = {one.effective_on for one in limit.bindings if one.effective_on > since}
    worst: Fullest | None = None
    for day in (since, *sorted({*changes, *amounts, *bindings})):
        use += changes.get(day, 0)
        amount = amounts.get(day, amount)
        if limit.effect_on(day) not in effects:
            continue
        bound = limit.bound_of(amount, day)
        if bound is not None and (worst is None or bound - use < worst.left):
            worst = Fullest(day, bound, use)
    return worst


def room(
    limit: Limit, used_then: int, later: Iterable[tuple[date, int]], since: date
) -> int | None:
    """What can be ordered of a limit from a day on, in its unit, never below 0; None where its
    amount is unknown. Of one that is hard on no day it is what is left before it speaks."""
    effects = HARD if limit.binds(HARD, since) else EFFECTS
    worst = fullest(limit, used_then, later, since, effects)
    return None if worst is None else max(0, worst.left)


def passed(
    limits: Iterable[Limit],
    totals: tuple[Total, ...],
    days: Days,
    moves: Sequence[Move],
    on: date,
    currency: str,
    *,
    asked: Sequence[Move] | None = None,
) -> tuple[tuple[LimitOver, ...], tuple[LimitOver, ...]]:
    """The hard and the soft limits that moves from a day on would pass, with the figures of each.

    Every day from that one on is looked at, and the fullest decides. A move that asks for nothing
    more of a limit does not pass it, however over-used it is, unless `asked` names lines that are
    to be judged again although they already hold their room (a confirmation): on their day alone,
    since what is lowered from a later day does not stop what was ordered before.
    """
    hard: list[LimitOver] = []
    soft: list[LimitOver] = []
    for limit in limits:
        unit = limit.unit
        change, held = moved_of(limit, moves), moved_of(limit, asked) if asked else 0
        if change + held <= 0:
            continue
        later = changed_after(limit, totals, days, on)
        used_then = used(limit, totals).total - sum(ore for _, ore in later)
        said = currency if unit == "money" else SEATS
        for effects, found in ((HARD, hard), (SOFT, soft)):
            if change > 0:
                worst = fullest(limit, used_then, later, on, effects)
            else:
                worst = _on_alone(limit, used_then, on, effects)
            if worst is None or worst.left >= change:
                continue
            found.append(_over(limit, worst, held, change, said))
            break
    return tuple(hard), tuple(soft)


def moved_of(limit: Limit, moves: Iterable[Move]) -> int:
    """How much moves change of what is in use of a limit, in its unit."""
    of_money, found = limit.unit == "money", 0
    for move in moves:
        if limit.matches(move.dimensions):
            if of_money:
                found += move.reserved + move.committed + move.drawn
            else:
                found += move.seats_reserved + move.seats_committed
    return found


def _over(limit: Limit, worst: Fullest, held: int, change: int, currency: str) -> LimitOver:
    return LimitOver(
        limit=limit.name,
        cap=Amount(worst.bound, currency),
        used=Amount(worst.used - held, currency),
        asked=Amount(held + change, currency),
        over=Amount(change - worst.left, currency),
        fits=Amount(max(0, worst.left + held), currency),
        on=worst.on,
    )


def _on_alone(limit: Limit, used_then: int, on: date, effects: Sequence[str]) -> Fullest | None:
    if limit.effect_on(on) not in effects:
        return None
    bound = limit.bound_on(on)
    return None if bound is None else Fullest(on, bound, used_then)


def refuse_if_passed(hard: tuple[LimitOver, ...]) -> None:
    """Raises CapExceeded where a hard limit would be passed."""
    if hard:
        raise CapExceeded(hard)
