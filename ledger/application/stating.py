"""A statement as it is asked for at every door: some of its rows, what was carried to them, and
what all of them come to."""

from datetime import date, timedelta
from typing import Any, NamedTuple

from ledger.application.answers.making import made
from ledger.application.answers.postings import Posting, Statement, balanced, statement_answer
from ledger.application.answers.proof import Checkpoint
from ledger.domain import agreement
from ledger.projections.database import Reading
from ledger.projections.seeing import Part
from ledger.projections.statement import Carried, Place, carried, statement
from ledger.projections.then import Then


class Stated(NamedTuple):
    """Rows of a statement; in öre what was carried to the first of them, and what all come to."""

    rows: list[dict[str, Any]]
    opening: Carried
    closing: Carried
    whole: bool
    """Nothing is left out for who asks, so that what is left can be told."""

    def items(self) -> list[Posting]:
        return [made(Posting, row) for row in self.rows]

    def answer(self, state: agreement.State, checkpoint: Checkpoint) -> Statement:
        sums = (balanced(at, whole=self.whole) for at in (self.opening, self.closing))
        return statement_answer(state, self.items(), checkpoint, *sums)


def stated(
    connection: Reading,
    number: str,
    then: Then,
    only: Part = None,
    *,
    since: date | None = None,
    after: Place | None = None,
    limit: int | None = None,
) -> Stated:
    """From a day on (`since`), beyond a place (`after`), at most `limit` rows."""
    rows = statement(
        connection, number, then.as_of, then.known_at, only, since=since, after=after, limit=limit
    )
    begins = after or since
    opening = Carried()
    if begins is not None:
        opening = carried(connection, number, begins, then.known_at, only)
    ends = None
    if then.as_of is not None and then.as_of < date.max:
        ends = then.as_of + timedelta(days=1)
    closing = carried(connection, number, ends, then.known_at, only)
    return Stated(rows, opening, closing, only is None)


def place_of(row: dict[str, Any]) -> str:
    """Where a row stands, as an address says it."""
    return f"{row['effective_on']}.{row['position']}.{row['number']}"


def place_from(text: str | None) -> Place | None:
    """Raises ValueError for a day that is none."""
    if not text:
        return None
    day, position, number = text.split(".")
    return Place(date.fromisoformat(day), int(position), int(number))
