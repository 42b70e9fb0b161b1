"""A list as a workbook (XLSX): numbers as numbers, days as days, and a sheet that says what it is.

It is written row by row to a temporary file, so that a long list needs no more memory than a short
one. No text is ever a formula, a number or a link; one that looks like a formula is marked as text,
so that it stays so when somebody opens the cell and leaves it again.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any

from ledger.application.anchor import UNSIGNED
from ledger.application.answers.making import Answer
from ledger.application.exports import Told
from ledger.application.exports.cells import Cell, exactly, in_sweden, rows
from ledger.application.exports.columns import Column, columns, head, heads
from ledger.application.exports.delimited import FORMULA
from ledger.application.exports.listings import title_of
from ledger.bounds import MAX_EXPORT, SHEET_TEXT
from ledger.domain.calendar import SWEDEN
from ledger.domain.refusals import Fault, Invalid
from ledger.wording import say, translate, words

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

SAFE = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "default_date_format": "yyyy-mm-dd",
}
FORMATS: Mapping[str, Mapping[str, Any]] = {
    "head": {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1},
    "amount": {"num_format": "#,##0.00"},
    "decimal": {"num_format": "0.0"},
    "whole": {"num_format": "0"},
    "day": {"num_format": "yyyy-mm-dd", "align": "left"},
    "moment": {"num_format": "yyyy-mm-dd hh:mm:ss", "align": "left"},
    "text": {"valign": "top"},
    "quoted": {"quote_prefix": True, "valign": "top"},
    "name": {"bold": True, "valign": "top"},
    "said": {"text_wrap": True, "valign": "top"},
}
FIRST_DAY = date(1900, 3, 1)
"""Days before it are another day to some spreadsheets: they stay text."""
CUT = words("… (cut: a cell takes {most} characters; the CSV file has all {length})")
ABOUT = "About"
ROWS_OF = words(
    "A row is a line. What the lines of one have in common stands in each of its rows, its own "
    "figures in the first of them alone: so the sum of a column is right."
)
ALL = words("all that is recorded, also what counts later")
NOTHING = words("nothing: it is the whole list")
TOO_LONG = words("The list has more than {most} rows; narrow it, or take it as CSV.")


def write(
    file: IO[bytes], shape: type[Answer], items: Iterable[Answer], told: Told, language: str
) -> int:
    """The whole list to a file, and how many rows it has. Raises Invalid after MAX_EXPORT rows."""
    from xlsxwriter import Workbook

    book = Workbook(file, SAFE)
    try:
        book.set_properties({"title": title_of(shape, language), "created": told.known_at})
        formats = {name: book.add_format(dict(of)) for name, of in FORMATS.items()}
        count = _list(book, formats, shape, items, language)
        _about(book, formats, shape, told, count, language)
    finally:
        book.close()
    return count


def _list(
    book: "Workbook",
    formats: Mapping[str, Any],
    shape: type[Answer],
    items: Iterable[Answer],
    language: str,
) -> int:
    sheet = book.add_worksheet(_sheet_name(title_of(shape, language)))
    table = columns(shape)
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)
    for place, (column, name) in enumerate(zip(table, heads(shape, language), strict=True)):
        sheet.set_column(place, place, _width(column, name))
        sheet.write_string(0, place, name, formats["head"])
    count = 0
    for count, row in enumerate(rows(shape, items, language), start=1):
        if count > MAX_EXPORT:
            figures = {"most": MAX_EXPORT}
            raise Invalid(Fault(pointer="/format", sentence=TOO_LONG.template, figures=figures))
        for place, value in enumerate(row):
            _write(sheet, count, place, value, table[place], formats, language)
    sheet.autofilter(0, 0, count, len(table) - 1)
    return count


def _write(
    sheet: "Worksheet",
    row: int,
    place: int,
    value: Cell,
    column: Column,
    formats: Mapping[str, Any],
    language: str,
) -> None:
    if value is None:
        return
    if isinstance(value, Decimal):
        kind = "amount" if column.is_amount else "decimal"
        sheet.write_number(row, place, float(value), formats[kind])
    elif isinstance(value, int):
        sheet.write_number(row, place, value, formats["whole"])
    elif isinstance(value, datetime):
        clock = value.astimezone(SWEDEN).replace(tzinfo=None, microsecond=0)
        sheet.write_datetime(row, place, clock, formats["moment"])
    elif isinstance(value, date) and value >= FIRST_DAY:
        sheet.write_datetime(row, place, value, formats["day"])
    else:
        _text(sheet, row, place, str(value), formats, language)


def _text(
    sheet: "Worksheet",
    row: int,
    place: int,
    text: str,
    formats: Mapping[str, Any],
    language: str,
    kind: str = "text",
) -> None:
    """Whole, or with a word that it is cut: a cell that is too long would be left out."""
    if len(text) > SHEET_TEXT:
        cut = say(words(CUT.template, most=SHEET_TEXT, length=len(text)), language)
        text = text[: SHEET_TEXT - len(cut)] + cut
    sheet.write_string(row, place, text, formats["quoted" if FORMULA.match(text) else kind])


def _about(
    book: "Workbook",
    formats: Mapping[str, Any],
    shape: type[Answer],
    told: Told,
    count: int,
    language: str,
) -> None:
    """What the file is told for: enough to ask for it again, and to hold it against the log."""
    sheet = book.add_worksheet(_sheet_name(translate(ABOUT, language)))
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 90)
    for row, (name, text) in enumerate(about(shape, told, count, language)):
        _text(sheet, row, 0, name, formats, language, "name")
        _text(sheet, row, 1, text, formats, language, "said")


def about(shape: type[Answer], told: Told, count: int, language: str) -> list[tuple[str, str]]:
    """Each thing that the sheet says, and its name."""
    known = f"{in_sweden(told.known_at)} ({exactly(told.known_at)})"
    told_of = [
        (translate("List", language), title_of(shape, language)),
        (head(("as of",), language), str(told.as_of or say(ALL, language))),
        (head(("known at",), language), known),
        (translate("Rows", language), str(count)),
    ]
    by = translate("Narrowed by", language)
    told_of += [
        (f"{by}: {translate(name.replace('_', ' '), language)}", value)
        for name, value in told.filters
    ] or [(by, say(NOTHING, language))]
    notes = [words("Amounts are without VAT."), words("Times of day are Swedish time.")]
    if shape.row_of:
        notes.insert(0, ROWS_OF)
    name = say(words("How to read it"), language)
    told_of += [(name if n == 0 else "", say(note, language)) for n, note in enumerate(notes)]
    note = told.note or say(UNSIGNED, language)
    return [*told_of, (head(("checkpoint",), language), note)]


def _width(column: Column, name: str) -> int:
    """Characters: what most of its cells need, and half of a long head, which breaks."""
    if column.is_number:
        return max(12, len(name) // 2 + 2)
    return min(40, max(14, len(name) // 2 + 2))


def _sheet_name(title: str) -> str:
    return "".join(" " if sign in "[]:*?/\\'" else sign for sign in title)[:31]
