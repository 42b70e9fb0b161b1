"""From text to checked bodies: all faults at once, each at its place."""

import json
from collections import Counter
from collections.abc import Iterable
from functools import cache
from itertools import islice
from typing import Any

from marshmallow import Schema, ValidationError

from ledger.application.bodies.straight import Load, loader
from ledger.bounds import MAX_FAULTS, MAX_NAME, MAX_TEXT
from ledger.domain.refusals import Fault, Invalid
from ledger.wording import Sentence


def load(schema: type[Schema], body: object) -> dict[str, Any]:
    """A body that is JSON already, checked. Raises Invalid."""
    try:
        loaded: dict[str, Any] = _loader(schema)(body)
    except ValidationError as error:
        raise Invalid(*faults_of(error.messages)) from error
    return loaded


@cache
def _loader(schema: type[Schema]) -> Load:
    return loader(schema())


def read_json(body: bytes | str) -> Any:
    """JSON without repeated members. Raises Invalid."""
    read, repeated = read_members(body)
    if repeated:
        raise Invalid(*repeated)
    return read


class _Members(dict[str, Any]):
    """An object with the names that it gives twice."""

    repeated: tuple[str, ...] = ()


def read_members(body: bytes | str) -> tuple[Any, list[Fault]]:
    """JSON, and each repeated member at its place. Raises Invalid where it is no JSON."""
    twice: list[_Members] = []

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        twice.append(_with_repeated(found, pairs))
        return twice[-1]

    try:
        read = json.loads(body, object_pairs_hook=members, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Invalid(Fault(pointer="", sentence="The body is not sound JSON.")) from error
    return read, _repeated(read) if twice else []


def _with_repeated(found: dict[str, Any], pairs: list[tuple[str, Any]]) -> _Members:
    members = _Members(found)
    counted = Counter(name for name, _ in pairs)
    some = (name for name, times in counted.items() if times > 1)
    members.repeated = tuple(islice(some, MAX_FAULTS))
    return members


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def repeated_parameters(names: Iterable[str]) -> list[Fault]:
    """Of an address: each name at its place."""
    return [
        Fault(
            pointer=f"/{_step(name)}",
            sentence="The parameter {name} is given twice.",
            figures={"name": _shown(name)},
        )
        for name in names
    ]


def _repeated(read: Any) -> list[Fault]:
    """Not by recursion: what is read may be nested as deep as Python goes. A place is written out
    for a fault alone: of each value, it would be as long as all that is around it."""
    faults: list[Fault] = []
    waiting: list[tuple[_Place, Any]] = [(None, read)]
    while waiting and len(faults) < MAX_FAULTS:
        place, value = waiting.pop()
        if isinstance(value, dict):
            faults += [
                Fault(
                    pointer=_pointer((place, name)),
                    sentence="The member {name} is given twice.",
                    figures={"name": _shown(name)},
                )
                for name in getattr(value, "repeated", ())
            ]
            some: Iterable[tuple[str | int, Any]] = value.items()
        elif isinstance(value, list):
            some = enumerate(value)
        else:
            continue
        waiting += [
            ((place, step), below) for step, below in some if isinstance(below, dict | list)
        ]
    return faults[:MAX_FAULTS]


_Place = tuple["_Place", str | int] | None
"""The way to a value, from its end: what is around it, and its own name or number there."""


def _pointer(place: _Place) -> str:
    steps: list[str] = []
    while place is not None:
        place, step = place
        steps.append(_step(str(step)))
    return ("/" + "/".join(reversed(steps)))[:MAX_TEXT]


def faults_of(messages: Any, pointer: str = "") -> list[Fault]:
    """marshmallow's tree of messages as faults with JSON pointers (RFC 6901)."""
    if isinstance(messages, dict):
        found = []
        for name, below in messages.items():
            if below == ["Unknown field."]:
                found.append(_unknown(pointer, name))
            else:
                found += faults_of(
                    below, pointer if name == "_schema" else f"{pointer}/{_step(str(name))}"
                )
        return found
    return [
        _fault(pointer, said) for said in (messages if isinstance(messages, list) else [messages])
    ]


def _fault(pointer: str, said: Any) -> Fault:
    if isinstance(said, Sentence):
        figures = {name: str(value) for name, value in said.figures.items()}
        return Fault(pointer=pointer, sentence=said.template, figures=figures)
    plain = str(said).replace("{", "{{").replace("}", "}}")
    return Fault(pointer=pointer, sentence=plain)


def _unknown(pointer: str, name: str) -> Fault:
    return Fault(
        pointer=f"{pointer}/{_step(name)}",
        sentence="There is no member {name}.",
        figures={"name": _shown(name)},
    )


def _step(name: str) -> str:
    return _shown(name).replace("~", "~0").replace("/", "~1")


def _shown(name: str) -> str:
    """A name that a request made up, as an answer can carry it: without half surrogate pairs."""
    return name[:MAX_NAME].encode(errors="backslashreplace").decode()
