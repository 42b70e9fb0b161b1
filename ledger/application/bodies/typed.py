"""Amounts and days as people write them, in a form or in a cell of a table, as the API has them."""

import re

from marshmallow import fields

from ledger.application.bodies.fields import NOT_AN_AMOUNT
from ledger.wording import words

_SPACES = re.compile(r"[\s\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]")
_AMOUNT = re.compile(r"(-?\d+)(?:[.,](\d{1,2}))?")
_THOUSANDS = re.compile(r"-?\d{1,3}(?:\.\d{3})+")
_WRITTEN_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})")
_SPOKEN_DAY = re.compile(r"(\d{1,2})/(\d{1,2})[ ,]*(\d{4})")

IN_A_FORM = {
    NOT_AN_AMOUNT: words("Not an amount: write it as 125 000 or 125 000,50."),
    fields.Field.default_error_messages["required"]: words("Fill this in."),
}
"""What a body's fault is called in a form."""


def amount(text: str) -> str:
    """An amount as people write it (180 000, 180000,50) as the API has it.

    A point before three digits may be a thousand's or a decimal's: it is passed on as it is, and
    refused, rather than guessed.
    """
    plain = _SPACES.sub("", text).replace("\N{MINUS SIGN}", "-").removesuffix("kr")
    if _THOUSANDS.fullmatch(plain):
        return text
    found = _AMOUNT.fullmatch(plain)
    if found is None:
        return text
    return found[1] if found[2] is None else f"{found[1]}.{found[2]}"


def day(text: str) -> str:
    """A day as people write it (2027-03-01, 20270301, 1/3 2027) as the API has it."""
    if found := _WRITTEN_DAY.fullmatch(text):
        return "-".join(found.groups())
    if found := _SPOKEN_DAY.fullmatch(text):
        return f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}"
    return text
