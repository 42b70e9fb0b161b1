"""What the ledger says to people, in Swedish or English: the same for API, page and command line.

Texts are English templates with their figures by name. `ledger/translations` holds the Swedish of
each, made and checked by `scripts/texts`; a text without a translation stays English.
"""

import gettext
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from ledger.domain.money import to_text
from ledger.domain.refusals import Amount, Fault, Figures, LimitOver, Refusal

LANGUAGES = {"sv": "Svenska", "en": "English"}
TRANSLATIONS = Path(__file__).parent / "translations"

NAMED_WORDS = ("what", "status", "needed", "action", "reason", "cause", "effect", "role", "limit")
"""Figures whose values are words of the trade, to be translated themselves."""


class Sentence(msgspec.Struct, frozen=True):
    """A text for people: an English template, and the figures that it names."""

    template: str
    figures: Mapping[str, Figures] = {}


def words(template: str, **figures: Figures) -> Sentence:
    return Sentence(template, figures)


@lru_cache
def translations(language: str) -> gettext.NullTranslations:
    return gettext.translation("messages", TRANSLATIONS, [language], fallback=True)


def translate(text: str, language: str) -> str:
    return translations(language).gettext(text) if text else ""


def kronor(ore: int, currency: str = "SEK") -> str:
    """An amount as people read it: thousands apart by no-break spaces, öre only where there are."""
    unit = "kr" if currency == "SEK" else currency
    return f"{figure(ore)}\N{NO-BREAK SPACE}{unit}"


def figure(ore: int, *, decimals: bool = False) -> str:
    """An amount without its unit; with `decimals`, öre also where there are none (for columns)."""
    whole, part = divmod(abs(ore), 100)
    text = f"{whole:,}".replace(",", "\N{NO-BREAK SPACE}")
    text += f",{part:02d}" if part or decimals else ""
    return f"{'−' if ore < 0 else ''}{text}"


def say(sentence: Sentence, language: str = "en") -> str:
    """The sentence with its figures."""
    figures = {
        name: _word(value, language)
        if name in NAMED_WORDS and isinstance(value, str)
        else _said(value)
        for name, value in sentence.figures.items()
    }
    return translate(sentence.template, language).format(**figures)


def sentence(refusal: Refusal, language: str = "en") -> str:
    """The refusal in words."""
    return say(Sentence(refusal.sentence, refusal.figures), language)


def fault_sentence(fault: Fault, language: str = "en") -> str:
    return say(Sentence(fault.sentence, fault.figures), language)


def _word(text: str, language: str) -> str:
    """A word of the trade, or several set apart by strokes."""
    return " / ".join(translate(part, language) for part in text.split(" / "))


def _said(value: object) -> str:
    if isinstance(value, Amount):
        return kronor(value.ore, value.currency)
    if isinstance(value, tuple):
        return ", ".join(_said(part) for part in value)
    return str(value)


def members(refusal: Refusal) -> dict[str, Any]:
    """The refusal's figures as members of a problem document."""
    return {
        name: _member(value)
        for name, value in refusal.figures.items()
        if name not in ("faults", "count")
    }


def _member(value: object) -> Any:
    if isinstance(value, Amount):
        return to_text(value.ore)
    if isinstance(value, LimitOver):
        return {name: _member(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, tuple):
        return [_member(part) for part in value]
    if isinstance(value, date):
        return value.isoformat()
    return value
