"""The ways back in a play: each is told to both."""

from __future__ import annotations

from datetime import date, timedelta

from tests.model.door import OTHER, written
from tests.model.money import CAP, Invoice
from tests.model.ordering import Ordering


class Mending(Ordering):
    """Takes back, moves, withdraws, opens again and removes: in each, what it asks is drawn."""

    def some_invoice(self, which: int, status: str) -> tuple[str, Invoice] | None:
        found = [(id, one) for id, one in self.model.invoices.items() if one.status == status]
        return found[which % len(found)] if found else None

    def withdraw(self, which: int, days: int, ore: int, shape: int) -> None:
        if found := self.some_invoice(which, "waiting"):
            id, invoice = found
            of = self.model.orders[invoice.order].buyer
            told = self.door.ask("finance", of, f"/drawdowns/{id}/withdraw", {"reason": "r"})
            self.both(f"withdraw {id}", told, lambda: self.model.withdraw(id))

    def take_back(self, which: int, days: int, ore: int, shape: int) -> None:
        if found := self.some_invoice(which, "approved"):
            self.taken_back(found[0])

    def taken_back(self, id: str) -> None:
        of = self.model.orders[self.model.invoices[id].order].buyer
        told = self.door.ask(OTHER, of, f"/drawdowns/{id}/take-back", {"reason": "r"})
        self.both(f"take back {id}", told, lambda: self.model.take_back(id))

    def move(self, which: int, days: int, ore: int, shape: int) -> None:
        """To one line of an order, most often of the same supplier and another one."""
        found = self.some_invoice(which, "waiting")
        name = self.some_order(shape, "confirmed", "cancelled")
        if found is None or name is None or found[1].of is not None:
            return
        id, invoice = found
        number = 1 + shape % len(self.model.orders[name].now.lines)
        body = {"order": name, "line": number, "reason": "r"}
        of, parts = self.model.orders[invoice.order].buyer, {number: invoice.amount}
        if self.model.orders[name].buyer != of:
            return
        told = self.door.ask("finance", of, f"/drawdowns/{id}/move", body)
        said = f"move {id} of {written(invoice.amount)} to line {number} of {name}"
        self.both(said, told, lambda: self.model.move(id, name, parts))

    def reopen_order(self, which: int, days: int, ore: int, shape: int) -> None:
        if name := self.some_order(which, "closed"):
            self.reopened(name, self.upon(name, "closed", days))

    def reopened(self, name: str, on: date) -> None:
        told = self.act(name, "reopen", {"reopened_on": str(on), "reason": "r"})
        self.both(f"reopen {name} on {on}", told, lambda: self.model.reopen_order(name, on))

    def remove_limit(self, which: int, days: int, ore: int, shape: int) -> None:
        names = [name for name in self.model.limits if name != CAP or shape % 9 == 0]
        if not names or which % 2:
            return
        name, on = names[shape % len(names)], self.today + timedelta(days=days)
        body = {"name": name, "removed_on": str(on), "reason": "r"}
        path = f"/agreements/{self.number}/remove-limit"
        told = self.door.ask("manager", self.lead, path, body)
        self.both(f"remove {name} from {on}", told, lambda: self.model.remove_limit(name, on))
