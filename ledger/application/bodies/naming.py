"""Orders that a body names: each number as it was given, however it is written."""

from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import Schema, fields

from ledger.application.bodies.fields import OrderNumber


def as_given(
    schema: type[Schema], members: Mapping[str, Any], given: Callable[[str], str]
) -> dict[str, Any]:
    """Members with each number of an order as `given` finds it."""
    found = dict(members)
    for name, field in schema._declared_fields.items():
        value = members.get(name)
        if value is None:
            continue
        if isinstance(field, OrderNumber):
            found[name] = given(value)
        elif isinstance(field, fields.Nested) and isinstance(value, Mapping):
            found[name] = as_given(_shape(field), value, given)
        elif isinstance(field, fields.List) and isinstance(field.inner, fields.Nested):
            shape = _shape(field.inner)
            found[name] = [as_given(shape, one, given) for one in value]
    return found


def _shape(field: fields.Nested) -> type[Schema]:
    shape = field.nested
    assert isinstance(shape, type), "bodies nest schemas by their class"
    assert issubclass(shape, Schema), "and by nothing else"
    return shape
