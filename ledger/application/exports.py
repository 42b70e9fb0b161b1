"""Any list as a table in a file: anybody may ask for a compilation (TF 2 kap. 6 §).

The file is plain CSV (RFC 4180): one line of heads, then a line for each item and nothing else, so
that a program reads it with one call. What it is told for stands in columns of its own: the two
times in every line, which then may be sorted or cut, and the notary's newest checkpoint in the
first. The form follows the reader's language, since a Swedish spreadsheet opens only a file with
semicolons and decimal commas without being asked; English, and the default of the API, has commas
and points. It begins with a byte order mark: without one, spreadsheets misread å, ä and ö.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, NamedTuple

import msgspec

from ledger.application.answers.making import Answer, Member, members_of
from ledger.application.answers.members import AMOUNT
from ledger.application.bodies.fields import CREDITS
from ledger.bounds import MAX_EXPORT
from ledger.wording import translate

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
TELLING = ("as of", "known at", "checkpoint")
"""The last columns: what the file is told for, and the anchor that it carries."""

_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")


class Column(NamedTuple):
    """Where in an item a cell is taken from, and what that is called, in English.

    A member is called as its name, unless that has another meaning elsewhere: then by the `head`
    of its field. A number is never text to a spreadsheet.
    """

    path: tuple[str, ...]
    heads: tuple[str, ...]
    number: bool


class Told(NamedTuple):
    """What an export is told for: the times asked about, and the newest signed checkpoint."""

    as_of: date | str | None
    known_at: datetime
    note: str | None


class ExportTooLong(Exception):
    """More lines than MAX_EXPORT: the file breaks off, rather than end as if it were whole."""


def listed_in(shape: object) -> type[Answer] | None:
    """What an answer lists as its `items`; None where it is no list."""
    if not (isinstance(shape, type) and issubclass(shape, Answer)):
        return None
    return next((m.shape for m in members_of(shape) if m.name == "items" and m.is_list), None)


@cache
def columns(shape: type[Answer]) -> tuple[Column, ...]:
    """A column for each member, and for each member of what is nested; a list is one."""
    found: list[Column] = []
    for member in sorted(members_of(shape), key=lambda member: _place(shape, member)):
        if member.shape is not None and not member.is_list:
            found += [
                Column((member.name, *below.path), (member.head, *below.heads), below.number)
                for below in columns(member.shape)
            ]
        else:
            number = member.is_number or member.pattern in (AMOUNT, CREDITS)
            found.append(Column((member.name,), (member.head,), number))
    return tuple(found)


def _place(shape: type[Answer], member: Member) -> int:
    """What leads does so in its own order; all else keeps the order of the answer."""
    leading = shape.leading
    return leading.index(member.name) if member.name in leading else len(leading)


def lines(shape: type[Answer], items: Iterable[Answer], told: Told, language: str) -> Iterator[str]:
    """The file, line by line. Raises ExportTooLong after MAX_EXPORT lines."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";" if language == "sv" else ",", lineterminator="\r\n")

    def line(cells: Iterable[str]) -> str:
        writer.writerow(cells)
        text = file.getvalue()
        file.seek(0)
        file.truncate()
        return text

    heads = [column.heads for column in columns(shape)] + [(name,) for name in TELLING]
    yield BOM + line(head(names, language) for names in heads)
    times = [str(told.as_of or ""), _moment(told.known_at)]
    for count, item in enumerate(items):
        if count >= MAX_EXPORT:
            raise ExportTooLong
        cells = [_cell(item, column, language) for column in columns(shape)]
        yield line([*cells, *times, (told.note or "") if count == 0 else ""])


def head(names: tuple[str, ...], language: str) -> str:
    """The head of a column in words: of what is nested, whose it is and then what."""
    said = ": ".join(translate(name, language) for name in names)
    return said[:1].upper() + said[1:]


def _cell(item: Answer, column: Column, language: str) -> str:
    value: Any = item
    for name in column.path:
        value = None if value is None else getattr(value, name)
    if value is None:
        return ""
    if column.number:
        return str(value).replace(".", ",") if language == "sv" else str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return _text("; ".join(value))
    if isinstance(value, list | dict):
        plain = msgspec.to_builtins(value)
        return json.dumps(plain, ensure_ascii=False, sort_keys=True) if value else ""
    return _text(_moment(value) if isinstance(value, datetime) else str(value))


def _text(text: str) -> str:
    """What a spreadsheet would run as a formula begins with an apostrophe: it is only text."""
    return f"'{text}" if _FORMULA.match(text) else text


def _moment(moment: datetime) -> str:
    """Exactly, so that whoever asks with it is told the same again."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
