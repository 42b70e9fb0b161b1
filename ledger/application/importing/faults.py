"""What is wrong in an imported workbook: each fault at its sheet, row and column, in words."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from ledger.application.bodies.typed import IN_A_FORM
from ledger.bounds import MAX_FAULTS
from ledger.documents.faults import DocumentFaults
from ledger.domain.refusals import Invalid, Refusal
from ledger.wording import Sentence, say


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """`row` counts from 1, as a spreadsheet does; 0 of the file, or of a sheet, as a whole.
    `column` is its letter and its head."""

    said: Sentence
    sheet: str = ""
    row: int = 0
    column: str = ""

    def place(self, language: str) -> str:
        """Where it is, in words."""
        if not self.sheet:
            return ""
        figures = {"sheet": self.sheet, "row": str(self.row), "column": self.column}
        if not self.row:
            return say(Sentence("sheet {sheet}", figures), language)
        if not self.column:
            return say(Sentence("sheet {sheet}, row {row}", figures), language)
        return say(Sentence("sheet {sheet}, row {row}, column {column}", figures), language)

    def sentence(self, language: str) -> str:
        place = self.place(language)
        said = say(self.said, language)
        return f"{place[:1].upper()}{place[1:]}: {said}" if place else said


class Faults:
    """Those found so far; all are counted, and so many are kept."""

    def __init__(self) -> None:
        self.found: list[Fault] = []
        self.count = 0

    def add(self, fault: Fault) -> None:
        self.count += 1
        if len(self.found) < MAX_FAULTS:
            self.found.append(fault)

    def of_file(self, faults: DocumentFaults) -> None:
        """What keeps the file from being read at all."""
        for one in faults.faults:
            self.add(Fault(said=Sentence(one.message, one.figures)))


class At(NamedTuple):
    """A row of a sheet, and its columns by their members."""

    sheet: str
    row: int
    columns: Mapping[str, str]

    def fault(self, said: Sentence, member: str = "") -> Fault:
        column = self.columns.get(member, "")
        return Fault(said=said, sheet=self.sheet, row=self.row, column=column)


ABOUT = {
    "cap-exceeded": "amount",
    "outside-term": "ordered_on",
    "delivery-after-term": "ends_on",
    "not-entitled": "buyer",
    "not-a-party": "buyer",
    "out-of-turn": "supplier",
    "already-exists": "number",
    "term-too-long": "ends_on",
    "answered-too-late": "confirmed_on",
    "wrong-status": "confirmed_on",
    "not-found": "agreement",
    "agreement-not-open": "agreement",
}
"""The refusal's type → the column that it is about."""
INSTEAD = {"ordered_on": "as_of", "number": "agreement", "buyer": "buyers"}
"""The column of a sheet that has no such."""


def placed(refusal: Refusal, rows: Sequence[At], members: Mapping[str, str]) -> list[Fault]:
    """A refusal at its rows and columns. `members` are what a body calls a member → its column."""
    first = rows[0]
    if not isinstance(refusal, Invalid):
        member = ABOUT.get(refusal.type, "")
        if member not in first.columns:
            member = INSTEAD.get(member, "")
        return [first.fault(Sentence(refusal.sentence, refusal.figures), member)]
    found = []
    for one in refusal.faults:
        steps = one.pointer.split("/")[1:]
        row = first
        if len(steps) > 1 and steps[0] in ("lines", "limits") and steps[1].isdigit():
            row = rows[min(int(steps[1]), len(rows) - 1)]
            steps = steps[2:]
        name = steps[0] if steps else ""
        said = IN_A_FORM.get(one.sentence, Sentence(one.sentence, one.figures))
        found.append(row.fault(said, members.get(name, name)))
    return found
