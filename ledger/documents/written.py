"""Amounts and days as ledgers write them: what is ambiguous is refused, never guessed."""

import re
from datetime import date

from ledger.bounds import MAX_AMOUNT

_MINUS = "-\N{MINUS SIGN}\N{EN DASH}\N{HYPHEN}\N{NON-BREAKING HYPHEN}"
_SPACES = (
    " '\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}\N{FIGURE SPACE}"
    "\N{RIGHT SINGLE QUOTATION MARK}"
)
_UNIT = re.compile(r"^(?:kr|sek)(?![a-z])|(?:kr\.?|sek|:-)$", re.IGNORECASE)
_DAY = re.compile(
    r"(\d{4})([-/.]?)(\d\d)\2(\d\d)"
    r"(?:[T ](?:00:00(?::00(?:\.0{1,9})?)?Z?|[012]\d:[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?))?",
    re.ASCII,
)
"""A time of day is Swedish and makes no other day; in another zone it might."""
_PLAIN = re.compile(r"(-?)(\d{1,10})\.(\d\d)", re.ASCII)
"""What most files have in most rows."""
YEARS = range(1990, 2201)


class Ambiguous(ValueError):
    """It could be one amount as well as another."""


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


def day(text: str) -> date:
    """A day from "2024-03-28", "20240328", "2024-03-28 14:30:00". Raises ValueError: else."""
    match = _DAY.fullmatch(text.strip().removeprefix("'"))
    if match is None:
        raise ValueError(text)
    year, _, month, number = match.groups()
    found = date(int(year), int(month), int(number))
    if found.year not in YEARS:
        raise ValueError(text)
    return found
