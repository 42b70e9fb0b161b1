"""What an order's sessions or instalments come to when they are made even: parts that add up to
their line exactly, whole ones where its currency has no smaller unit."""

from collections.abc import Mapping, Sequence
from typing import Any

from ledger.domain.money import from_text, least_of, split
from ledger.domain.refusals import Fault, Invalid
from ledger.web.pages.beginning import kronor_typed

LISTS = ("sessions", "instalments")
"""The parts of an order's lines that may be made even."""


def spread(of: str, body: Mapping[str, Any], currency: str) -> dict[str, str]:
    """The amounts as one types them, of the rows of the list `of` in what was typed as `body`.

    Raises Invalid where there is no row, a row's line is not said, or the line has no amount.
    """
    rows = {at: row for at, row in enumerate(body.get(of, ())) if row}
    lines: Sequence[Mapping[str, Any]] = body.get("lines", ())
    if not rows:
        raise Invalid(Fault(pointer=f"/{of}", sentence="Fill in the days first."))
    by_line: dict[int, list[int]] = {}
    for at, row in rows.items():
        number = _line_of(row, lines, body.get("starts_on", ""), f"/{of}/{at}/line")
        by_line.setdefault(number, []).append(at)
    found = {}
    for number, places in by_line.items():
        total = _amount_of(lines[number - 1], f"/lines/{number - 1}/amount")
        parts = split(total, [1] * len(places), least_of(currency))
        for at, part in zip(places, parts, strict=True):
            found[f"{of}-{at}-amount"] = kronor_typed(part)
    return found


def _line_of(
    row: Mapping[str, Any], lines: Sequence[Mapping[str, Any]], starts_on: object, pointer: str
) -> int:
    """By its number; where it is not said the only one, or of a session the only one of its year:
    a line that names none is of the year in which the course starts."""
    year = str(row.get("on", ""))[:4]
    of_year = [
        number
        for number, line in enumerate(lines, 1)
        if year and str(line.get("year", str(starts_on)[:4])) == year
    ]
    only = [1] if len(lines) == 1 else of_year
    number = row.get("line", only[0] if len(only) == 1 else 0)
    if not isinstance(number, int) or not 1 <= number <= len(lines):
        raise Invalid(Fault(pointer=pointer, sentence="Say of which line it is."))
    return number


def _amount_of(line: Mapping[str, Any], pointer: str) -> int:
    """Of a line, in öre, as it is typed."""
    try:
        if "amount" in line:
            return from_text(line["amount"])
        return int(line["quantity"]) * from_text(line["unit_price"])
    except (KeyError, ValueError):
        raise Invalid(Fault(pointer=pointer, sentence="Fill this in.")) from None
