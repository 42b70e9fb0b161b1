"""Exact amounts: whole öre in, whole öre out, and splits that add up.

An amount is an `int` of öre (hundredths of the agreement's currency), excluding VAT unless a
name says otherwise. No float ever holds money.
"""

import re
from collections.abc import Sequence

_AMOUNT = re.compile(r"(-?)(\d{1,15})(?:\.(\d{1,2}))?", re.ASCII)
_DECIMAL = re.compile(r"([+-]?)(\d*)(?:\.(\d*))?", re.ASCII)

WITHOUT_DECIMALS = {
    *("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND"),
    *("VUV", "XAF", "XOF", "XPF"),
}
"""Currencies that have no smaller unit (ISO 4217): an amount of them is a whole number."""


def from_text(text: str) -> int:
    """Öre from the API's own form: "125000.00", "-15000", "0.5".

    Raises ValueError for anything else: signs of thousands, commas, a third decimal, exponents.
    """
    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise ValueError(f"not an amount: {text[:40]!r}")
    sign, whole, decimals = match.groups()
    ore = int(whole) * 100 + int((decimals or "").ljust(2, "0"))
    return -ore if sign else ore


def from_decimal(text: str) -> int:
    """Öre from a decimal of XML Schema ("60000", "60000.0000", "+1.50", ".50", "60000.").

    Zeros past the second decimal pass. How long the text may be, the caller says.

    Raises ValueError where the text is no decimal, or has a part smaller than one öre.
    """
    match = _DECIMAL.fullmatch(text)
    if match is None or not (match[2] or match[3]):
        raise ValueError(f"not an amount: {text[:40]!r}")
    sign, whole, decimals = match[1], match[2] or "0", (match[3] or "").rstrip("0")
    if len(decimals) > 2:
        raise ValueError(f"smaller than one öre: {text[:40]!r}")
    ore = int(whole) * 100 + int(decimals.ljust(2, "0"))
    return -ore if sign == "-" else ore


def to_text(ore: int) -> str:
    """The API's form of an amount: always two decimals, a point, no signs of thousands."""
    whole, part = divmod(abs(ore), 100)
    return f"{'-' if ore < 0 else ''}{whole}.{part:02d}"


def least_of(currency: str) -> int:
    """The least part of an amount of a currency, in hundredths: 100 where it has no decimals."""
    return 100 if currency in WITHOUT_DECIMALS else 1


def split(total: int, weights: Sequence[int], least: int = 1) -> tuple[int, ...]:
    """`total` öre in shares by weight that add up exactly: largest remainder, ties to the first.

    Of a currency whose `least` part is a whole (`least_of`), the shares are whole where the total
    is.

    A negative total is split as its positive twin and negated, so a credit mirrors its invoice.
    Raises ValueError unless every weight is at least 0 and their sum is above 0.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("weights must be 0 or more, and one of them above 0")
    if total < 0:
        return tuple(-share for share in split(-total, weights, least))
    if least > 1 and total % least == 0:
        return tuple(share * least for share in split(total // least, weights))
    shares = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in by_remainder[: total - sum(shares)]:
        shares[i] += 1
    return tuple(shares)


def percentage(total: int, percent: int, least: int = 1) -> int:
    """So many whole per cent (0 to 100) of an amount, to the nearest öre, or other `least` part of
    the currency; half of it is one."""
    return split(total, (percent, 100 - percent), least)[0]


def a_head(total: int, heads: int) -> int:
    """An amount above 0 shared by so many, to the nearest öre; half an öre is one. To be shown."""
    return (2 * total + heads) // (2 * heads)
