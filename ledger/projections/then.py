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
    """What counts up to and with a date, and had been recorded at a moment; None: everything."""

    as_of: date | None = None
    known_at: datetime | None = None

    @property
    def is_now(self) -> bool:
        return self.as_of is None and self.known_at is None

    def of(self, table: FromClause) -> list[ColumnElement[bool]]:
        """What holds of the rows of a table that were there: of postings, or of the timeline."""
        found = []
        if self.as_of is not None:
            found.append(table.c.effective_on <= self.as_of)
        if self.known_at is not None:
            found.append(table.c.recorded_at <= micros(self.known_at))
        return found


NOW = Then()
