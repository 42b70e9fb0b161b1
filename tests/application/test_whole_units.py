"""Every amount of every body is looked at where its currency has no decimals."""

from collections.abc import Iterator
from typing import Any

import pytest
from marshmallow import Schema, fields

from ledger.application.acts import ACTS
from ledger.application.bodies.body import Body
from ledger.application.bodies.decimals import decimal_faults, parts_written
from ledger.application.bodies.fields import (
    Codes,
    Day,
    Money,
    Organisation,
    Whole,
)

BODIES = {act.body.__name__: act.body for act in ACTS if act.body is not None}
WRITTEN = {
    "share": "50",
    "currency": "JPY",
    "credits": "7.5",
    "number": "A-1",
    "person": "p-" + 16 * "0",
}


def written(name: str, field: Any) -> Any:
    """Something that a member may be: of an amount, half a unit."""
    if isinstance(field, fields.Nested):
        return members(field.nested)
    if isinstance(field, fields.List):
        return [written(name, field.inner)]
    for kind, value in (
        (Money, "100.50"),
        (Day, "2024-01-31"),
        (Organisation, "2120002403"),
        (Codes, "1"),
        (Whole, 1),
        (fields.Boolean, True),
    ):
        if isinstance(field, kind):
            return value
    choices = [getattr(one, "choices", None) for one in field.validators]
    return next((each[0] for each in choices if each), WRITTEN.get(name, "x"))


def members(schema: type[Schema]) -> dict[str, Any]:
    """What is needed, and every amount."""
    return {
        name: written(name, field)
        for name, field in schema._declared_fields.items()
        if field.required or list(amounts_of(name, field))
    }


def amounts_of(name: str, field: Any) -> Iterator[str]:
    if isinstance(field, Money):
        yield f"/{name}"
    elif isinstance(field, fields.Nested):
        yield from (f"/{name}{each}" for each in amounts(field.nested))
    elif isinstance(field, fields.List):
        yield from (f"/{name}/0{each}" for each in amounts_of("", field.inner))


def amounts(schema: type[Schema]) -> Iterator[str]:
    for name, field in schema._declared_fields.items():
        yield from amounts_of(name, field)


@pytest.mark.parametrize("name", [name for name, body in BODIES.items() if list(amounts(body))])
def test_every_amount_of_a_body_is_found(name):
    body: type[Body] = BODIES[name]
    asked = [each.replace("//", "/") for each in amounts(body)]
    pointers = parts_written(body, body().load(members(body)))
    assert sorted(pointers) == sorted(asked)
    assert len(decimal_faults(pointers, "JPY")) == len(asked)
    assert decimal_faults(pointers, "SEK") == []
