"""What is done to orders in a play."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from tests.model.both import TARIFF, Both, line_told, order_told
from tests.model.door import BUYERS, SUPPLIERS, written
from tests.model.money import Line
from tests.model.order import Order

KINDS, SOURCES = ("delivery", "development"), (None, "F")


class Ordering(Both):
    """Places, answers, changes, cancels and closes orders: in each, what it asks is drawn."""

    seats = False
    """Whether every line is of seats."""
    alike = False
    """Whether the lines of an order are of one group."""

    def lines(self, buyer: str, supplier: str, ore: int, shape: int) -> list[Line]:
        """One to three lines; some of seats, some of the same group, some of the next year."""
        told = []
        for nth in range(1 + shape % 3):
            bits = shape // 3 >> (0 if self.alike else nth)
            kind, source = KINDS[bits & 1], SOURCES[bits >> 2 & 1]
            group = (self.today.year + (bits >> 1 & 1), buyer, supplier, kind, source)
            part = max(1, ore // (1 + shape % 3) + nth)
            if self.seats or (shape + nth) % 4 == 0:
                seats = 2 + shape % 5
                price = max(1, part // seats)
                told.append(Line(group, seats * price, seats, price))
            else:
                told.append(Line(group, part))
        return told

    def line_body(self, line: Line) -> dict[str, Any]:
        year, _, _, kind, source = line.group
        body = {"kind": kind, "year": year, **({"funding": source} if source else {})}
        if line.seats is None or line.price is None:
            return {**body, "amount": written(line.amount)}
        return {**body, "quantity": line.seats, "unit_price": written(line.price)}

    def asked(self, which: int, days: int, ore: int, shape: int) -> tuple[Order, dict[str, Any]]:
        buyer, supplier = BUYERS[which % 2], SUPPLIERS[which // 2 % 2]
        on = self.back(days)
        starts_on = None if shape % 5 == 0 else on + timedelta(days=shape % 150)
        if shape % 5 > 2:  # where a step of the tariff begins, as of today, or a day beside
            step, _ = TARIFF[shape % 3]
            starts_on = max(on, self.today + timedelta(days=step + shape // 3 % 3 - 1))
        lines = self.lines(buyer, supplier, ore, shape)
        order = self.model.placed(buyer, supplier, lines, on, starts_on)
        return order, {
            "course": "C",
            "supplier": supplier,
            "ordered_on": str(on),
            "lines": [self.line_body(one) for one in lines],
            **({"starts_on": str(starts_on)} if starts_on else {}),
        }

    def place(self, which: int, days: int, ore: int, shape: int) -> None:
        order, body = self.asked(which, days, ore, shape)
        self.placed(order, body)

    def placed(self, order: Order, body: dict[str, Any]) -> None:
        told = self.door.ask("orderer", order.buyer, f"/agreements/{self.number}/orders", body)
        name = told[1].get("number", "")
        self.both(f"place {name} {order_told(order)}", told, lambda: self.model.place(name, order))

    def probe(self, which: int, days: int, ore: int, shape: int) -> None:
        """An order of exactly what fits on a day, and of one öre more, tried only."""
        order, _ = self.asked(which, days, ore, shape - shape % 3)
        fits = self.fits(order)
        for amount in (fits, fits + 1) if fits else (1,):
            self._tried(order, amount)

    def fill(self, which: int, days: int, ore: int, shape: int) -> None:
        """An order of all that fits on a day, or of nearly all."""
        order, body = self.asked(which, days, ore, shape - shape % 3)
        if (fits := self.fits(order) - shape % 3) > 0:
            self.placed_of(order, body, fits)

    def placed_of(self, order: Order, body: dict[str, Any], amount: int) -> None:
        """An order of one line, of so much."""
        (line,) = order.now.lines.values()
        line = replace(line, amount=amount, seats=None, price=None)
        order, body["lines"] = self._of_line(order, line), [self.line_body(line)]
        self.placed(order, body)

    def fits(self, order: Order) -> int:
        """What the fullest day from an order's own on leaves for its one line."""
        (line,) = order.now.lines.values()
        left = [
            most - self.model.use(limit, day).total
            for limit in self.model.limits.values()
            if limit.matches(line.group)
            for day in self.model.days(order.now.day)
            if limit.binding(day)[0] == "hard"
            if (most := limit.most(day)) is not None
        ]
        return max(0, min(left, default=0))

    def _of_line(self, order: Order, line: Line) -> Order:
        return replace(order, history=[replace(order.now, lines={1: line})])

    def _tried(self, order: Order, amount: int) -> None:
        (line,) = order.now.lines.values()
        line = replace(line, amount=amount, seats=None, price=None)
        order = self._of_line(order, line)
        now = order.now
        body = {
            "course": "C",
            "supplier": order.supplier,
            "ordered_on": str(now.day),
            "lines": [self.line_body(line)],
        }
        path = f"/agreements/{self.number}/orders"
        told = self.door.ask("orderer", order.buyer, path, body, dry_run="true")

        def model() -> None:
            self.model.larger(now.day)
            self.model.fit("", order)

        self.both(f"try {order_told(order)}", told, model)

    def confirm(self, which: int, days: int, ore: int, shape: int) -> None:
        suits = ("placed",)
        self._answer("confirm", "confirmed_on", which, days, self.model.confirm, suits)

    def decline(self, which: int, days: int, ore: int, shape: int) -> None:
        if shape % 3 == 0:
            suits = ("placed", "countered")
            model = self.model.decline
            self._answer("decline", "declined_on", which, days, model, suits, reason="r")

    def accept(self, which: int, days: int, ore: int, shape: int) -> None:
        suits, model = ("countered",), self.model.accept
        self._answer("accept", "accepted_on", which, days, model, suits, by="orderer")

    def reject_counter(self, which: int, days: int, ore: int, shape: int) -> None:
        members = {"by": "orderer", "path": "reject", "reason": "r"}
        suits, model = ("countered",), self.model.reject_counter
        self._answer("reject counter", "rejected_on", which, days, model, suits, **members)

    def _answer(
        self,
        said: str,
        member: str,
        which: int,
        days: int,
        model: Callable[[str, date], None],
        suits: tuple[str, ...],
        by: str = "supplier",
        path: str = "",
        **more: Any,
    ) -> None:
        if name := self.some_order(which, *suits):
            on = self.upon(name, "countered", days)
            told = self.act(name, path or said, {member: str(on), **more}, by)
            self.both(f"{said} {name} on {on}", told, lambda: model(name, on))

    def confirmed(self, name: str, on: date) -> None:
        told = self.act(name, "confirm", {"confirmed_on": str(on)}, "supplier")
        self.both(f"confirm {name} on {on}", told, lambda: self.model.confirm(name, on))

    def counter(self, which: int, days: int, ore: int, shape: int) -> None:
        if name := self.some_order(which, "placed", "countered"):
            order, on = self.model.orders[name], self.not_before(name, days)
            lines = self.lines(order.buyer, order.supplier, ore, shape)
            if (net := self.model.net(order)) and shape % 5:  # what is invoiced keeps its line
                lines = [
                    Line(one.group, max(net[nth], ore // (nth + shape % 2), 1))
                    for nth, one in order.now.lines.items()
                ]
            body = {"countered_on": str(on), "lines": [self.line_body(one) for one in lines]}
            told = self.act(name, "counter", body, "supplier")
            said = f"counter {name} {[line_told(one) for one in lines]} on {on}"
            self.both(said, told, lambda: self.model.counter(name, lines, on))

    def change(self, which: int, days: int, ore: int, shape: int) -> None:
        """Other amounts of the lines that are there, and now and then one more."""
        name = self.some_order(which, "placed", "confirmed")
        if name is None:
            return
        order, on = self.model.orders[name], self.not_before(name, days)
        lines = [
            replace(
                one,
                amount=max(1, ore // (nth + 1) if shape >> nth & 1 else one.amount),
                seats=None,
                price=None,
            )
            for nth, one in enumerate(order.now.lines.values())
        ]
        if shape % 4 == 3:
            lines += self.lines(order.buyer, order.supplier, ore // 2 + 1, shape - shape % 3)
        self.changed(name, lines, on)

    def changed(self, name: str, lines: list[Line], on: date) -> None:
        body = {
            "changed_on": str(on),
            "reason": "r",
            "lines": [self.line_body(one) for one in lines],
        }
        told = self.act(name, "change", body)
        said = f"change {name} {[line_told(one) for one in lines]} on {on}"
        self.both(said, told, lambda: self.model.change(name, lines, on))

    def cancel_seats(self, which: int, days: int, ore: int, shape: int) -> None:
        name = self.some_order(which, "placed", "confirmed")
        if name is None:
            return
        order, on = self.model.orders[name], self.upon(name, "confirmed", days)
        seated = [number for number, one in order.now.lines.items() if one.seats]
        if not seated:
            return
        number, seats = seated[shape % len(seated)], 1 + shape % 3
        self.cancel_so_many(name, number, seats, ore // 10 if shape % 3 == 0 else None, on)

    def cancel_so_many(self, name: str, number: int, seats: int, fee: int | None, on: date) -> None:
        body = {
            "cancelled_on": str(on),
            "line": number,
            "seats": seats,
            "reason": "r",
            **({} if fee is None else {"fee": written(fee)}),
        }
        told = self.act(name, "cancel", body)
        said = f"cancel {seats} seats of line {number} of {name}, fee {fee}, on {on}"
        self.both(said, told, lambda: self.model.cancel_seats(name, number, seats, fee, on))

    def cancel(self, which: int, days: int, ore: int, shape: int) -> None:
        if name := self.some_order(which, "placed", "confirmed", "countered"):
            on = self.upon(name, "confirmed", days)
            self.cancel_whole(name, ore // 4 if shape % 2 else None, on)

    def cancel_whole(self, name: str, fee: int | None, on: date) -> None:
        body = {
            "cancelled_on": str(on),
            "reason": "r",
            **({} if fee is None else {"fee": written(fee)}),
        }
        told = self.act(name, "cancel", body)
        said = f"cancel {name}, fee {fee}, on {on}"
        self.both(said, told, lambda: self.model.cancel(name, fee, on))

    def deliver(self, which: int, days: int, ore: int, shape: int) -> None:
        if name := self.some_order(which, "confirmed"):
            on = self.upon(name, "confirmed", days)
            told = self.act(
                name, "deliver", {"delivered_on": str(on), "seats_used": 1, "reason": "r"}
            )
            self.both(f"deliver {name} on {on}", told, lambda: self.model.deliver(name))

    def close(self, which: int, days: int, ore: int, shape: int) -> None:
        if name := self.some_order(which, "confirmed", "cancelled"):
            self.closed(name, self.upon(name, "confirmed", days))

    def closed(self, name: str, on: date) -> None:
        told = self.act(name, "close", {"closed_on": str(on), "reason": "r"})
        self.both(f"close {name} on {on}", told, lambda: self.model.close(name, on))
