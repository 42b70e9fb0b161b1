"""How an answer is made: each member of its declaration out of its source, compiled once."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from operator import attrgetter, itemgetter
from types import UnionType
from typing import (
    Annotated,
    Any,
    ClassVar,
    NamedTuple,
    TypeVar,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
)

import msgspec


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(msgspec.field,))
class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What goes out. `leading` are the members that stand first in a table of many; `row_of`
    names the list in it of which each part is a row there.

    Members are given by name, to the type checker; here alone they are given by place.
    """

    leading: ClassVar[tuple[str, ...]] = ()
    row_of: ClassVar[str] = ""


A = TypeVar("A", bound=Answer)


class At(NamedTuple):
    """For whom an answer is told, for which day (without one: when all has taken effect), and in
    which currency its sentences are."""

    language: str = "en"
    day: date = date.max
    currency: str = ""


NOW = At()


class Member(NamedTuple):
    """A member as it is declared: `shape` is that of what is nested, or listed, in it, `choices`
    the words that it is one of, where they are few."""

    name: str
    of: str | Callable[[Any, Any], Any]
    turned: Callable[[Any], Any] | None
    head: str
    pattern: str | None
    shape: type[Answer] | None
    is_list: bool
    is_number: bool
    choices: tuple[str, ...]


def made(shape: type[A], source: Any, at: Any = NOW, **given: Any) -> A:
    """An answer out of its source: an object, or a row of a read model.

    What is `given` stands for members that the source does not have.
    """
    make = _maker(shape, isinstance(source, dict), frozenset(given))
    answer: A = make(source, at, given)
    return answer


def with_more(shape: type[A], answer: Answer, **more: Any) -> A:
    """An answer with members that another, which begins as it does, has beside."""
    return shape(**{**msgspec.structs.asdict(answer), **more})


@cache
def members_of(shape: type[Answer]) -> tuple[Member, ...]:
    """The members of an answer that it is made with, in the order in which they go out; what may be
    left out is added to it."""
    hints = get_type_hints(shape, include_extras=True)
    names = [name for name in shape.__struct_fields__ if not _may_be_left_out(hints[name])]
    return tuple(_member(name, hints[name]) for name in names)


def _may_be_left_out(hint: Any) -> bool:
    kind = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    return msgspec.UnsetType in _parts(kind)


def _member(name: str, hint: Any) -> Member:
    kind, meta = get_args(hint) if get_origin(hint) is Annotated else (hint, msgspec.Meta())
    extra = meta.extra or {}
    inner = [part for part in _parts(kind) if part is not type(None)]
    is_list = get_origin(inner[0]) is list
    of = get_args(inner[0])[0] if is_list else inner[0]
    return Member(
        name=name,
        of=extra.get("of") or name,
        turned=extra.get("turned") or (list if is_list else None),
        head=extra.get("head") or name.replace("_", " "),
        pattern=(meta.extra_json_schema or {}).get("pattern"),
        shape=of if isinstance(of, type) and issubclass(of, Answer) else None,
        is_list=is_list,
        is_number=inner[0] is int,
        choices=tuple((meta.extra_json_schema or {}).get("enum", ())),
    )


def _parts(kind: Any) -> tuple[Any, ...]:
    return get_args(kind) if get_origin(kind) is UnionType else (kind,)


Make = Callable[[Any, Any, Mapping[str, Any]], Any]
_NOTHING: frozenset[str] = frozenset()
_NONE: Mapping[str, Any] = {}


@cache
def _maker(shape: type[Answer], is_row: bool, given: frozenset[str]) -> Make:
    """By place, which is faster than by name: what the source simply has is fetched at once."""
    members = tuple(enumerate(members_of(shape)))
    fetch = _fetching([_path(member, given) for _, member in members], is_row=is_row)
    told = tuple((i, m.name) for i, m in members if m.name in given)
    asked = tuple((i, m.of) for i, m in members if callable(m.of) and m.name not in given)
    turned = tuple((i, m.turned) for i, m in members if m.turned and not m.shape)
    nested = tuple((i, _nesting(m.shape)) for i, m in members if m.shape and not m.is_list)
    listed = tuple((i, _listing(m.shape)) for i, m in members if m.shape and m.is_list)
    fill: Callable[..., Answer] = shape

    def make(source: Any, at: Any, more: Mapping[str, Any]) -> Answer:
        values = [*fetch(source)]
        for i, name in told:
            values[i] = more[name]
        for i, ask in asked:
            values[i] = ask(source, at)
        for i, turn in turned:
            if (value := values[i]) is not None:
                values[i] = turn(value)
        for i, nest in nested:
            if (value := values[i]) is not None:
                values[i] = nest(value, at)
        for i, nest in listed:
            values[i] = nest(values[i], at) if values[i] else []
        return fill(*values)

    return make


def _path(member: Member, given: frozenset[str]) -> str | None:
    """What the source has a member by; None where it is asked for, or given."""
    return member.of if isinstance(member.of, str) and member.name not in given else None


def _fetching(paths: list[str | None], *, is_row: bool) -> Callable[[Any], Sequence[Any]]:
    """A value for each path; for those that there are not, any."""
    had = [path for path in paths if path is not None]
    if not had:
        return lambda _: paths
    get: Any = (itemgetter if is_row else attrgetter)(*(path or had[0] for path in paths))
    return get if len(paths) > 1 else lambda source: (get(source),)


def _nesting(shape: type[Answer]) -> Callable[[Any, Any], Any]:
    """What is nested is made in turn, unless it is an answer already."""

    def nest(value: Any, at: Any) -> Any:
        if isinstance(value, Answer):
            return value
        return _maker(shape, isinstance(value, dict), _NOTHING)(value, at, _NONE)

    return nest


def _listing(shape: type[Answer]) -> Callable[[Any, Any], list[Any]]:
    """The same of many, which are all of one kind."""

    def nest(values: Sequence[Any], at: Any) -> list[Any]:
        if isinstance(values[0], Answer):
            return list(values)
        make = _maker(shape, isinstance(values[0], dict), _NOTHING)
        return [make(value, at, _NONE) for value in values]

    return nest
