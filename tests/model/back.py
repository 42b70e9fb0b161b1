"""The model's ways back: after each all is as if the slip had never been made."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from tests.model.model import Model
from tests.model.money import CAP, Invoice, Refused, Terms


class Back(Model):
    """Each way back is a command as any other, and raises Refused."""

    def withdraw(self, id: str) -> None:
        """Of who recorded it: as if it had never come."""
        self.reject(id)

    def move(self, id: str, name: str, parts: dict[int, int], on: date) -> None:
        """An invoice that waits, to another order or other lines: as if it were recorded there."""
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
            self._invoiced(moved, on)

    def take_back(self, id: str, on: date) -> None:
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
        changed = self._without(order.now, invoice)
        self.orders[invoice.order] = order.then(on, invoice, **changed)

    @staticmethod
    def _is_of(invoice: Invoice, credit: Invoice) -> bool:
        """Whether a credit rests on it: it was approved before, and still was."""
        return any(one is invoice for one in credit.among)

    def _approved(self, name: str) -> list[Invoice]:
        return [i for i in self.invoices.values() if i.order == name and i.status == "approved"]

    def _without(self, terms: Terms, credit: Invoice) -> dict[str, Any]:
        """The terms without what a credit made of them."""
        if any(one is credit for one in terms.given_back):
            return {"given_back": tuple(one for one in terms.given_back if one is not credit)}
        lines = {
            number: replace(line, amount=line.amount + credit.given.get(number, 0))
            for number, line in terms.lines.items()
        }
        cut = terms.cut
        if cut is not None:
            cut = replace(cut, invoices=tuple(one for one in cut.invoices if one is not credit))
        return {"lines": lines, "cut": cut}

    def reopen_order(self, name: str, on: date) -> None:
        """One that was closed is as before that, if it fits."""
        order = self._of(name, "closed")
        status = order.now.closed_from
        assert status is not None
        after = order.then(on, status=status, closed_from=None)
        self.fit(name, after)
        self.orders[name] = after

    def remove_limit(self, name: str, on: date) -> None:
        """From its day it binds nothing."""
        limit = self.limits[name]
        if name == CAP or (limit.removed_on is not None and limit.removed_on <= on):
            raise Refused("fault")
        limit.removed_on = on
