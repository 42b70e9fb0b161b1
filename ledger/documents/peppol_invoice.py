"""Reader of Peppol BIS Billing 3 invoices and credit notes (UBL 2.1), with the sums checked.

The rules are those of EN 16931 (BR-…) and of Peppol (PEPPOL-EN16931-R…) that decide which amount
counts, on what, and for whom; whether all else is as the standard wants is the access point's task.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction

import msgspec

from ledger.bounds import MAX_LINES
from ledger.documents import organisation, peppol_rules, xml
from ledger.documents.faults import Fault, Findings, refusal
from ledger.documents.xml import Place
from ledger.domain.money import to_text

_ROOTS = {
    "{urn:oasis:names:specification:ubl:schema:xsd:Invoice-2}Invoice": "Invoice",
    "{urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2}CreditNote": "CreditNote",
}
_TYPES = {
    "Invoice": "71 80 82 84 102 218 219 326 331 380 382 383 384 386 388 389 393 395 553 575 623 "
    "780 817 870 875 876 877",
    "CreditNote": "81 83 381 396 532",
}
"""UNCL1001-inv and UNCL1001-cn of Peppol: a pro forma invoice (325) is not among them."""


def read(data: bytes) -> Invoice:
    """The invoice or credit note in a file.

    Raises DocumentFaults with everything that is wrong, up to MAX_FAULTS faults. What is odd but
    leaves the amounts sure, as a party without a Swedish organisation number, is in `warnings`.
    """
    element = xml.parse(data)
    kind = _ROOTS.get(str(element.tag))
    if kind is None:
        raise refusal(
            "not-an-invoice",
            "This is neither a UBL invoice nor a UBL credit note; its root is {root}.",
            root=xml.short(str(element.tag).rpartition("}")[2]),
        )
    root = Place(element, f"/{kind}", Findings())
    invoice = _invoice(root, kind)
    root.found.refuse()
    return invoice


def _invoice(root: Place, kind: str) -> Invoice:
    """The whole document; only true if no fault was noted, the blanks stand for faulty values."""
    is_credit = kind == "CreditNote"
    sign = -1 if is_credit else 1
    _check_specification(root)
    currency = _currency(root)
    lines = _lines(root, kind, currency)
    totals, vat = _sums(root, currency, lines)
    amount, payable = sign * (totals.exclusive or 0), sign * (totals.payable or 0)
    if is_credit and amount > 0:
        # Some systems write minus signs on a credit note: then it says the opposite of its name.
        root.found.warn(
            root.below("LegalMonetaryTotal/TaxExclusiveAmount"),
            "credit-note-adds",
            "This credit note has a negative total, so it counts as {amount} more to pay.",
            amount=to_text(amount),
        )
    return Invoice(
        number=root.text("cbc:ID", "BR-02") or "",
        type=_type(root, kind),
        is_credit=is_credit,
        issued_on=root.day("cbc:IssueDate", "BR-03") or date.min,
        due_on=_due_on(root, kind),
        currency=currency or "",
        buyer_reference=root.text("cbc:BuyerReference"),
        order=_order(root),
        agreement=root.text("cac:ContractDocumentReference/cbc:ID"),
        credits=_credits(root),
        supplier=_party(root, "cac:AccountingSupplierParty/cac:Party", "BR-06", "BR-09"),
        buyer=_party(root, "cac:AccountingCustomerParty/cac:Party", "BR-07", "BR-11"),
        lines=tuple(
            msgspec.structs.replace(line, amount=sign * line.amount) for line in lines or ()
        ),
        amount=amount,
        allowances=sign * ((totals.charges or 0) - (totals.allowances or 0)),
        vat=sign * (vat or 0),
        payable=payable,
        period=_period(root),
        warnings=tuple(root.found.warnings),
    )


def _sums(
    root: Place, currency: str | None, lines: list[Line] | None
) -> tuple[peppol_rules.Totals, int | None]:
    """The totals and the VAT, as written and in the currency of the document, with their rules."""
    charges = peppol_rules.charges(root, currency, taxed=True)
    taxed = None
    if lines is not None and charges is not None:
        parts = [peppol_rules.Charge(x.amount, x.vat_category, x.vat_rate) for x in lines]
        taxed = parts + charges
    vat = peppol_rules.vat(root, currency, taxed)
    totals = peppol_rules.totals(root, currency)
    amounts = None if lines is None else [line.amount for line in lines]
    peppol_rules.check_totals(root, totals, amounts, charges, vat)
    return totals, vat


def _check_specification(root: Place) -> None:
    """The sums mean what this reader takes them for only under EN 16931 (BT-24, BR-01)."""
    written = root.text("cbc:CustomizationID", "BR-01")
    if written and not written.startswith("urn:cen.eu:en16931:2017"):
        root.fault(
            "cbc:CustomizationID",
            "specification-unknown",
            "The invoice follows {written}, and only EN 16931 (Peppol BIS Billing 3) is read.",
            written=xml.short(written, 80),
        )
    if not root.text("cbc:BuyerReference") and not root.text("cac:OrderReference/cbc:ID"):
        root.fault(
            "cbc:BuyerReference",
            "reference-missing",
            "There is neither a buyer's reference nor an order reference (PEPPOL-EN16931-R003).",
        )


def _currency(root: Place) -> str | None:
    written = root.text("cbc:DocumentCurrencyCode", "BR-05")
    if written is None or (len(written) == 3 and written.isascii() and written.isupper()):
        return written
    root.fault(
        "cbc:DocumentCurrencyCode",
        "not-a-currency",
        "“{written}” is not a currency code of three capital letters.",
        written=xml.short(written),
    )
    return None


def _type(root: Place, kind: str) -> str:
    name = f"cbc:{kind}TypeCode"
    written = root.text(name, "BR-04") or ""
    if written and written not in _TYPES[kind].split():
        root.fault(
            name,
            "type-unknown",
            "The type {written} is not one that Peppol has for this document (BR-CL-01).",
            written=xml.short(written),
        )
    return written


def _due_on(root: Place, kind: str) -> date | None:
    """BT-9, which a UBL credit note has no element for but with the means of payment."""
    if kind == "Invoice":
        return root.day("cbc:DueDate")
    days = [means.day("cbc:PaymentDueDate") for means in root.every("cac:PaymentMeans")]
    return next((day for day in days if day), None)


def _order(root: Place) -> str | None:
    """BT-13; Peppol has "NA" written there where only the seller's order number is known."""
    written = root.text("cac:OrderReference/cbc:ID")
    return None if written == "NA" else written


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


def _party(root: Place, path: str, name_rule: str, country_rule: str) -> Party:
    """A party, with its number looked for where it is surest first, and a warning if in vain."""
    place = root.one(path, name_rule)
    if place is None:
        return Party(organisation=None, raw="", name="")
    country = place.text("cac:PostalAddress/cac:Country/cbc:IdentificationCode", country_rule)
    name = place.text("cac:PartyLegalEntity/cbc:RegistrationName", name_rule, cut=True)
    raw = ""
    for number_path, written in _numbers(place, country):
        raw = raw or written
        try:
            number = organisation.normalise(written)
        except ValueError:
            root.found.warn(
                place.below(number_path),
                "organisation-number-invalid",
                "“{written}” is not a Swedish organisation number.",
                written=xml.short(written),
            )
        else:
            return Party(organisation=number, raw=written, name=name or "")
    if not raw:
        raw = _other_number(place)
        root.found.warn(
            place.path,
            "organisation-number-missing",
            "{name} ({country}) has no Swedish organisation number here.",
            name=xml.short(name or "?"),
            country=xml.short(country or "?"),
        )
    return Party(organisation=None, raw=raw, name=name or "")


def _numbers(place: Place, country: str | None) -> Iterable[tuple[str, str]]:
    """Where a Swedish organisation number should be, as (path, text), the surest first."""
    legal = "cac:PartyLegalEntity/cbc:CompanyID"
    written, entity = place.text(legal), place.one(legal)
    scheme = "" if entity is None else entity.attribute("schemeID")
    if written and (scheme == "0007" or (not scheme and country == "SE")):
        yield legal, written
    written, endpoint = place.text("cbc:EndpointID"), place.one("cbc:EndpointID")
    if written and endpoint is not None and endpoint.attribute("schemeID") == "0007":
        yield "cbc:EndpointID", written
    for i, tax in enumerate(place.every("cac:PartyTaxScheme"), 1):
        written = tax.text("cbc:CompanyID")
        is_vat = (tax.text("cac:TaxScheme/cbc:ID") or "").upper() == "VAT"
        if written and is_vat and written.upper().startswith("SE"):
            yield f"cac:PartyTaxScheme[{i}]/cbc:CompanyID", written


def _other_number(place: Place) -> str:
    """Any number that tells who a party is, for a person to read."""
    taxes = [tax.text("cbc:CompanyID") for tax in place.every("cac:PartyTaxScheme")]
    numbers = [
        place.text("cac:PartyLegalEntity/cbc:CompanyID"),
        *taxes,
        place.text("cbc:EndpointID"),
    ]
    return next((number for number in numbers if number), "")


def _lines(root: Place, kind: str, currency: str | None) -> list[Line] | None:
    """The lines with their amounts as written, or None where one of them is not sound."""
    places = root.every(f"cac:{kind}Line")
    if not places:
        root.fault(
            f"cac:{kind}Line", "missing", "There is no line, and {rule} requires one.", rule="BR-16"
        )
    if len(places) > MAX_LINES:
        root.fault(
            f"cac:{kind}Line",
            "too-many-lines",
            "There are {count} lines, and at most {most} are read.",
            count=str(len(places)),
            most=str(MAX_LINES),
        )
        return None
    quantity = "cbc:CreditedQuantity" if kind == "CreditNote" else "cbc:InvoicedQuantity"
    lines = [_line(place, quantity, currency) for place in places]
    numbers = Counter(line.number for line in lines if line and line.number)
    for place, line in zip(places, lines, strict=True):
        if line and numbers[line.number] > 1:
            place.fault(
                "cbc:ID",
                "line-repeated",
                "Another line has the number {number} too.",
                number=line.number,
            )
    sound = [line for line in lines if line]
    return sound if sound and len(sound) == len(lines) else None


def _line(place: Place, quantity_path: str, currency: str | None) -> Line | None:
    """A line with its amount as written, or None where a part that sums depend on is not sound."""
    before = place.found.count
    number = place.text("cbc:ID", "BR-21")
    quantity = place.decimal(quantity_path, "BR-22")
    amount = place.amount("cbc:LineExtensionAmount", currency, "BR-24")
    category = place.text("cac:Item/cac:ClassifiedTaxCategory/cbc:ID", "BR-CO-04")
    rate = peppol_rules.rate(place, "cac:Item/cac:ClassifiedTaxCategory/cbc:Percent")
    price = place.decimal("cac:Price/cbc:PriceAmount", "BR-26")
    if price is not None and price < 0:
        place.fault("cac:Price/cbc:PriceAmount", "price-negative", "A price is negative (BR-27).")
    base = peppol_rules.base_quantity(place)
    line = Line(
        number=number or "",
        order_line=place.text("cac:OrderLineReference/cbc:LineID"),
        item=place.text("cac:Item/cac:SellersItemIdentification/cbc:ID"),
        amount=amount or 0,
        text=place.text("cac:Item/cbc:Name", "BR-25", cut=True) or "",
        quantity=None if quantity is None else xml.plain(quantity),
        unit_price=None if price is None or base is None else _unit_price(price, base),
        vat_category=category,
        vat_rate=None if rate is None else xml.plain(rate),
    )
    charges = peppol_rules.charges(place, currency, taxed=False)
    if place.found.count > before or charges is None:
        return None
    # A line whose own arithmetic is wrong still counts in the sum of lines, which is checked too.
    if quantity is not None and price is not None and base is not None:
        unit_price = Fraction(price) / Fraction(base)
        peppol_rules.check_line(place, line.amount, quantity, unit_price, charges)
    return line


def _unit_price(price: Decimal, base: Decimal) -> str:
    """The price of one unit, to twelve decimals where it does not end before."""
    with localcontext(prec=60):
        return xml.plain((price / base).quantize(Decimal("1e-12")))


class Reference(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice that this one corrects or credits (BG-3)."""

    number: str
    issued_on: date | None


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """A seller or buyer.

    `organisation` is ten digits with a true check digit, or None; `raw` is the number as written,
    also a foreign one, and "" where there is none.
    """

    organisation: str | None
    raw: str
    name: str


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line (BG-25). `amount` is net öre as it counts for the buyer: negative is money back.

    `quantity` is as written, so a credit note's is positive; `unit_price` is for one unit, whatever
    base quantity the price was written for, and may have more decimals than two. `order_line` is
    BT-132, and `item` the seller's own name for the thing (BT-155).
    """

    number: str
    order_line: str | None
    item: str | None
    amount: int
    text: str
    quantity: str | None
    unit_price: str | None
    vat_category: str | None
    vat_rate: str | None


class Invoice(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice or credit note whose sums hold. All amounts are öre of `currency`.

    Amounts count as they do for the buyer: an invoice's are positive, a credit note's and a
    negative invoice's are negative. `amount` (BT-109, without VAT) is the sum of the lines plus
    `allowances`, the charges less the allowances that are on the document and on no line.
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
