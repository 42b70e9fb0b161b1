"""What is valid and spelled otherwise than one expects is read as what it means."""

import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.bounds import MAX_LINES, MAX_NAME
from ledger.documents.peppol_invoice import Invoice, read
from tests.documents.invoice_samples import adds_up, changed, element, sample, with_lines


def told(invoice: Invoice) -> dict[str, str]:
    """The warnings: code → place."""
    return {warning.code: warning.place for warning in invoice.warnings}


def joined() -> str:
    """The sample without spaces between its elements."""
    return re.sub(r">\s+<", "><", sample())


# ── Decimals ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("written", "ore"),
    [(".50", 50), ("40000.", 40_000_00), ("+7.5", 7_50), ("-.5", -50), ("007.10", 7_10)],
)
def test_an_amount_may_be_any_decimal_of_xml(written: str, ore: int) -> None:
    text = with_lines([ore])
    price = f"{abs(ore) // 100}.{abs(ore) % 100:02d}"
    said = f"{'-' if ore < 0 else ''}{price}"
    line = element("LineExtensionAmount", said)
    assert line in text
    text = text.replace(line, element("LineExtensionAmount", written))
    assert read(text.encode()).lines[0].amount == ore


def test_a_price_and_a_quantity_may_have_any_number_of_decimals() -> None:
    third = "0." + "3" * 40
    text = with_lines([333_333_33], price=third, quantity="1000000" + "." + "0" * 30 + "1")
    invoice = read(text.encode())
    assert invoice.amount == 333_333_33
    assert invoice.lines[0].unit_price == third
    assert invoice.lines[0].quantity == "1000000" + "." + "0" * 30 + "1"


def test_a_price_may_begin_or_end_with_its_point() -> None:
    assert read(with_lines([50], price=".50").encode()).lines[0].unit_price == "0.5"
    assert read(with_lines([5_00], price="5.").encode()).lines[0].unit_price == "5"


def test_a_price_for_several_units_of_many_decimals_is_divided() -> None:
    text = changed((">12.345<", f">12.345{'0' * 60}<"))
    assert read(text.encode()).lines[2].unit_price == "0.12345"


@given(st.integers(0, 10**12), st.integers(0, 30), st.sampled_from(["", "+", "00"]))
def test_zeros_and_signs_around_an_amount_change_nothing(ore: int, zeros: int, sign: str) -> None:
    plain = f"{ore // 100}.{ore % 100:02d}"
    text = with_lines([ore]).replace(
        element("LineExtensionAmount", plain),
        element("LineExtensionAmount", f" {sign}{plain}{'0' * zeros}\n"),
    )
    invoice = read(text.encode())
    assert (invoice.amount, invoice.lines[0].amount) == (ore, ore)


# ── Lines ─────────────────────────────────────────────────────────────────────────────────────


def test_lines_with_one_number_are_read_and_told() -> None:
    text = sample().replace("<cbc:ID>2</cbc:ID>", "<cbc:ID>1</cbc:ID>")
    invoice = read(text.encode())
    assert [line.amount for line in invoice.lines] == [60_000_00, 180_000_00, 175_18]
    places = {w.place for w in invoice.warnings if w.code == "line-repeated"}
    assert places == {"/Invoice/InvoiceLine[1]/ID", "/Invoice/InvoiceLine[2]/ID"}


def test_more_lines_than_an_order_may_have_are_read() -> None:
    invoice = read(with_lines([1_00] * (3 * MAX_LINES + 1)).encode())
    assert (len(invoice.lines), invoice.amount) == (3 * MAX_LINES + 1, (3 * MAX_LINES + 1) * 100)


REFERENCE = "<cac:OrderLineReference><cbc:LineID>3</cbc:LineID></cac:OrderLineReference>"


def test_a_line_is_read_with_its_own_order_and_with_its_reference_as_written() -> None:
    own = (
        "<cac:OrderLineReference><cbc:LineID>0002</cbc:LineID><cac:OrderReference>"
        "<cbc:ID>AVROP-9</cbc:ID></cac:OrderReference></cac:OrderLineReference>"
    )
    text = joined()
    assert REFERENCE in text
    line = read(text.replace(REFERENCE, own).encode()).lines[2]
    assert (line.order, line.order_line) == ("AVROP-9", "0002")
    before = read(text.encode()).lines[2]
    assert (before.order, before.order_line) == (None, "3")


def test_a_line_may_say_its_order_and_its_line_in_two_references() -> None:
    two = (
        "<cac:OrderLineReference><cbc:LineID>7</cbc:LineID></cac:OrderLineReference>"
        "<cac:OrderLineReference><cac:OrderReference><cbc:ID>B</cbc:ID></cac:OrderReference>"
        "</cac:OrderLineReference>"
    )
    text = joined().replace(REFERENCE, two)
    line = read(text.encode()).lines[2]
    assert (line.order, line.order_line) == ("B", "7")


# ── Texts ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("sign", ["\u200b", "\u202e", "\x85", "\x9f", "\u00ad", "\u2066", "\ufeff"])
def test_what_nobody_can_see_is_taken_out_of_texts_and_told(sign: str) -> None:
    text = changed(
        (">F-1001<", f">F-{sign}1001<"),
        (">AVROP-1<", f">{sign}AVROP-1<"),
        (">Mittuniversitetet<", f">Mitt{sign}universitetet<"),
        (">Tryckta sidor<", f">Tryckta{sign} sidor<"),
    )
    invoice, plain = read(text.encode()), read(sample().encode())
    assert (invoice.number, invoice.order) == ("F-1001", "AVROP-1")
    assert (invoice.supplier, invoice.lines) == (plain.supplier, plain.lines)
    warned = [one for one in invoice.warnings if one.code == "invisible-characters"]
    assert {one.place for one in warned} >= {"/Invoice/ID", "/Invoice/InvoiceLine[3]/Item/Name"}
    assert f"U+{ord(sign):04X}" in warned[0].sentence()


def test_an_organisation_number_is_read_without_what_nobody_can_see() -> None:
    text = sample().replace(">2021004524<", ">20210\u200b04524<")
    assert read(text.encode()).supplier.organisation == "2021004524"


def test_tabs_and_line_ends_are_spaces_and_no_break_spaces_too() -> None:
    text = changed((">Tryckta sidor<", ">\tTryckta\n\u00a0 sidor <"))
    assert read(text.encode()).lines[2].text == "Tryckta sidor"


def test_a_name_that_is_too_long_stays_itself_by_its_digest() -> None:
    one, other = "F" * 900 + "1", "F" * 900 + "2"
    numbers = [read(changed((">F-1001<", f">{name}<")).encode()).number for name in (one, other)]
    assert len(set(numbers)) == 2
    for number, name in zip(numbers, (one, other), strict=True):
        assert len(number) <= MAX_NAME
        assert number.endswith(hashlib.sha256(name.encode()).hexdigest()[:16])
    longest = read(changed((">F-1001<", f">{'F' * MAX_NAME}<")).encode())
    assert (longest.number, told(longest)) == ("F" * MAX_NAME, {})


def test_a_doctype_is_text_where_it_stands_in_cdata_or_in_a_comment() -> None:
    text = changed(
        (">Tryckta sidor<", "><![CDATA[<!DOCTYPE a [<!ENTITY b 'c'>]> &b;]]><"),
        (">F-1001<", "><!-- <!DOCTYPE a> -->F-1001<"),
    )
    invoice = read(text.encode())
    assert invoice.number == "F-1001"
    assert invoice.lines[2].text == "<!DOCTYPE a [<!ENTITY b 'c'>]> &b;"


def test_an_agreement_may_be_named_by_one_of_several_references() -> None:
    one = "<cac:ContractDocumentReference><cbc:ID>RAM-1</cbc:ID></cac:ContractDocumentReference>"
    other = (
        "<cac:ContractDocumentReference><cbc:DocumentType>x</cbc:DocumentType>"
        "</cac:ContractDocumentReference>"
    )
    text = joined()
    assert one in text
    assert read(text.replace(one, other + one).encode()).agreement == "RAM-1"


# ── What the matching half asks for beside ────────────────────────────────────────────────────


def test_what_was_paid_before_and_the_rounding_are_read_with_their_signs() -> None:
    invoice = read(sample().encode())
    assert (invoice.prepaid, invoice.rounding) == (1_000_00, 31)
    assert invoice.payable == invoice.amount + invoice.vat - invoice.prepaid + invoice.rounding
    assert adds_up(invoice)
    note = read(
        sample("credit_note")
        .replace(
            element("PayableAmount", "18750.00"),
            element("PrepaidAmount", "750.00") + element("PayableAmount", "18000.00"),
        )
        .encode()
    )
    assert (note.prepaid, note.payable) == (-750_00, -18_000_00)


def test_the_sellers_own_order_number_and_the_note_are_read() -> None:
    text = changed(
        ("<cbc:ID>AVROP-1</cbc:ID>", "<cbc:ID>NA</cbc:ID><cbc:SalesOrderID>S-7</cbc:SalesOrderID>"),
        (
            "<cbc:DocumentCurrencyCode>",
            "<cbc:Note>Avser a conto</cbc:Note><cbc:DocumentCurrencyCode>",
        ),
    )
    invoice = read(text.encode())
    assert (invoice.order, invoice.sellers_order) == (None, "S-7")
    assert invoice.notes == ("Avser a conto",)


def test_a_party_without_a_swedish_number_has_its_scheme_and_its_address() -> None:
    text = changed(
        (
            '<cbc:CompanyID schemeID="0007">2021004524</cbc:CompanyID>',
            '<cbc:CompanyID schemeID="0192">974760673</cbc:CompanyID>',
        ),
        (
            '<cbc:EndpointID schemeID="0007">2021004524</cbc:EndpointID>',
            '<cbc:EndpointID schemeID="0192">974760673</cbc:EndpointID>',
        ),
        ("SE202100452401", "NO974760673MVA"),
        ("<cbc:IdentificationCode>SE<", "<cbc:IdentificationCode>NO<"),
    )
    supplier = read(text.encode()).supplier
    assert (supplier.organisation, supplier.scheme, supplier.raw) == (None, "0192", "974760673")
    assert (supplier.country, supplier.address) == ("NO", "0192:974760673")
