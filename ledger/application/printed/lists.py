"""Any list on paper: the columns that a page has room for, an item a row."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from ledger.application.answers.making import Answer
from ledger.application.exports import Told
from ledger.application.exports.cells import Cell, cell, in_sweden, plain
from ledger.application.exports.columns import Column as Source
from ledger.application.exports.columns import columns, head
from ledger.application.exports.listings import LISTINGS, title_of
from ledger.application.printed.document import Column, Document, Paragraph, Part, Table, Terms
from ledger.application.printed.framing import Telling, framed
from ledger.bounds import MAX_PRINTED
from ledger.domain.refusals import Fault, Invalid
from ledger.wording import figure, say, translate, words

TOO_LONG = words(
    "The list has more than {most} rows, which is too long to print: narrow it, or take it as XLSX "
    "or CSV."
)
EMPTY = words("There is nothing in the list.")
WIDE = ("text", "title", "course", "sentence", "name", "reason", "flags", "result")
"""What needs room."""


def printed(shape: type[Answer], items: Iterable[Answer], told: Told, language: str) -> Document:
    """Raises Invalid after MAX_PRINTED rows."""
    table = columns_of(shape)
    rows: list[list[str]] = []
    for item in items:
        if len(rows) >= MAX_PRINTED:
            figures = {"most": MAX_PRINTED}
            raise Invalid(Fault(pointer="/format", sentence=TOO_LONG.template, figures=figures))
        rows.append([written(cell(item, one, language, item), one, language) for one in table])
    parts: list[Part] = []
    if told.filters:
        items_of = [(translate(name.replace("_", " "), language), value)
                    for name, value in told.filters]  # fmt: skip
        parts.append(Terms(items_of))
    parts.append(
        Table([_column(one, language) for one in table], rows)
        if rows
        else Paragraph(say(EMPTY, language))
    )
    telling = Telling(language, told.as_of, told.known_at, told.note)
    return framed(title_of(shape, language), telling, parts, landscape=True)


def columns_of(shape: type[Answer]) -> Sequence[Source]:
    """Those that are printed; of a list that says none, the first eight that it has."""
    known = {".".join(one.path): one for one in columns(shape) if not one.of_row}
    names = LISTINGS[shape].printed if shape in LISTINGS else tuple(known)[:8]
    return [known[name] for name in names]


def _column(source: Source, language: str) -> Column:
    """By its last name alone: a page has little room."""
    wide = source.path[-1] in WIDE
    return Column(head(source.heads[-1:], language), source.is_number, wide)


def written(value: Cell, column: Source, language: str) -> str:
    if isinstance(value, Decimal) and column.is_amount:
        return figure(int(value * 100), decimals=True)
    if isinstance(value, datetime):
        return in_sweden(value)
    return plain(value, language)
