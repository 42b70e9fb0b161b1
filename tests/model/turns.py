"""Turns that random steps seldom take: several after each other, done to what is there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from tests.model.invoicing import Invoicing
from tests.model.money import Line


class Turns(Invoicing):
    """Each does several things to one order; whatever is refused is refused by both."""

    def whittle(self, which: int, days: int, ore: int, shape: int) -> None:
        """Seats are cancelled for a fee, some are invoiced and credited to the cap, and more are
        cancelled, or the whole: up to what is left, and beyond it by an öre."""
        name = self.newest()
        seated = name and [n for n, one in self.model.orders[name].now.lines.items() if one.seats]
        if not name or not seated:
            return
        number, on = seated[which % len(seated)], self.upon(name, "confirmed", 0)
        price = self.model.orders[name].now.lines[number].price or 1
        with_fee, over, how = shape % 3, shape // 3 % 3, shape // 9 % 4
        if with_fee:
            self.cancel_so_many(name, number, 1, price // (1 + with_fee), on)
        self._recorded(name, {number: price + over}, on, "380", False)
        if shape // 36 % 2:
            self._decided(None, on)
            self._recorded(name, {number: -max(1, price // 5)}, on, "381", False)
            self._decided("cap", on)
        left = self.model.orders[name].now.lines[number].seats or 1
        if how == 0:
            self.cancel_whole(name, ore % price, on)
        else:
            self.cancel_so_many(name, number, max(1, left - how % 3), 0, on)

    def between(self, which: int, days: int, ore: int, shape: int) -> None:
        """An order that was changed lately is enlarged as of a day on which there was no room."""
        start = self.today - timedelta(days=90)
        if not self.model.starts_on <= start <= self.model.ends_on:
            return
        name = self._ordered(which, start, shape, 1 + ore % 900)
        if name is None:
            return
        filling = self._ordered(which, start + timedelta(days=10), shape)
        if filling is not None:
            self.closed(filling, start + timedelta(days=30))
        for ahead, more in ((60, 1), (20, 2 + ore % 500)):
            self._enlarged(name, {1: more}, start + timedelta(days=ahead))

    def overfill(self, which: int, days: int, ore: int, shape: int) -> None:
        """What is invoiced beyond an order passes a limit: it is not ordered afterwards."""
        name, on = self.newest(), self.today
        if name is None:
            return
        self._ordered(which, on, shape)
        line = self.model.orders[name].now.lines.get(1)
        if line is not None:
            beyond = 1 + ore % 500
            self._recorded(name, {1: line.amount + beyond}, on, "380", False)
            self._enlarged(name, {1: beyond}, on)

    def held_up(self, which: int, days: int, ore: int, shape: int) -> None:
        """An order is enlarged as of a day before an invoice of it, that is turned down since."""
        name, on = self.newest(), self.today
        if name is None:
            return
        came = {*self.model.invoices}
        self._recorded(name, {min(self.model.orders[name].now.lines): 1 + ore}, on, "380", False)
        earlier = max(on - timedelta(days=1 + days % 20), self.model.orders[name].history[0].day)
        self._enlarged(name, {1: 1 + ore % 500}, earlier)
        for id in {*self.model.invoices} - came:
            self.rejected(id, on)

    def credited_bare(self, which: int, days: int, ore: int, shape: int) -> None:
        """Each line of an order is invoiced in part, and a credit that names no line takes some of
        it back; now and then the order is closed, and more than was ever invoiced is credited."""
        name, on = self.newest(), self.today
        if name is None:
            return
        lines = self.model.orders[name].now.lines
        parts = {number: max(1, one.amount // 3) for number, one in lines.items()}
        self._recorded(name, parts, on, "380", False)
        self._decided(None, on)
        some = 1 + ore % sum(parts.values())
        self._recorded(name, self.model.in_turn(name, -some), on, "381", True)
        self._decided(("order", "cap")[shape % 2], on)
        if shape // 2 % 2:
            self.closed(name, on)
            beyond = max(0, self.model.net(self.model.orders[name]).total()) + ore
            self._recorded(name, self.model.in_turn(name, -beyond), on, "381", True)
            self._decided("cap", on)

    def unpicked(self, which: int, days: int, ore: int, shape: int) -> None:
        """An invoice, now and then beyond its order, is credited to the cap, now and then once the
        order is closed; then all is taken back or opened again, in turn or out of turn."""
        name, on = self.newest(), self.today
        if name is None:
            return
        number, line = min(self.model.orders[name].now.lines.items())
        beyond = (0, 1 + ore % 500)[shape % 2]
        came = {*self.model.invoices}
        for amount in (line.amount + beyond, 1 + ore % 99)[: 1 + shape // 2 % 2]:
            self._recorded(name, {number: amount}, on, "380", False)
            self._decided(None, on)
        if shape // 4 % 2:
            self.closed(name, on)
        approved = self._approved_since(came)
        if approved:
            part = 1 + ore % 99 if shape // 32 % 2 else None
            self.reversed(approved[shape // 8 % len(approved)], on, part)
            self._decided("cap", on)
        if shape // 64 % 2 and self.model.orders[name].now.status == "closed":
            self.reopened(name, on)
            self.compare(which)
        for turn in range(2):
            approved = self._approved_since(came)
            for id in approved if (shape // 16 + turn) % 2 else reversed(approved):
                self.taken_back(id)
        if self.model.orders[name].now.status == "closed":
            self.reopened(name, on)

    def shut(self, which: int, days: int, ore: int, shape: int) -> None:
        """An order is closed, and opened again though others took its room; or it is invoiced in
        part, cancelled and closed, and some is credited to the cap: opened again it is cancelled
        still, and owes so much less."""
        name, on = self.newest(), self.today
        if name is None:
            return
        number, line = min(self.model.orders[name].now.lines.items())
        if shape % 2:
            self._recorded(name, {number: 1 + line.amount // 2}, on, "380", False)
            self._decided(None, on)
            self.cancel_whole(name, ore % 100, on)
        self.closed(name, on)
        if shape % 2:
            self._recorded(name, {number: -1 - line.amount // 3}, on, "381", False)
            self._decided("cap", on)
        else:
            self._ordered(which, on, shape)
        if self.model.orders[name].now.status == "closed":
            self.reopened(name, on)
        if shape % 2:
            self.compare(which)
            self.cancel_whole(name, 0, on)

    def _approved_since(self, came: set[str]) -> list[str]:
        found = self.model.invoices.items()
        return [id for id, one in found if id not in came and one.status == "approved"]

    def newest(self) -> str | None:
        """The order that was confirmed and placed last, and has no counter-offer."""
        orders = self.model.orders
        names = [name for name in sorted(orders) if orders[name].now.status == "confirmed"]
        return names[-1] if names else None

    def _decided(self, room: str | None, on: date) -> None:
        """The invoice or credit that came last."""
        if found := [id for id, one in self.model.invoices.items() if one.status == "waiting"]:
            self.approved(found[-1], on, room)

    def _ordered(self, which: int, on: date, shape: int, amount: int | None = None) -> str | None:
        """An order of so much, or of all that fits, confirmed on its own day."""
        order, body = self.asked(which, (self.today - on).days, 1, shape - shape % 3)
        order = replace(order, history=[replace(order.now, day=on)], starts_on=None)
        body["ordered_on"] = str(on)
        body.pop("starts_on", None)
        amount = self.fits(order) if amount is None else amount
        before = {*self.model.orders}
        if amount:
            self.placed_of(order, body, amount)
        for name in {*self.model.orders} - before:
            self.confirmed(name, on)
            return name
        return None

    def _enlarged(self, name: str, more: dict[int, int], on: date) -> None:
        """Lines that count for more."""
        lines: list[Line] = []
        for number, one in self.model.orders[name].now.lines.items():
            amount = one.amount + more.get(number, 0)
            lines.append(replace(one, amount=max(1, amount), seats=None, price=None))
        self.changed(name, lines, on)
