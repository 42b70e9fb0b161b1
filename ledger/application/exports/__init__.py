"""Any list as a file: anybody may ask for a compilation (TF 2 kap. 6 §).

A list has a row for each line item: an order with three lines is three rows. What the rows of one
order have in common and is no figure (its number, course, days) stands in each of them, so that
they may be sorted, cut and filtered; the order's own figures stand in the first of them alone, so
that the sum of a column is the sum of the orders. Heads and words are the reader's; no cell is
anything else than a word, a number or a day.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from ledger.application.exports.columns import listed_in

__all__ = ["CSV", "FORMATS", "PDF", "XLSX", "Format", "Told", "listed_in"]


class Format(NamedTuple):
    name: str
    media: str


CSV = Format("csv", "text/csv")
XLSX = Format("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
PDF = Format("pdf", "application/pdf")
FORMATS: Mapping[str, Format] = {one.name: one for one in (CSV, XLSX, PDF)}
"""What a list is to be had as, beside the API's own JSON; by the ending of the file's name."""


class Told(NamedTuple):
    """What a file is told for: the times asked about, the newest signed checkpoint, and what the
    list was narrowed by (names as an address has them, and their values)."""

    as_of: date | str | None
    known_at: datetime
    note: str | None
    filters: tuple[tuple[str, str], ...] = ()
