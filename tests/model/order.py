"""The model's order: what was said of it, in turn, and how it reads from day to day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from tests.model.money import (
    TURNS,
    Cut,
    Group,
    Invoice,
    Line,
    Use,
    left_to_cancel,
    made_up,
    net_of,
    spread,
    unpaid_fees,
)


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
        """What counts of an earlier day counts from the latest, but for an invoice that comes, and
        adds on each of its lines, or is drawn: it counts from its own day, or the latest on which
        the order itself was changed, or that on which it came."""
        invoice, now = self.invoice, history[-1]
        if invoice is not None and self.becomes == "drawn":
            own = [t.day for t in history if t.came is invoice or not (t.came or t.drew)]
            return self._among(history, invoice, "approved", own)
        if invoice is not None and self.becomes == "waiting" and min(invoice.parts.values()) >= 0:
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
