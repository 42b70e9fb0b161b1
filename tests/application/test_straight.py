"""A body read in a straight loop is what marshmallow's own `load` gives, faults and all."""

from functools import cache
from random import Random

import pytest
from marshmallow import Schema, ValidationError, fields, post_load, pre_load, validates

from ledger.application.acts import ACTS
from ledger.application.bodies import queries
from ledger.application.bodies.examples import EXAMPLES
from ledger.application.bodies.straight import loader
from ledger.application.steps import STEPS

BODIES = {act.body.__name__: act.body for act in ACTS if act.body is not None} | {
    shape.__name__: shape
    for shape in vars(queries).values()
    if isinstance(shape, type) and issubclass(shape, Schema)
}
TEXTS = (
    *("2024-01-31", "2024-13-01", "1889-01-01", "2024-06-30T12:00:00Z", "2024-06-30", "true"),
    *("100.00", "0.00", "-5", "1.234", "9" * 20, "7", "0", "SKO-2023-0001", "buyer", "supplier"),
    *("2120002403", "212000-2403", "2120002404", "p-0123456789abcdef", "SEK", "delivery", "hard"),
    *("", " ", " Kurs ", "två\nrader", "o\u0308l", "a\x00", "ann@example.org", "x" * 300),
    *(
        "Grön kurs",
        "KS 2024/117",
        "640823-3234",
        "Född 6408233234",
        "m² och ﬁ",
        "a\u200bb",
        "a\u00a0b",
    ),
    *("12345", "å" * 200, "x" * 200, "x" * 201, "y" * 1000 + " ", "Nr 123456"),
)
OTHERS = (None, True, False, -1, 0, 3, 2024, 10**20, 12.0, 0.5, {}, [], {"a": "b"}, ["a"], "Kurs")


def value_of(field: fields.Field, by: Random):
    """What a field takes, or something like it, or nothing of the kind."""
    if by.random() < 0.06:
        return by.choice(OTHERS)
    if isinstance(field, fields.List):
        return [value_of(field.inner, by) for _ in range(by.choice((0, 1, 1, 2)))]
    if isinstance(field, fields.Nested):
        return body_of(field.schema, by)
    if isinstance(field, fields.Boolean):
        return by.random() < 0.5
    if isinstance(field, fields.Integer):
        return by.randint(1, 12)
    return by.choice(fitting(field) or TEXTS) if by.random() < 0.9 else by.choice(TEXTS)


@cache
def fitting(field: fields.Field) -> list[str]:
    return [text for text in TEXTS if come_to(field.deserialize, text)[0] == "read"]


def body_of(schema: Schema, by: Random):
    body = {
        field.data_key or name: value_of(field, by)
        for name, field in schema.fields.items()
        if by.random() < (0.97 if field.required else 0.2)
    }
    return body | ({"more": 1} if by.random() < 0.04 else {})


def come_to(load, body):
    """What a body is read as, or its faults: the same in any order, and of the same types."""
    try:
        return "read", repr(load(body))
    except ValidationError as error:
        return "refused", error.messages


@pytest.mark.parametrize("name", sorted(BODIES))
def test_a_body_is_read_as_marshmallow_reads_it(name):
    by, schema = Random(name), BODIES[name]()
    read = loader(schema)
    for body in [*OTHERS, *(body_of(schema, by) for _ in range(40))]:
        assert come_to(read, body) == come_to(schema.load, body), body


@pytest.mark.parametrize("name", sorted({*EXAMPLES} - {"WhatIf"}))
def test_each_example_is_read_in_the_loop_whole_and_without_any_of_its_members(name, monkeypatch):
    shape = BODIES.get(name) or {one.__name__: one for one in STEPS.values()}[name]
    schema, body = shape(), EXAMPLES[name]
    expected, read = schema.load(body), loader(schema)
    for member in body:
        less = {one: value for one, value in body.items() if one != member}
        assert come_to(read, less) == come_to(schema.load, less)
    monkeypatch.setattr(Schema, "load", None)
    assert repr(read(body)) == repr(expected)


class Trimmed(Schema):
    text = fields.String()

    @pre_load
    def _trim(self, body, **_):
        return {name: value.strip() for name, value in body.items()}


class Judged(Schema):
    text = fields.String(required=True)

    @validates("text")
    def _short(self, text, **_):
        if len(text) > 3:
            raise ValidationError("Too long.")


class Original(Schema):
    text = fields.String(pre_load=str.strip, post_load=str.upper, attribute="said")

    @post_load(pass_original=True)
    def _both(self, body, original, **_):
        return body, original


@pytest.mark.parametrize("shape", [Trimmed, Judged, Original])
@pytest.mark.parametrize("body", [{"text": " ab "}, {"text": "abcd"}, {}])
def test_a_schema_that_asks_for_more_is_marshmallows_own(shape, body):
    schema = shape()
    assert come_to(loader(schema), body) == come_to(schema.load, body)
