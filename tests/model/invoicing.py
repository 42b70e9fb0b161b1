"""Invoices and credits in a play: each is told to both."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.model.door import written
from tests.model.mending import Mending
from tests.model.order import Order


class Invoicing(Mending):
    """Records, credits, approves and rejects: in each, what it asks is drawn."""

    def parts(self, order: Order, ore: int, shape: int) -> dict[int, int]:
        """What is invoiced of some lines; now and then one of them below 0."""
        numbers = sorted(order.now.lines)
        chosen = [n for n in numbers if shape >> n & 1] or [numbers[shape % len(numbers)]]
        parts = {n: max(1, ore // (nth + 2)) for nth, n in enumerate(chosen)}
        line = order.now.lines[chosen[0]]
        if line.seats and line.price and shape % 3 == 0:  # so many seats, or just less or more
            parts[chosen[0]] = (1 + shape % line.seats) * line.price + shape // 3 % 3
        if len(parts) > 1 and shape % 5 == 0:
            parts[chosen[-1]] = -max(1, parts[chosen[0]] // 3)
        return parts

    def record(self, which: int, days: int, ore: int, shape: int) -> None:
        name = self.some_order(which, "confirmed")
        if name and self.model.orders[name].now.counter is None:
            parts = self.parts(self.model.orders[name], ore, shape)
            if in_turn := shape % 7 == 0:
                parts = self.model.in_turn(name, ore)
            self._recorded(name, parts, self.back(days), "380", in_turn)

    def credit(self, which: int, days: int, ore: int, shape: int) -> None:
        """A credit of lines: now and then of more than was invoiced, or where nothing was."""
        name = self.some_order(which, "confirmed", "cancelled", "closed")
        if name and self.model.orders[name].now.counter is None:
            parts = self.parts(self.model.orders[name], ore // 2, shape - shape % 5 + 1)
            told = {number: -amount for number, amount in parts.items()}
            if in_turn := shape % 4 == 0:
                told = self.model.in_turn(name, -ore)
            self._recorded(name, told, self.back(days), ("381", "380")[shape % 2], in_turn)

    def _recorded(
        self, name: str, parts: dict[int, int], on: date, kind: str, in_turn: bool
    ) -> None:
        """Where the parts are what comes of naming no line, none is named."""
        body: dict[str, Any] = {
            "invoice": f"I{self.number}-{next(self.names)}",
            "issued_on": str(on),
            "type": kind,
            "amount": written(sum(parts.values())),
        }
        if not in_turn:
            body["lines"] = [
                {"order": name, "line": number, "amount": written(amount)}
                for number, amount in parts.items()
            ]
        told = self.act(name, "drawdowns", body, "finance")
        id = told[1].get("id", "")
        self.both(
            f"record {id} of {name} {parts} issued {on}",
            told,
            lambda: self.model.record(id, name, parts, on),
        )

    def reverse(self, which: int, days: int, ore: int, shape: int) -> None:
        """Credit all that is left of an approved invoice, where no other credit of it waits."""
        found = [
            id
            for id, one in self.model.invoices.items()
            if one.amount > 0 and one.status == "approved" and id not in self.credited
        ]
        if not found:
            return
        self.reversed(found[which % len(found)], self.back(days))

    def reversed(self, id: str, day: date, part: int | None = None) -> None:
        """All that is left of it is credited, or a part of one that has one line."""
        invoice = self.model.invoices[id]
        on = max(day, invoice.issued_on)
        body = {"invoice": f"R{self.number}-{next(self.names)}", "issued_on": str(on)}
        parts = {number: -amount for number, amount in invoice.parts.items()}
        if part is not None and part < invoice.amount:
            parts = dict.fromkeys(parts, -part)
            body["amount"] = written(part)
        of = self.model.orders[invoice.order].buyer
        told = self.door.ask("finance", of, f"/drawdowns/{id}/reverse", body)
        self.credited.add(id)
        of_it = told[1].get("id", "")
        said = f"reverse {id} by {of_it} issued {on}"
        self.both(said, told, lambda: self.model.record(of_it, invoice.order, parts, on, id))

    def approve(self, which: int, days: int, ore: int, shape: int) -> None:
        if (found := self.some_invoice(which, "waiting")) is None:
            return
        id, invoice = found
        room = ("cap", "order")[shape % 2] if invoice.amount < 0 else None
        self.approved(id, self.back(days), room)

    def approved(self, id: str, on: date, room: str | None) -> None:
        invoice = self.model.invoices[id]
        credited = self.approved_on.get(invoice.of or "", date.min)
        on = max(on, invoice.issued_on, credited)
        body = {"approved_on": str(on), **({"room": room} if room else {})}
        path, of = f"/drawdowns/{id}/approve", self.model.orders[invoice.order].buyer
        told = self.door.ask("approver", of, path, body)
        said = f"approve {id} on {on}, room {room}"
        self.both(said, told, lambda: self.model.approve(id, room))
        self.approved_on[id] = on

    def reject(self, which: int, days: int, ore: int, shape: int) -> None:
        if (found := self.some_invoice(which, "waiting")) is None:
            return
        id, invoice = found
        self.rejected(id, max(self.back(days), invoice.issued_on))

    def rejected(self, id: str, on: date) -> None:
        invoice = self.model.invoices[id]
        body = {"rejected_on": str(on), "reason": "r"}
        of = self.model.orders[invoice.order].buyer
        told = self.door.ask("approver", of, f"/drawdowns/{id}/reject", body)
        self.both(f"reject {id} on {on}", told, lambda: self.model.reject(id))
