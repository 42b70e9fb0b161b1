"""Kinds of members that go out: each has its type, its description, and whether it may be null."""

from typing import Any

from marshmallow import Schema, fields, validate

from ledger.application.bodies.fields import choice

AMOUNT = r"^-?\d{1,17}\.\d\d$"
ORGANISATION = r"^(?:\d{10}|N[0-9A-F]{9})$"


def text(said: str, pattern: str = "", *, null: bool = False, **more: Any) -> fields.String:
    described = {"description": said, **({"pattern": pattern} if pattern else {}), **more}
    return fields.String(required=True, allow_none=null, metadata=described)


def amount(said: str, *, null: bool = False) -> fields.String:
    return text(said, AMOUNT, null=null, examples=["240000.00"])


def day(said: str, *, null: bool = False) -> fields.String:
    return text(said, null=null, format="date")


def moment(said: str, *, null: bool = False) -> fields.String:
    return text(said, null=null, format="date-time")


def whole(said: str, least: int = 0, *, null: bool = False) -> fields.Integer:
    within = validate.Range(min=least)
    described = {"description": said}
    return fields.Integer(required=True, allow_none=null, validate=within, metadata=described)


def one_of(said: str, of: tuple[str, ...], *, null: bool = False) -> fields.String:
    return choice(said, of, required=True, allow_none=null)


def truth(said: str) -> fields.Boolean:
    return fields.Boolean(required=True, metadata={"description": said})


def codes(said: str) -> fields.Dict:
    return fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        metadata={"description": said, "examples": [{"ansvar": "4100", "konto": "4631"}]},
    )


def listed(of: Any, said: str) -> fields.List[Any]:
    inner = fields.Nested(of) if isinstance(of, type) else of
    return fields.List(inner, required=True, metadata={"description": said})


def nested(schema: type[Schema], *, null: bool = False, head: str = "") -> fields.Nested:
    """`head` is what it is called in a table, where its name has another meaning elsewhere."""
    return fields.Nested(schema, required=True, allow_none=null, metadata={"head": head})


def organisation(said: str, *, null: bool = False) -> fields.String:
    return text(said, ORGANISATION, null=null, examples=["2120002403"])


def flags() -> fields.List[Any]:
    return listed(fields.String(), "What a person should look at, as exceeds-order.")
