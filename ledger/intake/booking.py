"""From an invoice and its order to what is recorded: parts by line, what a credit takes back."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

from msgspec.structs import replace

from ledger.bounds import FLAGGED
from ledger.documents.peppol_invoice import Invoice
from ledger.domain import agreement, drawdown, order
from ledger.domain.events import Match, Source
from ledger.domain.personal import without
from ledger.domain.refusals import (
    BuyerDiffers,
    BuyerUnread,
    Fault,
    Invalid,
    NotAParty,
    NotFound,
    NotUnderAgreement,
    OrderAmbiguous,
    OrderUnknown,
    SupplierDiffers,
    SupplierUnread,
)
from ledger.intake.advances import deducted, is_advance
from ledger.intake.assigned import Assigned
from ledger.intake.credits import covered, credited, require_landing
from ledger.intake.desk import Desk
from ledger.intake.likeness import unlike
from ledger.intake.lines import bounded, is_unknown, parted
from ledger.intake.matching import (
    Found,
    Reference,
    named_in,
    names_agreement,
    order_of,
    references_of,
)
from ledger.projections import drawdowns
from ledger.registry import Document


def command_of(
    invoice: Invoice, found: Found, desk: Desk, document: Document, said: Assigned | None = None
) -> tuple[drawdown.RecordDrawdown, str]:
    """What is recorded of a file on the order that was found, or that a person says, and the buyer
    who pays it.

    With a reason it is recorded although it does not match, and flagged for that for ever after.
    Two things nobody may say otherwise: its currency, and that it is made out to one of the
    agreement's buyers.

    Raises NotFound, NotAParty, BuyerUnread, BuyerDiffers, SupplierUnread, SupplierDiffers,
    NotUnderAgreement, OrderUnknown, OrderAmbiguous; Invalid for an order that is none of those that
    the credited invoices draw, and for another than the file names where nobody says why.
    """
    state = found.state
    of: agreement.State = desk.service.load(agreement.stream(state.agreement))[1]
    _check_reader(state, of, desk)
    told = said is not None and bool(said.reason)
    buyer = _buyer(invoice, of, desk, told=told)
    supplier = supplier_of(invoice, desk) or (state.supplier if told else None)
    if supplier is None:
        raise SupplierUnread
    differs = [*_differing(invoice, state, supplier, desk, said)]
    parts, lines = parts_of(invoice, state, desk, said)
    if said is not None and not told:
        _require_agreeing((*differs, *lines))
        _require_named(invoice, said, desk)
    back = credited(invoice, supplier, desk, state.agreement)
    if told:
        back = covered(back, invoice)
    credits = tuple(one.id for one in back.found)
    if said is not None:
        require_landing(said, back)
    if credits and all(state.number not in one.orders for one in back.found):
        # It lands on its invoices' orders: what the one that it names lacks says nothing of those.
        lines = (f"{ELSEWHERE}:{state.number}", *(x for x in lines if not is_unknown(x)))
    names = tuple(dict.fromkeys(part.order for part in parts))
    before = deducted(invoice, supplier, state.agreement, names, desk)
    drawn = {name: desk.service.load(order.stream(name))[1] for name in names}
    flags = [*_told(invoice, (state, *drawn.values()), buyer, desk), *before.flags]
    flags += (drawdown.ADVANCE,) if is_advance(invoice) else ()
    split = said is not None and bool(said.parts)
    whom, own = buyer or "", "" if split else state.number
    pays = drawdown.payer_of(parts, drawn, back.found, made_out_to=whom, own=own)
    command = drawdown.RecordDrawdown(
        agreement=state.agreement,
        supplier=supplier,
        invoice=invoice.number,
        issued_on=invoice.issued_on,
        type=invoice.type,
        currency=invoice.currency,
        amount=invoice.amount,
        vat=invoice.vat,
        due_on=invoice.due_on,
        parts=parts,
        said=split,
        credits=credits[0] if credits else None,
        also_credits=credits[1:],
        source=Source(format=document.format, sha256=document.sha256),
        unlike=unlike(invoice, document.sha256, supplier, pays, desk),
        flags=bounded((*found.flags, *differs, *lines, *back.flags, *flags)),
        prepaid=invoice.prepaid or None,
        rounding=invoice.rounding or None,
        deducts=before.advances,
        made_out_to=whom,
        own=own,
        match=Match(
            by=found.by, value=said.reason if said else without(found.value, numbered=True)
        ),
    )
    desk.views.catch_up()
    with desk.views.database.reading() as connection:
        same = drawdowns.alike(connection, command.supplier, command.invoice, command.amount)
    return replace(command, alike=same), pays


def supplier_of(invoice: Invoice, desk: Desk) -> str | None:
    """Who sent it: its Swedish number, else its number with the scheme that it is of."""
    supplier = invoice.supplier
    if supplier.organisation is not None:
        return desk.registry.party(supplier.organisation)
    raw = "".join(c for c in supplier.raw.upper() if c.isascii() and c.isalnum())
    known = len(supplier.scheme) == 4 and supplier.scheme.isascii() and supplier.scheme.isdigit()
    return f"{supplier.scheme}:{raw[:_NUMBER]}" if known and raw else None


_NUMBER = 35
"""Characters of a foreign number (ISO 6523) that a party is known by."""
ELSEWHERE = "order-differs"
"""The flag of another order that a file names; what was written stands after a colon."""
_CUT = 40
"""Characters of a reference as written that a flag keeps."""


def _differing(
    invoice: Invoice, state: order.State, supplier: str, desk: Desk, said: Assigned | None
) -> Iterator[str]:
    """What an invoice says otherwise than its order, where a person says that it belongs there.

    Raises SupplierDiffers, NotUnderAgreement where nobody says why.
    """
    told = said is not None and bool(said.reason)
    if state.supplier != supplier and not told:
        raise SupplierDiffers(supplier=supplier, order=state.number, expected=state.supplier)
    if state.supplier == supplier and said is not None and supplier_of(invoice, desk) is None:
        yield "supplier-unread"
    if said is not None and invoice.buyer.organisation is None:
        yield "buyer-unread"
    if invoice.agreement and not names_agreement(invoice, state.agreement, desk):
        if not told:
            raise NotUnderAgreement(order=state.number, agreement=invoice.agreement)
        yield f"agreement-differs:{invoice.agreement[:_CUT]}"
    if said is not None:
        yield from _otherwise(invoice, {state.number, *(part.order for part in said.parts)}, desk)


def _otherwise(invoice: Invoice, says: set[str], desk: Desk) -> Iterator[str]:
    """What its references name beside the orders that a person says; a number of the supplier's own
    (BT-14) that is not known here says nothing."""
    for reference in references_of(invoice):
        if reference.by == "line-order":
            continue
        written = reference.value[:_CUT]
        try:
            named = order_of(reference, invoice, desk).state
        except OrderUnknown:
            within = named_in(reference.value, invoice, desk)  # among other words
            if reference.by == "order-reference" and not (within and says.issuperset(within)):
                yield f"{ELSEWHERE}:{written}"
        except OrderAmbiguous as several:
            among = {str(one) for one in several.figures["orders"]}  # type: ignore[union-attr]
            if says.isdisjoint(among):
                yield f"{ELSEWHERE}:{written}"
            elif not says.issuperset(among):
                yield f"order-among:{written}"
        else:
            if named.number not in says:
                yield f"{ELSEWHERE}:{written}"


def _require_agreeing(flags: Iterable[str]) -> None:
    """Another order than the file names is said with a reason. Raises Invalid."""
    sentence = "The file names {written}: say why it belongs to another order."
    faults = [
        Fault(pointer="/reason", sentence=sentence, figures={"written": about})
        for code, _, about in (flag.partition(":") for flag in bounded(flags))
        if code == ELSEWHERE
    ]
    if faults:
        raise Invalid(*faults)


def _require_named(invoice: Invoice, said: Assigned, desk: Desk) -> None:
    """Where the file names orders, another one beside them is said with a reason. Raises
    Invalid."""
    names = dict[str, str]()
    for reference in references_of(invoice)[:FLAGGED]:
        try:
            some: Iterable[str] = (order_of(reference, invoice, desk).state.number,)
        except OrderUnknown:
            some = named_in(reference.value, invoice, desk)  # among other words
        except OrderAmbiguous as several:
            some = map(str, several.figures["orders"])  # type: ignore[arg-type]
        names |= dict.fromkeys(some, reference.value)
    sentence = "The file names {written}: say why a part of it belongs to {order}."
    written = ", ".join(dict.fromkeys(names.values()))
    faults = [
        Fault(pointer="/reason", sentence=sentence, figures={"written": written, "order": order})
        for order in dict.fromkeys(part.order for part in said.parts)
        if names and order not in names
    ]
    if faults:
        raise Invalid(*faults)


def parts_of(
    invoice: Invoice, state: order.State, desk: Desk, said: Assigned | None
) -> tuple[tuple[drawdown.Part, ...], tuple[str, ...]]:
    """What an invoice draws of the orders that it names, or that a person says, and its flags.

    Raises OrderUnknown, OrderAmbiguous for a line's order, where no person says.
    """
    others: dict[str, order.State] = {}
    flags: list[str] = []
    for name in dict.fromkeys(line.order for line in invoice.lines):
        if name == invoice.order and name and said is None:
            with suppress(OrderAmbiguous):  # by itself; with the other reference it is found
                order_of(Reference("order-reference", name), invoice, desk)
        if not name or name == invoice.order:
            continue
        if len(flags) >= FLAGGED:  # where a person says the order, and none of these is known
            flags.append(f"{ELSEWHERE}:{name[:_CUT]}")
            continue
        try:
            others[name] = order_of(Reference("line-order", name), invoice, desk).state
        except (OrderUnknown, OrderAmbiguous):
            if said is None:
                raise
            flags.append(f"{ELSEWHERE}:{name[:_CUT]}")
    if said is not None:
        says = {state.number, *(part.order for part in said.parts)}
        flags += (
            f"{ELSEWHERE}:{name[:_CUT]}" for name, one in others.items() if one.number not in says
        )
    if said is not None and said.parts:
        return said.parts, tuple(flags)
    if said is not None and any(one.agreement != state.agreement for one in others.values()):
        others = {}
    parts, more = parted(invoice, state, others)
    return parts, (*flags, *more)


def _check_reader(state: order.State, of: agreement.State, desk: Desk) -> None:
    """A buyer of the agreement takes its invoices in. Raises NotFound where it is not party at all,
    NotAParty where it is the university."""
    if desk.organisation is None:
        return
    buyers = [party.organisation for party in of.buyers]
    if desk.organisation in buyers:
        return
    if desk.organisation not in {party.organisation for party in of.suppliers}:
        raise NotFound(what="order", name=state.number)
    raise NotAParty(organisation=", ".join(buyers), name=state.number, acting=desk.organisation)


def _buyer(invoice: Invoice, of: agreement.State, desk: Desk, *, told: bool) -> str | None:
    """Whom it is made out to, one of the agreement's buyers; None where it does not say, and a
    person takes it for theirs. Raises BuyerUnread, BuyerDiffers."""
    if invoice.buyer.organisation is None:
        if not told:
            raise BuyerUnread
        return None
    buyer = desk.registry.party(invoice.buyer.organisation)
    buyers = tuple(party.organisation for party in of.buyers)
    if buyer not in buyers:
        raise BuyerDiffers(buyer=buyer, agreement=of.number, expected=", ".join(buyers))
    return buyer


def _told(
    invoice: Invoice, orders: Sequence[order.State], buyer: str | None, desk: Desk
) -> Iterator[str]:
    """What the file says that a person should see before the amount is approved."""
    if buyer is not None and any(one.buyer != buyer for one in orders):
        yield f"buyer-differs:{buyer}"
    if invoice.meaning == "self-billed":
        yield "self-billed"
    payee = invoice.payee
    if payee is not None and payee.organisation:
        yield f"payee-differs:{desk.registry.party(payee.organisation)}"
    elif payee is not None:
        yield "payee-differs"
    elif invoice.meaning == "factored":
        yield "payee-unnamed"
