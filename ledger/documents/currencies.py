"""Currencies by their codes in ISO 4217, as CLDR has them (through babel)."""

from babel.core import get_global

KNOWN: frozenset[str] = frozenset(get_global("all_currencies"))
"""Every code that there is or was: also of funds, of metals and for tests."""

IN_FORCE: frozenset[str] = frozenset(
    code
    for territory in get_global("territory_currencies").values()
    for code, _, until, is_tender in territory
    if is_tender and until is None
)
"""Those that somebody pays with."""
