"""A cell of an imported workbook as the API has it: what a form reads, a table may say."""

import math
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ledger.application.bodies.typed import amount, day
from ledger.application.importing.sheets import Kind
from ledger.documents.workbook import Cell
from ledger.wording import Sentence, words

YES = frozenset(("ja", "yes", "x", "true", "sant", "1"))
NO = frozenset(("nej", "no", "false", "falskt", "0"))
UNKNOWN = frozenset(("okänd", "okänt", "unknown"))


ABSURD = 10**15
"""Kronor that no amount comes to."""
DIGITS = range(19_000_101, 22_001_232)
"""Numbers that are a day written without signs, as 20270301."""


class Unread(ValueError):
    """What is wrong with a cell, in words."""

    def __init__(self, said: Sentence) -> None:
        super().__init__(said.template)
        self.said = said


def read(cell: Cell, kind: Kind) -> Any:
    """None of an empty cell that says nothing. Raises Unread."""
    if isinstance(cell, str):
        cell = cell.strip()
    if cell == "":
        return None
    if isinstance(cell, float) and not math.isfinite(cell):
        raise Unread(words("The cell has an error in the spreadsheet: {value}.", value=str(cell)))
    match kind:
        case "text":
            return _text(cell)
        case "amount":
            return _amount(cell)
        case "cap":
            unknown = isinstance(cell, str) and cell.casefold() in UNKNOWN
            return UNKNOWN if unknown else _amount(cell)
        case "day":
            return _day(cell)
        case "whole":
            return _whole(cell)
        case "yes":
            return _yes(cell)


def _text(cell: Cell) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        raise Unread(words("Here text is needed; the cell is a date or a logical value."))
    return str(int(cell)) if cell == int(cell) else repr(cell)


def _amount(cell: Cell) -> str:
    if isinstance(cell, str):
        return amount(cell)
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        raise Unread(
            words("Here an amount is needed; the cell is a date, a time or a logical value.")
        )
    if abs(cell) >= ABSURD:
        raise Unread(words("The amount is absurdly large."))
    written = Decimal(repr(cell))
    if written != round(written, 2):
        raise Unread(words("The amount has parts of an öre: {value}.", value=f"{written:f}"))
    return f"{written:.2f}"


def _day(cell: Cell) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, str):
        return day(cell)
    if (
        isinstance(cell, int | float)
        and not isinstance(cell, bool)
        and cell == int(cell)
        and int(cell) in DIGITS
    ):
        return day(str(int(cell)))
    raise Unread(
        words("Here a day is needed: write it as 2027-03-01, or format the cell as a date.")
    )


def _whole(cell: Cell) -> Any:
    if isinstance(cell, str):
        plain = "".join(cell.split())
        if not plain.isascii() or not plain.isdigit() or len(plain) > 9:
            raise Unread(words("Here a whole number is needed."))
        return int(plain)
    if isinstance(cell, bool) or not isinstance(cell, int | float) or cell != int(cell):
        raise Unread(words("Here a whole number is needed."))
    return int(cell)


def _yes(cell: Cell) -> bool:
    if isinstance(cell, int | float) and cell == int(cell):
        cell = int(cell)
    said = str(cell).strip().casefold()
    if said not in YES | NO:
        raise Unread(words("Write yes or no."))
    return said in YES
