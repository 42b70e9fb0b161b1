"""A sheet for suppliers: what to write where in an e-invoice, so that it finds its order."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from ledger.application.answers.agreements import NamedParty
from ledger.application.answers.making import Answer
from ledger.application.answers.members import amount, listed, one_of, text, truth, whole
from ledger.application.answers.terms import ORDER_NUMBER
from ledger.application.bodies.fields import CURRENCY
from ledger.application.bodies.terms import NUMBER, ORDER
from ledger.application.sentences import sheet as told
from ledger.domain import agreement, order
from ledger.domain.events import Party
from ledger.domain.money import to_text
from ledger.wording import say


class SheetField(Answer):
    """A field of the e-invoice (EN 16931, Peppol BIS Billing 3)."""

    term: Annotated[str, text("Its business term, as BT-13.", r"^BT-\d+$")]
    name: Annotated[str, text("What it is called.")]
    write: Annotated[str | None, text("Exactly what to write; null: see what is said.")]
    says: Annotated[str, text("How, and why.")]


class SheetLine(Answer):
    line: Annotated[int, whole("The order's line.", 1)]
    write: Annotated[str, text("What to write in BT-132 of the invoice's lines for it.")]
    text: Annotated[str, text("What it is for.")]
    kind: Annotated[str, text("Kind of cost.")]
    year: Annotated[int, whole("Year of delivery.")]
    amount: Annotated[str, amount("What is ordered, excl. VAT.")]


class SheetOrder(Answer):
    number: Annotated[str, text("What to write in BT-13.", f"^{ORDER_NUMBER}$")]
    reference: Annotated[str, text("The buyer's own reference, where it means this order alone.")]
    course: Annotated[str, text("Which course.")]
    status: Annotated[str, one_of("How far it has come.", ORDER)]
    stands: Annotated[str, text("What there is not to invoice of it, and why; empty: as ordered.")]
    buyer: Annotated[str, text("Whom the invoice is made out to.")]
    supplier: Annotated[str, text("Who invoices.")]
    lines: Annotated[list[SheetLine], listed("Its lines.")]


class SupplierSheet(Answer):
    """What a supplier needs to know to invoice an agreement, or one order of it."""

    agreement: Annotated[str, text("The agreement's number: BT-12.", f"^{NUMBER}$")]
    title: Annotated[str, text("Its title.")]
    order: Annotated[str | None, text("The order that it is for; null: all of the agreement's.")]
    currency: Annotated[str, text("ISO 4217.", CURRENCY)]
    buyers: Annotated[list[NamedParty], listed("Who may be invoiced.")]
    suppliers: Annotated[list[NamedParty], listed("Who may invoice.")]
    fields: Annotated[list[SheetField], listed("What to write where.")]
    orders: Annotated[list[SheetOrder], listed("Orders that may be invoiced.")]
    more: Annotated[bool, truth("Whether there are more orders than these.")]
    text: Annotated[str, text("The whole sheet as plain text, to be sent.")]


def sheet_answer(
    state: agreement.State,
    orders: Sequence[order.State],
    language: str,
    *,
    one: bool = False,
    more: bool = False,
) -> SupplierSheet:
    """Of an agreement with some of its orders, or (`one`) of a single order."""
    placed = orders[0] if one else None
    names = {party.organisation: party.name for party in (*state.buyers, *state.suppliers)}
    buyers, suppliers = state.buyers, state.suppliers
    if placed is not None:
        buyers = _only(buyers, placed.buyer)
        suppliers = _only(suppliers, placed.supplier)
    fields = [
        SheetField(
            term=field.term,
            name=say(field.name, language),
            write=field.write,
            says=say(field.says, language),
        )
        for field in told.fields(state, placed, buyers, suppliers)
    ]
    return SupplierSheet(
        agreement=state.number,
        title=state.title,
        order=None if placed is None else placed.number,
        currency=state.currency,
        buyers=_named(buyers),
        suppliers=_named(suppliers),
        fields=fields,
        orders=[_order(one, names, language) for one in orders],
        more=more,
        text=told.sheet_text(state, orders, placed, buyers, suppliers, names, language, more=more),
    )


def _only(parties: Sequence[Party], organisation: str) -> tuple[Party, ...]:
    """The party of an order; one that the agreement no longer names has its number alone."""
    found = tuple(one for one in parties if one.organisation == organisation)
    return found or (Party(organisation=organisation),)


def _named(parties: Sequence[Party]) -> list[NamedParty]:
    return [NamedParty(organisation=one.organisation, name=one.name) for one in parties]


def _order(state: order.State, names: Mapping[str, str], language: str) -> SheetOrder:
    stands = told.STANDS.get(state.status)
    return SheetOrder(
        number=state.number,
        reference=state.reference,
        course=state.course,
        status=state.status,
        stands="" if stands is None else say(stands, language),
        buyer=names.get(state.buyer) or state.buyer,
        supplier=names.get(state.supplier) or state.supplier,
        lines=[
            SheetLine(
                line=line.number,
                write=str(line.number),
                text=line.text,
                kind=line.kind,
                year=line.year,
                amount=to_text(line.amount),
            )
            for line in state.lines
        ],
    )
