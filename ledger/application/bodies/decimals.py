"""Amounts in a currency without decimals: where a body writes parts that the currency has not."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

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


def _parts(schema: type[Schema], members: Mapping[str, Any], pointer: str) -> Iterator[str]:
    """A part that its body has made flat, or put into another, is looked for where it then is."""
    for name, field in schema._declared_fields.items():
        there = f"{pointer}/{name}"
        if isinstance(field, fields.Nested):
            yield from _nested(field, members.get(name, members), there)
        elif isinstance(field, fields.List):
            for i, one in enumerate(members.get(name) or ()):
                if isinstance(field.inner, fields.Nested):
                    yield from _nested(field.inner, one, f"{there}/{i}")
        elif isinstance(field, Money):
            amount = _amount(name, members)
            if isinstance(amount, int) and amount % 100:
                yield there


def _amount(name: str, members: Mapping[str, Any]) -> Any:
    if name in members:
        return members[name]
    inner = (each for each in members.values() if isinstance(each, Mapping))
    return next((each[name] for each in inner if name in each), None)


def _nested(field: fields.Nested, members: Any, pointer: str) -> Iterator[str]:
    shape = field.nested
    if isinstance(members, Mapping) and isinstance(shape, type) and issubclass(shape, Schema):
        yield from _parts(shape, members, pointer)
