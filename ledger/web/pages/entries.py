"""A form's fields made of what an act's body has, and what was typed in them made its JSON.

Names in a form are the members with their places: `lines-0-amount`. What is left empty is left out.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from marshmallow import Schema, fields
from msgspec.structs import replace

from ledger.application.bodies.fields import (
    CREDITS,
    Codes,
    Day,
    Flag,
    Money,
    Words,
)
from ledger.application.bodies.typed import IN_A_FORM, amount, day
from ledger.application.sentences.kinds import kind_as_chosen, kind_of
from ledger.bounds import MAX_TEXT
from ledger.domain.codes import CodeMap, read
from ledger.domain.refusals import Fault
from ledger.web.language import of_request
from ledger.web.pages.labels import LABELS
from ledger.wording import Sentence, words

ROWS = 999
"""Rows that a form is read and shown with, more than any body takes: it says how many it does."""

_SPACES = re.compile(r"[\s\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]")


class Control(msgspec.Struct, frozen=True, kw_only=True):
    """A field of a form. `rows` are those of a list, each a group of fields; `group` one of them.

    An amount that may be unknown is so where that is ticked, and not where nothing is typed.
    `kind` says how it is shown: text, area, money, date, number, flag, choice, many, rows, group,
    codes (a group of a code map's parts), ticks (of a list, its `options`, or `none` of them).
    `suggested` names what is suggested for it, if anything.
    """

    name: str
    member: str
    label: Sentence
    kind: str
    required: bool
    value: str = ""
    may_be_unknown: bool = False
    unknown: bool = False
    choices: Sequence[str] = ()
    rows: "Sequence[Sequence[Control]]" = ()
    group: "Sequence[Control]" = ()
    faults: tuple[Fault, ...] = ()
    suggested: str = ""
    options: "Sequence[Option]" = ()
    none: bool = False

    @property
    def filled(self) -> bool:
        """Whether something is typed in it, or wrong with it."""
        below = [one for row in (*self.rows, self.group) for one in row]
        return bool(self.value or self.unknown or self.faults or any(one.filled for one in below))


class Option(NamedTuple):
    """One of a list that may be ticked: what is then sent, what it is called, and whether it is."""

    value: str
    label: Sentence
    ticked: bool


def ticks(control: Control, typed: Mapping[str, str], some: Mapping[str, Sentence]) -> Control:
    """A list of which some may be ticked, with one tick more for none; others are typed."""
    several = _several(control.value)
    options = [
        Option(value, label, value in several or typed.get(f"{control.name}-{value}") in TICKED)
        for value, label in some.items()
    ]
    others = ", ".join(one for one in several if one not in some)
    none = typed.get(f"{control.name}-none") in TICKED
    return replace(control, kind="ticks", options=options, none=none, value=others)


def controls(
    schema: Schema,
    typed: Mapping[str, str],
    faults: Sequence[Fault] = (),
    more: Mapping[str, int] | None = None,
    prefix: str = "",
    labels: Mapping[str, Sentence] = LABELS,
    code_map: CodeMap | None = None,
) -> list[Control]:
    """The fields of a form for a schema. `more` are rows that were asked for, by their list;
    `labels` what its members are called, where that is not what those of acts are; by `code_map`
    a code string has a field for each of its parts."""
    found = []
    for member, field in schema.fields.items():
        if member == "on" and getattr(schema, "day", "on") != "on":
            continue  # the other name of the day, which the form has once
        name = f"{prefix}{member}"
        pointer = "/" + name.replace("-", "/")
        mine = tuple(fault for fault in faults if fault.pointer == pointer)
        kind, below = _kind(field), _below(field)
        rows: list[list[Control]] = []
        group: list[Control] = []
        if kind == "rows":
            count = _count(name, typed) + (more or {}).get(name, 0)
            count = max(count, 1 if field.required else 0)
            typed_in = _of_rows(name, typed)
            for at in range(min(count, ROWS)):
                head, there = f"{name}-{at}-", typed_in.get(at, {})
                rows.append(controls(below, there, faults, more, head, labels, code_map))
        elif kind == "group":
            group = controls(below, typed, faults, more, f"{name}-", labels, code_map)
        elif isinstance(field, Codes) and code_map is not None:
            group = _parts(name, typed, faults, code_map)
            kind = "codes" if group else kind
        found.append(
            Control(
                name=name,
                member=member,
                label=labels[member],
                kind=kind,
                required=field.required,
                value=_shown(member, kind, typed.get(name, "")),
                may_be_unknown=_may_be_unknown(member, field),
                unknown=typed.get(f"{name}-unknown", "") in TICKED,
                choices=_choices(field),
                rows=rows,
                group=group,
                faults=mine,
            )
        )
    return found


def is_of_cost(member: str, kind: str) -> bool:
    """Whether a field is a kind of cost, or several: written in words, kept as its code."""
    return (member, kind) in (("kind", "text"), ("kinds", "many"))


def _shown(member: str, kind: str, text: str) -> str:
    if not text or not is_of_cost(member, kind):
        return text
    language = of_request()
    some = (kind_as_chosen(kind_of(one), language) for one in _several(text))
    return ", ".join(some) if kind == "many" else kind_as_chosen(kind_of(text), language)


def _parts(
    name: str, typed: Mapping[str, str], faults: Sequence[Fault], code_map: CodeMap
) -> list[Control]:
    """A field for each part of the map; none where a whole code string is typed that has more."""
    values = {one.name: typed.get(f"{name}-{one.name}", "") for one in code_map.parts}
    if (whole := typed.get(name, "").strip()) and not any(values.values()):
        values = dict(read(whole, code_map, "")[0])
        if not values:
            return []
    pointer = "/" + name.replace("-", "/")
    return [
        Control(
            name=f"{name}-{one.name}",
            member=one.name,
            label=words("{part}", part=one.name),
            kind="text",
            required=one.required,
            value=values.get(one.name, ""),
            faults=tuple(fault for fault in faults if fault.pointer == f"{pointer}/{one.name}"),
            suggested=f"codes-{one.name}",
        )
        for one in code_map.parts
    ]


UNKNOWABLE = ("cap", "amount", "ceiling")
"""Amounts that somebody may say that they do not know."""
TICKED = ("true", "on", "1")


def _may_be_unknown(member: str, field: Any) -> bool:
    return isinstance(field, Money) and bool(field.allow_none) and member in UNKNOWABLE


def _below(field: Any) -> Any:
    inner = field.inner if isinstance(field, fields.List) else field
    return inner.schema if isinstance(inner, fields.Nested) else None


def _kind(field: Any) -> str:
    if isinstance(field, fields.List):
        return "rows" if isinstance(field.inner, fields.Nested) else "many"
    if _choices(field):
        return "choice"
    kinds = ((fields.Nested, "group"), (Money, "money"), (Day, "date"), (Flag, "flag"),
             (fields.Integer, "number"))  # fmt: skip
    for kind, name in kinds:
        if isinstance(field, kind):
            return name
    longest = max((getattr(one, "max", 0) or 0 for one in field.validators), default=0)
    return "area" if isinstance(field, Words) and longest >= MAX_TEXT else "text"


def _choices(field: Any) -> Sequence[str]:
    if isinstance(field, fields.List):
        return ()
    return next((one.choices for one in field.validators if hasattr(one, "choices")), ())


def _count(name: str, typed: Mapping[str, str]) -> int:
    """One more than the greatest place of a list's rows in which something is typed."""
    head, greatest = f"{name}-", -1
    for key, value in typed.items():
        if key.startswith(head) and value.strip():
            place = key[len(head) :].partition("-")[0]
            if place.isascii() and place.isdecimal() and len(place) < 4:
                greatest = max(greatest, int(place))
    return greatest + 1


def _of_rows(name: str, typed: Mapping[str, str]) -> dict[int, dict[str, str]]:
    """What is typed in each row of a list: gone through once, and not once for each row."""
    head, found = f"{name}-", dict[int, dict[str, str]]()
    for key, value in typed.items():
        if key.startswith(head):
            place = key[len(head) :].partition("-")[0]
            if place.isascii() and place.isdecimal() and len(place) < 4:
                found.setdefault(int(place), {})[key] = value
    return found


# ── From what was typed to a body ─────────────────────────────────────────────────────────────


def body_of(
    schema: Schema, typed: Mapping[str, str], prefix: str = "", kinds: Collection[str] = ()
) -> dict[str, Any]:
    """The JSON of a body as a program would send it; what cannot be read is passed on as typed, so
    that it is refused where it stands. `kinds` are those of cost that are there already: they stay
    as they are spelt."""
    body: dict[str, Any] = {}
    for member, field in schema.fields.items():
        name = f"{prefix}{member}"
        kind = _kind(field)
        if kind == "rows":
            rows = _of_rows(name, typed)
            places = range(min(_count(name, typed), ROWS))
            found = [
                body_of(_below(field), rows.get(at, {}), f"{name}-{at}-", kinds) for at in places
            ]
            if any(found):
                body[member] = found
        elif kind == "group":
            if part := body_of(_below(field), typed, f"{name}-", kinds):
                body[member] = part
        elif isinstance(field, Codes) and (by_part := _below_name(f"{name}-", typed)):
            body[member] = by_part
        elif _may_be_unknown(member, field) and typed.get(f"{name}-unknown", "") in TICKED:
            body[member] = None
        elif kind == "many" and (ticked := _ticked(name, typed)) is not None:
            body[member] = [*ticked, *_several(typed.get(name, ""))]
        elif (text := typed.get(name, "").strip()) != "":
            read = _read(kind, field, text)
            body[member] = _of_cost(read, kinds) if is_of_cost(member, kind) else read
    return body


def _ticked(name: str, typed: Mapping[str, str]) -> list[str] | None:
    """What is ticked of a list, none of them where that is; None where nothing is."""
    head = f"{name}-"
    found = [
        one[len(head) :] for one, tick in typed.items() if one.startswith(head) and tick in TICKED
    ]
    return [one for one in found if one != "none"] if found else None


def _of_cost(read: Any, kinds: Collection[str]) -> Any:
    if isinstance(read, list):
        return [_of_cost(one, kinds) for one in read]
    spelt = {one.casefold(): one for one in kinds}
    return spelt.get(str(read).casefold()) or kind_of(read)


def _below_name(head: str, typed: Mapping[str, str]) -> dict[str, str]:
    """What is typed in fields whose names begin so, by the rest of their names."""
    some = {
        name[len(head) :]: text.strip() for name, text in typed.items() if name.startswith(head)
    }
    return {name: text for name, text in some.items() if text}


def _read(kind: str, field: Any, text: str) -> Any:
    if kind == "many":
        parts = _several(text)
        return [_number(p) if isinstance(field.inner, fields.Integer) else p for p in parts]
    if kind == "money":
        return amount(text)
    if kind == "date":
        return day(text)
    if kind == "number":
        return _number(text)
    if kind == "flag":
        return text in TICKED
    if field.metadata.get("pattern") == CREDITS:
        return text.replace(",", ".")
    return text


def _several(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[,;\n]", text) if part.strip()]


def in_a_form(fault: Fault) -> Fault:
    """A fault as a person hears it who types into a form, where amounts are written otherwise."""
    said = IN_A_FORM.get(fault.sentence)
    if said is None:
        return fault
    return Fault(pointer=fault.pointer, sentence=said.template, figures=fault.figures)


def _number(text: str) -> Any:
    plain = _SPACES.sub("", text)
    return int(plain) if re.fullmatch(r"-?\d{1,18}", plain, re.ASCII) else text


def typed_of(body: object, prefix: str = "") -> dict[str, str]:
    """The other way: what a form shows of a body, as for an order that is to be changed."""
    if isinstance(body, Mapping):
        found: dict[str, str] = {}
        for member, value in body.items():
            found |= typed_of(value, f"{prefix}-{member}" if prefix else str(member))
        return found
    if isinstance(body, list | tuple):
        if all(not isinstance(one, Mapping | list) for one in body):
            return {prefix: ", ".join(map(str, body))} if body else {}
        found = {}
        for at, value in enumerate(body):
            found |= typed_of(value, f"{prefix}-{at}")
        return found
    if body is None or body == "":
        return {}
    return {prefix: str(body).lower() if isinstance(body, bool) else str(body)}
