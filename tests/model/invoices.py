"""The model's invoices and credits: what each takes of its order, and gives back."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from tests.model.model import ENDED, Model
from tests.model.money import Invoice, Refused, net_of
from tests.model.order import Terms, less_by_line


class Invoices(Model):
    """Each method is a command, and raises Refused."""

    def record(
        self, id: str, name: str, parts: dict[int, int], issued_on: date, of: str | None = None
    ) -> None:
        """An invoice is never refused for the cap's sake; a credit waits and moves nothing. One
        that comes to nothing is none."""
        if sum(parts.values()) == 0:
            raise Refused("fault")
        invoice = self.invoices[id] = Invoice(name, issued_on, parts, of=of)
        if invoice.counts:
            self._invoiced(invoice)

    def in_turn(self, name: str, amount: int) -> dict[int, int]:
        """What an invoice that names no line draws: the lines in turn as far as they are not
        invoiced; a credit the last that was drawn first (what waits may be turned down again). What
        is beyond all of it, the last."""
        order = self.orders[name]
        net, still, parts = self.net(order), order.now.still(), Counter[int]()
        drawn = net_of(invoice for invoice, status in order.now.invoices if status == "approved")
        left, numbers = abs(amount), sorted(order.now.lines)
        for number in numbers if amount > 0 else reversed(numbers):
            most = still[number] - net[number] if amount > 0 else drawn[number]
            parts[number] = min(left, max(0, most))
            left -= parts[number]
        parts[numbers[-1]] += left
        sign = 1 if amount > 0 else -1
        return {number: sign * part for number, part in parts.items() if part}

    def approve(self, id: str, room: str | None = None) -> None:
        """It counts from its issue date. A credit's room goes to the cap, or back to its order."""
        invoice = self._waiting(id)
        order = self.orders[invoice.order]
        if invoice.of is not None and self.invoices[invoice.of].status != "approved":
            raise Refused("status")
        if invoice.amount < 0 and room == "order" and order.now.status in ENDED:
            raise Refused("order-ended")
        invoice.status = "approved"
        if invoice.amount > 0:
            self.orders[invoice.order] = order.then(invoice.issued_on, invoice, "drawn")
            return
        made = partial(given_back, credit=invoice) if room == "cap" else None
        self._invoiced(invoice, made=made)

    def reject(self, id: str) -> None:
        """As if it had never come; what waits to credit it falls with it."""
        invoice = self._waiting(id)
        for one in (invoice, *self.awaited(id)):
            one.status = "rejected"
        order = self.orders[invoice.order]
        self.orders[invoice.order] = order.without(invoice, "waiting")

    def awaited(self, id: str) -> list[Invoice]:
        """The credits of an invoice that wait."""
        return [i for i in self.invoices.values() if i.of == id and i.status == "waiting"]

    def _waiting(self, id: str) -> Invoice:
        invoice = self.invoices[id]
        if invoice.status != "waiting":
            raise Refused("status")
        return invoice

    def _invoiced(self, invoice: Invoice, **changed: Any) -> None:
        order = self.orders[invoice.order]
        day = invoice.issued_on
        self.orders[invoice.order] = order.then(day, invoice, invoice.status, **changed)


def given_back(terms: Terms, credit: Invoice) -> dict[str, Any]:
    """What a credit makes of its order whose room goes back to the cap: it counts for so much
    less, but for no more than was drawn; what waits may be turned down again. A closed one may
    be opened again."""
    terms = replace(terms, status=terms.closed_from or terms.status)
    lines = dict(terms.lines)
    due, drawn = terms.due(), terms.invoiced(approved=True)
    credit.beyond = drawn.total() > due.total()
    credit.among = tuple(one for one, status in terms.invoices if status == "approved")
    credit.given = {}
    for group in {lines[number].group for number in credit.parts}:
        own = [n for n in credit.parts if lines[n].group == group]
        asked = -sum(credit.parts[n] for n in own)
        given = min(asked, max(0, drawn[group]))
        less = due[group] - (max(due[group], drawn[group]) - given)
        if less > 0:
            credit.given |= less_by_line(terms, {n: -credit.parts[n] for n in own}, less)
    if terms.status == "declined":
        credit.given = {}
        return {}
    if terms.cut is not None:
        return {"given_back": (*terms.given_back, credit)}
    net = net_of(one for one, _ in terms.invoices)
    for number, less in credit.given.items():
        line, invoiced = lines[number], max(0, net[number])
        # An invoice pays the fees of its line first, and a credit takes them back last.
        besides = invoiced - min(line.fees, invoiced)
        fees = max(0, line.fees - max(0, less - besides))
        lines[number] = replace(line, amount=line.amount - less, fees=fees)
    return {"lines": lines}
