"""A list as CSV (RFC 4180): one line of heads, then the rows and nothing else, so that a program
reads it with one call.

What it is told for stands in columns of its own: the two times in every line, which then may be
sorted or cut, and the notary's newest checkpoint in the first. The form follows the reader's
language, since a Swedish spreadsheet opens only a file with semicolons and decimal commas without
being asked; English, and the default of the API, has commas and points. It begins with a byte order
mark: without one, spreadsheets misread å, ä and ö.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from ledger.application.answers.making import Answer
from ledger.application.exports import Told
from ledger.application.exports.cells import Cell, exactly, plain, rows
from ledger.application.exports.columns import head, heads
from ledger.bounds import MAX_EXPORT

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
TELLING = ("as of", "known at", "checkpoint")
"""The last columns: what the file is told for, and the anchor that it carries."""

FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
"""What a spreadsheet would run, or could be brought to."""


class ExportTooLong(Exception):
    """More lines than MAX_EXPORT: the file breaks off, rather than end as if it were whole."""


def lines(shape: type[Answer], items: Iterable[Answer], told: Told, language: str) -> Iterator[str]:
    """The file, line by line. Raises ExportTooLong after MAX_EXPORT lines."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";" if language == "sv" else ",", lineterminator="\r\n")

    def line(cells: Iterable[str]) -> str:
        writer.writerow(cells)
        text = file.getvalue()
        file.seek(0)
        file.truncate()
        return text

    yield BOM + line([*heads(shape, language), *(head((name,), language) for name in TELLING)])
    times = [str(told.as_of or ""), exactly(told.known_at)]
    for count, row in enumerate(rows(shape, items, language)):
        if count >= MAX_EXPORT:
            raise ExportTooLong
        cells = [_written(value, language) for value in row]
        yield line([*cells, *times, (told.note or "") if count == 0 else ""])


def _written(value: Cell, language: str) -> str:
    """What a spreadsheet would run as a formula begins with an apostrophe: it is only text."""
    text = plain(value, language)
    if isinstance(value, Decimal | int):
        return text
    return f"'{text}" if FORMULA.match(text) else text
