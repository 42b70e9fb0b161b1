"""Orders that a body names: each number as it was given, however it is written."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

from marshmallow import Schema, fields

from ledger.application.bodies.fields import OrderNumber


def as_given(
    schema: type[Schema], members: Mapping[str, Any], given: Callable[[str], str]
) -> dict[str, Any]:
    """Members with each number of an order as `given` finds it."""
    found = dict(members)
    for name, shape, several in _places(schema):
        value = members.get(name)
        if value is None:
            continue
        if shape is None:
            found[name] = given(value)
        elif several:
            found[name] = [as_given(shape, one, given) for one in value]
        elif isinstance(value, Mapping):
            found[name] = as_given(shape, value, given)
    return found


class _Place(NamedTuple):
    """A member that is a number, or that nests numbers: one of a `shape`, or several."""

    name: str
    shape: type[Schema] | None = None
    several: bool = False


@cache
def _places(schema: type[Schema]) -> tuple[_Place, ...]:
    found = []
    for name, field in schema._declared_fields.items():
        several = isinstance(field, fields.List)
        one = field.inner if isinstance(field, fields.List) else field
        if isinstance(field, OrderNumber):
            found.append(_Place(name))
        elif isinstance(one, fields.Nested) and _places(_shape(one)):
            found.append(_Place(name, _shape(one), several))
    return tuple(found)


def _shape(field: fields.Nested) -> type[Schema]:
    shape = field.nested
    assert isinstance(shape, type), "bodies nest schemas by their class"
    assert issubclass(shape, Schema), "and by nothing else"
    return shape
