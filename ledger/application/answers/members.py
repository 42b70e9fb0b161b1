"""Kinds of members that go out: what each is described as, and where its value is taken from.

A member is the source's member of the same name, unless `of` names another: a path of names, or a
function of the source and of `At`. A table calls it as its name, or by `head` where the name has
another meaning elsewhere. A member may be null where its type says so.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from msgspec import Meta

from ledger.domain.limits import Unit
from ledger.domain.money import from_text, to_text

AMOUNT = r"^-?\d{1,17}\.\d\d$"
QUANTITY = r"^-?\d{1,17}(?:\.\d\d)?$"
ORGANISATION = r"^(?:\d{10}|N[0-9A-F]{9}|\d{4}:[0-9A-Z]{1,35})$"

Of = str | Callable[[Any, Any], Any] | None


def _member(
    said: str,
    of: Of = None,
    turned: Callable[[Any], Any] | None = None,
    head: str = "",
    examples: list[Any] | None = None,
    **schema: Any,
) -> Meta:
    """`turned` makes what goes out of what the source has."""
    return Meta(
        description=said or None,
        examples=examples,
        extra_json_schema={name: value for name, value in schema.items() if value != ""} or None,
        extra={"of": of, "turned": turned, "head": head},
    )


def text(said: str, pattern: str = "", *, of: Of = None, **more: Any) -> Meta:
    return _member(said, of, pattern=pattern, **more)


def amount(said: str, *, of: Of = None, head: str = "") -> Meta:
    """Öre in the source, "240000.00" in the answer."""
    return _member(said, of, to_text, head, pattern=AMOUNT, examples=["240000.00"])


def in_unit(count: int | None, unit: Unit) -> str | None:
    """A figure of a limit as the API has it: "240000.00", or of one in seats "24"."""
    if count is None:
        return None
    return to_text(count) if unit == "money" else str(count)


def counted(figure: str | None, unit: str) -> int | None:
    """The other way: such a figure of the API as öre, or as seats."""
    if figure is None:
        return None
    return from_text(figure) if unit == "money" else int(figure)


def quantity(said: str, path: str, head: str = "") -> Meta:
    """A figure of a limit, in the `unit` that the source has; `path` says where it is."""

    def told(source: Any, _: Any) -> str | None:
        value = source
        for name in path.split("."):
            value = getattr(value, name)
        return in_unit(value, source.unit)

    return _member(said, told, head=head, pattern=QUANTITY, examples=["240000.00"])


def as_told(said: str, *, of: Of = None) -> Meta:
    """A figure of a limit that is in words of the API already."""
    return _member(said, of, pattern=QUANTITY, examples=["240000.00"])


def day(said: str, *, of: Of = None) -> Meta:
    return _member(said, of)


def moment(said: str, *, of: Of = None) -> Meta:
    return _member(said, of, _utc, format="date-time")


def whole(said: str, least: int = 0, *, of: Of = None) -> Meta:
    return _member(said, of, minimum=least)


def one_of(said: str, choices: tuple[str, ...], *, of: Of = None) -> Meta:
    return _member(said, of, enum=list(choices))


def truth(said: str, *, of: Of = None) -> Meta:
    return _member(said, of)


def codes(said: str, *, of: Of = None) -> Meta:
    return _member(said, of, dict, examples=[{"ansvar": "4100", "konto": "4631"}])


def figures(said: str, *, of: Of = None, **schema: Any) -> Meta:
    """Members that the description does not name."""
    return _member(said, of, additionalProperties={}, **schema)


def listed(said: str, *, of: Of = None) -> Meta:
    return _member(said, of)


def nested(*, of: Of = None, head: str = "") -> Meta:
    return _member("", of, head=head)


def organisation(said: str, *, of: Of = None) -> Meta:
    return _member(said, of, pattern=ORGANISATION, examples=["2120002403"])


def flags(*, of: Of = None) -> Meta:
    return listed("What a person should look at, as exceeds-order.", of=of)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
