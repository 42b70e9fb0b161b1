"""The clock: one function, handed in where the service and the command line are made.

No setting and no option sets it; tests, the manual and the demonstration hand in one of their own.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime

from ledger.bounds import CLOCK_SECONDS
from ledger.domain.calendar import SWEDEN

Clock = Callable[[], datetime]
"""The moment that it is now, with its time zone."""


def system() -> datetime:
    """The machine's."""
    return datetime.now(UTC)


def day_of(moment: datetime) -> date:
    """The business date of a moment: the day that it is in Sweden."""
    return moment.astimezone(SWEDEN).date()


def behind(newest: datetime | None, now: datetime) -> float | None:
    """Seconds that a clock is behind the newest fact of the log, where they are worth saying."""
    seconds = 0.0 if newest is None else (newest - now).total_seconds()
    return round(seconds, 3) if seconds > CLOCK_SECONDS else None
