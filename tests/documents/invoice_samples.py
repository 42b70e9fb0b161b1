"""The sample invoices, how a test changes them, and what it asks of a refusal."""

from pathlib import Path

import pytest

from ledger.documents.faults import DocumentFaults, Fault
from ledger.documents.peppol_invoice import Invoice, read

SAMPLES = Path(__file__).resolve().parent / "samples"


def sample(name: str = "invoice") -> str:
    return (SAMPLES / f"{name}.xml").read_text(encoding="utf-8")


def changed(*pairs: tuple[str, str], name: str = "invoice") -> str:
    """A sample with each text replaced where it stands first; a text that is not there is an error.

    The samples have their header first, then VAT and totals, and then the lines.
    """
    text = sample(name)
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def faults(data: str | bytes) -> tuple[Fault, ...]:
    with pytest.raises(DocumentFaults) as refused:
        read(data.encode("utf-8") if isinstance(data, str) else data)
    for fault in refused.value.faults:
        assert fault.sentence()
    assert str(refused.value)
    return refused.value.faults


def found(data: str | bytes) -> set[tuple[str, str]]:
    return {(fault.place, fault.code) for fault in faults(data)}


def codes(data: str | bytes) -> set[str]:
    return {fault.code for fault in faults(data)}


def element(name: str, value: str) -> str:
    return f'<cbc:{name} currencyID="SEK">{value}</cbc:{name}>'


def with_lines(
    amounts: list[int], *, price: str = "", quantity: str = "1", vat: int | None = None
) -> str:
    """An invoice with a line for each amount of öre, and totals to match."""

    def written(ore: int) -> str:
        return f"{'-' if ore < 0 else ''}{abs(ore) // 100}.{abs(ore) % 100:02d}"

    start = sample("negative_invoice")
    before, line = start.split("  <cac:InvoiceLine>")
    line = "<cac:InvoiceLine>" + line.removesuffix("</Invoice>\n")
    total = sum(amounts)
    tax = (abs(total) * 25 + 50) // 100 * (-1 if total < 0 else 1) if vat is None else vat
    figures = {"-15000.00": total, "-3750.00": tax, "-18750.00": total + tax}
    for old, ore in figures.items():
        before = before.replace(f">{old}<", f">{written(ore)}<")
    lines = []
    for number, ore in enumerate(amounts, 1):
        sign, price_ore = ("-", -ore) if ore < 0 else ("", ore)
        lines.append(
            line.replace("<cbc:ID>1<", f"<cbc:ID>{number}<", 1)
            .replace('"EA">-1<', f'"EA">{sign}{quantity}<')
            .replace(">-15000.00<", f">{written(ore)}<")
            .replace(">15000.00<", f">{price or written(price_ore)}<")
        )
    return before + "".join(lines) + "</Invoice>"


def adds_up(invoice: Invoice) -> bool:
    return invoice.amount == sum(line.amount for line in invoice.lines) + invoice.allowances


def as_credit_note(text: str) -> str:
    for old, new in (
        ("Invoice-2", "CreditNote-2"),
        ("<Invoice ", "<CreditNote "),
        ("</Invoice>", "</CreditNote>"),
        ("InvoiceLine", "CreditNoteLine"),
        ("InvoicedQuantity", "CreditedQuantity"),
        ("InvoiceTypeCode>380", "CreditNoteTypeCode>381"),
        ("InvoiceTypeCode", "CreditNoteTypeCode"),
    ):
        text = text.replace(old, new)
    return text
