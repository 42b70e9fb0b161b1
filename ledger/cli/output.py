"""What the command line says: tables and sentences for people, JSON for programs, refusals."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import click
from msgspec import to_builtins

from ledger.application.sentences import statuses
from ledger.cli import terminal
from ledger.clock import day_of
from ledger.domain.money import from_text
from ledger.wording import UNSEEN, Sentence, figure, phrase, seats, translate, words
from ledger.wording import say as in_words

if TYPE_CHECKING:
    from ledger.application.answers.balances import Balance, LimitBalance, Preview
    from ledger.application.answers.compared import LimitChange
    from ledger.application.answers.passing import CameAfter

Cell = int | str | date | None
"""An int is an amount in öre, None one that is unknown; all else is text, or a day."""


class Stopped(click.ClickException):
    """The command line itself cannot go on: a sentence, and exit status 1."""

    def __init__(self, message: str | Sentence) -> None:
        super().__init__(message if isinstance(message, str) else said(message))

    def show(self, file: Any = None) -> None:
        click.echo(self.message, err=True)


def wrongly(told: Sentence) -> click.UsageError:
    """What is wrong with what was asked: exit status 2."""
    return click.UsageError(said(told))


language = terminal.language


def say(text: str) -> None:
    click.echo(text)


def said(told: Sentence) -> str:
    """A sentence in the reader's language."""
    return in_words(told, language())


def tell(told: Sentence) -> None:
    """Say a sentence in the reader's language."""
    click.echo(said(told))


def say_json(resource: Any) -> None:
    click.echo(json.dumps(to_builtins(resource), ensure_ascii=False, indent=1))


def day_in_sweden(moment: str | None) -> str:
    """The day that a moment was in Sweden; nothing where there is none."""
    return day_of(datetime.fromisoformat(moment)).isoformat() if moment else ""


def term(text: str, of: str = "") -> str:
    """A word of the trade or the head of a column, in the reader's language.

    `of` tells apart what is one word in English, as a context of `scripts/texts`.
    """
    return phrase(text, of, language()) if of else translate(text, language())


def why_not(error: OSError | ValueError) -> str:
    """What the system has against a file, in the reader's language where it is known."""
    return term(getattr(error, "strerror", None) or "that is not the name of a file")


def status_words(status: str) -> str:
    return statuses.status_words(status, language())


def due_words(status: str) -> str:
    """How an instalment stands."""
    return statuses.due_words(status, language())


def standing_words(resource: Any) -> str:
    """The status of an agreement, or that its term is over; of an order, and that its answer is
    overdue; of a drawdown."""
    if getattr(resource, "expired", False) and resource.status in ("active", "suspended"):
        return term("ended")
    status = status_words(resource.status)
    return f"{status}, {term('overdue')}" if getattr(resource, "overdue", False) else status


def limit_name(name: str) -> str:
    """A limit by its own name; the cap has none."""
    return term(name) if name == "cap" else name


def code_words(code: str) -> str:
    """A posting's cause, or a fact's stored name, as words."""
    return term(code.replace("-", " "))


def ore(amount: str | None) -> int | None:
    """Öre from a resource's amount."""
    return None if amount is None else from_text(amount)


def counted(limit: LimitBalance | LimitChange | CameAfter, name: str) -> Cell:
    """A figure of a limit: öre, or a number of seats in words."""
    value: str | None = getattr(limit, name)
    if value is None or limit.unit == "money":
        return ore(value)
    return seats(int(value), language())


def second(moment: datetime) -> str:
    """A moment for people who read a table, without its parts of a second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def exact(moment: datetime) -> str:
    """A moment as it can be asked with."""
    return str(to_builtins(moment.astimezone(UTC)))


def table(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
    """A plain table: names first, figures to the right, no frames, the same on every terminal."""
    if not rows:
        tell(words("Nothing here yet."))
        return
    decimals = any(isinstance(cell, int) and cell % 100 for row in rows for cell in row)
    lines = [
        [term(column) for column in columns],
        *([_shown(cell, decimals) for cell in row] for row in rows),
    ]
    right = [i > 0 and all(_is_figure(row[i]) for row in rows) for i in range(len(columns))]
    _say_lines(lines, right)


def _say_lines(lines: Sequence[Sequence[str]], right: Sequence[bool]) -> None:
    widths = [max(len(line[i]) for line in lines) for i in range(len(right))]
    for line in lines:
        cells = [
            text.rjust(width) if is_right else text.ljust(width)
            for text, width, is_right in zip(line, widths, right, strict=True)
        ]
        say("  ".join(cells).rstrip())


def _shown(cell: Cell, decimals: bool) -> str:
    if cell is None:
        return term("unknown")
    return figure(cell, decimals=decimals) if isinstance(cell, int) else printable(str(cell))


_UNPRINTED = re.compile(rf"[\x00-\x1f\x7f-\x9f{UNSEEN}]")


def printable(text: str) -> str:
    """What somebody wrote, on one line of a terminal: signs that would command it, break the table
    or turn it about are shown by their numbers."""
    return _UNPRINTED.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text)


def _is_figure(cell: Cell) -> bool:
    return not isinstance(cell, str | date) or (isinstance(cell, str) and _is_number(cell))


def _is_number(text: str) -> bool:
    return text.isdecimal() or not text


def members(pairs: Mapping[str, Cell]) -> None:
    """A resource's members, a line each, without those that are empty."""
    names = [term(name) for name in pairs]
    width = max(map(len, names))
    for name, value in zip(names, pairs.values(), strict=True):
        if value != "":
            say(f"{name.ljust(width)}  {_shown(value, False)}")


TERMS = ("remaining", "cap", "reserved", "committed", "drawn")


def formula(balance: Preview | Balance) -> None:
    """remaining = cap − reserved − committed − drawn, and under it the figures."""
    amounts = [ore(getattr(balance, name)) for name in TERMS]
    decimals = any(amount is not None and amount % 100 for amount in amounts)
    figures = [_shown(amount, decimals) for amount in amounts]
    names = [term(name) for name in TERMS]
    widths = [max(len(name), len(text)) for name, text in zip(names, figures, strict=True)]
    for texts in (names, figures):
        cells = [text.rjust(width) for text, width in zip(texts, widths, strict=True)]
        say("{} = {} − {} − {} − {}".format(*cells))
    for one in balance.later:
        name = limit_name(one.limit)
        if one.removed:
            tell(words("from {day}: {limit} is removed", day=one.day, limit=name))
            continue
        told = term("unknown") if one.amount is None else _told(one.amount)
        template = "from {day}: {limit} {amount}, {effect}"
        if one.tolerance:
            template = "from {day}: {limit} {amount}, {effect}, tolerance {tolerance} %"
        tell(
            words(
                template,
                day=one.day,
                limit=name,
                amount=told,
                effect=one.effect,
                tolerance=one.tolerance,
            )
        )
    room, left = ore(balance.room), amounts[0]
    if balance.room_reason is not None:
        tell(words("nothing can be ordered: {why}", why=code_words(balance.room_reason)))
    elif room is not None and left is not None and room != max(left, 0):
        tell(words("can be ordered: {amount}", amount=_shown(room, bool(room % 100))))


def _told(amount: str) -> str:
    """A figure of a limit that may be in seats, which the API gives without decimals."""
    if "." not in amount:
        return seats(int(amount), language())
    return _shown(from_text(amount), not amount.endswith(".00"))


def _amount(limit: LimitBalance) -> Cell:
    """What a limit may hold; of one that is not there yet, from when it is."""
    if limit.begins_on is not None:
        return said(words("begins on {day}", day=limit.begins_on))
    return counted(limit, "amount")


def limits(balance: Preview | Balance) -> None:
    """The limits beside the cap, where there are some."""
    others = balance.limits[1:]
    if not others:
        return
    say("")
    table(
        ("Limit", "Amount", "Reserved", "Committed", "Drawn", "Remaining", "Effect"),
        [
            (
                limit.name,
                _amount(limit),
                *(counted(limit, name) for name in ("reserved", "committed", "drawn")),
                "–" if limit.begins_on else counted(limit, "remaining"),
                term(limit.effect),
            )
            for limit in others
        ],
    )


def before_and_after(before: Preview, after: Preview) -> None:
    """What a dry run would do to each term, and to the limits that it would change."""
    rows: list[tuple[Cell, ...]] = [
        (term(name), ore(getattr(before, name)), ore(getattr(after, name)))
        for name in (*TERMS[1:], TERMS[0])
    ]
    known = {limit.name: limit for limit in before.limits}
    for limit in after.limits[1:]:
        name = limit.name
        had = known.get(name, limit)
        remaining = said(words("remaining of {name}", name=name))
        rows.append((remaining, counted(had, "remaining"), counted(limit, "remaining")))
    table(("", "Now", "After"), rows)
