"""Whether a file says the same as the one that the same invoice was recorded from."""

from collections.abc import Callable

from ledger.documents import FORMATS
from ledger.documents.faults import DocumentFaults
from ledger.documents.parties import Party
from ledger.documents.peppol_invoice import Invoice
from ledger.domain import drawdown
from ledger.domain.numbering import fold
from ledger.intake.desk import Desk
from ledger.wording import words

SAID = {
    "lines": words("lines"),
    "buyer": words("buyer"),
    "payee": words("payee"),
    "order reference": words("order reference"),
    "agreement reference": words("agreement reference"),
    "credited invoice": words("credited invoice"),
    "amount to pay": words("amount to pay"),
    "kind of document": words("kind of document"),
}
"""What two files may say otherwise, beside the figures that the drawdown keeps."""

_LOOKED_AT: dict[str, Callable[[Invoice], object]] = {
    "lines": lambda one: [(line.amount, line.order, line.order_line) for line in one.lines],
    "buyer": lambda one: _party(one.buyer),
    "payee": lambda one: one.payee and _party(one.payee),
    "order reference": lambda one: fold(one.order or ""),
    "agreement reference": lambda one: fold(one.agreement or ""),
    "credited invoice": lambda one: sorted(drawdown.plain(x.number) for x in one.credits),
    "amount to pay": lambda one: (one.payable, one.prepaid, one.rounding),
    "kind of document": lambda one: (one.meaning, one.is_credit),
}


def unlike(invoice: Invoice, sha256: str, supplier: str, desk: Desk) -> tuple[str, ...]:
    """What a file says otherwise than the one that the same invoice, as it stands, was recorded
    from; nothing where it is not recorded, or was typed."""
    id = drawdown.identity(supplier, invoice.number, invoice.issued_on, invoice.type)
    first: drawdown.State | None = desk.service.load(drawdown.stream(id))[1]
    if first is None:
        return ()
    last: drawdown.State = first
    if first.anew:
        last = desk.service.load(drawdown.stream(first.anew[-1]))[1]
    if last.source is None or last.source.sha256 == sha256:
        return ()
    kept = desk.registry.received(last.source.sha256)
    if kept is None:
        return ()
    try:
        before = FORMATS[kept.format](kept.content)
    except DocumentFaults:  # read by an earlier version; what the drawdown keeps is compared
        return ()
    return tuple(name for name, seen in _LOOKED_AT.items() if seen(before) != seen(invoice))


def _party(party: Party) -> str:
    return party.organisation or fold(party.raw)
