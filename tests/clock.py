"""The tests' clock: time goes on as ever, from a day that none of them depends on."""

import time
from datetime import UTC, date, datetime, timedelta

from ledger.clock import day_of

NOW = datetime(2027, 8, 31, 8, tzinfo=UTC)
"""When the tests begin: in the term of the agreements that they sign, near its end."""


class SetClock:
    """A clock that begins when it is told to, and is moved by hand from day to day."""

    def __init__(self, begins: datetime = NOW) -> None:
        self._began, self._begins = time.monotonic(), begins

    def __call__(self) -> datetime:
        return self._begins + timedelta(seconds=time.monotonic() - self._began)

    @property
    def today(self) -> date:
        return day_of(self())

    def wait(self, **span: float) -> None:
        """Let some time pass, as `minutes=30`."""
        self.__init__(self() + timedelta(**span))

    def move(self, day: date) -> None:
        """To the morning of a day; it only goes forward."""
        if day > self.today:
            self.__init__(datetime(day.year, day.month, day.day, 8, tzinfo=UTC))


STARTED = SetClock()
"""What every test's own clock begins at, so that what one recorded is never after another's now."""
