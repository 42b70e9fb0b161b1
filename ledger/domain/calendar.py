"""Where business dates are, and the months of a term."""

from calendar import monthrange
from datetime import date, timedelta
from zoneinfo import ZoneInfo

SWEDEN = ZoneInfo("Europe/Stockholm")
"""Where a business date is that of today."""


def add_months(last_day: date, months: int) -> date:
    """The last day of a term that ends `months` later; the end of a month stays the end."""
    following = last_day + timedelta(days=1)
    index = following.year * 12 + following.month - 1 + months
    year, month = divmod(index, 12)
    day = min(following.day, monthrange(year, month + 1)[1])
    return date(year, month + 1, day) - timedelta(days=1)


def months_between(first_day: date, last_day: date) -> int:
    """Months that a term touches, both days included, a begun month counted whole."""
    end = last_day + timedelta(days=1)
    months = (end.year - first_day.year) * 12 + end.month - first_day.month
    return months + (1 if end.day > first_day.day else 0)
