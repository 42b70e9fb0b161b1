"""Amounts and days as ledgers write them: what is ambiguous is refused, never guessed."""

import re
from datetime import date
from typing import Literal, NamedTuple

from ledger.bounds import MAX_AMOUNT

_MINUS = "-\N{MINUS SIGN}\N{EN DASH}\N{HYPHEN}\N{NON-BREAKING HYPHEN}"
_SPACES = (
    " '\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}\N{FIGURE SPACE}"
    "\N{RIGHT SINGLE QUOTATION MARK}"
)
_UNIT = re.compile(r"^(?:kr|sek)(?![a-z])|(?:kr\.?|sek|:-)$", re.IGNORECASE)
_MARK = re.compile(
    r"(?<=[\d ])(?:(?P<debit>dr?\.?)|(?P<credit>cr?\.?)|(?P<kredit>k))$", re.IGNORECASE
)
"""Debit or credit after an amount: D, DR, C, CR; K after two decimals, where it is no thousand."""
_TWO_DECIMALS = re.compile(r"[,.]\d\d$", re.ASCII)
_TIME = re.compile(
    r"[T ](?:00:00(?::00(?:\.0{1,9})?)?Z?|[012]\d:[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?)$", re.ASCII
)
"""A time of day is Swedish and makes no other day; in another zone it might."""
_YEAR_FIRST = re.compile(
    r"(?P<year>\d{4})(?:(?P<month>\d\d)(?P<day>\d\d)"
    r"|(?P<sign>[-/.])(?P<month_>\d{1,2})(?P=sign)(?P<day_>\d{1,2}))",
    re.ASCII,
)
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})", re.ASCII)
_NAMED = re.compile(
    r"(?P<day>\d{1,2})[-. ]{1,2}(?P<month>[a-z]{3,9})[-. ]{1,2}(?P<year>\d{4})"
    r"|(?P<month_>[a-z]{3,9})\.? (?P<day_>\d{1,2}),? (?P<year_>\d{4})",
    re.ASCII | re.IGNORECASE,
)
_MONTHS = (
    ("jan", "januari", "january"), ("feb", "februari", "february"), ("mar", "mars", "march"),
    ("apr", "april"), ("maj", "may"), ("jun", "juni", "june"), ("jul", "juli", "july"),
    ("aug", "augusti", "august"), ("sep", "sept", "september"),
    ("okt", "oct", "oktober", "october"), ("nov", "november"), ("dec", "december"),
)  # fmt: skip
_MONTH_OF = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
_PLAIN = re.compile(r"(-?)(\d{1,10})\.(\d\d)", re.ASCII)
"""What most files have in most rows."""
YEARS = range(1990, 2201)


Mark = Literal["", "debit", "credit"]
"""What stands beside an amount and says which side of an account it is on."""
First = Literal["", "day", "month"]
"""Which comes first where a day is written with its year last; "": it says itself."""


class Ambiguous(ValueError):
    """It could be one amount as well as another."""


class Day(NamedTuple):
    """A day as it is written; `other` is the one that it is too where the month comes first, and
    `first` what comes first where that can be seen."""

    on: date
    other: date | None = None
    first: First = ""


def marked(text: str) -> tuple[int, Mark]:
    """The same as `amount`, with the side of the account that is written after it, as in
    "1 250,00 CR"; such an amount has no sign of its own. Raises as `amount` does."""
    text = text.strip()
    found = None if text[-1:].isdigit() else _MARK.search(text)
    if found is None:
        return amount(text), ""
    rest = text[: found.start()].strip(_SPACES)
    ore = amount(rest)
    if ore < 0 or (found["kredit"] and not _TWO_DECIMALS.search(rest)):
        raise ValueError(text)
    return ore, "debit" if found["debit"] else "credit"


def amount(text: str) -> int:
    """Öre from "45 000,00", "45000.00", "-1.250,50", "1 250,50-", "(1250)", ",50",
    "12 500 kr".

    Raises Ambiguous for "1.250" and "1,250", which are 1250 to one writer and 1.25 to another, and
    ValueError for what is no amount, has parts of an öre, or is above MAX_AMOUNT.
    """
    if match := _PLAIN.fullmatch(text):
        return int(match[1] + match[2] + match[3])
    sign, digits = _signed(text.strip().removeprefix("'"))
    whole, decimals = _parts(digits)
    if not whole and 1 <= len(decimals) <= 2:  # ",50"
        whole = "0"
    if not re.fullmatch(r"\d{1,15}", whole, re.ASCII) or not re.fullmatch(r"\d{0,12}", decimals):
        raise ValueError(text)
    decimals = decimals.rstrip("0")
    if len(decimals) > 2:
        raise ValueError(text)
    ore = int(whole) * 100 + int(decimals.ljust(2, "0"))
    if ore > MAX_AMOUNT:
        raise ValueError(text)
    return sign * ore


def _signed(text: str) -> tuple[int, str]:
    """The sign, wherever it stands, and the rest without a unit."""
    if text.startswith("(") and text.endswith(")"):
        return -1, text[1:-1].strip()
    text = _UNIT.sub("", text).strip(_SPACES)
    if text[-1:] and text[-1] in _MINUS:
        return -1, text[:-1].strip(_SPACES)
    if text[:1] and text[0] in _MINUS:
        return -1, text[1:].strip(_SPACES)
    return 1, text.removeprefix("+")


def _parts(digits: str) -> tuple[str, str]:
    """Whole and decimals, by which of comma and point comes last; thousands are in threes."""
    last = max(digits.rfind(","), digits.rfind("."))
    if last < 0:
        return _thousands(digits, _SPACES), ""
    mark = digits[last]
    other = "," if mark == "." else "."
    if digits.count(mark) > 1:
        if other in digits:
            raise ValueError(digits)
        return _thousands(digits, mark), ""
    whole, _, decimals = digits.rpartition(mark)
    if other in whole:
        return _thousands(whole, other), decimals
    if len(decimals) == 3 and 1 <= len(whole) <= 3 and whole.strip("0"):
        raise Ambiguous(digits)
    return _thousands(whole, _SPACES), decimals


def _thousands(whole: str, marks: str) -> str:
    """Digits without the marks between their threes; without any they are any number of digits."""
    if not any(mark in whole for mark in marks):
        return whole
    groups = re.split(f"[{re.escape(marks)}]", whole)
    if not 1 <= len(groups[0]) <= 3 or any(len(group) != 3 for group in groups[1:]):
        raise ValueError(whole)
    return "".join(groups)


def day(text: str) -> Day:
    """A day from "2024-03-28", "20240328", "2024-03-28 14:30:00", "28.03.2024", "28-Mar-2024";
    from "28/03/2024" and "03/28/2024" too, and from "03/04/2024" with the other day that it may be:
    points set a day before its month, strokes and hyphens either. Raises ValueError: else."""
    plain = _TIME.sub("", text.strip().removeprefix("'"))
    if match := _YEAR_FIRST.fullmatch(plain):
        month, number = match["month"] or match["month_"], match["day"] or match["day_"]
        return Day(_day(match["year"], month, number))
    if match := _NAMED.fullmatch(plain):
        month_of = _MONTH_OF.get((match["month"] or match["month_"]).lower(), 0)
        year, number = match["year"] or match["year_"], match["day"] or match["day_"]
        return Day(_day(year, str(month_of), number))
    if (match := _YEAR_LAST.fullmatch(plain)) is None:
        raise ValueError(text)
    one, sign, two, year = match.groups()
    if sign == "." or int(one) > 12:
        return Day(_day(year, two, one), first="" if sign == "." else "day")
    if int(two) > 12:
        return Day(_day(year, one, two), first="month")
    on, other = _day(year, two, one), _day(year, one, two)
    return Day(on, None if on == other else other)


def _day(year: str, month: str, number: str) -> date:
    found = date(int(year), int(month), int(number))
    if found.year not in YEARS:
        raise ValueError(year)
    return found
