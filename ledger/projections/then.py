"""Two times: as of a business date, as known at a moment; and how things were seen from there."""

from datetime import UTC, date, datetime, timedelta

import msgspec
from sqlalchemy import ColumnElement, FromClause

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(moment: datetime) -> int:
    """A moment as whole microseconds since 1970: exact, and the same on both databases."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(micros: int) -> datetime:
    """The moment, in UTC, that `micros` made a number of."""
    return _EPOCH + timedelta(microseconds=micros)


class Then(msgspec.Struct, frozen=True, kw_only=True):
    """What counts up to and with a date, and had been recorded at a moment; None: everything.

    `current` says that nobody asked for a date or a moment: it is told as of today.
    """

    as_of: date | None = None
    known_at: datetime | None = None
    current: bool = False

    @property
    def is_now(self) -> bool:
        return self.as_of is None and self.known_at is None

    def counts_all(self, latest_on: date) -> bool:
        """Whether everything counts of what has no fact of a later day than that one."""
        return self.known_at is None and (self.as_of is None or latest_on <= self.as_of)

    def of(self, table: FromClause) -> list[ColumnElement[bool]]:
        """What holds of the rows of a table that were there: of postings, or of the timeline."""
        found = []
        if self.as_of is not None:
            found.append(table.c.effective_on <= self.as_of)
        if self.known_at is not None:
            found.append(table.c.recorded_at <= micros(self.known_at))
        return found


NOW = Then()
"""All that is recorded, also what takes effect later: for whoever works on the log itself."""


def then_on(as_of: date | None, known_at: datetime | None, today: date) -> Then:
    """The two times that are asked about: as of today where no date is given."""
    current = as_of is None and known_at is None
    return Then(as_of=as_of or today, known_at=known_at, current=current)
