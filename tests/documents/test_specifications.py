"""What an invoice follows, and what it is: told where it means more than it says."""

from datetime import date

import pytest

from ledger.documents import specifications
from ledger.documents.peppol_invoice import read
from ledger.documents.specifications import Specification, specification
from tests.documents.invoice_samples import as_credit_note, changed, faults, found, sample

PEPPOL = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
SELF_BILLING = PEPPOL.replace("billing", "selfbilling")


def following(identifier: str, *more: tuple[str, str]) -> str:
    return changed((f">{PEPPOL}<", f">{identifier}<"), *more)


def told(text: str) -> set[str]:
    return {warning.code for warning in read(text.encode()).warnings}


# ── Specifications ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("identifier", "name"),
    [
        (PEPPOL, "Peppol BIS Billing 3"),
        (SELF_BILLING, "Peppol BIS Self-Billing 3"),
        ("urn:cen.eu:en16931:2017", "EN 16931"),
        (
            "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0",
            "EN 16931 (CIUS)",
        ),
        ("urn:cen.eu:en16931:2017#conformant#urn:x", "EN 16931"),
    ],
)
def test_an_identifier_has_the_narrowest_row_that_fits(identifier: str, name: str) -> None:
    row = specification(identifier, date(2026, 1, 1))
    assert row is not None
    assert row.name == name


@pytest.mark.parametrize("identifier", ["", "urn:x", "urn:cen.eu:en16931:2027", "urn:peppol:pint"])
def test_what_has_no_row_is_refused(identifier: str) -> None:
    assert specification(identifier, None) is None
    if identifier:
        assert found(following(identifier)) == {
            ("/Invoice/CustomizationID", "specification-unknown")
        }


def test_the_types_are_those_of_the_specification() -> None:
    assert read(following(SELF_BILLING, (">380<", ">389<")).encode()).type == "389"
    (fault,) = faults(following(SELF_BILLING))
    assert (fault.code, "Peppol BIS Self-Billing 3" in fault.sentence()) == ("type-unknown", True)
    note = as_credit_note(following(SELF_BILLING)).replace(">381<", ">261<")
    assert read(note.encode()).type == "261"
    assert read(following("urn:cen.eu:en16931:2017", (">380<", ">130<")).encode()).type == "130"
    assert found(changed((">380<", ">130<"))) == {("/Invoice/InvoiceTypeCode", "type-unknown")}


def test_the_next_specification_is_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    def row(name: str, code: str, start: date, end: date | None) -> Specification:
        return Specification(
            identifier="urn:next",
            name=name,
            invoices=frozenset({code}),
            credit_notes=frozenset(),
            sheets=("NEXT",),
            valid_from=start,
            valid_to=end,
        )

    rows = (
        row("First", "380", date(2024, 1, 1), date(2024, 3, 24)),
        row("Second", "999", date(2024, 3, 25), None),
        *specifications.SPECIFICATIONS,
    )
    monkeypatch.setattr(specifications, "SPECIFICATIONS", rows)
    assert read(following("urn:next", (">380<", ">999<")).encode()).type == "999"
    before = following("urn:next", (">2024-03-25<", ">2024-03-24<"))
    assert told(before) == set()
    assert told(following("urn:next", (">2024-03-25<", ">2023-12-31<"))) == {
        "specification-not-in-force"
    }


@pytest.mark.parametrize("end", ["#conformant#urn:fdc:x", "#conformant#"])
def test_an_extension_is_told(end: str) -> None:
    assert told(following(PEPPOL + end)) == {"specification-extended"}


# ── What is not read, by name ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ('<Invoice xmlns="urn:sfti:documents:BasicInvoice:1:0"/>', "Svefaktura"),
        (
            '<x:CrossIndustryInvoice xmlns:x="urn:un:unece:uncefact:data:standard:'
            'CrossIndustryInvoice:100"/>',
            "CII",
        ),
        ('<CrossIndustryDocument xmlns="urn:ferd:CrossIndustryDocument:invoice:1p0"/>', "CII"),
        ("<Finvoice Version='3.0'/>", "Finvoice"),
        ("%PDF-1.7\n...", "PDF"),
        ("\ufeff%PDF-1.7\n...", "PDF"),
        ("\r\n \0%PDF-1.7\n...", "PDF"),
        ("UNA:+.? 'UNB+UNOC", "EDIFACT"),
    ],
)
def test_another_format_is_refused_by_name_with_what_to_ask_for(data: str, name: str) -> None:
    (fault,) = faults(data)
    assert fault.code == "format-not-read"
    assert name in fault.sentence()
    assert "Ask the supplier" in fault.sentence()
    assert "Peppol BIS Billing 3" in fault.sentence()


# ── Types that mean more ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("code", "meaning", "warnings"),
    [
        ("380", "", set()),
        ("383", "", set()),
        ("384", "corrected", {"corrected-invoice"}),
        ("386", "prepayment", {"prepayment-invoice"}),
        ("389", "self-billed", {"self-billed"}),
        ("393", "factored", {"payee-unnamed"}),
    ],
)
def test_a_type_that_means_more_is_told(code: str, meaning: str, warnings: set[str]) -> None:
    text = changed((">380<", f">{code}<"))
    assert read(text.encode()).meaning == meaning
    assert told(text) == warnings


def test_a_corrected_invoice_says_what_it_corrects() -> None:
    text = changed(
        (">380<", ">384<"),
        (
            "<cac:ContractDocumentReference>",
            "<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>F-900</cbc:ID>"
            "</cac:InvoiceDocumentReference></cac:BillingReference><cac:ContractDocumentReference>",
        ),
    )
    (warning,) = read(text.encode()).warnings
    assert "F-900" in warning.sentence()


PAYEE = (
    "<cac:PayeeParty><cac:PartyIdentification><cbc:ID>x</cbc:ID></cac:PartyIdentification>"
    "<cac:PartyName><cbc:Name>Faktorbolaget AB</cbc:Name></cac:PartyName><cac:PartyLegalEntity>"
    '<cbc:CompanyID schemeID="0007">{number}</cbc:CompanyID></cac:PartyLegalEntity>'
    "</cac:PayeeParty>"
)


def with_payee(payee: str) -> str:
    text = sample()
    at = text.index("<cac:PaymentMeans>") if "<cac:PaymentMeans>" in text else 0
    at = at or text.index("<cac:AllowanceCharge>")
    return text[:at] + payee + text[at:]


def test_who_is_to_be_paid_instead_of_the_supplier_is_read_and_told() -> None:
    invoice = read(with_payee(PAYEE.format(number="556036-0793")).encode())
    assert invoice.payee is not None
    assert (invoice.payee.name, invoice.payee.organisation) == ("Faktorbolaget AB", "5560360793")
    (warning,) = invoice.warnings
    assert (warning.code, warning.figures["name"]) == ("payee-differs", "Faktorbolaget AB")
    assert "556036-0793" in warning.sentence()
    assert read(sample().encode()).payee is None


def test_a_payee_with_a_number_that_is_none_keeps_it_as_written() -> None:
    invoice = read(with_payee(PAYEE.format(number="DK-12")).encode())
    assert invoice.payee is not None
    assert (invoice.payee.organisation, invoice.payee.raw) == (None, "DK-12")


# ── Taxes that are no VAT ─────────────────────────────────────────────────────────────────────


def test_a_tax_that_is_no_vat_is_told_and_not_held_against_the_rules_of_vat() -> None:
    other = (
        '<cac:TaxSubtotal><cbc:TaxableAmount currencyID="SEK">5.00</cbc:TaxableAmount>'
        '<cbc:TaxAmount currencyID="SEK">0.00</cbc:TaxAmount><cac:TaxCategory><cbc:ID>S</cbc:ID>'
        "<cbc:Percent>40</cbc:Percent><cac:TaxScheme><cbc:ID>ENV</cbc:ID></cac:TaxScheme>"
        "</cac:TaxCategory></cac:TaxSubtotal>"
    )
    text = changed(("</cac:TaxTotal>", f"{other}</cac:TaxTotal>"))
    (warning,) = read(text.encode()).warnings
    assert warning.code == "tax-scheme-other"
    assert "ENV" in warning.sentence()
    assert found(text.replace(">ENV<", ">vat<")) == {
        ("/Invoice/TaxTotal[1]/TaxSubtotal[3]/TaxAmount", "vat-differs"),
        ("/Invoice/TaxTotal[1]/TaxSubtotal[3]/TaxableAmount", "taxable-differs"),
    }


def test_a_line_that_is_taxed_otherwise_is_read_and_told() -> None:
    text = sample()
    at = text.index("<cac:ClassifiedTaxCategory>", text.index("Tryckta sidor"))
    text = text[:at] + text[at:].replace("<cbc:ID>VAT<", "<cbc:ID>GST<", 1)
    at = text.index("<cac:TaxSubtotal>", text.index("<cac:TaxSubtotal>") + 1)
    text = text[:at] + text[at:].replace("<cbc:ID>VAT<", "<cbc:ID>GST<", 1)
    invoice = read(text.encode())
    assert {warning.code for warning in invoice.warnings} == {"tax-scheme-other"}
    assert invoice.lines[2].vat_category is None
    assert invoice.vat == read(sample().encode()).vat
