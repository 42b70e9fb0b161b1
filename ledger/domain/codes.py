"""Code strings (kodsträng): how a cost is booked, by parts, and the map that says which parts.

Municipalities have the same parts (ansvar, konto, verksamhet …) with other lengths and values, so
the map is each organisation's own. Where it has none, codes are free text within bounds.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Literal

import msgspec

from ledger.bounds import MAX_CODE, MAX_CODE_PARTS
from ledger.domain.refusals import Fault

RESPONSIBILITY = "ansvar"
"""The part that says whose cost it is: what attest rights are given for, and the cost centre."""

WHOLE = "kodsträng"
"""The part that holds a written code string where no map says how it is read."""

Codes = tuple[tuple[str, str], ...]
"""Part and value, in the order of the map."""

CodesGiven = Codes | str
"""Codes by part, or the code string as it is written."""

Characters = Literal["digits", "letters", "letters and digits"]

_CHARACTERS: dict[str, re.Pattern[str]] = {
    "digits": re.compile(r"[0-9]+"),
    "letters": re.compile(r"[A-Za-zÅÄÖåäö]+"),
    "letters and digits": re.compile(r"[0-9A-Za-zÅÄÖåäö]+"),
}
SEPARATORS = "-./:;,_ |"
"""Signs that may stand between the parts of a written code string."""


class CodeRange(msgspec.Struct, frozen=True, kw_only=True):
    """Values of one length from one to another, both of them included."""

    first: str
    last: str

    def holds(self, value: str) -> bool:
        return len(value) == len(self.first) and self.first <= value <= self.last


class CodePart(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of the code string. Without lengths, any up to the bound; without values, any."""

    name: str
    characters: Characters = "digits"
    lengths: tuple[int, ...] = ()
    required: bool = False
    values: tuple[str, ...] = ()
    ranges: tuple[CodeRange, ...] = ()


class CodeMap(msgspec.Struct, frozen=True, kw_only=True):
    """The parts in order, and what stands between them when they are written, from a day on."""

    starts_on: date
    parts: tuple[CodePart, ...]
    separator: str = "-"


def map_faults(parts: tuple[CodePart, ...], separator: str) -> list[Fault]:
    """What keeps a map from being one."""
    faults = []
    names = [part.name for part in parts]
    if separator not in tuple(SEPARATORS):
        sentence = "Between the parts stands one of {signs}."
        faults.append(Fault(pointer="/separator", sentence=sentence, figures={"signs": SEPARATORS}))
    for i, part in enumerate(parts):
        pointer = f"/parts/{i}"
        if part.name in names[:i]:
            faults.append(
                Fault(
                    pointer=f"{pointer}/name",
                    sentence="The part {part} is named twice.",
                    figures={"part": part.name},
                )
            )
        for at, value in _values(part, pointer):
            faults += _form_faults(part, value, at)
        faults += [
            Fault(
                pointer=f"{pointer}/ranges/{k}",
                sentence="A range goes from a value to a later one of the same length.",
            )
            for k, found in enumerate(part.ranges)
            if len(found.first) != len(found.last) or found.first > found.last
        ]
    return faults


def _values(part: CodePart, pointer: str) -> list[tuple[str, str]]:
    """The values that a part's own terms name, each with its place."""
    found = [(f"{pointer}/values/{k}", value) for k, value in enumerate(part.values)]
    for k, one in enumerate(part.ranges):
        place = f"{pointer}/ranges/{k}"
        found += [(f"{place}/first", one.first), (f"{place}/last", one.last)]
    return found


def read(given: CodesGiven, code_map: CodeMap | None, pointer: str) -> tuple[Codes, list[Fault]]:
    """Codes in the map's order, and their faults, each at its part."""
    if code_map is None:
        codes: Codes = given if isinstance(given, tuple) else ((WHOLE, given),)
        return codes, _bounds(codes, pointer)
    if isinstance(given, str):
        found = _split(given, code_map)
        if found is None:
            sentence = "The code string has more than the map's parts, which are {parts}."
            parts = code_map.separator.join(part.name for part in code_map.parts)
            fault = Fault(pointer=pointer, sentence=sentence, figures={"parts": parts})
            return (), [fault]
    else:
        found = dict(given)
    return _ordered(found, code_map), _checked(found, code_map, pointer)


def _split(written: str, code_map: CodeMap) -> dict[str, str] | None:
    """The parts of a written code string; one that is empty is left out. None: too many."""
    values = [value.strip() for value in written.split(code_map.separator)]
    if len(values) > len(code_map.parts):
        return None
    pairs = zip(code_map.parts, values, strict=False)
    return {part.name: value for part, value in pairs if value}


def _ordered(found: Mapping[str, str], code_map: CodeMap) -> Codes:
    return tuple((part.name, found[part.name]) for part in code_map.parts if part.name in found)


def _checked(found: Mapping[str, str], code_map: CodeMap, pointer: str) -> list[Fault]:
    faults = []
    parts = {part.name: part for part in code_map.parts}
    for name in found:
        if name not in parts:
            faults.append(
                Fault(
                    pointer=f"{pointer}/{name}",
                    sentence="The code map has no part {part}; it has {parts}.",
                    figures={"part": name, "parts": ", ".join(parts)},
                )
            )
    for name, part in parts.items():
        at = f"{pointer}/{name}"
        if name not in found:
            if part.required:
                sentence = "The code map asks for {part}."
                faults.append(Fault(pointer=at, sentence=sentence, figures={"part": name}))
            continue
        wrong = _form_faults(part, found[name], at)
        faults += wrong or _value_faults(part, found[name], at)
    return faults


def _form_faults(part: CodePart, value: str, pointer: str) -> list[Fault]:
    faults = []
    figures: dict[str, str] = {"value": value, "part": part.name}
    if not _CHARACTERS[part.characters].fullmatch(value):
        faults.append(
            Fault(
                pointer=pointer,
                sentence="{value} does not do for {part}, which is written in {characters}.",
                figures={**figures, "characters": part.characters},
            )
        )
    if part.lengths and len(value) not in part.lengths:
        faults.append(
            Fault(
                pointer=pointer,
                sentence="{value} has {length} characters; {part} has {lengths}.",
                figures={
                    **figures,
                    "length": str(len(value)),
                    "lengths": " / ".join(map(str, part.lengths)),
                },
            )
        )
    return faults


def _value_faults(part: CodePart, value: str, pointer: str) -> list[Fault]:
    if not part.values and not part.ranges:
        return []
    if value in part.values or any(one.holds(value) for one in part.ranges):
        return []
    sentence = "{value} is not among the values of {part}."
    return [Fault(pointer=pointer, sentence=sentence, figures={"value": value, "part": part.name})]


def _bounds(codes: Codes, pointer: str) -> list[Fault]:
    if len(codes) > MAX_CODE_PARTS:
        figures = {"most": str(MAX_CODE_PARTS)}
        sentence = "A code string has at most {most} parts."
        return [Fault(pointer=pointer, sentence=sentence, figures=figures)]
    most = MAX_CODE * MAX_CODE_PARTS
    return [
        Fault(
            pointer=f"{pointer}/{name}",
            sentence="A code has from 1 to {most} characters.",
            figures={"most": str(most if name == WHOLE else MAX_CODE)},
        )
        for name, value in codes
        if not 1 <= len(value) <= (most if name == WHOLE else MAX_CODE)
    ]


def written(codes: Codes, code_map: CodeMap | None) -> str:
    """The code string as it is written: parts that are left out stand empty, but not at the end."""
    if code_map is None:
        return "-".join(value for _, value in codes)
    found = dict(codes)
    values = [found.get(part.name, "") for part in code_map.parts]
    return code_map.separator.join(values).rstrip(code_map.separator)
