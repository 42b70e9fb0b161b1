"""The workbook that is filled in to be imported: its sheets, and one that says how."""

import io
from collections.abc import Iterator

import xlsxwriter

from ledger.application.importing.sheets import SHEETS, Column, Sheet
from ledger.wording import Sentence, say, words

HOW = (
    words("Fill in the sheets that you need, a row each, and leave the others empty."),
    words("First Agreements, each with its Limits; then Orders that are open, a row a line."),
    words("Opening balances are what was invoiced before, of no order in the sheet Orders."),
    words("What was invoiced of an open order stands in the row of its line."),
    words("Amounts are excluding VAT. Days are written as 2027-03-01, or as dates."),
    words("Write values, not formulas. Rename no column; those that you do not need may go."),
    words("Check the file first: every fault is named by sheet, row and column."),
    words("Then all of it is taken in, or nothing. The file is kept as it came."),
)
"""How it is filled in, as the first sheet says."""
WIDTH, WIDE = 22, 60


def template(language: str) -> bytes:
    """The workbook with its heads in a language, and the instructions in it."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        about = book.add_worksheet(say(words("How to fill it in"), language)[:31])
        about.set_column(0, 3, WIDTH)
        about.set_column(4, 4, WIDE)
        for row, one in enumerate(HOW):
            about.write_string(row, 0, say(one, language))
        row = len(HOW) + 1
        for place, head in enumerate(_heads(language)):
            about.write_string(row, place, head, bold)
        for below, line in enumerate(_lines(language), row + 1):
            for place, said in enumerate(line):
                about.write_string(below, place, said, wrapped)
        for sheet in SHEETS:
            page = book.add_worksheet(sheet.called(language))
            page.freeze_panes(1, 0)
            page.set_column(0, len(sheet.columns) - 1, WIDTH)
            dated = book.add_format({"num_format": "yyyy-mm-dd"})
            for place, column in enumerate(sheet.columns):
                star = " *" if column.needed else ""
                page.write_string(0, place, f"{_called(column, language)}{star}", bold)
                if column.kind == "day":
                    page.set_column(place, place, WIDTH, dated)
    return content.getvalue()


def _heads(language: str) -> tuple[str, ...]:
    some: tuple[Sentence, ...] = (
        words("Sheet"),
        words("Column"),
        words("Needed"),
        words("Example"),
        words("What it is"),
    )
    return tuple(say(one, language) for one in some)


def _lines(language: str) -> Iterator[tuple[str, ...]]:
    for sheet in SHEETS:
        for column in sheet.columns:
            yield _line(sheet, column, language)


def _line(sheet: Sheet, column: Column, language: str) -> tuple[str, ...]:
    needed = say(words("yes"), language) if column.needed else ""
    called = sheet.called(language), _called(column, language)
    return (*called, needed, column.example, say(column.says, language))


def _called(column: Column, language: str) -> str:
    return column.swedish if language == "sv" else column.english
