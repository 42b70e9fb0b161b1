"""What no fact may hold because it can never be taken back: personal numbers, e-mail addresses.

Rule: GDPR article 5.1 c and 17; the log is for ever. A personal number is told from an order number
or an amount by its date and check digit: of ten digits at random, seven in a thousand pass.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date

_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,5}\.[^\W\d_]{2,24}")
_DIGITS = re.compile(r"(?<!\w)(?<!\d-)(\d{2})?(\d{6})([-+–]?)(\d{4})(?!\w)(?!-\d)", re.ASCII)
_ADDRESS = re.compile(
    r"(?=.{6,254}\Z)[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+){0,20}"
    r"@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z][a-z0-9-]{0,61}[a-z0-9]",
    re.ASCII | re.IGNORECASE,
)
_COORDINATION = 60
"""What the day of a coordination number is raised by."""


def is_personal(text: str) -> bool:
    """Whether free text holds an e-mail address or a Swedish personal or coordination number."""
    return _found(text)


def is_personal_key(text: str) -> bool:
    """The same of what others number: an invoice, a reference. Digits alone are then a number of
    theirs, however they look; only one that is written like a personal number is taken for it."""
    return _found(text, written=True)


def is_e_mail(text: str) -> bool:
    """Whether a text is one address of e-mail that any server takes, and nothing beside it."""
    return len(text.partition("@")[0]) <= 64 and _ADDRESS.fullmatch(text) is not None


MASK = "…"
"""What stands for what no fact may hold."""


def without(
    text: str, *, numbered: bool = False, stand_in: Callable[[str], str] = lambda number: MASK
) -> str:
    """What somebody else wrote, which cannot be sent back to be written otherwise, without e-mail
    addresses and personal numbers. `numbered`: it is what they number by, see `is_personal_key`.
    `stand_in` gives what stands for the ten digits of a personal number."""
    if not _found(text, written=numbered):
        return text

    def mask(match: re.Match[str]) -> str:
        if numbered and not match[3]:
            return match[0]
        found = _is_number(match[1], match[2], match[4])
        return stand_in(match[2] + match[4]) if found else match[0]

    return _DIGITS.sub(mask, _EMAIL.sub(MASK, _plain(text)))


def _plain(text: str) -> str:
    """Digits and signs of other scripts and widths as the common ones."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def _found(text: str, *, written: bool = False) -> bool:
    plain = _plain(text)
    if "@" in plain and _EMAIL.search(plain):
        return True
    return _DIGITS.search(plain) is not None and any(
        (match[3] or not written) and _is_number(match[1], match[2], match[4])
        for match in _DIGITS.finditer(plain)
    )


def _is_number(century: str | None, born: str, last: str) -> bool:
    if not _luhn(born + last):
        return False
    if century is not None:
        return century in ("18", "19", "20") and _is_day(century, born)
    return _is_day("19", born) or _is_day("20", born)


def _is_day(century: str, born: str) -> bool:
    year, month, day = int(century + born[:2]), int(born[2:4]), int(born[4:])
    try:
        date(year, month, day - _COORDINATION if day > _COORDINATION else day)
    except ValueError:
        return False
    return True


def _luhn(digits: str) -> bool:
    doubled = (int(digit) * (2 - i % 2) for i, digit in enumerate(digits))
    return sum(n - 9 if n > 9 else n for n in doubled) % 10 == 0
