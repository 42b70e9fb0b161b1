"""Why a file waits: kept as the refusal's type and its figures, and said when it is read.

What an earlier version kept in words, as whatever a person wrote, is said as it is.
"""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from ledger.domain import refusals
from ledger.domain.personal import without
from ledger.domain.refusals import (
    Amount,
    Fault,
    Figures,
    Invalid,
    LimitOver,
    Person,
    Refusal,
    RightLacking,
)
from ledger.wording import Names, Sentence, members_of, say, words

KINDS: dict[str, type[Refusal]] = {
    kind.type: kind
    for kind in vars(refusals).values()
    if isinstance(kind, type) and issubclass(kind, Refusal)
}
"""Every way of saying no, by its type."""

_STRUCTS: dict[str, type[msgspec.Struct]] = {
    "amount": Amount,
    "limit": LimitOver,
    "person": Person,
    "right": RightLacking,
    "fault": Fault,
}
_NAMES = {kind: name for name, kind in _STRUCTS.items()}
_IS = "is"
"""What a kept figure is, where that is no text or number."""


class Why(NamedTuple):
    """What is kept of why a file waits, or was discarded. `told` is a sentence to be made when it
    is read; without one, `text` is what somebody wrote, in the language in which they did."""

    refusal: str = ""
    figures: Mapping[str, Any] = {}
    told: Sentence | None = None
    text: str = ""

    def says(self, language: str = "en", names: Names | None = None) -> str:
        return self.text if self.told is None else say(self.told, language, names)


WORDS = ("order", "reference", "agreement")
"""Figures that a file says in words."""


def kept(refusal: Refusal) -> str:
    """A refusal's figures as JSON that keeps what they are; without the personal numbers and e-mail
    addresses that a file says where it should name an order."""
    return json.dumps({name: _kept(_masked(name, it)) for name, it in refusal.figures.items()})


def _masked(name: str, value: Figures) -> Figures:
    return without(value, numbered=name not in WORDS) if isinstance(value, str) else value


def why_of(refusal: Refusal) -> Why:
    """A refusal, as it will be said of what waits for it."""
    return Why(refusal.type, members_of(refusal.figures), _sentence(type(refusal), refusal.figures))


def why(type: str, figures: Mapping[str, Any], text: str) -> Why:
    """Out of what is kept. One that is kept in words has its figures as members of an answer."""
    kind = KINDS.get(type)
    if text or kind is None:
        return Why(refusal=type, figures=figures, text=text)
    found: dict[str, Figures] = {name: _read(value) for name, value in figures.items()}
    return Why(type, members_of(found), _sentence(kind, found))


def of_row(row: Mapping[str, Any]) -> Why:
    """Of a row of the queue."""
    return why(str(row["refusal"]), row["figures"], str(row["reason"]))


def _sentence(kind: type[Refusal], figures: Mapping[str, Figures]) -> Sentence:
    """An earlier version kept how many faults there are, and not which."""
    if issubclass(kind, Invalid) and not isinstance(figures.get("faults"), tuple):
        return replace(words("Faults in the request: {count}."), figures=figures)
    return Sentence(kind.sentence, figures)


def _kept(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_kept(part) for part in value]
    if isinstance(value, Mapping):
        return {name: _kept(part) for name, part in value.items()}
    if isinstance(value, date):
        return {_IS: "day", "day": value.isoformat()}
    if (name := _NAMES.get(type(value))) is not None:
        members = msgspec.structs.asdict(value)
        return {_IS: name, **{key: _kept(part) for key, part in members.items()}}
    return value


def _read(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_read(part) for part in value)
    if not isinstance(value, Mapping):
        return value
    members = {name: _read(part) for name, part in value.items() if name != _IS}
    kind = value.get(_IS)
    if kind == "day":
        return date.fromisoformat(str(value["day"]))
    struct = _STRUCTS.get(str(kind))
    return members if struct is None else struct(**members)
