"""The API's description as a reader meets it: its sections, operations, shapes and members."""

from collections.abc import Mapping

import msgspec


class Part(msgspec.Struct, frozen=True):
    """A piece of how a type is written; `shape` names the shape that it is, if any."""

    text: str
    shape: str = ""


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """A member of a shape, or a parameter: then `place` is path, query or header."""

    name: str
    type: tuple[Part, ...]
    required: bool
    says: str
    rules: tuple[str, ...]
    examples: tuple[str, ...]
    place: str = ""


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """What goes in or out; `type` says what it is where it is no object."""

    name: str
    says: str
    type: tuple[Part, ...]
    members: tuple[Member, ...]
    example: str


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    status: str
    says: str
    type: tuple[Part, ...]
    headers: tuple[str, ...]


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    method: str
    path: str
    summary: str
    says: str
    parameters: tuple[Member, ...]
    body: Shape | None
    takes: tuple[str, ...]
    answers: tuple[Answer, ...]
    problems: tuple[Answer, ...]


class Section(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    says: str
    operations: tuple[Operation, ...]


class Reference(msgspec.Struct, frozen=True, kw_only=True):
    version: str
    says: tuple[str, ...]
    sections: Mapping[str, Section]
    shapes: Mapping[str, Shape]
