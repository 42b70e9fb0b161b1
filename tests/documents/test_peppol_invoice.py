"""An invoice is read to the öre, signed as it counts for the buyer, with the parties it names."""

from datetime import date
from pathlib import Path

import pytest

from ledger.bounds import MAX_LINES, MAX_NAME
from ledger.documents.peppol_invoice import read
from tests.documents.invoice_samples import adds_up, changed, element, found, sample, with_lines

SHARED = Path(__file__).resolve().parents[2] / ".." / "shared" / "data"
EXAMPLES = SHARED / "peppol" / "billing" / "rules" / "examples"
SCENARIO = SHARED / "scenario-synthetic"


def test_an_invoice_is_read_with_all_that_the_ledger_asks_for() -> None:
    invoice = read(sample().encode())
    assert (invoice.number, invoice.type, invoice.is_credit) == ("F-1001", "380", False)
    assert (invoice.issued_on, invoice.due_on) == (date(2024, 3, 25), date(2024, 4, 24))
    assert invoice.period == (date(2024, 1, 15), date(2024, 3, 22))
    assert (invoice.currency, invoice.buyer_reference) == ("SEK", "12345678")
    assert (invoice.order, invoice.agreement, invoice.credits) == ("AVROP-1", "RAM-1", ())
    assert (invoice.supplier.organisation, invoice.buyer.organisation) == (
        "2021004524",
        "2120002403",
    )
    assert (invoice.supplier.name, invoice.buyer.name) == ("Mittuniversitetet", "Härnösands kommun")
    assert [line.amount for line in invoice.lines] == [60_000_00, 180_000_00, 175_18]
    assert (invoice.amount, invoice.allowances) == (240_475_18, 300_00)
    assert (invoice.vat, invoice.payable) == (60_085_51, 299_561_00)
    assert invoice.warnings == ()


def test_a_line_is_read_with_its_order_line_and_its_price_for_one_unit() -> None:
    line = read(sample().encode()).lines[2]
    assert (line.number, line.order_line, line.item) == ("3", "3", "PRINT")
    assert (line.text, line.quantity, line.unit_price) == ("Tryckta sidor", "1500", "0.12345")
    assert (line.vat_category, line.vat_rate) == ("S", "6")


def test_a_credit_note_counts_negative() -> None:
    note = read(sample("credit_note").encode())
    assert (note.type, note.is_credit) == ("381", True)
    assert [line.amount for line in note.lines] == [-15_000_00]
    assert (note.amount, note.vat, note.payable) == (-15_000_00, -3_750_00, -18_750_00)
    assert note.lines[0].quantity == "1"
    assert [(one.number, one.issued_on) for one in note.credits] == [("F-1001", date(2024, 3, 25))]


def test_a_credit_note_is_due_when_its_means_of_payment_says() -> None:
    assert read(sample("credit_note").encode()).due_on == date(2024, 6, 9)


def test_a_negative_invoice_counts_the_same_as_its_credit_note() -> None:
    negative = read(sample("negative_invoice").encode())
    note = read(sample("credit_note").encode())
    assert (negative.type, negative.is_credit) == ("380", False)
    for name in ("amount", "vat", "payable", "allowances", "credits"):
        assert getattr(negative, name) == getattr(note, name)
    assert negative.lines[0].amount == note.lines[0].amount
    assert negative.lines[0].quantity == "-1"


def test_a_credit_note_with_minus_signs_adds_and_warns() -> None:
    text = sample("credit_note")
    for figure in ("15000.00", "3750.00", "18750.00"):
        text = text.replace(f">{figure}<", f">-{figure}<")
    text = text.replace(element("PriceAmount", "-15000.00"), element("PriceAmount", "15000.00"))
    text = text.replace('unitCode="EA">1<', 'unitCode="EA">-1<')
    note = read(text.encode())
    assert note.amount == 15_000_00
    assert [warning.code for warning in note.warnings] == ["credit-note-adds"]


@pytest.mark.parametrize("code", ["380", "383", "384", "389"])
def test_the_invoice_types_of_peppol_are_read(code: str) -> None:
    assert read(changed((">380<", f">{code}<")).encode()).type == code


def test_order_na_means_that_there_is_no_order() -> None:
    assert read(changed((">AVROP-1<", ">NA<")).encode()).order is None


def test_one_reference_is_enough() -> None:
    text = changed(("<cbc:BuyerReference>12345678</cbc:BuyerReference>", ""))
    assert read(text.encode()).buyer_reference is None
    text = changed(("<cac:OrderReference><cbc:ID>AVROP-1</cbc:ID></cac:OrderReference>", ""))
    assert read(text.encode()).order is None


def test_a_second_vat_total_in_the_accounting_currency_is_not_looked_at() -> None:
    second = '<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">5400.11</cbc:TaxAmount></cac:TaxTotal>'
    text = changed(
        (
            "<cbc:BuyerReference>",
            "<cbc:TaxCurrencyCode>EUR</cbc:TaxCurrencyCode><cbc:BuyerReference>",
        ),
        ("<cac:LegalMonetaryTotal>", f"{second}<cac:LegalMonetaryTotal>"),
    )
    assert read(text.encode()).vat == 60_085_51


def test_comments_inside_a_value_do_not_cut_it() -> None:
    text = changed((">F-1001<", ">F-<!-- x -->10<?y z?>01<"))
    assert read(text.encode()).number == "F-1001"


def test_long_names_and_texts_are_cut() -> None:
    text = changed(
        (">Mittuniversitetet<", f">{'M' * 5000}<"), (">Tryckta sidor<", f">{'T' * 5000}<")
    )
    invoice = read(text.encode())
    assert len(invoice.supplier.name) == len(invoice.lines[2].text) == MAX_NAME


def test_the_largest_allowed_number_of_lines_is_read() -> None:
    assert len(read(with_lines([1_00] * MAX_LINES).encode()).lines) == MAX_LINES


# Organisation numbers

SUPPLIER = '<cbc:CompanyID schemeID="0007">2021004524</cbc:CompanyID>'
ENDPOINT = '<cbc:EndpointID schemeID="0007">2021004524</cbc:EndpointID>'


def test_a_number_without_scheme_is_swedish_in_sweden() -> None:
    text = changed((SUPPLIER, "<cbc:CompanyID>202100-4524</cbc:CompanyID>"))
    supplier = read(text.encode()).supplier
    assert (supplier.organisation, supplier.raw) == ("2021004524", "202100-4524")


def test_the_electronic_address_serves_where_there_is_no_company_number() -> None:
    assert read(changed((SUPPLIER, "")).encode()).supplier.organisation == "2021004524"


def test_the_vat_number_serves_last() -> None:
    supplier = read(changed((SUPPLIER, ""), (ENDPOINT, "")).encode()).supplier
    assert (supplier.organisation, supplier.raw) == ("2021004524", "SE202100452401")


PLACE = "  <cac:PostalAddress>"


@pytest.mark.parametrize(
    ("party", "legal", "vat"),
    [
        ("<cac:PartyIdentification><cbc:ID schemeID='0007'>{0}</cbc:ID></cac:PartyIdentification>",
         "", ""),
        ("<cac:PartyIdentification><cbc:ID>123</cbc:ID></cac:PartyIdentification>"
         "<cac:PartyIdentification><cbc:ID schemeID='0007'>{0}</cbc:ID></cac:PartyIdentification>",
         "<cbc:CompanyID schemeID='0088'>7300010000001</cbc:CompanyID>", ""),
        ("<cbc:EndpointID schemeID='9955'>SE{0}01</cbc:EndpointID>", "", ""),
        ("<cac:PartyIdentification><cbc:ID schemeID='9955'>SE{0}01</cbc:ID>"
         "</cac:PartyIdentification>", "", ""),
        ("<cbc:EndpointID schemeID='0088'>7300010000001</cbc:EndpointID>", "",
         "SE 202100-4524 01"),
        ("<cbc:EndpointID schemeID='9955'>SE202100147001</cbc:EndpointID>", "", "SE{0}01"),
    ],
)  # fmt: skip
def test_a_swedish_number_is_found_wherever_its_scheme_says_that_it_is_one(
    party: str, legal: str, vat: str
) -> None:
    text = changed(
        (SUPPLIER, legal),
        (ENDPOINT, ""),
        ("SE202100452401", vat.format("2021004524") or "SE1"),
        (PLACE, party.format("2021004524") + PLACE),
    )
    assert read(text.encode()).supplier.organisation == "2021004524"


@pytest.mark.parametrize("scheme", ["", " schemeID='0088'", " schemeID='0192'"])
def test_a_number_of_another_scheme_is_no_swedish_one(scheme: str) -> None:
    identified = f"<cac:PartyIdentification><cbc:ID{scheme}>2021004524</cbc:ID>"
    text = changed(
        (SUPPLIER, ""),
        (ENDPOINT, f"{identified}</cac:PartyIdentification>"),
        ("SE202100452401", "SE1"),
    )
    assert read(text.encode()).supplier.organisation is None


def test_a_wrong_swedish_number_is_a_warning_with_the_text_kept() -> None:
    text = changed(
        (SUPPLIER, SUPPLIER.replace("4524", "4525")), (ENDPOINT, ""), ("SE202100452401", "SE1")
    )
    invoice = read(text.encode())
    assert (invoice.supplier.organisation, invoice.supplier.raw) == (None, "2021004525")
    assert {warning.code for warning in invoice.warnings} == {"organisation-number-invalid"}
    assert invoice.warnings[0].place.endswith("/Party/PartyLegalEntity/CompanyID")
    assert "2021004525" in invoice.warnings[0].sentence()


def test_a_foreign_supplier_is_read_with_a_warning() -> None:
    text = changed(
        (SUPPLIER, "<cbc:CompanyID>GB983294</cbc:CompanyID>"),
        (ENDPOINT, '<cbc:EndpointID schemeID="0088">7300010000001</cbc:EndpointID>'),
        ("SE202100452401", "GB1232434"),
        ("<cbc:IdentificationCode>SE<", "<cbc:IdentificationCode>GB<"),
    )
    invoice = read(text.encode())
    assert (invoice.supplier.organisation, invoice.supplier.raw) == (None, "GB983294")
    assert [warning.code for warning in invoice.warnings] == ["organisation-number-missing"]
    assert "(GB)" in invoice.warnings[0].sentence()


# The documents that Peppol and the scenario have, where they are at hand


def shared(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.xml")) if folder.is_dir() else []


def test_the_nine_official_examples_are_read_without_a_fault() -> None:
    paths = shared(EXAMPLES)
    if not paths:
        pytest.skip("the official examples of Peppol BIS Billing 3 are not at hand")
    assert len(paths) == 9
    for path in paths:
        invoice = read(path.read_bytes())
        assert adds_up(invoice), path.name


def test_the_official_credit_note_and_negative_invoice_count_the_same() -> None:
    if not shared(EXAMPLES):
        pytest.skip("the official examples of Peppol BIS Billing 3 are not at hand")
    note = read((EXAMPLES / "base-creditnote-correction.xml").read_bytes())
    negative = read((EXAMPLES / "base-negative-inv-correction.xml").read_bytes())
    assert note.amount == negative.amount == -1_325_00
    assert note.allowances == negative.allowances == -25_00
    assert [line.amount for line in note.lines] == [line.amount for line in negative.lines]


@pytest.mark.parametrize(
    ("name", "amount"),
    [
        ("3_invoice_90012345.xml", 240_000_00),
        ("4_creditnote_90012571.xml", -15_000_00),
        ("5_negative_invoice_90012572.xml", -15_000_00),
    ],
)
def test_the_invoices_of_the_scenario_are_read(name: str, amount: int) -> None:
    path = SCENARIO / name
    if not path.is_file():
        pytest.skip("the documents of the scenario are not at hand")
    invoice = read(path.read_bytes())
    assert (invoice.amount, invoice.warnings) == (amount, ())
    assert (invoice.order, invoice.agreement) == ("AVROP-2024-001", "SKO-2023-1")
    assert (invoice.supplier.organisation, invoice.buyer.organisation) == (
        "2021004524",
        "2120002403",
    )


@pytest.mark.parametrize(
    "name", ["1_order_AVROP-2024-001.xml", "2_order_response_BEKR-2023-017.xml"]
)
def test_the_other_documents_of_the_scenario_are_not_invoices(name: str) -> None:
    path = SCENARIO / name
    if not path.is_file():
        pytest.skip("the documents of the scenario are not at hand")
    assert found(path.read_bytes()) == {("", "not-an-invoice")}
