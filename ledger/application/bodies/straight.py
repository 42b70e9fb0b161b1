"""A body's own fields in a straight loop: what has no fault is read in a fraction of the calls.

What comes of it is what `Schema.load` gives. At the first fault, and of a schema that asks for more
than is known here, marshmallow reads the whole, and names every fault.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from marshmallow import RAISE, Schema, ValidationError, fields, missing
from marshmallow.decorators import POST_LOAD, PRE_LOAD, VALIDATES, VALIDATES_SCHEMA

from ledger.application.bodies.fields import Listed

Load = Callable[[Any], Any]
Read = Callable[[Any, str, Any], Any]
"""A member's value, its name and the body → what the field makes of it."""


def loader(schema: Schema) -> Load:
    """What `schema.load` gives of a body. Raises ValidationError as it does."""
    straight = _loop(schema)
    if straight is None:
        return schema.load

    def load(body: Any) -> Any:
        try:
            return straight(body)
        except ValidationError:
            return schema.load(body)

    return load


class _Member(NamedTuple):
    name: str
    kept: str
    required: bool
    default: Any
    may_be_null: bool
    read: Read
    checks: Sequence[Callable[[Any], Any]]


def _loop(schema: Schema) -> Load | None:
    """None where a schema asks for more than its fields, and what goes over the whole of them."""
    hooks = schema._hooks
    checks = [*hooks[VALIDATES_SCHEMA], *hooks[POST_LOAD]]
    alone = all(not many and not more.get("pass_original") for _, many, more in checks)
    known = schema.unknown == RAISE and not schema.many and schema.partial is None
    if hooks[PRE_LOAD] or hooks[VALIDATES] or not alone or not known:
        return None
    if any("." in (field.attribute or name) for name, field in schema.load_fields.items()):
        return None
    members = [_member(name, field) for name, field in schema.load_fields.items()]
    judging = [getattr(schema, name) for name, *_ in hooks[VALIDATES_SCHEMA]]
    ending = [getattr(schema, name) for name, *_ in hooks[POST_LOAD]]
    more = {"many": False, "partial": None, "unknown": RAISE}

    def load(body: Any) -> Any:
        if not isinstance(body, Mapping):
            raise ValidationError("")
        found: Any = {}
        given = 0
        for name, kept, required, default, may_be_null, read, checks in members:
            if name in body:
                given += 1
                value = body[name]
                if value is not None:
                    value = read(value, name, body)
                    for check in checks:
                        check(value)
                elif not may_be_null:
                    raise ValidationError("")
                found[kept] = value
            elif required:
                raise ValidationError("")
            elif default is not missing:
                found[kept] = default() if callable(default) else default
        if given != len(body):
            raise ValidationError("")
        for judge in judging:
            judge(found, **more)
        for end in ending:
            found = end(found, **more)
        return found

    return load


def _member(name: str, field: Any) -> _Member:
    return _Member(
        name=name if field.data_key is None else field.data_key,
        kept=field.attribute or name,
        required=field.required,
        default=field.load_default,
        may_be_null=field.allow_none,
        read=_read(field),
        checks=() if _is_its_own(field) else tuple(field.validators),
    )


def _is_its_own(field: Any) -> bool:
    """Whether a field does more than to read and then to judge what it read."""
    kind = type(field)
    plain = fields.Field
    own = kind.deserialize is not plain.deserialize or kind._validate is not plain._validate
    return bool(own or field.pre_load or field.post_load)


def _read(field: Any) -> Read:
    read: Read = field._deserialize
    if _is_its_own(field):
        return field.deserialize  # type: ignore[no-any-return]
    if type(field) is Listed:
        return _read_list(field)
    if type(field) is fields.Nested and not field.many and field.unknown is None:
        straight = _loop(field.schema)
        if straight is not None:
            return lambda value, name, body: straight(value)
    return read


def _read_list(field: Listed) -> Read:
    inner, within = _member("", field.inner), field.within

    def read(value: Any, name: str, body: Any) -> list[Any]:
        if type(value) is not list:
            raise ValidationError("")
        within(value)
        found: list[Any] = []
        for one in value:
            if one is None:
                if not inner.may_be_null:
                    raise ValidationError("")
                found.append(None)
                continue
            each = inner.read(one, "", None)
            for check in inner.checks:
                check(each)
            found.append(each)
        return found

    return read
