"""The model of one agreement: each command that moves money, whether it is taken, and what is left.

It is written from the design alone, and shares nothing with `ledger`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from tests.model.money import (
    CAP,
    Cut,
    Invoice,
    Limit,
    Line,
    Refused,
    Use,
    left_to_cancel,
    net_of,
    unpaid_fees,
)
from tests.model.order import Order, Terms, forget_given, in_all

OPEN = ("placed", "confirmed")
ENDED = ("closed", "declined", "cancelled")


class Model:
    """One agreement and its orders; each method is a command, and raises Refused."""

    def __init__(
        self,
        *,
        today: date,
        starts_on: date,
        ends_on: date,
        limits: list[Limit],
        tariff: list[tuple[int, int]],
        threshold: int | None = None,
    ) -> None:
        self.today, self.starts_on, self.ends_on = today, starts_on, ends_on
        self.limits = {limit.name: limit for limit in limits}
        self.tariff = tariff
        self.threshold = threshold
        self.grounds: list[str] = []
        self.stopped = False
        self.orders: dict[str, Order] = {}
        self.invoices: dict[str, Invoice] = {}

    # ── Figures ───────────────────────────────────────────────────────────────────────────────

    def use(self, limit: Limit, day: date) -> Use:
        return sum(self._uses(self.orders.values(), limit, day), start=Use())

    def _uses(self, orders: Iterable[Order], limit: Limit, day: date) -> Iterator[Use]:
        for order in orders:
            if terms := order.on(day):
                yield from (u for group, u in terms.use().items() if limit.matches(group))

    def remaining(self, limit: Limit, day: date) -> int | None:
        amount = limit.amount(day)
        return None if amount is None else amount - self.use(limit, day).total

    def days(self, since: date) -> list[date]:
        """A day, and those after it on which anything that anybody set or did begins to count."""
        moved = {terms.day for order in self.orders.values() for terms in order.history}
        set_on = {said[0] for one in self.limits.values() for said in (*one.amounts, *one.bindings)}
        return sorted({since, *(day for day in moved | set_on if day > since)})

    def takes_orders(self) -> bool:
        return self.starts_on <= self.today <= self.ends_on and not self.stopped

    def room(self, name: str) -> int | None:
        """What can be ordered today as far as this limit goes: its fullest day decides, of those
        on which it is hard, if any."""
        if not self.takes_orders():
            return 0
        limit, left = self.limits[name], []
        days = self.days(self.today)
        hard = [day for day in days if limit.binding(day)[0] == "hard"]
        for day in hard or days:
            most = limit.most(day)
            if most is not None:
                left.append(most - self.use(limit, day).total)
        return max(0, min(left)) if left else None

    # ── What binds ────────────────────────────────────────────────────────────────────────────

    def fit(self, name: str, after: Order, again: bool = False) -> None:
        """Refuse an order as it would be that makes use of a hard limit larger on a day on which
        there is no room for it; `again`: on its own day whether it makes it larger or not."""
        self._fit(name, self.orders.get(name), after, again)

    def fit_larger(self, name: str, after: Order) -> None:
        """The same of one whose lines are said anew; and what is ordered of it fits by itself,
        since what is invoiced beyond it has its room only for as long as it stands."""
        self._fit_larger(name, self.orders[name], after)

    def _fit_larger(self, name: str, before: Order, after: Order) -> None:
        self._fit(name, before, after)
        self._fit(name, before.bare(), after.bare())

    def _fit(self, name: str, before: Order | None, after: Order, again: bool = False) -> None:
        passed = {
            limit.name
            for limit in self.limits.values()
            for day in self.days(after.now.day)
            if limit.binding(day)[0] == "hard"
            and self._passes(limit, day, name, before, after, again and day == after.now.day)
        }
        if passed:
            raise Refused("limits", passed)

    def _passes(
        self, limit: Limit, day: date, name: str, before: Order | None, after: Order, again: bool
    ) -> bool:
        others = [order for other, order in self.orders.items() if other != name]
        most = limit.most(day)
        mine = sum(use.total for use in self._uses([after], limit, day))
        was = sum(use.total for use in self._uses([before] if before else [], limit, day))
        all_of_it = mine + sum(use.total for use in self._uses(others, limit, day))
        return most is not None and mine > 0 and all_of_it > most and (again or mine > was)

    def larger(self, day: date) -> None:
        """What makes an order larger is an order: it is asked about the term like one."""
        if self.stopped:
            raise Refused("not-open")
        if not self.starts_on <= day <= self.ends_on:
            raise Refused("outside-term")

    def if_larger(self, before: Order, after: Order, lines: dict[int, Line], day: date) -> None:
        """Of an order whose lines are said anew: it is larger where they are, or what it uses."""
        use = [sum(one.total for one in o.now.use().values()) for o in (before, after)]
        if in_all(lines) > in_all(before.now.lines) or use[1] > use[0]:
            self.larger(day)

    # ── The agreement ─────────────────────────────────────────────────────────────────────────

    def amend(
        self,
        amounts: dict[str, int | None],
        effective_on: date,
        ground: str = "policy",
        new: Sequence[Limit] = (),
    ) -> None:
        """Set amounts from a day; in whatever order they are said, the latest of a day holds. The
        day is one that the agreement has, from its signing or start on."""
        if effective_on < min(self.starts_on, self.today):
            raise Refused("no-day-of-it")
        for limit in new:
            self.limits[limit.name] = limit
        if CAP in amounts and self.threshold is not None:
            self._judge(amounts[CAP], effective_on, ground)
            self.grounds.append(ground)
        for name, amount in amounts.items():
            self.limits[name].amounts.append((effective_on, amount))

    def _judge(self, amount: int | None, effective_on: date, ground: str) -> None:
        """17 kap. 9 §: the net of successive changes is below a tenth of the original value and
        below the threshold, up or down, at each step; steps that are there are measured anew."""
        original = self.limits[CAP].amounts[0][1]
        if amount is None or original is None or self.threshold is None:
            raise Refused("ground-not-usable")
        said = [*self.limits[CAP].amounts[1:], (effective_on, amount)]
        steps = [(*one, on) for one, on in zip(said, [*self.grounds, ground], strict=True)]
        net, before = 0, original
        for _, after, on in sorted(steps, key=lambda one: one[0]):
            assert after is not None
            if on == "17:9":
                net += after - before
                if abs(net) * 10 >= original or abs(net) >= self.threshold:
                    raise Refused("not-covered")
            before = after

    def bind(self, name: str, effect: str, tolerance: int, effective_on: date) -> None:
        """Set how a limit binds from a day, like an amount."""
        limit = self.limits[name]
        if effective_on < min(self.starts_on, self.today):
            raise Refused("no-day-of-it")
        limit.bindings.append((effective_on, effect, tolerance))

    def stop(self) -> None:
        if self.stopped:
            raise Refused("status")
        self.stopped = True

    def reopen(self) -> None:
        if not self.stopped:
            raise Refused("status")
        self.stopped = False

    # ── Orders ────────────────────────────────────────────────────────────────────────────────

    def placed(
        self, buyer: str, supplier: str, lines: list[Line], on: date, starts_on: date | None
    ) -> Order:
        numbered = dict(enumerate(lines, 1))
        return Order(buyer, supplier, starts_on, [Terms(on, "placed", numbered)])

    def place(self, name: str, order: Order) -> None:
        self.larger(order.now.day)
        self.fit(name, order)
        self.orders[name] = order

    def confirm(self, name: str, on: date) -> None:
        order = self._of(name, "placed")
        after = order.then(on, status="confirmed")
        self.fit(name, after, again=True)
        self.orders[name] = after

    def decline(self, name: str, on: date) -> None:
        self.orders[name] = self._of(name, "placed", "countered").then(
            on, status="declined", counter=None
        )

    def counter(self, name: str, lines: list[Line], on: date) -> None:
        order = self._of(name, "placed", "countered")
        offered = dict(enumerate(lines, 1))
        self._not_below_invoiced(order, offered)
        after = order.then(on, status="countered", counter=offered)
        self.if_larger(order, after, offered, on)
        self.fit_larger(name, after)
        taken = after.then(on, status="confirmed", lines=offered, counter=None)
        self._fit_larger(name, after, taken)
        self.orders[name] = after

    def accept(self, name: str, on: date) -> None:
        order = self._of(name, "countered")
        lines = order.now.counter or {}
        self._not_below_invoiced(order, lines)
        after = order.then(on, status="confirmed", lines=lines, counter=None)
        if in_all(lines) > in_all(order.now.lines):
            self.larger(on)
        self.fit(name, after, again=True)
        self.orders[name] = after

    def reject_counter(self, name: str, on: date) -> None:
        self.orders[name] = self._of(name, "countered").then(on, status="declined", counter=None)

    def change(self, name: str, lines: list[Line], on: date) -> None:
        """The lines as they shall read; none is less than what is invoiced or owed of it."""
        order = self._of(name, *OPEN)
        after = order.then(on, lines=dict(enumerate(lines, 1)))
        self._not_below_invoiced(order, after.now.lines)
        for number, line in order.now.lines.items():
            owed = line.amount if order.delivered else min(line.fees, line.amount)
            if after.now.lines[number].amount < owed:
                raise Refused("below-owed")
        self.if_larger(order, after, after.now.lines, on)
        self.fit_larger(name, after)
        if after.now.lines != order.now.lines:
            after.said[-1] = replace(after.said[-1], anew=True)
            forget_given(after.now)
        self.orders[name] = after

    def cancel_seats(self, name: str, number: int, seats: int, fee: int | None, on: date) -> None:
        """The fee stays owed on the line; the rest of what the seats cost is released."""
        order = self._of(name, *OPEN)
        line = order.now.lines[number]
        if line.seats is None or line.price is None:
            raise Refused("fault")
        if seats > line.seats:
            raise Refused("too-many-seats")
        if order.delivered:
            raise Refused("status")
        # After a credit to the cap seats are worth no more than what is left of their line.
        cost = max(0, min(seats * line.price, (line.amount - line.fees) * seats // line.seats))
        percent = self._percent(order, fee, on)
        if (fee or 0) > cost:
            raise Refused("fee-too-high")
        owed = Cut((), percent, fee or 0).fee_of(cost)
        left = replace(
            line, amount=line.amount - cost + owed, seats=line.seats - seats, fees=line.fees + owed
        )
        lines, net = order.now.lines, self.net(order)
        unpaid = unpaid_fees(lines, net)[number]
        itself = line.amount - max(0, net[number]) - unpaid
        if cost - owed > min(itself, left_to_cancel(lines, net)[number]):
            raise Refused("below-invoiced")
        self.orders[name] = order.then(on, lines={**order.now.lines, number: left})

    def cancel(self, name: str, fee: int | None, on: date) -> None:
        """The whole: what was owed before and what is invoiced stay, and a fee of what is left."""
        order = self._of(name, "placed", "countered", "confirmed")
        if order.delivered:
            raise Refused("status")
        invoices = tuple(i for i in self.invoices.values() if i.order == name and i.counts)
        cancelled = sum(left_to_cancel(order.now.lines, net_of(invoices)).values())
        percent = self._percent(order, fee, on)
        if (fee or 0) > cancelled:
            raise Refused("fee-too-high")
        made = partial(cut_whole, percent=percent, fee=fee or 0)
        self.orders[name] = order.then(on, made=made)

    def deliver(self, name: str) -> None:
        order = self._of(name, "confirmed")
        self.orders[name] = replace(order, delivered=True)

    def close(self, name: str, on: date) -> None:
        order = self._of(name, "confirmed", "cancelled")
        self.orders[name] = order.then(on, status="closed", closed_from=order.now.status)

    def _of(self, name: str, *statuses: str) -> Order:
        order = self.orders[name]
        if order.now.status not in statuses:
            raise Refused("status")
        return order

    def _not_below_invoiced(self, order: Order, lines: dict[int, Line]) -> None:
        """Lines said anew are in all no less than what is invoiced; none that is invoiced goes, or
        is made less than that."""
        net = self.net(order)
        less = in_all(lines) < net.total()
        for number, amount in net.items():
            line = lines.get(number)
            before = order.now.lines[number].amount
            less |= line is None or (line.amount < before and line.amount < amount)
        if less:
            raise Refused("below-invoiced")

    def net(self, order: Order) -> Counter[int]:
        """What is invoiced of each line, waiting or approved, credits off."""
        return net_of(invoice for invoice, _ in order.now.invoices)

    def _percent(self, order: Order, fee: int | None, on: date) -> int | None:
        """Per cent of what is cancelled; None where the fee is said. Of the tariff the step holds
        that is nearest to the start of those that are reached; what is not confirmed is no
        contract and costs nothing."""
        if order.now.status != "confirmed":
            if fee:
                raise Refused("fault")
            return 0
        if fee is not None:
            return None
        if order.starts_on is None:
            raise Refused("fault")
        ahead = (order.starts_on - on).days
        reached = [(days, percent) for days, percent in self.tariff if ahead <= days]
        return min(reached)[1] if reached else 0


def cut_whole(terms: Terms, percent: int | None, fee: int) -> dict[str, Any]:
    """What cancelling an order makes of it, by the invoices that are there."""
    cut = Cut(tuple(one for one, _ in terms.invoices if one.counts), percent, fee)
    return {"status": "cancelled", "counter": None, "cut": cut}
