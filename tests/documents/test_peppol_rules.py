"""An invoice is refused with every fault, each at its place, where a sum or a value is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.bounds import MAX_FAULTS, MAX_LINES
from ledger.documents.peppol_invoice import read
from tests.documents.invoice_samples import (
    adds_up,
    as_credit_note,
    changed,
    codes,
    element,
    faults,
    found,
    sample,
    with_lines,
)

# The rules on sums: each has its passing case in the sample


@pytest.mark.parametrize(
    ("pairs", "place", "code"),
    [
        (
            [
                (
                    element("LineExtensionAmount", "240175.18"),
                    element("LineExtensionAmount", "240175.19"),
                )
            ],
            "LegalMonetaryTotal/LineExtensionAmount",
            "line-sum-differs",
        ),
        (
            [
                (
                    element("AllowanceTotalAmount", "200.00"),
                    element("AllowanceTotalAmount", "200.01"),
                )
            ],
            "LegalMonetaryTotal/AllowanceTotalAmount",
            "allowance-sum-differs",
        ),
        (
            [(element("ChargeTotalAmount", "500.00"), "")],
            "LegalMonetaryTotal/ChargeTotalAmount",
            "charge-sum-differs",
        ),
        (
            [
                (
                    element("TaxExclusiveAmount", "240475.18"),
                    element("TaxExclusiveAmount", "240475.17"),
                )
            ],
            "LegalMonetaryTotal/TaxExclusiveAmount",
            "exclusive-differs",
        ),
        (
            [(element("TaxAmount", "60085.51"), element("TaxAmount", "60085.52"))],
            "TaxTotal[1]/TaxAmount",
            "vat-sum-differs",
        ),
        (
            [
                (
                    element("TaxInclusiveAmount", "300560.69"),
                    element("TaxInclusiveAmount", "300560.70"),
                )
            ],
            "LegalMonetaryTotal/TaxInclusiveAmount",
            "inclusive-differs",
        ),
        (
            [(element("PayableAmount", "299561.00"), element("PayableAmount", "299560.69"))],
            "LegalMonetaryTotal/PayableAmount",
            "payable-differs",
        ),
        (
            [(element("TaxableAmount", "175.18"), element("TaxableAmount", "176.18"))],
            "TaxTotal[1]/TaxSubtotal[2]/TaxableAmount",
            "taxable-differs",
        ),
        (
            [(element("TaxAmount", "10.51"), element("TaxAmount", "9.51"))],
            "TaxTotal[1]/TaxSubtotal[2]/TaxAmount",
            "vat-differs",
        ),
        (
            [(element("LineExtensionAmount", "175.18"), element("LineExtensionAmount", "175.20"))],
            "InvoiceLine[3]/LineExtensionAmount",
            "line-amount-differs",
        ),
    ],
)
def test_a_sum_that_does_not_hold_is_refused(
    pairs: list[tuple[str, str]], place: str, code: str
) -> None:
    assert (f"/Invoice/{place}", code) in found(changed(*pairs))


def test_a_fault_says_both_figures_and_the_rule() -> None:
    said, wrong = element("PayableAmount", "299561.00"), element("PayableAmount", "1.00")
    (fault,) = faults(changed((said, wrong)))
    assert fault.figures == {"said": "1.00", "rule": "BR-CO-16", "computed": "299561.00"}
    assert fault.sentence() == "1.00 is written here, and BR-CO-16 makes it 299561.00."


def test_a_line_may_be_two_ore_from_its_price_and_no_more() -> None:
    read(with_lines([100_02], price="100.00").encode())
    read(with_lines([99_98], price="100.00").encode())
    assert codes(with_lines([100_03], price="100.00")) == {"line-amount-differs"}
    assert codes(with_lines([99_97], price="100.00")) == {"line-amount-differs"}


def test_prices_of_many_decimals_are_not_rounded_on_the_way() -> None:
    invoice = read(with_lines([333_33], price="0.000333333333", quantity="1000000").encode())
    assert invoice.lines[0].unit_price == "0.000333333333"


def test_vat_may_be_less_than_one_whole_unit_away() -> None:
    read(with_lines([100_00], vat=25_99).encode())
    read(with_lines([100_00], vat=24_01).encode())
    assert codes(with_lines([100_00], vat=26_00)) == {"vat-differs"}
    assert codes(with_lines([100_00], vat=24_00)) == {"vat-differs"}


def test_exempt_lines_carry_no_vat_at_all() -> None:
    text = with_lines([100_00], vat=0).replace("<cbc:ID>S<", "<cbc:ID>E<")
    text = text.replace("<cbc:Percent>25<", "<cbc:Percent>0<")
    assert read(text.encode()).vat == 0
    text = with_lines([100_00], vat=1).replace("<cbc:ID>S<", "<cbc:ID>E<")
    assert codes(text.replace("<cbc:Percent>25<", "<cbc:Percent>0<")) == {"vat-differs"}


def test_a_vat_category_that_is_only_on_a_line_is_refused() -> None:
    text = changed(("<cbc:Percent>6<", "<cbc:Percent>6.5<"))
    assert {"vat-category-missing", "taxable-differs"} <= codes(text)


def test_a_vat_category_given_twice_is_refused() -> None:
    start, end = "<cac:TaxSubtotal>", "</cac:TaxSubtotal>"
    text = with_lines([100_00])
    subtotal = text[text.index(start) : text.index(end) + len(end)]
    assert "vat-category-repeated" in codes(text.replace(subtotal, subtotal * 2))


def test_a_vat_total_must_be_there_once_in_the_currency_of_the_document() -> None:
    second = '<cac:TaxTotal><cbc:TaxAmount currencyID="SEK">1</cbc:TaxAmount></cac:TaxTotal>'
    text = changed(("<cac:LegalMonetaryTotal>", f"{second}<cac:LegalMonetaryTotal>"))
    assert found(text) == {("/Invoice/TaxTotal", "vat-total-not-single")}
    text = sample()
    text = text[: text.index("<cac:TaxTotal>")] + text[text.index("<cac:LegalMonetaryTotal>") :]
    assert found(text) == {("/Invoice/TaxTotal", "vat-total-not-single")}


def test_a_base_quantity_must_be_above_zero() -> None:
    assert "base-quantity-not-positive" in codes(changed((">100</cbc:Base", ">0</cbc:Base")))


def test_a_price_must_not_be_negative() -> None:
    assert "price-negative" in codes(changed((">12.345<", ">-12.345<")))


# Values that are missing or are not what they should be


@pytest.mark.parametrize(
    ("old", "new", "place", "code"),
    [
        ("<cbc:ID>F-1001</cbc:ID>", "", "ID", "missing"),
        ("<cbc:ID>F-1001</cbc:ID>", "<cbc:ID>  </cbc:ID>", "ID", "missing"),
        ("<cbc:IssueDate>2024-03-25</cbc:IssueDate>", "", "IssueDate", "missing"),
        (">2024-03-25<", ">2024-02-30<", "IssueDate", "not-a-date"),
        (">2024-03-25<", ">20240325<", "IssueDate", "not-a-date"),
        (">2024-03-25<", ">2024-W13-1<", "IssueDate", "not-a-date"),
        (">2024-03-25<", ">2024-03-25Z<", "IssueDate", "not-a-date"),
        (">2024-03-22<", ">2024-01-14<", "InvoicePeriod/EndDate", "period-backwards"),
        (">380<", ">325<", "InvoiceTypeCode", "type-unknown"),
        (">380<", ">381<", "InvoiceTypeCode", "type-unknown"),
        (">SEK<", ">kronor<", "DocumentCurrencyCode", "not-a-currency"),
        (">SEK<", ">QQQ<", "DocumentCurrencyCode", "not-a-currency"),
        (">SEK<", "><", "DocumentCurrencyCode", "missing"),
        ("urn:cen.eu:en16931:2017#", "urn:x#", "CustomizationID", "specification-unknown"),
        (">299561.00<", ">299561,00<", "LegalMonetaryTotal/PayableAmount", "not-an-amount"),
        (">299561.00<", ">299561.001<", "LegalMonetaryTotal/PayableAmount", "not-an-amount"),
        (">299561.00<", ">3E5<", "LegalMonetaryTotal/PayableAmount", "not-an-amount"),
        (">299561.00<", ">NaN<", "LegalMonetaryTotal/PayableAmount", "not-an-amount"),
        (">299561.00<", "><", "LegalMonetaryTotal/PayableAmount", "not-an-amount"),
        (">299561.00<", ">99999999999999<", "LegalMonetaryTotal/PayableAmount", "amount-too-large"),
        (">1500<", ">many<", "InvoiceLine[3]/InvoicedQuantity", "not-a-number"),
        (">12.345<", ">1e3<", "InvoiceLine[3]/Price/PriceAmount", "not-a-number"),
        (">Tryckta sidor<", "><", "InvoiceLine[3]/Item/Name", "missing"),
        (">true<", ">1<", "AllowanceCharge[1]/ChargeIndicator", "not-an-indicator"),
        (
            "<cbc:Percent>25<",
            "<cbc:Percent>125<",
            "AllowanceCharge[1]/TaxCategory/Percent",
            "not-a-rate",
        ),
        (">380<", ">\u200b380<", "InvoiceTypeCode", "control-character"),
        (">SEK<", ">SEK\u202e<", "DocumentCurrencyCode", "control-character"),
        (">2024-03-25<", ">2024-03-25&#x85;<", "IssueDate", "control-character"),
        (">1500<", ">1\u00ad500<", "InvoiceLine[3]/InvoicedQuantity", "control-character"),
        (">12.345<", ">\ufeff12.345<", "InvoiceLine[3]/Price/PriceAmount", "control-character"),
        (
            ">299561.00<",
            ">299\u2060561.00<",
            "LegalMonetaryTotal/PayableAmount",
            "control-character",
        ),
        (">299561.00<", ">299\xa0561.00<", "LegalMonetaryTotal/PayableAmount", "not-an-amount"),
        (">299561.00<", ">\xa0299561.00<", "LegalMonetaryTotal/PayableAmount", "not-an-amount"),
        (">299561.00<", ">.<", "LegalMonetaryTotal/PayableAmount", "not-an-amount"),
        (">299561.00<", f">{'0' * 1_001}<", "LegalMonetaryTotal/PayableAmount", "not-an-amount"),
        (">12.345<", f">12.345{'0' * 1_000}<", "InvoiceLine[3]/Price/PriceAmount", "not-a-number"),
        (">12.345<", ">.<", "InvoiceLine[3]/Price/PriceAmount", "not-a-number"),
        (">F-1001<", "><b>F-1001</b><", "ID", "not-text"),
        ("<cbc:ID>F-1001</cbc:ID>", "<cbc:ID>F-1</cbc:ID><cbc:ID>F-2</cbc:ID>", "ID", "repeated"),
        (
            '<cbc:PayableAmount currencyID="SEK">',
            '<cbc:PayableAmount currencyID="EUR">',
            "LegalMonetaryTotal/PayableAmount",
            "currency-differs",
        ),
        (
            '<cbc:PriceAmount currencyID="SEK">60000.00</cbc:PriceAmount>',
            "",
            "InvoiceLine[1]/Price/PriceAmount",
            "missing",
        ),
        (
            "<cbc:IdentificationCode>SE</cbc:IdentificationCode>",
            "",
            "AccountingSupplierParty/Party/PostalAddress/Country/IdentificationCode",
            "missing",
        ),
    ],
)
def test_a_faulty_value_is_refused_at_its_place(old: str, new: str, place: str, code: str) -> None:
    # No other fault follows from it, so that the one to mend is the one that is seen.
    assert found(changed((old, new))) == {(f"/Invoice/{place}", code)}


def test_an_invoice_without_any_reference_is_refused() -> None:
    text = changed(
        ("<cbc:BuyerReference>12345678</cbc:BuyerReference>", ""),
        ("<cac:OrderReference><cbc:ID>AVROP-1</cbc:ID></cac:OrderReference>", ""),
    )
    assert found(text) == {("/Invoice/BuyerReference", "reference-missing")}


def test_a_total_given_twice_is_refused() -> None:
    total = element("TaxExclusiveAmount", "240475.18")
    text = changed((total, total + element("TaxExclusiveAmount", "1.00")))
    assert ("/Invoice/LegalMonetaryTotal/TaxExclusiveAmount", "repeated") in found(text)


def test_an_invoice_without_lines_is_refused() -> None:
    text = sample()
    text = text[: text.index("<cac:InvoiceLine>")] + "</Invoice>"
    assert ("/Invoice/InvoiceLine", "missing") in found(text)


def test_all_faults_come_at_once() -> None:
    text = changed(
        (">2024-03-25<", ">soon<"),
        (">299561.00<", ">1.00<"),
        (">175.18</cbc:LineExtensionAmount>", ">x</cbc:LineExtensionAmount>"),
    )
    assert found(text) == {
        ("/Invoice/IssueDate", "not-a-date"),
        ("/Invoice/LegalMonetaryTotal/PayableAmount", "payable-differs"),
        ("/Invoice/InvoiceLine[3]/LineExtensionAmount", "not-an-amount"),
    }


def test_no_more_faults_are_listed_than_the_bound() -> None:
    text = with_lines([1_00] * MAX_LINES).replace("<cbc:Name>", "<cbc:Nam>")
    assert len(faults(text.replace("</cbc:Name>", "</cbc:Nam>"))) == MAX_FAULTS


# Sums that hold for any amounts


@given(st.lists(st.integers(-10_000_000_00, 10_000_000_00), min_size=1, max_size=20))
def test_any_lines_add_up_to_the_amount_and_a_credit_note_mirrors_them(amounts: list[int]) -> None:
    text = with_lines(amounts)
    invoice = read(text.encode())
    assert [line.amount for line in invoice.lines] == amounts
    assert adds_up(invoice)
    note = read(as_credit_note(text).encode())
    assert adds_up(note)
    assert [line.amount for line in note.lines] == [-amount for amount in amounts]
    assert (note.amount, note.vat) == (-invoice.amount, -invoice.vat)


@given(
    st.lists(st.integers(1, 10_000_000_00), min_size=1, max_size=5),
    st.integers(min_value=1, max_value=1_000_00),
)
def test_an_amount_of_which_a_part_is_on_no_line_is_refused(amounts: list[int], off: int) -> None:
    text = with_lines(amounts)
    said = sum(amounts)
    old = f'<cbc:TaxExclusiveAmount currencyID="SEK">{said // 100}.{said % 100:02d}<'
    new = (
        f'<cbc:TaxExclusiveAmount currencyID="SEK">{(said + off) // 100}.{(said + off) % 100:02d}<'
    )
    assert old in text
    assert "exclusive-differs" in codes(text.replace(old, new))


@pytest.mark.parametrize("spaces", ["", "\n  "])
@pytest.mark.parametrize("at", [1, 2])
def test_a_charge_whose_vat_category_is_written_twice_and_alike_is_read(
    at: int, spaces: str
) -> None:
    assert read(_category_twice(at, spaces).encode()) == read(sample().encode())


@pytest.mark.parametrize(
    ("old", "new"), [(">25<", ">12<"), ("<cbc:ID>S<", "<cbc:ID>E<"), (">VAT<", ">GST<")]
)
def test_a_charge_whose_vat_categories_differ_is_refused(old: str, new: str) -> None:
    text = _category_twice(1, old=old, new=new)
    assert ("/Invoice/AllowanceCharge[1]/TaxCategory", "repeated") in found(text)


def _category_twice(at: int, spaces: str = "", old: str = "", new: str = "") -> str:
    """The sample with the VAT category of a charge a second time, in which a text is another."""
    text = sample()
    start = 0
    for _ in range(at):
        start = text.index("<cac:AllowanceCharge>", start + 1)
    start = text.index("<cac:TaxCategory>", start)
    end = text.index("</cac:TaxCategory>", start) + len("</cac:TaxCategory>")
    again = text[start:end]
    assert old in again
    return text[:end] + spaces + again.replace(old, new, 1).replace("\n", "\n ") + text[end:]
