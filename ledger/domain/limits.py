"""The one rule: a limit is a largest amount over the lines that match it.

The cap is the limit that every line matches. Years, members, suppliers, kinds of cost and
funding are limits that some lines match. All amounts are öre, excluding VAT.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from operator import attrgetter
from typing import Any, Literal, get_args

import msgspec
from msgspec.structs import replace

from ledger.domain.refusals import Amount, CapExceeded, LimitOver

Figure = Literal["remaining", "cap", "reserved", "committed", "drawn"]
FIGURES: tuple[str, ...] = get_args(Figure)
"""The terms of the formula: cap = reserved + committed + drawn + remaining."""

CAP = "cap"
"""The name of the limit that every line matches."""

Effect = Literal["hard", "soft", "informational"]
EFFECTS: tuple[str, ...] = Effect.__args__  # type: ignore[attr-defined]
"""What passing a limit does, the strictest first."""


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
    """The three kinds of money in use, in öre. Any of them may be a change, and negative."""

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
    """How much one line of an order moved between the places; remaining moves by minus the sum."""

    line: int
    dimensions: Dimensions
    cost_centre: str | None = None
    code_string: str = ""
    reserved: int = 0
    committed: int = 0
    drawn: int = 0

    @property
    def use(self) -> Use:
        """The change of what is in use, in öre."""
        return Use(self.reserved, self.committed, self.drawn)


class LimitRule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a limit that is there shall bind from now on; None: as before."""

    name: str
    effect: Effect | None = None
    tolerance: int | None = None


class AmountFrom(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A limit's amount from a date on: set to `amount` (None: unknown), or changed by `change`.

    Changes add up whatever order they take effect in; a setting starts anew.
    """

    effective_on: date
    amount: int | None = None
    change: int | None = None


class Limit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A largest amount over the lines that match every dimension named here.

    `tolerance` is in whole per cent of the amount: what may be passed before the limit speaks.
    From `removed_on` it binds nothing.
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

    def matches(self, line: Dimensions) -> bool:
        """A dimension that the limit does not name matches every line."""
        for mine, theirs in zip(dimensions_of(self), dimensions_of(line), strict=True):
            if mine is not None and mine != theirs:
                return False
        return True

    @property
    def named(self) -> tuple[str, ...]:
        """The dimensions that it names; the cap names none."""
        return tuple(name for name in DIMENSIONS if getattr(self, name) is not None)

    def amount_on(self, day: date) -> int | None:
        """The amount that holds on `day`, in öre; None where it is unknown, not yet set or, since
        the limit was removed, no longer."""
        if self.removed_on is not None and self.removed_on <= day:
            return None
        return amount_on(self.amounts, day)

    @property
    def amount(self) -> int | None:
        """The amount when every recorded change has taken effect."""
        return self.amount_on(date.max)

    @property
    def bound(self) -> int | None:
        """The amount with its tolerance, when every recorded change has taken effect."""
        return self.bound_on((date.max,))

    @property
    def set_on(self) -> date:
        """The day from which it has an amount at all: no change can count from before it."""
        return min(step.effective_on for step in self.amounts if step.change is None)

    def step_to(self, after: int | None, on: date) -> AmountFrom:
        """What makes it so much from a day, or from its own first one where that is later.

        A change where both amounts are known, else a setting that starts anew.
        """
        day = max(on, self.set_on)
        if self.amount is None or after is None:
            return AmountFrom(effective_on=day, amount=after)
        return AmountFrom(effective_on=day, change=after - self.amount)

    @property
    def last_known(self) -> "Limit":
        """As it was when its amount was last known; itself where it is, or never was."""
        known = tuple(step for step in self.amounts if (step.amount, step.change) != (None, None))
        return replace(self, amounts=known) if known else self

    def bound_by(self, limit_rule: LimitRule) -> "Limit":
        """The limit as the rule has it."""
        tolerance = limit_rule.tolerance
        return replace(
            self,
            effect=limit_rule.effect or self.effect,
            tolerance=self.tolerance if tolerance is None else tolerance,
        )

    def bound_on(self, days: Sequence[date]) -> int | None:
        """What decisions on these days may use in all: the smallest amount, tolerance included."""
        known = [a for a in (self.amount_on(day) for day in days) if a is not None]
        if not known:
            return None
        return min(known) + min(known) * self.tolerance // 100


def amount_on(amounts: Iterable[AmountFrom], day: date) -> int | None:
    """Fold settings and changes that have taken effect on `day`, in order of effect."""
    value: int | None = None
    for step in sorted((a for a in amounts if a.effective_on <= day), key=_effective_on):
        if step.change is None:
            value = step.amount
        elif value is not None:
            value += step.change
    return value


def _effective_on(step: AmountFrom) -> date:
    return step.effective_on


class Total(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is in use by the lines of one combination of dimensions."""

    dimensions: Dimensions
    use: Use


def add(totals: tuple[Total, ...], moves: Sequence[Move]) -> tuple[Total, ...]:
    """The totals after the moves; combinations that are new come last."""
    by = {total.dimensions: total.use for total in totals}
    for move in moves:
        by[move.dimensions] = by.get(move.dimensions, _NOTHING) + move.use
    return tuple(Total(dimensions=d, use=use) for d, use in by.items())


_NOTHING = Use()


def used(limit: Limit, totals: Iterable[Total]) -> Use:
    """What is in use of one limit."""
    reserved = committed = drawn = 0
    for total in totals:
        if limit.matches(total.dimensions):
            reserved += total.use.reserved
            committed += total.use.committed
            drawn += total.use.drawn
    return Use(reserved, committed, drawn)


def passed(
    limits: Iterable[Limit],
    totals: tuple[Total, ...],
    moves: Sequence[Move],
    days: Sequence[date],
    currency: str,
    *,
    asked: Sequence[Move] | None = None,
) -> tuple[tuple[LimitOver, ...], tuple[LimitOver, ...]]:
    """The hard and the soft limits that the moves would pass, with the figures of each.

    A move that asks for nothing more of a limit does not pass it, however over-used it is, unless
    `asked` names lines that are to be judged again although they already hold their room (a
    confirmation). `days` are the days whose amounts bind; the smallest of them counts.
    """
    hard: list[LimitOver] = []
    soft: list[LimitOver] = []
    for limit in limits:
        bound = limit.bound_on(days)
        if bound is None or limit.effect == "informational":
            continue
        change = sum(m.use.total for m in moves if limit.matches(m.dimensions))
        held = sum(m.use.total for m in asked or () if limit.matches(m.dimensions))
        if change + held <= 0:
            continue
        before = used(limit, totals).total - held
        over = before + held + change - bound
        if over > 0:
            figure = LimitOver(
                limit=limit.name,
                cap=Amount(bound, currency),
                used=Amount(before, currency),
                asked=Amount(held + change, currency),
                over=Amount(over, currency),
                fits=Amount(max(0, bound - before), currency),
            )
            (hard if limit.effect == "hard" else soft).append(figure)
    return tuple(hard), tuple(soft)


def refuse_if_passed(hard: tuple[LimitOver, ...]) -> None:
    """Raises CapExceeded where a hard limit would be passed."""
    if hard:
        raise CapExceeded(hard)
