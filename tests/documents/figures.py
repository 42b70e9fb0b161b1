"""The figures of an invoice by XPath alone, which knows nothing of how the reader works."""

from decimal import Decimal

from lxml import etree

from ledger.documents.peppol_invoice import Invoice

NAMES = {
    "a": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "b": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}
LINES = "a:InvoiceLine|a:CreditNoteLine"

Figures = dict[str, object]


def extracted(data: bytes) -> Figures:
    """What the document says, signed as it counts for the buyer: a credit note's is turned."""
    root = etree.fromstring(data)
    sign = -1 if etree.QName(root).localname == "CreditNote" else 1

    def number(path: str, at: etree._Element = root) -> Decimal:
        found = at.xpath(f"normalize-space({path})", namespaces=NAMES)
        return sign * Decimal(str(found)) if found else Decimal(0)

    def text(path: str, at: etree._Element = root) -> str:
        return str(at.xpath(f"normalize-space({path})", namespaces=NAMES))

    currency = text("b:DocumentCurrencyCode")
    own_vat = f"a:TaxTotal/b:TaxAmount[normalize-space(@currencyID)='{currency}']"
    return {
        "issued_on": text("b:IssueDate"),
        "currency": currency,
        "lines": [
            number("b:LineExtensionAmount", line) for line in root.xpath(LINES, namespaces=NAMES)
        ],
        "amount": number("a:LegalMonetaryTotal/b:TaxExclusiveAmount"),
        "allowances": number("a:LegalMonetaryTotal/b:ChargeTotalAmount")
        - number("a:LegalMonetaryTotal/b:AllowanceTotalAmount"),
        "vat": number(own_vat),
        "prepaid": number("a:LegalMonetaryTotal/b:PrepaidAmount"),
        "rounding": number("a:LegalMonetaryTotal/b:PayableRoundingAmount"),
        "payable": number("a:LegalMonetaryTotal/b:PayableAmount"),
    }


def figures(invoice: Invoice) -> Figures:
    """The same of what the reader gave."""

    def kronor(ore: int) -> Decimal:
        return Decimal(ore) / 100

    return {
        "issued_on": invoice.issued_on.isoformat(),
        "currency": invoice.currency,
        "lines": [kronor(line.amount) for line in invoice.lines],
        "amount": kronor(invoice.amount),
        "allowances": kronor(invoice.allowances),
        "vat": kronor(invoice.vat),
        "prepaid": kronor(invoice.prepaid),
        "rounding": kronor(invoice.rounding),
        "payable": kronor(invoice.payable),
    }
