"""Where business dates are, and the months of a term."""

from calendar import monthrange
from datetime import date, timedelta
from zoneinfo import ZoneInfo

SWEDEN = ZoneInfo("Europe/Stockholm")
"""Where a business date is that of today."""


def add_months(day: date, months: int) -> date:
    """The day that a term ends on `months` after another: that of the same number, or the month's
    last where it has none (lag 1930:173, 2 §); the end of a month stays the end."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    is_end = day.day == monthrange(day.year, day.month)[1]
    return date(year, month + 1, last if is_end else min(day.day, last))


def extended(ends_on: date, months: int, signed: date | None = None) -> date:
    """The last day of a term by so many months more. Counted from the end that was `signed`, where
    it was extended before: a short month does not shorten what follows it."""
    signed = signed or ends_on
    return add_months(signed, _months(signed, ends_on) + months)


def _months(day: date, later: date) -> int:
    """How many months one day's month is after another's."""
    return (later.year - day.year) * 12 + later.month - day.month


def months_between(first_day: date, last_day: date) -> int:
    """Months that a term touches, both days included, a begun month counted whole."""
    before = first_day - timedelta(days=1)
    months = _months(before, last_day)
    return months + (1 if add_months(before, months) < last_day else 0)
