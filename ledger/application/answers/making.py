"""How an answer is made: each member of its declaration out of its source, compiled once."""

from collections.abc import Callable, Mapping
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
class Answer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What goes out. `leading` are the members that stand first in a table of many."""

    leading: ClassVar[tuple[str, ...]] = ()


A = TypeVar("A", bound=Answer)


class At(NamedTuple):
    """For whom an answer is told, for which day (without one: when all has taken effect), and in
    which currency its sentences are."""

    language: str = "en"
    day: date = date.max
    currency: str = ""


NOW = At()


class Member(NamedTuple):
    """A member as it is declared: `shape` is that of what is nested, or listed, in it."""

    name: str
    of: str | Callable[[Any, Any], Any]
    turned: Callable[[Any], Any] | None
    head: str
    pattern: str | None
    shape: type[Answer] | None
    is_list: bool
    is_number: bool


def made(shape: type[A], source: Any, at: Any = NOW, **given: Any) -> A:
    """An answer out of its source: an object, or a row of a read model.

    What is `given` stands for members that the source does not have.
    """
    make = _maker(shape, isinstance(source, dict), frozenset(given))
    answer: A = make(source, at, given)
    return answer


def with_more(shape: type[A], answer: Answer, **more: Any) -> A:
    """An answer with members that another, which begins as it does, has beside."""
    return shape(**msgspec.structs.asdict(answer), **more)


@cache
def members_of(shape: type[Answer]) -> tuple[Member, ...]:
    """The members of an answer, in the order in which they go out."""
    hints = get_type_hints(shape, include_extras=True)
    return tuple(_member(name, hints[name]) for name in shape.__struct_fields__)


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
    )


def _parts(kind: Any) -> tuple[Any, ...]:
    return get_args(kind) if get_origin(kind) is UnionType else (kind,)


Make = Callable[[Any, Any, Mapping[str, Any]], Any]
_NOTHING: frozenset[str] = frozenset()


@cache
def _maker(shape: type[Answer], is_row: bool, given: frozenset[str]) -> Make:
    """Everything that the source simply has is fetched at once; the rest is asked for."""
    members = [member for member in members_of(shape) if member.name not in given]
    had = [member for member in members if isinstance(member.of, str)]
    fetch = _fetching([str(member.of) for member in had], is_row=is_row)
    names = [member.name for member in had]
    asked = [(member.name, member.of) for member in members if callable(member.of)]
    turned = [(m.name, m.turned) for m in members_of(shape) if m.turned and not m.shape]
    nested = [(m.name, _nesting(m.shape, m.is_list)) for m in members_of(shape) if m.shape]

    def make(source: Any, at: Any, more: Mapping[str, Any]) -> Answer:
        values: dict[str, Any] = dict(zip(names, fetch(source), strict=True))
        values.update(more)
        for name, ask in asked:
            values[name] = ask(source, at)
        for name, turn in turned:
            if (value := values[name]) is not None:
                values[name] = turn(value)
        for name, nest in nested:
            if (value := values[name]) is not None:
                values[name] = nest(value, at)
        return shape(**values)

    return make


def _fetching(names: list[str], *, is_row: bool) -> Callable[[Any], tuple[Any, ...]]:
    if not names:
        return lambda _: ()
    fetch: Any = (itemgetter if is_row else attrgetter)(*names)
    return fetch if len(names) > 1 else lambda source: (fetch(source),)


def _nesting(shape: type[Answer], is_list: bool) -> Callable[[Any, Any], Any]:
    """What is nested is made in turn, unless it is an answer already."""

    def nest(value: Any, at: Any) -> Any:
        if isinstance(value, Answer):
            return value
        return _maker(shape, isinstance(value, dict), _NOTHING)(value, at, {})

    return (lambda values, at: [nest(value, at) for value in values]) if is_list else nest
