"""The model's ways back: after each all is as if the slip had never been made."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tests.model.invoices import Invoices
from tests.model.money import CAP, TURNS, Invoice, Refused


class Back(Invoices):
    """Each way back is a command as any other, and raises Refused."""

    def withdraw(self, id: str) -> None:
        """Of who recorded it: as if it had never come."""
        self.reject(id)

    def move(self, id: str, name: str, parts: dict[int, int]) -> None:
        """An invoice that waits, to another order or other lines: as if it were recorded there, in
        its turn; on an order that came after it, when it comes to it first."""
        invoice = self._waiting(id)
        if self.awaited(id):
            raise Refused("later-stands")
        order = self.orders[name]
        if order.supplier != self.orders[invoice.order].supplier:
            raise Refused("supplier-differs")
        if (name, parts) == (invoice.order, invoice.parts):
            raise Refused("fault")
        self.reject(id)
        moved = self.invoices[id] = replace(invoice, order=name, parts=parts, status="waiting")
        if moved.counts:
            turn = moved.turn if order.turn < moved.turn else next(TURNS)
            turn = moved.turns.setdefault(name, turn)
            self.orders[name] = self.orders[name].moved_here(moved, turn)

    def take_back(self, id: str) -> None:
        """An approval: the invoice waits again. What stands on it goes first."""
        invoice = self.invoices[id]
        if invoice.status != "approved":
            raise Refused("status")
        if any(one.of == id and one.status == "approved" for one in self.invoices.values()):
            raise Refused("later-stands")
        if any(one.beyond and self._is_of(invoice, one) for one in self._approved(invoice.order)):
            raise Refused("later-stands")
        invoice.status = "waiting"
        order = self.orders[invoice.order]
        if invoice.counts:
            self.orders[invoice.order] = order.without(invoice, "drawn")
            return
        invoice.beyond = False
        self.orders[invoice.order] = order.without(invoice, "approved")

    @staticmethod
    def _is_of(invoice: Invoice, credit: Invoice) -> bool:
        """Whether a credit rests on it: it was approved before, and still was."""
        return any(one is invoice for one in credit.among)

    def _approved(self, name: str) -> list[Invoice]:
        return [i for i in self.invoices.values() if i.order == name and i.status == "approved"]

    def reopen_order(self, name: str, on: date) -> None:
        """One that was closed is as before that, if it fits, also what is ordered of it alone."""
        order = self._of(name, "closed")
        status = order.now.closed_from
        assert status is not None
        after = order.then(on, status=status, closed_from=None)
        self.fit_larger(name, after)
        self.orders[name] = after

    def remove_limit(self, name: str, on: date) -> None:
        """From its day it binds nothing."""
        limit = self.limits[name]
        if name == CAP or (limit.removed_on is not None and limit.removed_on <= on):
            raise Refused("fault")
        limit.removed_on = on
