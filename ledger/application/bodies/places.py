"""Where a body has members of a kind, also within the parts that it nests."""

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from marshmallow import Schema, fields


class Place(NamedTuple):
    """A member of the kind, or one that nests such: one of a `shape`, or several."""

    name: str
    shape: type[Schema] | None = None
    several: bool = False


@cache
def places(schema: type[Schema], is_one: Callable[[Any], bool]) -> tuple[Place, ...]:
    """The members of a body whose field is one of those, or that nest some."""
    found = []
    for name, field in schema._declared_fields.items():
        several = isinstance(field, fields.List)
        one = field.inner if isinstance(field, fields.List) else field
        if is_one(field):
            found.append(Place(name))
        elif isinstance(one, fields.Nested):
            shape = one.nested
            assert isinstance(shape, type), "bodies nest schemas by their class"
            assert issubclass(shape, Schema), "and by nothing else"
            if places(shape, is_one):
                found.append(Place(name, shape, several))
    return tuple(found)
