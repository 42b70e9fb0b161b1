"""The rows of an imported workbook, each with its members as the API has them."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from ledger.application.importing import cells
from ledger.application.importing.faults import At, Fault, Faults
from ledger.application.importing.sheets import SHEETS, Column, Sheet, column_of, sheet_of
from ledger.documents import workbook
from ledger.documents.workbook import Row, Workbook
from ledger.wording import words

SPOKEN = {
    "kind": {"genomförande": "delivery", "utveckling": "development"},
    "effect": {"stoppar": "hard", "varnar": "soft", "visar": "informational"},
}
"""Words of the pages → those of the API, by column."""


class Given(NamedTuple):
    """A row: where it stands, and what it says by its members; empty cells say nothing."""

    at: At
    members: dict[str, Any]


def sheets_of(book: Workbook, faults: Faults) -> dict[str, str]:
    """Which sheet of the workbook each of ours is, by its name in code. A workbook has some."""
    found: dict[str, str] = {}
    for name in book.names:
        sheet = sheet_of(name)
        if sheet is None:
            continue
        if sheet.name in found:
            said = words("There is another sheet for the same.")
            faults.add(Fault(said=said, sheet=name))
        else:
            found[sheet.name] = name
    if not found:
        called = ", ".join(f"{one.swedish} / {one.english}" for one in SHEETS)
        faults.add(
            Fault(said=words("The workbook has none of the sheets {sheets}.", sheets=called))
        )
    return found


def rows(book: Workbook, name: str, sheet: Sheet, faults: Faults) -> Iterator[Given]:
    """What the rows under the heads say; a row with a fault in a cell is left out."""
    every = book.rows(name)
    heads = next(every, None)
    if heads is None:
        return
    columns = _columns(heads, name, sheet, faults)
    if columns is None:
        return
    letters = {
        one.member: f"{workbook.column(place)}, {heads.cells[place]}"
        for place, one in columns.items()
    }
    for row in every:
        at = At(name, row.number, letters)
        before = faults.count
        members = _members(row, columns, at, faults)
        if faults.count == before:
            yield Given(at, members)


def _columns(heads: Row, name: str, sheet: Sheet, faults: Faults) -> dict[int, Column] | None:
    """Which column stands where; None where rows cannot be read by it."""
    found: dict[int, Column] = {}
    known = set[str]()
    before = faults.count
    for place, cell in enumerate(heads.cells):
        if cell == "":
            continue
        written = str(cell)[:80]
        column = column_of(sheet, written)
        if column is None or column.member in known:
            said = words("The column {column} is not known here, or stands twice.", column=written)
            where = workbook.column(place)
            faults.add(Fault(said=said, sheet=name, row=heads.number, column=where))
            continue
        found[place] = column
        known.add(column.member)
    for one in sheet.columns:
        if one.needed and one.member not in known:
            said = words(
                "The sheet lacks the column {swedish} / {english}.",
                swedish=one.swedish,
                english=one.english,
            )
            faults.add(Fault(said=said, sheet=name))
    return found if faults.count == before else None


def _members(row: Row, columns: dict[int, Column], at: At, faults: Faults) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for place, column in columns.items():
        if place in row.formulas:
            said = words("The cell has a formula, or an error of one: write its value.")
            faults.add(at.fault(said, column.member))
            continue
        cell = row.cells[place] if place < len(row.cells) else ""
        try:
            value = cells.read(cell, column.kind)
        except cells.Unread as unread:
            faults.add(at.fault(unread.said, column.member))
            continue
        if value is not None:
            spoken = SPOKEN.get(column.member, {})
            members[column.member] = spoken.get(str(value).casefold(), value)
        elif column.needed:
            faults.add(at.fault(words("The cell is empty."), column.member))
    return members
