"""What the ledger says to people, in Swedish or English: the same for API, page and command line.

Texts are English templates with their figures by name. `ledger/translations` holds the Swedish of
each, made and checked by `scripts/texts`; a text without a translation stays English.
"""

import gettext
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any
from unicodedata import bidirectional

import msgspec

from ledger.bounds import FAULTS_SAID
from ledger.domain.money import to_text
from ledger.domain.refusals import (
    SEATS,
    Amount,
    Fault,
    Figures,
    LimitOver,
    Person,
    Refusal,
    RightLacking,
)

LANGUAGES = {"sv": "Svenska", "en": "English"}
OFTEN = ("at-once", "daily", "never")
"""How often somebody may choose to be written to."""
TRANSLATIONS = Path(__file__).parent / "translations"

NAMED_WORDS = ("what", "status", "standing", "needed", "action", "reason", "cause", "effect",
               "role", "limit", "characters", "own_cost", "invoices")  # fmt: skip
"""Figures whose values are words of the trade, to be translated themselves."""
LISTED_WORDS = ("roles", "held", "differs")
"""Figures whose values are several of them, apart by commas."""


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


def phrase(text: str, of: str, language: str) -> str:
    """A word as it stands in a sentence: as a `status`, "placed" is "väntar på svar"."""
    found = translations(language).pgettext(of, text) if text else ""
    return translate(text, language) if found == text else found


def kronor(ore: int, currency: str = "SEK") -> str:
    """An amount as people read it: thousands apart by no-break spaces, öre only where there are.
    Where nobody says the currency, none is told."""
    if not currency:
        return figure(ore)
    unit = "kr" if currency == "SEK" else currency
    return f"{figure(ore)}\N{NO-BREAK SPACE}{unit}"


def seats(count: int, language: str = "en") -> str:
    """A number of seats as people read it."""
    template = "{count} seat" if abs(count) == 1 else "{count} seats"
    return translate(template, language).format(count=figure(count * 100))


def figure(ore: int, *, decimals: bool = False) -> str:
    """An amount without its unit; with `decimals`, öre also where there are none (for columns)."""
    whole, part = divmod(abs(ore), 100)
    text = f"{whole:,}".replace(",", "\N{NO-BREAK SPACE}")
    text += f",{part:02d}" if part or decimals else ""
    return f"{'−' if ore < 0 else ''}{text}"


Names = Callable[[set[str]], Mapping[str, str]]
"""Gives names of people by their opaque ids: who was erased is absent, and stays an id."""


def say(sentence: Sentence, language: str = "en", names: Names | None = None) -> str:
    """The sentence with its figures; people by their names, where somebody gives them."""
    ids = people_of(sentence.figures.values())
    known = names(ids) if names and ids else {}
    figures = {
        name: _figure(name, value, language, known) for name, value in sentence.figures.items()
    }
    return translate(sentence.template, language).format(**figures)


def law(ground: str) -> str:
    """A ground of an amendment as a lawyer cites it: 17 kap. 9 § of what is kept as 17:9."""
    return re.sub(r"^17:(\d+)$", r"17 kap. \1 §", ground)


def _figure(name: str, value: Figures, language: str, known: Mapping[str, str]) -> str:
    if isinstance(value, str) and name in (*NAMED_WORDS, *LISTED_WORDS):
        return _word(name, value, language)
    if isinstance(value, str) and name == "ground":
        return law(value)
    return _said(value, language, known)


def people_of(figures: Iterable[Figures]) -> set[str]:
    """The opaque ids of the people that figures name, at any depth."""
    found: set[str] = set()
    for value in figures:
        if isinstance(value, Person):
            found.add(value.id)
        elif isinstance(value, tuple):
            found |= people_of(value)
        elif isinstance(value, Fault):
            found |= people_of(value.figures.values())
    return found


def sentence(refusal: Refusal, language: str = "en", names: Names | None = None) -> str:
    """The refusal in words."""
    return say(Sentence(refusal.sentence, refusal.figures), language, names)


def fault_sentence(fault: Fault, language: str = "en") -> str:
    return say(Sentence(fault.sentence, fault.figures), language)


def _word(name: str, text: str, language: str) -> str:
    """A word of the trade, or several set apart by strokes or commas."""
    whole = phrase(text, name, language)
    if whole != text:
        return whole
    between = ", " if name in LISTED_WORDS else " / "
    parts = (phrase(part, name, language) for part in text.split(between))
    return translate(between, language).join(parts)


def _said(value: object, language: str, names: Mapping[str, str]) -> str:
    if isinstance(value, Amount) and value.currency == SEATS:
        return seats(value.ore, language)
    if isinstance(value, Amount):
        return kronor(value.ore, value.currency)
    if isinstance(value, Person):
        return isolated(names.get(value.id, value.id))
    if isinstance(value, Fault):
        said = say(Sentence(value.sentence, value.figures), language, lambda _: names)
        return f"{isolated(value.pointer)}: {said}" if value.pointer else said
    if isinstance(value, tuple) and len(value) > FAULTS_SAID and isinstance(value[0], Fault):
        more = words("And {count} more.", count=len(value) - FAULTS_SAID)
        return f"{_said(value[:FAULTS_SAID], language, names)} {say(more, language)}"
    if isinstance(value, tuple):
        between = " " if any(isinstance(part, Fault) for part in value) else ", "
        return between.join(_said(part, language, names) for part in value)
    return isolated(str(value))


_TAGS = f"{chr(0xE0000)}-{chr(0xE007F)}"
UNSEEN = (
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    rf"\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb{_TAGS}"
)
"""Signs that are not seen, or that turn what stands around them about, for a class in a pattern:
two names that differ in such a sign alone look the same. Tags lie beyond what four digits name."""
_TURNING = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_TURNED = ("R", "AL", "AN")


def isolated(text: str) -> str:
    """What somebody wrote, so that it turns nothing about that stands beside it in a sentence."""
    if text.isascii():
        return text
    plain = _TURNING.sub("", text)
    if plain == text and not any(bidirectional(sign) in _TURNED for sign in text):
        return text
    return f"\N{FIRST STRONG ISOLATE}{plain}\N{POP DIRECTIONAL ISOLATE}"


def members(refusal: Refusal) -> dict[str, Any]:
    """The refusal's figures as members of a problem document."""
    return members_of(refusal.figures)


def members_of(figures: Mapping[str, Figures]) -> dict[str, Any]:
    """Figures of a refusal as members of an answer."""
    return {
        name: _member(value)
        for name, value in figures.items()
        if name not in ("faults", "count", "because", "standing")
    }


def _member(value: object) -> Any:
    if isinstance(value, Amount):
        return str(value.ore) if value.currency == SEATS else to_text(value.ore)
    if isinstance(value, Person):
        return value.id
    if isinstance(value, LimitOver):
        figures = {name: _member(getattr(value, name)) for name in value.__struct_fields__}
        return figures if value.unit == "money" else {**figures, "unit": value.unit}
    if isinstance(value, RightLacking):
        return {name: _member(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, tuple):
        return [_member(part) for part in value]
    if isinstance(value, date):
        return value.isoformat()
    return value
