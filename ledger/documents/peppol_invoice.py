"""Reader of Peppol BIS Billing 3 invoices and credit notes (UBL 2.1), with the sums checked.

The rules are those of EN 16931 (BR-…) and of Peppol (PEPPOL-EN16931-R…) that decide which amount
counts, on what, and for whom; whether all else is as the standard wants is the access point's task.
"""

from __future__ import annotations

from datetime import date

import msgspec

from ledger.bounds import MAX_NAME
from ledger.documents import currencies, peppol_rules, xml
from ledger.documents.attachments import Attachment
from ledger.documents.characters import visible
from ledger.documents.envelope import Envelope, unwrap
from ledger.documents.faults import Fault, Findings, refusal
from ledger.documents.lines import Line, lines
from ledger.documents.parties import Party, party, payee
from ledger.documents.specifications import (
    Specification,
    extension,
    is_valid,
    other_format,
    refuse_bytes,
    specification,
)
from ledger.documents.xml import Place
from ledger.domain.money import to_text

__all__ = ["Attachment", "Envelope", "Invoice", "Line", "Party", "Reference", "read"]

_ROOTS = {
    "{urn:oasis:names:specification:ubl:schema:xsd:Invoice-2}Invoice": "Invoice",
    "{urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2}CreditNote": "CreditNote",
}
_MEANINGS = {
    "261": "self-billed",
    "384": "corrected",
    "386": "prepayment",
    "389": "self-billed",
    "393": "factored",
    "396": "factored",
    "527": "self-billed",
}
"""Types of document (UNCL1001) that are not what an invoice or a credit note is otherwise."""


def read(data: bytes) -> Invoice:
    """The invoice or credit note in a file, also where the envelope of access points is around it.

    Raises DocumentFaults with everything that is wrong, up to MAX_FAULTS faults. What is odd but
    leaves the amounts sure, as a party without a Swedish organisation number, is in `warnings`.
    """
    refuse_bytes(data)
    file = xml.parse(data)
    found = Findings()
    element, above, envelope = unwrap(file.root, found)
    kind = _ROOTS.get(str(element.tag))
    if kind is None:
        raise other_format(str(element.tag)) or refusal(
            "not-an-invoice",
            "This is neither a UBL invoice nor a UBL credit note; its root is {root}.",
            root=xml.short(str(element.tag).rpartition("}")[2]),
        )
    root = Place(element, f"{above}/{kind}", found)
    invoice = _invoice(root, kind)
    attached = _attachments(root, file)
    found.refuse()
    return msgspec.structs.replace(
        invoice, envelope=envelope, attachments=attached, warnings=tuple(found.warnings)
    )


def _invoice(root: Place, kind: str) -> Invoice:
    """The whole document; only true if no fault was noted, the blanks stand for faulty values."""
    is_credit = kind == "CreditNote"
    sign = -1 if is_credit else 1
    issued_on = root.day("cbc:IssueDate", "BR-03")
    follows = _specification(root, issued_on)
    currency = _currency(root)
    type = _type(root, kind, follows)
    rows = lines(root, kind, currency)
    totals, vat = _sums(root, currency, rows)
    amount, payable = sign * (totals.exclusive or 0), sign * (totals.payable or 0)
    if is_credit and amount > 0:
        # Some systems write minus signs on a credit note: then it says the opposite of its name.
        root.found.warn(
            root.below("LegalMonetaryTotal/TaxExclusiveAmount"),
            "credit-note-adds",
            "This credit note has a negative total, so it counts as {amount} more to pay.",
            amount=to_text(amount),
        )
    invoice = Invoice(
        number=root.text("cbc:ID", "BR-02") or "",
        type=type,
        is_credit=is_credit,
        issued_on=issued_on or date.min,
        due_on=_due_on(root, kind),
        currency=currency or "",
        buyer_reference=root.text("cbc:BuyerReference"),
        order=_order(root, "cbc:ID"),
        agreement=_agreement(root),
        credits=_credits(root),
        supplier=party(root, "cac:AccountingSupplierParty/cac:Party", "BR-06", "BR-09"),
        buyer=party(root, "cac:AccountingCustomerParty/cac:Party", "BR-07", "BR-11"),
        lines=tuple(
            msgspec.structs.replace(line, amount=sign * line.amount) for line in rows or ()
        ),
        amount=amount,
        allowances=sign * ((totals.charges or 0) - (totals.allowances or 0)),
        vat=sign * (vat or 0),
        payable=payable,
        period=_period(root),
        warnings=(),
        prepaid=sign * (totals.prepaid or 0),
        rounding=sign * (totals.rounding or 0),
        meaning=_MEANINGS.get(type, ""),
        sellers_order=_order(root, "cbc:SalesOrderID"),
        payee=payee(root),
        notes=tuple(one.own_text() or "" for one in root.every("cbc:Note")),
        accounts=_accounts(root),
        specification=root.text("cbc:CustomizationID") or "",
    )
    _tell_meaning(root, kind, invoice)
    return invoice


def _tell_meaning(root: Place, kind: str, invoice: Invoice) -> None:
    """What a person should see before the amount is taken for an invoice's of its own."""
    at = root.below(f"cbc:{kind}TypeCode")
    if invoice.meaning == "corrected":
        root.found.warn(
            at,
            "corrected-invoice",
            "This is a corrected invoice (384): whether it replaces {numbers} or is the difference "
            "to it, it does not say.",
            numbers=", ".join(one.number for one in invoice.credits) or "?",
        )
    if invoice.meaning == "prepayment":
        root.found.warn(
            at,
            "prepayment-invoice",
            "This is a prepayment invoice (386): the final one takes it back.",
        )
    if invoice.meaning == "self-billed":
        root.found.warn(
            at,
            "self-billed",
            "The buyer wrote this itself, for {name}.",
            name=invoice.supplier.name,
        )
    if invoice.payee is not None:
        root.found.warn(
            root.below("cac:PayeeParty"),
            "payee-differs",
            "The invoice is to be paid to {name} ({number}) and not to the supplier.",
            name=xml.short(invoice.payee.name or "?"),
            number=xml.short(invoice.payee.raw or "?"),
        )
    elif invoice.meaning == "factored":
        root.found.warn(
            root.below(f"cbc:{kind}TypeCode"),
            "payee-unnamed",
            "The invoice is a factored one ({type}), and does not say who is to be paid instead of "
            "the supplier.",
            type=invoice.type,
        )


def _attachments(root: Place, file: xml.Read) -> tuple[Attachment, ...]:
    """What is enclosed (BG-24), with a warning for what cannot be unpacked."""
    found = []
    for place in root.every("cac:AdditionalDocumentReference"):
        path = "cac:Attachment/cbc:EmbeddedDocumentBinaryObject"
        object = place.one(path)
        if object is None:
            continue
        sha256 = str(object.element.text or "").strip()
        if sha256 not in file.sizes or sha256 in file.broken:
            root.found.warn(
                place.below(path),
                "attachment-unreadable",
                "The attachment is not the Base64 that it should be.",
            )
        if sha256 in file.sizes:
            found.append(
                Attachment(
                    sha256=sha256,
                    bytes=file.sizes[sha256],
                    name=xml.short(visible(object.attribute("filename")), MAX_NAME),
                    media_type=xml.short(visible(object.attribute("mimeCode")), MAX_NAME),
                    reference=place.text("cbc:ID") or "",
                    description=place.text("cbc:DocumentDescription", cut=True) or "",
                )
            )
    return tuple(found)


def _sums(
    root: Place, currency: str | None, rows: list[Line] | None
) -> tuple[peppol_rules.Totals, int | None]:
    """The totals and the VAT, as written and in the currency of the document, with their rules."""
    charges = peppol_rules.charges(root, currency, taxed=True)
    taxed = None
    if rows is not None and charges is not None:
        parts = [peppol_rules.Charge(x.amount, x.vat_category, x.vat_rate) for x in rows]
        taxed = parts + charges
    vat = peppol_rules.vat(root, currency, taxed)
    totals = peppol_rules.totals(root, currency)
    amounts = None if rows is None else [line.amount for line in rows]
    peppol_rules.check_totals(root, totals, amounts, charges, vat)
    return totals, vat


def _specification(root: Place, on: date | None) -> Specification | None:
    """The sums mean what this reader takes them for only under EN 16931 (BT-24, BR-01)."""
    written = root.text("cbc:CustomizationID", "BR-01")
    row = specification(written, on) if written else None
    if written and row is None:
        root.fault(
            "cbc:CustomizationID",
            "specification-unknown",
            "The invoice follows {written}, and only EN 16931 (Peppol BIS Billing 3) is read.",
            written=xml.short(written, 80),
        )
    if row and on and not is_valid(row, on):
        root.found.warn(
            root.below("cbc:CustomizationID"),
            "specification-not-in-force",
            "{name} was not in force on {on}.",
            name=row.name,
            on=on.isoformat(),
        )
    if written and (extended := extension(written)) is not None:
        root.found.warn(
            root.below("cbc:CustomizationID"),
            "specification-extended",
            "The invoice follows an extension of EN 16931 ({extension}): what is only there is not "
            "read.",
            extension=xml.short(extended, 80) or "?",
        )
    if not root.text("cbc:BuyerReference") and not root.text("cac:OrderReference/cbc:ID"):
        root.fault(
            "cbc:BuyerReference",
            "reference-missing",
            "There is neither a buyer's reference nor an order reference (PEPPOL-EN16931-R003).",
        )
    return row


def _currency(root: Place) -> str | None:
    written = root.code("cbc:DocumentCurrencyCode", "BR-05")
    if written is None or written in currencies.KNOWN:
        return written
    root.fault(
        "cbc:DocumentCurrencyCode",
        "not-a-currency",
        "“{written}” is not a currency code of ISO 4217 (BR-CL-04).",
        written=xml.short(written),
    )
    return None


def _type(root: Place, kind: str, follows: Specification | None) -> str:
    name = f"cbc:{kind}TypeCode"
    written = root.code(name, "BR-04") or ""
    if written and follows and written not in follows.types(kind):
        root.fault(
            name,
            "type-unknown",
            "The type {written} is not one that {specification} has for this document (BR-CL-01).",
            written=xml.short(written),
            specification=follows.name,
        )
    return written


def _due_on(root: Place, kind: str) -> date | None:
    """BT-9, which a UBL credit note has no element for but with the means of payment."""
    if kind == "Invoice":
        return root.day("cbc:DueDate")
    days = [means.day("cbc:PaymentDueDate") for means in root.every("cac:PaymentMeans")]
    return next((day for day in days if day), None)


def _accounts(root: Place) -> tuple[str, ...]:
    """Where it is to be paid to: what nobody may exchange unseen."""
    found = []
    for means in root.every("cac:PaymentMeans"):
        for account in means.every("cac:PayeeFinancialAccount"):
            bank = account.text("cac:FinancialInstitutionBranch/cbc:ID") or ""
            found.append(f"{account.text('cbc:ID') or ''} {bank}".strip())
    return tuple(found)


def _order(root: Place, name: str) -> str | None:
    """BT-13 or BT-14; Peppol has "NA" written where only the other is known."""
    written = root.text(f"cac:OrderReference/{name}")
    return None if written == "NA" else written


def _agreement(root: Place) -> str | None:
    """BT-12: UBL has room for several references, and the rules for one number among them."""
    for reference in root.every("cac:ContractDocumentReference"):
        if reference.one("cbc:ID") is not None:
            return reference.text("cbc:ID")
    return None


def _credits(root: Place) -> tuple[Reference, ...]:
    found = []
    for place in root.every("cac:BillingReference"):
        number = place.text("cac:InvoiceDocumentReference/cbc:ID", "BR-55")
        day = place.day("cac:InvoiceDocumentReference/cbc:IssueDate")
        found.append(Reference(number=number or "", issued_on=day))
    return tuple(found)


def _period(root: Place) -> tuple[date | None, date | None]:
    start = root.day("cac:InvoicePeriod/cbc:StartDate")
    end = root.day("cac:InvoicePeriod/cbc:EndDate")
    if start and end and end < start:
        root.fault(
            "cac:InvoicePeriod/cbc:EndDate",
            "period-backwards",
            "The period ends on {end}, before it starts on {start} (BR-29).",
            start=start.isoformat(),
            end=end.isoformat(),
        )
    return start, end


class Reference(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice that this one corrects or credits (BG-3)."""

    number: str
    issued_on: date | None


class Invoice(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice or credit note whose sums hold. All amounts are öre of `currency`.

    Amounts count as they do for the buyer: an invoice's are positive, a credit note's and a
    negative invoice's are negative. `amount` (BT-109, without VAT) is the sum of the lines plus
    `allowances`, the charges less the allowances that are on the document and on no line.
    `prepaid` (BT-113) and `rounding` (BT-114) are with VAT, as `payable` is: that is what the
    document comes to, less the one and plus the other.

    `meaning` tells documents apart that are not what their root says: "corrected" (384: the whole
    anew, or the difference), "prepayment" (386), "self-billed" (written by the buyer), "factored".
    `order` is BT-13, `sellers_order` BT-14, `agreement` BT-12, `payee` BG-10, `notes` BT-22,
    `accounts` BT-84 each with its bank (BT-86), and `specification` BT-24.
    """

    number: str
    type: str
    is_credit: bool
    issued_on: date
    due_on: date | None
    currency: str
    buyer_reference: str | None
    order: str | None
    agreement: str | None
    credits: tuple[Reference, ...]
    supplier: Party
    buyer: Party
    lines: tuple[Line, ...]
    amount: int
    allowances: int
    vat: int
    payable: int
    period: tuple[date | None, date | None]
    warnings: tuple[Fault, ...]
    prepaid: int = 0
    rounding: int = 0
    meaning: str = ""
    sellers_order: str | None = None
    payee: Party | None = None
    notes: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    specification: str = ""
    envelope: Envelope | None = None
    attachments: tuple[Attachment, ...] = ()
