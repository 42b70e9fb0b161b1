"""Other days than a programme was written for: all of them so many whole months later."""

import re
from calendar import monthrange
from datetime import date
from typing import TypeVar, cast

import msgspec
from msgspec.structs import replace

_DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
NUMBERED = ("decision", "reference")
"""Members that hold the number of a paper, in which a year is that of its day."""
Value = TypeVar("Value")


class Calendar(msgspec.Struct, frozen=True):
    """`months` is how many whole months later everything is; the last day of a shorter month is
    taken for those that it does not have, so that no two days change places."""

    months: int = 0

    def day(self, written: date) -> date:
        year, month = divmod(written.year * 12 + written.month - 1 + self.months, 12)
        return date(year, month + 1, min(written.day, monthrange(year, month + 1)[1]))

    def text(self, written: str) -> str:
        """A text with its days (YYYY-MM-DD) moved: those of a sentence, or of a drawdown's id."""
        return _DAY.sub(lambda one: self.day(date.fromisoformat(one[0])).isoformat(), written)

    def moved(self, value: Value) -> Value:
        """A command, an invoice or what they hold, with every day moved; years as numbers are not:
        whose they are only who wrote them knows."""
        return cast(Value, self._moved(value, "", None)) if self.months else value

    def _moved(self, value: object, name: str, decided: date | None) -> object:
        if isinstance(value, date):
            return self.day(value)
        if isinstance(value, str):
            if name in NUMBERED and decided is not None:
                year = str(self.day(decided).year)
                value = _YEAR.sub(
                    lambda one: year if one[0] == str(decided.year) else one[0], value
                )
            return self.text(value)
        if isinstance(value, tuple):
            return tuple(self._moved(one, name, decided) for one in value)
        if isinstance(value, msgspec.Struct):
            own = getattr(value, "decided_on", None) or getattr(value, "on", None)
            members = {
                one: self._moved(getattr(value, one), one, own) for one in value.__struct_fields__
            }
            return replace(value, **members)
        return value


def latest_before(written: date, last: date) -> Calendar:
    """The calendar in which a day comes as near to another as whole months bring it, never after
    it."""
    months = (last.year - written.year) * 12 + last.month - written.month
    found = Calendar(months)
    return found if found.day(written) <= last else Calendar(months - 1)
