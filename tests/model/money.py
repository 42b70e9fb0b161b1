"""What an independent model of the money is made of: limits, orders and invoices, the rules of the
design once more, as plainly as they can be said. It shares nothing with `ledger`.

Amounts are whole öre. Everything is kept as lists of what was said, and every figure is worked out
anew from them whenever it is asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
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


@dataclass
class Terms:
    """How an order reads from a day on. Of one that was cancelled whole `lines` are those from
    before it, and `given_back` are credits to the cap that took of what stayed."""

    day: date
    status: str
    lines: dict[int, Line]
    counter: dict[int, Line] | None = None
    invoices: tuple[tuple[Invoice, str], ...] = ()
    cut: Cut | None = None
    given_back: tuple[Invoice, ...] = ()
    closed_from: str | None = None
    came: Invoice | None = None
    """The invoice that waits from here on, where that is what this day brought."""
    drew: bool = False
    """Whether this day brought no more than an invoice that is drawn."""

    def having(self, invoice: Invoice, status: str) -> Terms:
        """The same with an invoice in a status; or without it, where it has none."""
        others = tuple(pair for pair in self.invoices if pair[0] is not invoice)
        return replace(self, invoices=(*others, (invoice, status)) if status else others)

    def has_left(self, invoice: Invoice) -> bool:
        """Whether an invoice is of what was left to be invoiced, line by line: it leaves to each
        just so much less."""
        if self.status not in ("placed", "confirmed") or min(invoice.parts.values()) < 0:
            return False
        net = net_of(one for one, _ in self.invoices)
        before = left_by_line(self.lines, net)
        net.update(invoice.parts)
        after = left_by_line(self.lines, net)
        return all(
            after[number] == before[number] - invoice.parts.get(number, 0) for number in self.lines
        )

    def due(self) -> Counter[Group]:
        """What is ordered or owed, for each group of lines; of an open counter-offer, the higher
        of the two."""
        due = Counter[Group]()
        if self.status in ("closed", "declined"):
            return due
        if self.cut is not None:
            return self._kept(self.cut)
        lines = self.lines
        if self.counter is not None and in_all(self.counter) > in_all(lines):
            lines = self.counter
        for line in lines.values():
            due[line.group] += line.amount
        return due

    def fees(self) -> dict[int, int]:
        """What stays of each line beside what is invoiced, once the whole is cancelled: the fees
        that were owed before, and its part of the new one."""
        assert self.cut is not None
        net = net_of(self.cut.invoices)
        left, unpaid = left_to_cancel(self.lines, net), unpaid_fees(self.lines, net)
        numbers = sorted(left)
        fee = self.cut.fee_of(sum(left.values()))
        parts = spread(fee, [left[number] for number in numbers])
        return {n: unpaid[n] + part for n, part in zip(numbers, parts, strict=True)}

    def _kept(self, cut: Cut) -> Counter[Group]:
        kept = Counter[Group]()
        for number, amount in net_of(cut.invoices).items():
            kept[self.lines[number].group] += amount
        kept = Counter({group: max(0, amount) for group, amount in kept.items()})
        for number, amount in self.fees().items():
            kept[self.lines[number].group] += amount
        for credit in self.given_back:
            for number, amount in credit.given.items():
                group = self.lines[number].group
                kept[group] = max(0, kept[group] - amount)
        return kept

    def still(self) -> Counter[int]:
        """What is owed of each line, a fee and invoices from before a cancelling with it."""
        if self.status in ("closed", "declined"):
            return Counter(dict.fromkeys(self.lines, 0))
        if self.cut is None:
            return Counter({number: line.amount for number, line in self.lines.items()})
        still = Counter(self.fees())
        still.update(made_up(net_of(self.cut.invoices), self.lines))
        for credit in self.given_back:
            still.subtract(credit.given)
        return still

    def bare(self) -> Terms:
        """What is ordered alone, as if nothing of it were invoiced."""
        return replace(self, invoices=())

    def invoiced(self, *, approved: bool = False) -> Counter[Group]:
        """Invoices less credits; all that count, or what is drawn of them."""
        net = Counter[Group]()
        for invoice, status in self.invoices:
            if invoice.counts and (status == "approved" or not approved):
                for number, amount in invoice.parts.items():
                    net[self.lines[number].group] += amount
        return net

    def use(self) -> dict[Group, Use]:
        """An open order counts the larger of what is due and what is invoiced; never below 0."""
        due, net, drawn = self.due(), self.invoiced(), self.invoiced(approved=True)
        told = {}
        for group in {*due, *net}:
            held = max(due[group], net[group], 0) - drawn[group]
            if self.status in ("placed", "countered"):
                told[group] = Use(reserved=held, drawn=drawn[group])
            else:
                told[group] = Use(committed=held, drawn=drawn[group])
        return told


def in_all(lines: dict[int, Line]) -> int:
    return sum(line.amount for line in lines.values())


def forget_given(terms: Terms) -> None:
    """Lines that are said anew are what no credit made of them."""
    for credit, _ in terms.invoices:
        credit.given = {}


@dataclass(frozen=True)
class Said:
    """Something that was said of an order, of a day: what it changed, and an invoice that came,
    was credited, was drawn or went."""

    day: date
    changed: dict[str, Any]
    invoice: Invoice | None = None
    becomes: str = ""
    made: Callable[[Terms], dict[str, Any]] | None = None
    """What it changes by how the order reads then: of a credit whose room goes to the cap."""
    anew: bool = False
    """Whether the lines are said anew."""
    turn: int = field(default_factory=lambda: next(TURNS))

    def told(self, history: list[Terms]) -> list[Terms]:
        """What counts of an earlier day counts from the latest, but for an invoice that is drawn,
        or that comes and is of what was left to be invoiced of each line: it changes nothing of
        what others hold, and counts from its own day, or the latest on which the order itself was
        changed, or that on which it came."""
        invoice, now = self.invoice, history[-1]
        if invoice is not None and self.becomes == "drawn":
            own = [t.day for t in history if t.came is invoice or not (t.came or t.drew)]
            return self._among(history, invoice, "approved", own)
        if invoice is not None and self.becomes == "waiting" and now.has_left(invoice):
            own = [t.day for t in history if not (t.came or t.drew)]
            return self._among(history, invoice, "waiting", own)
        changed = self.changed if self.made is None else self.made(now)
        if self.anew:
            forget_given(now)
        if invoice is not None:
            now = now.having(invoice, self.becomes)
        came = invoice if self.becomes == "waiting" else None
        day = max(self.day, now.day)
        return [*history, replace(now, day=day, came=came, drew=False, **changed)]

    def _among(
        self, history: list[Terms], invoice: Invoice, status: str, own: list[date]
    ) -> list[Terms]:
        """An invoice in its place by its day among what others brought."""
        day = max(self.day, *own)
        before = [terms for terms in history if terms.day <= day]
        after = [terms for terms in history if terms.day > day]
        there = before[-1].having(invoice, status)
        came, drew = (invoice, False) if status == "waiting" else (None, True)
        there = replace(there, day=day, came=came, drew=drew)
        return [*before, there, *(terms.having(invoice, status) for terms in after)]


@dataclass
class Order:
    """What was said of an order, in turn, and how it reads from day to day."""

    buyer: str
    supplier: str
    starts_on: date | None
    history: list[Terms]
    delivered: bool = False
    said: list[Said] = field(default_factory=list)
    turn: int = field(default_factory=lambda: next(TURNS))

    @property
    def now(self) -> Terms:
        return self.history[-1]

    def bare(self) -> Order:
        """What is ordered alone."""
        return replace(self, history=[terms.bare() for terms in self.history])

    def on(self, day: date) -> Terms | None:
        """How it reads on a day; None: it was not there."""
        told = [terms for terms in self.history if terms.day <= day]
        return told[-1] if told else None

    def then(
        self,
        day: date,
        invoice: Invoice | None = None,
        becomes: str = "",
        made: Callable[[Terms], dict[str, Any]] | None = None,
        **changed: Any,
    ) -> Order:
        """The order with something more said of it."""
        more = Said(day, changed, invoice, becomes, made)
        return replace(self, history=more.told(self.history), said=[*self.said, more])

    def without(self, invoice: Invoice, became: str) -> Order:
        """The order as if something had never been said of an invoice; what that held up counts
        from its own day."""
        return self._telling(
            [one for one in self.said if one.invoice is not invoice or one.becomes != became]
        )

    def moved_here(self, invoice: Invoice, turn: int) -> Order:
        """The order with an invoice that was elsewhere: as if it had come here in its turn."""
        came = Said(invoice.issued_on, {}, invoice, "waiting", turn=turn)
        return self._telling(sorted([*self.said, came], key=lambda one: one.turn))

    def _telling(self, said: list[Said]) -> Order:
        history = self.history[:1]
        for one in said:
            history = one.told(history)
        return replace(self, history=history, said=said)


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


def less_by_line(terms: Terms, parts: dict[int, int], less: int) -> dict[int, int]:
    """Which lines of a group count for less: those that are credited, the first of them not for
    what was invoiced beyond the order; then the last."""
    besides, told, spill = sum(parts.values()) - less, Counter[int](), 0
    group = terms.lines[min(parts)].group
    still = terms.still()
    amounts = {n: max(0, still[n]) for n, one in terms.lines.items() if one.group == group}
    for number, asked in sorted(parts.items()):
        covered = min(besides, asked)
        besides -= covered
        told[number] = min(asked - covered, amounts[number])
        amounts[number] -= told[number]
        spill += asked - covered - told[number]
    for number in sorted(amounts, reverse=True):
        taken = min(spill, amounts[number])
        told[number] += taken
        spill -= taken
    return +told
