"""The sheet for suppliers on paper: what to write where in an e-invoice."""

from ledger.application.answers.sheets import SheetOrder, SupplierSheet
from ledger.application.exports.cells import word
from ledger.application.exports.columns import head
from ledger.application.printed.document import (
    Column,
    Document,
    Heading,
    Paragraph,
    Part,
    Table,
    Terms,
)
from ledger.application.printed.framing import Telling, framed, money
from ledger.wording import say, translate, words


def printed(sheet: SupplierSheet, telling: Telling) -> Document:
    language = telling.language
    about = sheet.order or sheet.agreement
    terms = [(translate("Agreement", language), f"{sheet.agreement} {sheet.title}")]
    for name, parties in (("Buyer", sheet.buyers), ("Supplier", sheet.suppliers)):
        said = (" ".join(p for p in (one.name, _number(one.organisation)) if p) for one in parties)
        terms.append((translate(name, language), ", ".join(said)))
    parts: list[Part] = [
        Terms(terms),
        Heading(say(words("What to write in the e-invoice"), language)),
        _fields(sheet, language),
    ]
    for one in sheet.orders:
        parts += _order(one, language)
    if not sheet.orders and sheet.order is None:
        parts.append(Paragraph(say(words("No order can be invoiced yet."), language)))
    if sheet.more:
        parts.append(Paragraph(say(words("There are more orders than these."), language)))
    return framed(say(words("How to invoice {name}", name=about), language), telling, parts)


def _number(organisation: str) -> str:
    """A sole trader's is a personal number, which is not told."""
    return "" if organisation.startswith("N") else organisation


def _fields(sheet: SupplierSheet, language: str) -> Table:
    heads = [
        Column(say(words("Business term"), language)),
        Column(translate("Field", language)),
        Column(translate("Write", language)),
        Column(translate("How", language), wide=True),
    ]
    return Table(heads, [[f.term, f.name, f.write or "–", f.says] for f in sheet.fields])


def _order(one: SheetOrder, language: str) -> list[Part]:
    said = words("Order {number} (BT-13): {course}", number=one.number, course=one.course)
    made_out = words("made out to {buyer}", buyer=one.buyer)
    heads = [
        Column("BT-132"),
        Column(head(("text",), language), wide=True),
        Column(head(("kind",), language)),
        Column(head(("year",), language)),
        Column(head(("amount",), language), number=True),
    ]
    rows = [
        [line.write, line.text, word(line.kind, "kind", language), str(line.year),
         money(line.amount)]
        for line in one.lines
    ]  # fmt: skip
    return [
        Heading(say(said, language)),
        *([Paragraph(one.stands)] if one.stands else []),
        Paragraph(say(made_out, language)),
        Table(heads, rows),
    ]
