"""Amounts in a currency without decimals: where a body writes parts that the currency has not."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from marshmallow import Schema, fields

from ledger.application.bodies.fields import Money
from ledger.domain.money import WITHOUT_DECIMALS
from ledger.domain.refusals import Fault


def parts_written(schema: type[Schema], members: Mapping[str, Any]) -> tuple[str, ...]:
    """Pointers of the amounts that are no whole units of whatever currency they are in."""
    return tuple(_parts(schema, members, ""))


def decimal_faults(pointers: Sequence[str], currency: str) -> list[Fault]:
    """Their faults, where the currency has no decimals (ISO 4217)."""
    if currency not in WITHOUT_DECIMALS:
        return []
    sentence = "{currency} has no decimals."
    figures = {"currency": currency}
    return [Fault(pointer=each, sentence=sentence, figures=figures) for each in pointers]


class _Place(NamedTuple):
    """A member that is an amount, or that nests amounts: one of a `shape`, or several."""

    name: str
    shape: type[Schema] | None = None
    several: bool = False


@cache
def _places(schema: type[Schema]) -> tuple[_Place, ...]:
    found = []
    for name, field in schema._declared_fields.items():
        several = isinstance(field, fields.List)
        one = field.inner if isinstance(field, fields.List) else field
        shape = one.nested if isinstance(one, fields.Nested) else None
        if isinstance(field, Money):
            found.append(_Place(name))
        elif isinstance(shape, type) and issubclass(shape, Schema) and _places(shape):
            found.append(_Place(name, shape, several))
    return tuple(found)


def _parts(schema: type[Schema], members: Mapping[str, Any], pointer: str) -> list[str]:
    """A part that its body has made flat, or put into another, is looked for where it then is."""
    found: list[str] = []
    inner = [each for each in members.values() if type(each) is dict]
    for name, shape, several in _places(schema):
        if shape is None:
            amount = _amount(name, members, inner)
            if isinstance(amount, int) and amount % 100:
                found.append(f"{pointer}/{name}")
        elif several:
            for i, one in enumerate(members.get(name) or ()):
                if type(one) is dict:
                    found += _parts(shape, one, f"{pointer}/{name}/{i}")
        else:
            one = members.get(name, members)
            if type(one) is dict:
                found += _parts(shape, one, f"{pointer}/{name}")
    return found


def _amount(name: str, members: Mapping[str, Any], inner: Sequence[Mapping[str, Any]]) -> Any:
    if name in members:
        return members[name]
    for each in inner:
        if name in each:
            return each[name]
    return None
