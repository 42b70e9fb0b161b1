"""The options of acts: one for each simple member of a body, and the body that they come to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from ledger.cli.opening import read_body
from ledger.cli.parameters import DAY, FURTHER, NULL, PARTY, OrNull

if TYPE_CHECKING:
    from marshmallow import Schema, fields

    from ledger.application.acts.act import Act


Body = dict[str, Any]


class Look(NamedTuple):
    """How a verb differs from what its act says of itself.

    `within` names the members of a part that are options too; `renamed` members by other names of
    their options; `parties` and `numbers` the options that add one each to a member, and what they
    say; `reads` says that the file with the body is an argument, `tries` that it can be tried here
    though the API's route has no dry run.
    """

    within: str = ""
    renamed: Mapping[str, str] = {}
    parties: Mapping[str, tuple[str, str]] = {}
    numbers: Mapping[str, tuple[str, str]] = {}
    reads: bool = False
    tries: bool = False
    metavar: str = "NUMBER"


PLAIN = Look()


def options_of(act: Act, schema: type[Schema], look: Look) -> Iterator[Any]:
    if act.part is not None:
        option = "--" + act.part.asked
        yield click.option(option, "part_", type=int, required=True, help=act.part.said)
    for name, field in schema._declared_fields.items():
        if name in (schema.day, "on"):  # type: ignore[attr-defined]
            continue
        if (option := _option(look.renamed.get(name, name), f"__{name}", field)) is not None:
            yield option
    for name, (option_name, help) in look.parties.items():
        yield click.option(f"--{option_name}", f"__{name}", type=PARTY, multiple=True, help=help)
    for name, (option_name, help) in look.numbers.items():
        yield click.option(f"--{option_name}", f"__{name}", type=FURTHER, multiple=True, help=help)
    if look.within:
        for name, field in _inner(schema, look.within)._declared_fields.items():
            if (option := _option(name, f"{look.within}__{name}", field)) is not None:
                yield option
    if schema.day:  # type: ignore[attr-defined]
        yield click.option("--on", type=DAY, help="Its date; by default today.")
    if not look.reads and set(schema._declared_fields) - {schema.day, "on"}:  # type: ignore[attr-defined]
        yield click.option("--body", metavar="FILE", help="The API's JSON body; - for stdin.")


def _inner(schema: type[Schema], name: str) -> type[Schema]:
    """The schema of a member that is nested, alone or in a list."""
    field: Any = schema._declared_fields[name]
    nested = getattr(field, "inner", field).nested
    found: type[Schema] = nested
    return found


def _option(name: str, key: str, field: fields.Field[Any]) -> Any:
    """The option of a simple member; None of one that is not.

    `key` is what it is given as: the part that it is within, two strokes, and the member.
    """
    from marshmallow import fields

    many = isinstance(field, fields.List)
    one = field.inner if isinstance(field, fields.List) else field
    if isinstance(one, fields.Nested):
        return None
    option = "--" + name.replace("_", "-")
    help = field.metadata.get("description") or one.metadata.get("description")
    if isinstance(one, fields.Boolean):
        return click.option(option, key, is_flag=True, default=None, help=help)
    type: Any = click.STRING
    if isinstance(one, fields.Integer):
        type = click.INT
    elif isinstance(one, fields.Date):
        type = DAY
    elif choices := getattr(one.validate, "choices", None):
        type = click.Choice(tuple(choices))
    if one.allow_none:
        type = OrNull(type)
    return click.option(option, key, type=type, multiple=many, help=help)


def written(act: Act, look: Look, given: Body) -> object:
    """The body that a file and options come to; an option goes before the file. Raises Invalid."""
    file = given.pop("file_", None) or given.pop("body", None)
    body = {} if file is None else read_body(file)
    on = given.pop("on", None)
    options = {name: value for name, value in given.items() if value not in (None, ())}
    if on is not None:
        options[f"__{act.body.day}"] = on  # type: ignore[union-attr]
    if not isinstance(body, dict) or not options:
        return body
    inner: Body = {}
    for key, value in options.items():
        within, _, member = key.partition("__")
        (inner if within else body)[member] = _plain(value)
    if inner and look.within:
        there = body.get(look.within)
        alone = isinstance(there, dict)
        whole = {**there, **inner} if isinstance(there, dict) else inner
        listed = not alone and _listed(act, look.within)
        body[look.within] = [whole] if listed else whole
    return body


def _listed(act: Act, name: str) -> bool:
    from marshmallow import fields

    return isinstance(act.body._declared_fields[name], fields.List)  # type: ignore[union-attr]


def _plain(value: Any) -> Any:
    """As JSON has it; an option that may come several times, once and empty, is an empty list."""
    if value is NULL:
        return None
    if value == ("",):
        return []
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
