"""What an independent model of the money is made of: limits, orders and invoices, the rules of the
design once more, as plainly as they can be said. It shares nothing with `ledger`.

Amounts are whole öre. Everything is kept as lists of what was said, and every figure is worked out
anew from them whenever it is asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any

TURNS = count(1)
"""What is said has its turn: what comes in late is told where it would have been."""
CAP = "cap"
DIMENSIONS = ("year", "buyer", "supplier", "kind", "funding")
Group = tuple[Any, ...]  # a value for each of DIMENSIONS


class Refused(Exception):
    """A command is refused: why in a word, and where it is for their sake, which hard limits."""

    def __init__(self, why: str, limits: Iterable[str] = ()) -> None:
        super().__init__(why, sorted(limits))
        self.why, self.limits = why, frozenset(limits)


@dataclass(frozen=True)
class Use:
    """What is in use of something, in öre."""

    reserved: int = 0
    committed: int = 0
    drawn: int = 0

    def __add__(self, other: Use) -> Use:
        return Use(
            self.reserved + other.reserved,
            self.committed + other.committed,
            self.drawn + other.drawn,
        )

    @property
    def total(self) -> int:
        return self.reserved + self.committed + self.drawn


# ── Limits ────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Limit:
    """A largest amount over the lines that match it; `amounts` are as they were set, in turn, and
    so are the effects and tolerances in `bindings`, after those that it began with."""

    name: str
    where: dict[str, Any] = field(default_factory=dict)
    effect: str = "hard"
    tolerance: int = 0
    amounts: list[tuple[date, int | None]] = field(default_factory=list)
    removed_on: date | None = None
    bindings: list[tuple[date, str, int]] = field(default_factory=list)

    def matches(self, group: Group) -> bool:
        named = dict(zip(DIMENSIONS, group, strict=True))
        return all(named[name] == value for name, value in self.where.items())

    def amount(self, day: date) -> int | None:
        """Of the latest day until then on which one is set, what was said last of it; none from
        when the limit is removed."""
        if self.removed_on is not None and self.removed_on <= day:
            return None
        days = [since for since, _ in self.amounts if since <= day]
        if not days:
            return None
        return [amount for since, amount in self.amounts if since == max(days)][-1]

    def binding(self, day: date) -> tuple[str, int]:
        """Its effect and its tolerance, of the latest day until then on which they are set."""
        days = [since for since, _, _ in self.bindings if since <= day]
        if not days:
            return self.effect, self.tolerance
        return [said[1:] for said in self.bindings if said[0] == max(days)][-1]

    def most(self, day: date) -> int | None:
        """What may be in use before the limit speaks."""
        amount, (_, tolerance) = self.amount(day), self.binding(day)
        return None if amount is None else amount * (100 + tolerance) // 100


# ── Orders ────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Line:
    """A line of an order. `amount` is what is owed for it: what is ordered, and fees of seats."""

    group: Group
    amount: int
    seats: int | None = None
    price: int | None = None
    fees: int = 0


@dataclass
class Invoice:
    """An invoice (amounts above 0) or a credit (below 0), by lines of one order.

    Of a credit `of` is the invoice that it names, if any; `given` what its order's lines, as they
    read now, count for less by it; `beyond`: it took back what was invoiced beyond the order, by
    the invoices `among` which it was approved. `turns` are those that it has among what is said of
    each order that it was on: its own, or where the order came after it, when it came there.
    """

    order: str
    issued_on: date
    parts: dict[int, int]
    status: str = "waiting"
    of: str | None = None
    given: dict[int, int] = field(default_factory=dict)
    beyond: bool = False
    among: tuple[Invoice, ...] = ()
    turn: int = field(default_factory=lambda: next(TURNS))
    turns: dict[str, int] = field(default_factory=dict)

    @property
    def amount(self) -> int:
        return sum(self.parts.values())

    @property
    def counts(self) -> bool:
        """An invoice counts from when it came, a credit from when it is approved."""
        return self.status == "approved" or (self.status == "waiting" and self.amount > 0)


def net_of(invoices: Iterable[Invoice]) -> Counter[int]:
    """What is invoiced of each line, credits off; what was turned down never came."""
    net = Counter[int]()
    for invoice in invoices:
        if invoice.counts:
            net.update(invoice.parts)
    return net


def made_up(net: Counter[int], lines: dict[int, Line]) -> dict[int, int]:
    """What is invoiced of each line, never below 0: others of its group make up for it."""
    below = Counter[Group]()
    for number, line in lines.items():
        below[line.group] += max(0, -net[number])
    told = {}
    for number, line in lines.items():
        taken = min(below[line.group], max(0, net[number]))
        below[line.group] -= taken
        told[number] = max(0, net[number]) - taken
    return told


def left_by_line(lines: dict[int, Line], net: Counter[int]) -> dict[int, int]:
    """What is left to be invoiced of each line: what is invoiced beyond one takes room from the
    others of its group."""
    invoiced, beyond, left = made_up(net, lines), Counter[Group](), {}
    for number, line in lines.items():
        beyond[line.group] += max(0, invoiced[number] - line.amount)
    for number, line in lines.items():
        room = max(0, line.amount - invoiced[number])
        taken = min(room, beyond[line.group])
        beyond[line.group] -= taken
        left[number] = room - taken
    return left


def unpaid_fees(lines: dict[int, Line], net: Counter[int]) -> dict[int, int]:
    """What is still owed of fees on each line: what is invoiced of it pays them first."""
    left = left_by_line(lines, net)
    return {
        number: min(left[number], max(0, min(line.fees, line.amount) - max(0, net[number])))
        for number, line in lines.items()
    }


def left_to_cancel(lines: dict[int, Line], net: Counter[int]) -> dict[int, int]:
    """What is left to cancel of each line: not invoiced, and no fee that is owed already."""
    unpaid = unpaid_fees(lines, net)
    return {number: left - unpaid[number] for number, left in left_by_line(lines, net).items()}


@dataclass(frozen=True)
class Cut:
    """A cancelling of the whole: the invoices that were there, and its fee, as it was said or in
    per cent of what is cancelled."""

    invoices: tuple[Invoice, ...]
    percent: int | None
    fee: int = 0

    def fee_of(self, cancelled: int) -> int:
        if self.percent is None:
            return min(self.fee, cancelled)
        return half_up(cancelled, self.percent)


def spread(amount: int, weights: list[int]) -> list[int]:
    """An amount by weight: largest remainder, the first of equals."""
    whole = sum(weights)
    if not whole:
        return [0 for _ in weights]
    parts = [amount * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda i: (-(amount * weights[i] % whole), i))
    for i in order[: amount - sum(parts)]:
        parts[i] += 1
    return parts


def half_up(amount: int, percent: int) -> int:
    """Per cent of an amount above 0; half an öre is an öre."""
    return (amount * percent + 50) // 100
