"""A body's own fields in a straight loop: what has no fault is read in a fraction of the calls.

What comes of it is what `Schema.load` gives. At the first fault, and of a schema that asks for more
than is known here, marshmallow reads the whole, and names every fault.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from marshmallow import RAISE, Schema, ValidationError, fields, missing
from marshmallow.decorators import POST_LOAD, PRE_LOAD, VALIDATES, VALIDATES_SCHEMA

from ledger.application.bodies.fields import DATE, YEARS, Day, Length, Listed, Sought, Words
from ledger.bounds import MAX_TEXT
from ledger.domain.personal import is_personal, is_personal_key

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
    own = _is_its_own(field)
    words = _read_words(field) if isinstance(field, Words) and not own else None
    return _Member(
        name=name if field.data_key is None else field.data_key,
        kept=field.attribute or name,
        required=field.required,
        default=field.load_default,
        may_be_null=field.allow_none,
        read=words or _read(field),
        checks=() if own or words else tuple(field.validators),
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
    if type(field) is Day:
        return _read_day
    if type(field) is fields.Nested and not field.many and field.unknown is None:
        straight = _loop(field.schema)
        if straight is not None:
            return lambda value, name, body: straight(value)
    return read


def _read_day(value: Any, name: str, body: Any) -> date:
    if not isinstance(value, str) or not DATE.fullmatch(value):
        raise ValidationError("")
    try:
        day = date.fromisoformat(value)
    except ValueError as error:
        raise ValidationError("") from error
    if day.year not in YEARS:
        raise ValidationError("")
    return day


_PLAIN = re.compile(r"(?!.*(?:@|[0-9]{6}))[!-~À-ÿ](?:[ -~À-ÿ]*[!-~À-ÿ])?")
"""Words that stay as they are, and in which nobody's number or address can stand: of one line, in
one form, without spaces around them, an at sign, or as many figures as a day of birth has."""


def _read_words(field: Words) -> Read | None:
    """Plain words are looked at once; all others as the field reads and judges them. None where it
    judges otherwise than by length and what no fact may hold."""
    lengths = [check for check in field.validators if type(check) is Length]
    known = field.judge in (is_personal, is_personal_key) or isinstance(field, Sought)
    if len(lengths) != len(field.validators) or not known:
        return None
    if type(field)._deserialize is not Words._deserialize:
        return None
    least = max((check.min or 0 for check in lengths), default=0)
    most = min((check.max for check in lengths if check.max is not None), default=MAX_TEXT)
    checks = tuple(field.validators)

    def read(value: Any, name: str, body: Any) -> Any:
        if type(value) is str and least <= len(value) <= most and _PLAIN.fullmatch(value):
            return value
        value = field._deserialize(value, name, body)
        for check in checks:
            check(value)
        return value

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
