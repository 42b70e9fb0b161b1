"""The university's e-invoices for the demonstration: Peppol BIS Billing 3, written from figures."""

from datetime import date, timedelta
from typing import Any

import msgspec
from lxml import etree

from ledger.documents.xml import NAMES
from ledger.domain.events import Party
from ledger.domain.money import to_text

VAT_PERCENT = 25
"""Contract education is taxed at the standard rate."""

DAYS_TO_PAY = 30
_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_SPECIFICATION = (
    "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0",
    "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0",
)


class BillLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line, and the order's line that it is for (BT-132), 0 where it names none. `unit_price` in
    öre, without VAT."""

    order_line: int
    text: str
    quantity: int
    unit_price: int

    @property
    def amount(self) -> int:
        return self.quantity * self.unit_price


class Bill(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice (380), or, where `credits` names an invoice and its date, a credit note (381).

    One that names no order, or no agreement, has "" there.
    """

    number: str
    issued_on: date
    agreement: str
    order: str
    supplier: Party
    buyer: Party
    buyer_reference: str
    lines: tuple[BillLine, ...]
    credits: tuple[str, date] | None = None


def written(bill: Bill) -> bytes:
    """The bill as a file: UBL 2.1, the same bytes each time."""
    kind = "Invoice" if bill.credits is None else "CreditNote"
    names: Any = {None: f"{_UBL}{kind}-2", **NAMES}
    root = etree.Element(f"{{{_UBL}{kind}-2}}{kind}", nsmap=names)
    _head(root, bill, kind)
    _party(root, "AccountingSupplierParty", bill.supplier, taxed=True)
    _party(root, "AccountingCustomerParty", bill.buyer, taxed=False)
    due_on = (bill.issued_on + timedelta(days=DAYS_TO_PAY)).isoformat()
    means = _group(root, "PaymentMeans")
    _text(means, "PaymentMeansCode", "30")
    if bill.credits is not None:
        _text(means, "PaymentDueDate", due_on)
    _text(_group(means, "PayeeFinancialAccount"), "ID", "0000000")
    _totals(root, sum(line.amount for line in bill.lines))
    for number, line in enumerate(bill.lines, 1):
        _line(root, kind, number, line)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _head(root: etree._Element, bill: Bill, kind: str) -> None:
    _text(root, "CustomizationID", _SPECIFICATION[0])
    _text(root, "ProfileID", _SPECIFICATION[1])
    _text(root, "ID", bill.number)
    _text(root, "IssueDate", bill.issued_on.isoformat())
    if bill.credits is None:
        _text(root, "DueDate", (bill.issued_on + timedelta(days=DAYS_TO_PAY)).isoformat())
    _text(root, f"{kind}TypeCode", "380" if bill.credits is None else "381")
    _text(root, "DocumentCurrencyCode", "SEK")
    _text(root, "BuyerReference", bill.buyer_reference)
    if bill.order:
        _text(_group(root, "OrderReference"), "ID", bill.order)
    if bill.credits is not None:
        reference = _group(_group(root, "BillingReference"), "InvoiceDocumentReference")
        _text(reference, "ID", bill.credits[0])
        _text(reference, "IssueDate", bill.credits[1].isoformat())
    if bill.agreement:
        _text(_group(root, "ContractDocumentReference"), "ID", bill.agreement)


def _party(root: etree._Element, name: str, party: Party, *, taxed: bool) -> None:
    element = _group(_group(root, name), "Party")
    _text(element, "EndpointID", party.organisation, schemeID="0007")
    country = _group(_group(element, "PostalAddress"), "Country")
    _text(country, "IdentificationCode", "SE")
    if taxed:
        scheme = _group(element, "PartyTaxScheme")
        _text(scheme, "CompanyID", f"SE{party.organisation}01")
        _text(_group(scheme, "TaxScheme"), "ID", "VAT")
    legal = _group(element, "PartyLegalEntity")
    _text(legal, "RegistrationName", party.name)
    _text(legal, "CompanyID", party.organisation, schemeID="0007")


def _totals(root: etree._Element, net: int) -> None:
    vat = (net * VAT_PERCENT + 50) // 100
    total = _group(root, "TaxTotal")
    _amount(total, "TaxAmount", vat)
    subtotal = _group(total, "TaxSubtotal")
    _amount(subtotal, "TaxableAmount", net)
    _amount(subtotal, "TaxAmount", vat)
    _vat_category(_group(subtotal, "TaxCategory"))
    sums = _group(root, "LegalMonetaryTotal")
    _amount(sums, "LineExtensionAmount", net)
    _amount(sums, "TaxExclusiveAmount", net)
    _amount(sums, "TaxInclusiveAmount", net + vat)
    _amount(sums, "PayableAmount", net + vat)


def _line(root: etree._Element, kind: str, number: int, line: BillLine) -> None:
    element = _group(root, f"{kind}Line")
    _text(element, "ID", str(number))
    quantity = "InvoicedQuantity" if kind == "Invoice" else "CreditedQuantity"
    _text(element, quantity, str(line.quantity), unitCode="EA")
    _amount(element, "LineExtensionAmount", line.amount)
    if line.order_line:
        _text(_group(element, "OrderLineReference"), "LineID", str(line.order_line))
    item = _group(element, "Item")
    _text(item, "Name", line.text)
    _vat_category(_group(item, "ClassifiedTaxCategory"))
    _amount(_group(element, "Price"), "PriceAmount", line.unit_price)


def _vat_category(element: etree._Element) -> None:
    _text(element, "ID", "S")
    _text(element, "Percent", str(VAT_PERCENT))
    _text(_group(element, "TaxScheme"), "ID", "VAT")


def _group(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{NAMES['cac']}}}{name}")


def _text(parent: etree._Element, name: str, text: str, **attributes: str) -> None:
    etree.SubElement(parent, f"{{{NAMES['cbc']}}}{name}", attributes).text = text


def _amount(parent: etree._Element, name: str, ore: int) -> None:
    _text(parent, name, to_text(ore), currencyID="SEK")
