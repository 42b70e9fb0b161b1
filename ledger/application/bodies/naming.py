"""Orders that a body names: each number as it was given, however it is written."""

from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import Schema

from ledger.application.bodies.fields import OrderNumber
from ledger.application.bodies.places import places


def as_given(
    schema: type[Schema], members: Mapping[str, Any], given: Callable[[str], str]
) -> dict[str, Any]:
    """Members with each number of an order as `given` finds it."""
    found = dict(members)
    for name, shape, several in places(schema, _is_number):
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


def _is_number(field: Any) -> bool:
    return isinstance(field, OrderNumber)
