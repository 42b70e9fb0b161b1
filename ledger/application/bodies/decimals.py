"""Amounts in a currency without decimals: where a body writes parts that the currency has not."""

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import Schema

from ledger.application.bodies.fields import Money
from ledger.application.bodies.places import places
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


def _parts(schema: type[Schema], members: Mapping[str, Any], pointer: str) -> list[str]:
    """A part that its body has made flat, or put into another, is looked for where it then is."""
    found: list[str] = []
    inner = [each for each in members.values() if type(each) is dict]
    for name, shape, several in places(schema, _is_amount):
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


def _is_amount(field: Any) -> bool:
    return isinstance(field, Money)
