"""Whether a file says the same as the one that the same invoice was recorded from."""

from collections.abc import Callable

from ledger.documents.faults import DocumentFaults
from ledger.documents.parties import Party
from ledger.documents.peppol_invoice import Invoice
from ledger.domain import drawdown
from ledger.domain.spelling import fold, without_hyphens
from ledger.intake.desk import Desk
from ledger.intake.reading import for_log, read_kept
from ledger.wording import words

SAID = {
    "lines": words("lines"),
    "what the lines are for": words("what the lines are for"),
    "supplier": words("supplier"),
    "buyer": words("buyer"),
    "payee": words("payee"),
    "account to pay to": words("account to pay to"),
    "buyer reference": words("buyer reference"),
    "order reference": words("order reference"),
    "seller's order": words("seller's order"),
    "agreement reference": words("agreement reference"),
    "credited invoice": words("credited invoice"),
    "amount to pay": words("amount to pay"),
    "period": words("period"),
    "notes": words("notes"),
    "attachments": words("attachments"),
    "kind of document": words("kind of document"),
}
"""What two files may say otherwise, beside the figures that the drawdown keeps."""

_LOOKED_AT: dict[str, Callable[[Invoice], object]] = {
    "lines": lambda one: [
        (
            line.amount,
            _bare(line.order),
            _spaced(line.order_line).lstrip("0"),
            line.vat_category,
            line.vat_rate,
        )
        for line in one.lines
    ],
    "what the lines are for": lambda one: [
        (
            _spaced(" ".join((line.text, *line.more))),
            _spaced(line.item),
            line.quantity,
            line.unit_price,
        )
        for line in one.lines
    ],
    "supplier": lambda one: _named(one.supplier),
    "buyer": lambda one: _named(one.buyer),
    "payee": lambda one: one.payee and _named(one.payee),
    "account to pay to": lambda one: [fold(account) for account in one.accounts],
    "buyer reference": lambda one: fold(one.buyer_reference or ""),
    "order reference": lambda one: _bare(one.order),
    "seller's order": lambda one: _bare(one.sellers_order),
    "agreement reference": lambda one: fold(one.agreement or ""),
    "credited invoice": lambda one: sorted(
        (drawdown.plain(x.number), str(x.issued_on or "")) for x in one.credits
    ),
    "amount to pay": lambda one: (one.payable, one.prepaid, one.rounding),
    "period": lambda one: one.period,
    "notes": lambda one: [_spaced(note) for note in one.notes],
    "attachments": lambda one: [x.sha256 for x in one.attachments],
    "kind of document": lambda one: (one.meaning, one.is_credit),
}
"""All that the reader keeps, but what is about the way: the envelope, the spaces, how an attachment
is written. What only says it more closely (a name's letters, a day) differs too: a person looks."""


def unlike(invoice: Invoice, sha256: str, supplier: str, buyer: str, desk: Desk) -> tuple[str, ...]:
    """What a file says otherwise than the one that the buyer's same invoice, as it stands, was
    recorded from; nothing where it is not recorded, or was typed."""
    id = drawdown.identity(supplier, invoice.number, invoice.issued_on, invoice.type)
    _, _, last = drawdown.chain_of(id, buyer, lambda stream: desk.service.load(stream)[1])
    if last is None or last.source is None or last.source.sha256 == sha256:
        return ()
    kept = desk.registry.received(last.source.sha256)
    if kept is None:
        return ()
    try:
        before = for_log(read_kept(kept, desk.registry), desk.registry)
    except DocumentFaults:  # read by an earlier version; what the drawdown keeps is compared
        return ()
    return tuple(name for name, seen in _LOOKED_AT.items() if seen(before) != seen(invoice))


def _bare(reference: str | None) -> str:
    return without_hyphens(fold(reference or ""))


def _named(party: Party) -> tuple[str, str]:
    return party.organisation or fold(party.raw), _spaced(party.name)


def _spaced(text: str | None) -> str:
    return " ".join((text or "").split())
