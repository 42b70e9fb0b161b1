"""E-invoices and credit notes written from figures, one field at a time: what tests send in."""

from dataclasses import dataclass, field

from ledger.domain.money import from_text, to_text
from tests.conftest import BUYER, SUPPLIER

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_SPACES = f'xmlns:cac="{_UBL}CommonAggregateComponents-2" xmlns:cbc="{_UBL}CommonBasicComponents-2"'
_SPECIFICATION = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
CREDIT_NOTES = ("381", "396")


@dataclass(frozen=True)
class Row:
    """A line as it is written; `line` is BT-132, `order` the order that the line alone names."""

    amount: str
    line: object = None
    order: str = ""
    text: str = "Plats"
    description: str = ""
    note: str = ""


@dataclass(frozen=True)
class Bill:
    """Amounts as they are written: those of a credit note are positive. VAT is 25 %."""

    number: str
    rows: tuple[Row, ...]
    issued_on: str = "2024-03-25"
    type: str = "380"
    order: str = ""
    agreement: str = ""
    credits: tuple[str, ...] = ()
    charge: str = "0"
    prepaid: str = ""
    due_on: str = "2024-04-24"
    currency: str = "SEK"
    supplier: str = SUPPLIER
    scheme: str = "0007"
    buyer: str = BUYER
    payee: str = ""
    buyer_reference: str = "1"
    sellers_order: str = ""
    account: str = "0000000"
    notes: tuple[str, ...] = field(default=())

    @property
    def net(self) -> int:
        return sum(from_text(row.amount) for row in self.rows) + from_text(self.charge)


def rows(*some: tuple[object, ...]) -> tuple[Row, ...]:
    return tuple(Row(*one) for one in some)


def written(bill: Bill) -> bytes:
    kind = "CreditNote" if bill.type in CREDIT_NOTES else "Invoice"
    vat = bill.net // 4
    gross, prepaid = bill.net + vat, from_text(bill.prepaid or "0")
    lines = "".join(_line(bill, kind, i, row) for i, row in enumerate(bill.rows, 1))
    parts = [
        _text("CustomizationID", _SPECIFICATION),
        _text("ProfileID", "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"),
        _text("ID", bill.number),
        _text("IssueDate", bill.issued_on),
        _text("DueDate", bill.due_on) if kind == "Invoice" else "",
        _text(f"{kind}TypeCode", bill.type),
        *(_text("Note", note) for note in bill.notes),
        _text("DocumentCurrencyCode", bill.currency),
        _text("BuyerReference", bill.buyer_reference),
        _order(bill),
        *(
            f"<cac:BillingReference><cac:InvoiceDocumentReference>{_text('ID', one)}"
            "</cac:InvoiceDocumentReference></cac:BillingReference>"
            for one in bill.credits
        ),
        _group("ContractDocumentReference", _text("ID", bill.agreement)) if bill.agreement else "",
        _party("AccountingSupplierParty", bill.supplier, bill.scheme, taxed=True),
        _party("AccountingCustomerParty", bill.buyer, "0007", taxed=False),
        _payee(bill),
        _group(
            "PaymentMeans",
            _text("PaymentMeansCode", "30")
            + _group("PayeeFinancialAccount", _text("ID", bill.account)),
        ),
        _charge(bill),
        _group(
            "TaxTotal",
            _amount("TaxAmount", vat, bill)
            + _group(
                "TaxSubtotal",
                _amount("TaxableAmount", bill.net, bill)
                + _amount("TaxAmount", vat, bill)
                + _category("TaxCategory"),
            ),
        ),
        _group(
            "LegalMonetaryTotal",
            _amount("LineExtensionAmount", bill.net - from_text(bill.charge), bill)
            + _amount("TaxExclusiveAmount", bill.net, bill)
            + _amount("TaxInclusiveAmount", gross, bill)
            + (_amount("ChargeTotalAmount", from_text(bill.charge), bill) if _charge(bill) else "")
            + (_amount("PrepaidAmount", prepaid, bill) if bill.prepaid else "")
            + _amount("PayableAmount", gross - prepaid, bill),
        ),
        lines,
    ]
    return f'<{kind} xmlns="{_UBL}{kind}-2" {_SPACES}>{"".join(parts)}</{kind}>'.encode()


def _text(name: str, value: object, attributes: str = "") -> str:
    return f"<cbc:{name}{attributes}>{value}</cbc:{name}>"


def _group(name: str, inner: str) -> str:
    return f"<cac:{name}>{inner}</cac:{name}>"


def _amount(name: str, ore: int, bill: Bill) -> str:
    return _text(name, to_text(ore), f' currencyID="{bill.currency}"')


def _category(name: str) -> str:
    scheme = _group("TaxScheme", _text("ID", "VAT"))
    return _group(name, _text("ID", "S") + _text("Percent", "25") + scheme)


def _order(bill: Bill) -> str:
    named = _text("ID", bill.order) if bill.order else _text("ID", "NA")
    if not bill.order and not bill.sellers_order:
        return ""
    sold = _text("SalesOrderID", bill.sellers_order) if bill.sellers_order else ""
    return _group("OrderReference", named + sold)


def _charge(bill: Bill) -> str:
    ore = from_text(bill.charge)
    if not ore:
        return ""
    parts = (
        _text("ChargeIndicator", "true"),
        _text("AllowanceChargeReason", "Frakt"),
        _amount("Amount", ore, bill),
        _category("TaxCategory"),
    )
    return _group("AllowanceCharge", "".join(parts))


def _payee(bill: Bill) -> str:
    if not bill.payee:
        return ""
    name = _group("PartyName", _text("Name", "Finans"))
    number = _text("CompanyID", bill.payee, ' schemeID="0007"')
    return _group("PayeeParty", name + _group("PartyLegalEntity", number))


def _party(tag: str, number: str, scheme: str, *, taxed: bool) -> str:
    kind = f' schemeID="{scheme}"'
    country = "SE" if scheme == "0007" else "NO"
    parts = [
        _text("EndpointID", number or "7300010000001", kind if number else ' schemeID="0088"'),
        _group(
            "PostalAddress",
            _group("Country", _text("IdentificationCode", country)),
        ),
    ]
    if taxed and scheme == "0007":
        vat = _text("CompanyID", f"SE{number}01") + _group("TaxScheme", _text("ID", "VAT"))
        parts.append(_group("PartyTaxScheme", vat))
    legal = _text("RegistrationName", "Part")
    legal += _text("CompanyID", number, kind) if number else ""
    parts.append(_group("PartyLegalEntity", legal))
    return _group(tag, _group("Party", "".join(parts)))


def _line(bill: Bill, kind: str, number: int, row: Row) -> str:
    ore = from_text(row.amount)
    quantity = "CreditedQuantity" if kind == "CreditNote" else "InvoicedQuantity"
    reference = ""
    if row.line is not None or row.order:
        inner = _text("LineID", row.line if row.line is not None else "NA")
        inner += _group("OrderReference", _text("ID", row.order)) if row.order else ""
        reference = _group("OrderLineReference", inner)
    parts = (
        _text("ID", number),
        _text("Note", row.note) if row.note else "",
        _text(quantity, -1 if ore < 0 else 1, ' unitCode="EA"'),
        _amount("LineExtensionAmount", ore, bill),
        reference,
        _group(
            "Item",
            (_text("Description", row.description) if row.description else "")
            + _text("Name", row.text)
            + _category("ClassifiedTaxCategory"),
        ),
        _group("Price", _amount("PriceAmount", abs(ore), bill)),
    )
    return _group(f"{kind}Line", "".join(parts))
