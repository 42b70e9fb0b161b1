"""What stands in the cells of a list: numbers, days, and the reader's words; never a structure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from msgspec import convert

from ledger.application.answers.log import Fact
from ledger.application.answers.making import Answer
from ledger.application.exports.columns import Column, columns, head
from ledger.application.sentences.flags import flag_word
from ledger.application.sentences.kinds import KNOWN, kind_word
from ledger.application.sentences.statuses import status_words
from ledger.domain.calendar import SWEDEN
from ledger.domain.events import NAMES
from ledger.domain.limits import CAP
from ledger.telling import tell
from ledger.telling.agreements import REGIMES
from ledger.wording import say, translate

Cell = Decimal | int | date | datetime | str | None
"""A decimal number is an amount, credits or per cent; None is empty."""

SAID: Mapping[str, str] = {
    "all": "all of them",
    "both": "both of them",
    "excluded": "excl. VAT",
    "fixed": "by fixed amounts",
    "included": "incl. VAT",
    "line-order": "the order of the invoice's line",
    "lou_17": "LOU chapter 17",
    "person": "a person",
    "sellers-order": "the supplier's own order number",
    "shares": "by shares",
    "single": "one supplier",
}
"""Codes of what there are a few of, which are no words themselves."""
YES, NO = "yes", "no"
STATUSES = ("status", "statuses", "standing")

CODED = ("statuses", "differs", "cause", "basis", "kind", "action", "verdict", "refusal")
"""Members whose values are codes, though their description does not list them."""


def rows(shape: type[Answer], items: Iterable[Answer], language: str) -> Iterator[list[Cell]]:
    """A row for each line item of each item; an item without any is one row. The item's own figures
    stand in its first row alone."""
    table = columns(shape)
    own = [(place, one) for place, one in enumerate(table) if not one.of_row]
    of_rows = [(place, one) for place, one in enumerate(table) if one.of_row]
    figures = [place for place, one in own if one.is_figure]
    for item in items:
        row: list[Cell] = [None] * len(table)
        for place, column in own:
            row[place] = cell(item, column, language, item)
        parts: Sequence[Any] = getattr(item, shape.row_of) if shape.row_of else ()
        for count, part in enumerate(parts or (None,)):
            if count == 1:
                for place in figures:
                    row[place] = None
            for place, column in of_rows:
                row[place] = cell(part, column, language, item)
            yield [*row]


def cell(source: Any, column: Column, language: str, item: Any = None) -> Cell:
    """`item` is what has a currency, for the flags that name an amount."""
    value = source
    for name in column.path:
        value = None if value is None else getattr(value, name)
    if value is None or value == "":
        return None
    if column.is_decimal:
        return Decimal(value)
    if isinstance(value, bool):
        return translate(YES if value else NO, language)
    if isinstance(value, int | date):
        return value
    member = column.member
    if isinstance(source, Fact) and member.name == "data":
        return _told(source, language)
    if member.name == "flags":
        currency = getattr(item, "currency", "SEK")
        return _joined(flag_word(one, currency, language) for one in value)
    if member.choices or member.name in CODED:
        return _joined(
            word(one, member.name, language)
            for one in (value if isinstance(value, list) else [value])
        )
    if isinstance(value, list) and member.shape is not None:
        return _joined(_said(one, member.shape, language) for one in value)
    if isinstance(value, list | dict):
        return figures(value, language) or None
    if value == CAP and member.name in ("name", "limit"):
        return translate(CAP, language)
    return str(value)


def _told(fact: Fact, language: str) -> str:
    """What a fact says, as in a timeline; exactly it is in the API. Amounts have their unit where
    the fact names it: others of the agreement may be in another currency than kronor."""
    event = convert(fact.data, NAMES[fact.name])
    return say(tell(event, fact.stream, str(fact.data.get("currency") or "")), language)


@lru_cache(maxsize=1000)
def word(code: str, of: str, language: str) -> str:
    """A code in the reader's language, as a status or whatever else it is said of."""
    if of in STATUSES:
        return status_words(code, language)
    if of == "regime":
        return say(REGIMES[code], language) if code in REGIMES else code
    if of == "kind" and code in KNOWN:
        return kind_word(code, language)
    if code in SAID:
        return translate(SAID[code], language)
    said = translate(code, language)
    return said if said != code else translate(_spaced(code), language)


def _spaced(code: str) -> str:
    return code.replace("-", " ").replace("_", " ")


def _joined(parts: Iterable[str]) -> str | None:
    return "; ".join(parts) or None


def _said(part: Any, shape: type[Answer], language: str) -> str:
    """One of several that are told in one cell: what there is of it, each with its name."""
    told = []
    for column in columns(shape):
        value = cell(part, column, language, part)
        if value is not None:
            told.append(f"{head(column.heads, language)} {plain(value, language)}")
    return ", ".join(told)


def figures(value: Any, language: str) -> str:
    """What has members that no description names: each by its name, one after another."""
    if isinstance(value, Mapping):
        parts = [
            f"{translate(str(name).replace('_', ' '), language)}: {said}"
            for name, one in value.items()
            if (said := figures(one, language))
        ]
        return ", ".join(parts)
    if isinstance(value, list | tuple):
        return "; ".join(said for one in value if (said := figures(one, language)))
    if isinstance(value, bool):
        return translate(YES if value else NO, language)
    return "" if value is None else str(value)


def plain(value: Cell, language: str) -> str:
    """A cell as text: a number with the reader's decimal sign, a moment exactly."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return str(value).replace(".", ",") if language == "sv" else str(value)
    if isinstance(value, datetime):
        return exactly(value)
    return str(value)


def exactly(moment: datetime) -> str:
    """In UTC, so that whoever asks with it is told the same again."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def in_sweden(moment: datetime) -> str:
    """To the second, by the clock in Sweden."""
    return moment.astimezone(SWEDEN).strftime("%Y-%m-%d %H:%M:%S")
