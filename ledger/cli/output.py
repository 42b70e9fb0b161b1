"""What the command line says: tables and sentences for people, JSON for programs, refusals."""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click

from ledger.domain.money import from_text
from ledger.domain.refusals import Invalid, LedgerDamaged, Refusal, Unavailable
from ledger.wording import Sentence, fault_sentence, figure, sentence
from ledger.wording import say as in_words

Cell = int | str | None
"""An int is an amount in öre, None one that is unknown; all else is text."""

STATUS = {
    "placed": "placed, not answered",
    "countered": "counter-offer made",
    "recorded": "waits for approval",
    "reversed": "credited in full",
}
FLAGS = {
    "exceeds-order": "exceeds its order",
    "exceeds-invoiced": "credits more than was invoiced",
    "order-not-confirmed": "its order is not confirmed",
    "order-ended": "its order has ended",
    "below-minimum-seats": "fewer seats than the least",
}
"""Codes that do not say themselves what they mean to people."""
ABOUT = {
    "over-limit": "passes the limit {}",
    "not-eligible": "not all of it is eligible for {}",
    "accrual": "delivered in {}",
    "price-outside-range": "the price a head of line {} is outside its range",
    "seats-outside-range": "the price of line {} is for other seats",
}
"""Flags that name what they are about after a colon."""


class Stopped(click.ClickException):
    """The command line itself cannot go on: a sentence, and exit status 1."""

    def __init__(self, message: str | Sentence) -> None:
        super().__init__(message if isinstance(message, str) else in_words(message, language()))

    def show(self, file: Any = None) -> None:
        click.echo(self.message, err=True)


class Verbs(click.Group):
    """Verbs that may be refused: the refusal in words on standard error, exit status 1."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            raise Stopped("\n".join(refusal_lines(refusal))) from refusal
        except (click.exceptions.Exit, click.Abort, click.ClickException):
            raise
        except Exception as error:
            said = _in_words(error)
            if said is None:
                raise
            raise Stopped(said) from error


def _in_words(error: Exception) -> str | None:
    """What is wrong with the database; None where something else is wrong, which is a bug."""
    from sqlalchemy.exc import DBAPIError

    from ledger.store import NotInitialised, TreeDamaged

    if isinstance(error, NotInitialised):
        return "There is no ledger yet: run `avrop init`."
    if isinstance(error, TreeDamaged):
        return sentence(LedgerDamaged(reason=str(error)), language())
    return sentence(Unavailable(), language()) if isinstance(error, DBAPIError) else None


def language() -> str:
    """The reader's, as the terminal's locale says: Swedish, else English."""
    locale = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return "sv" if locale.startswith("sv") else "en"


def refusal_lines(refusal: Refusal) -> list[str]:
    """The refusal in words; of a body with faults each, with its place."""
    if isinstance(refusal, Invalid):
        said = [
            (fault.pointer or "/", fault_sentence(fault, language())) for fault in refusal.faults
        ]
        return [f"{pointer}: {words}" for pointer, words in said]
    return [sentence(refusal, language(), _names)]


def _names(ids: set[str]) -> Mapping[str, str]:
    """Of people: they are kept outside the log, and so outside of refusals."""
    from ledger.cli.opening import ledger

    return ledger(check=False).registry.names(ids)


def say(text: str) -> None:
    click.echo(text)


def tell(told: Sentence) -> None:
    """A sentence in the reader's language."""
    click.echo(in_words(told, language()))


def say_json(resource: Any) -> None:
    click.echo(json.dumps(resource, ensure_ascii=False, indent=1))


def status_words(status: str) -> str:
    return STATUS.get(status, status)


def flag_words(flags: Iterable[str]) -> str:
    """What an order or invoice is flagged for; a soft limit that it passes is named."""
    return ", ".join(_flag(flag) for flag in flags)


def _flag(flag: str) -> str:
    code, _, about = flag.partition(":")
    if code in ABOUT:
        return ABOUT[code].format(about)
    return FLAGS.get(flag, words(flag))


def words(code: str) -> str:
    """A posting's cause, or a fact's stored name, as words."""
    return code.replace("-", " ")


def ore(amount: str | None) -> int | None:
    """Öre from a resource's amount."""
    return None if amount is None else from_text(amount)


def table(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
    """A plain table: names first, figures to the right, no frames, the same on every terminal."""
    if not rows:
        say("Nothing here yet.")
        return
    decimals = any(isinstance(cell, int) and cell % 100 for row in rows for cell in row)
    lines = [list(columns), *([_shown(cell, decimals) for cell in row] for row in rows)]
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
        return "unknown"
    return figure(cell, decimals=decimals) if isinstance(cell, int) else cell


def _is_figure(cell: Cell) -> bool:
    return not isinstance(cell, str) or cell.isdecimal() or not cell


def members(pairs: Mapping[str, Cell]) -> None:
    """A resource's members, a line each, without those that are empty."""
    width = max(len(name) for name in pairs)
    for name, value in pairs.items():
        if value != "":
            say(f"{name.ljust(width)}  {_shown(value, False)}")


TERMS = ("remaining", "cap", "reserved", "committed", "drawn")


def formula(balance: Mapping[str, Any]) -> None:
    """remaining = cap − reserved − committed − drawn, and under it the figures."""
    amounts = [ore(balance[term]) for term in TERMS]
    decimals = any(amount is not None and amount % 100 for amount in amounts)
    figures = [_shown(amount, decimals) for amount in amounts]
    widths = [max(len(term), len(text)) for term, text in zip(TERMS, figures, strict=True)]
    for texts in (TERMS, figures):
        cells = [text.rjust(width) for text, width in zip(texts, widths, strict=True)]
        say("{} = {} − {} − {} − {}".format(*cells))


def limits(balance: Mapping[str, Any]) -> None:
    """The limits beside the cap, where there are some."""
    others = balance["limits"][1:]
    if not others:
        return
    say("")
    table(
        ("Limit", "Amount", "Reserved", "Committed", "Drawn", "Remaining", "Effect"),
        [
            (
                limit["name"],
                *(
                    ore(limit[name])
                    for name in ("amount", "reserved", "committed", "drawn", "remaining")
                ),
                limit["effect"],
            )
            for limit in others
        ],
    )


def before_and_after(before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """What a dry run would do to each term, and to the limits that it would change."""
    rows: list[tuple[Cell, ...]] = [
        (term, ore(before[term]), ore(after[term])) for term in (*TERMS[1:], TERMS[0])
    ]
    known = {limit["name"]: limit for limit in before["limits"]}
    for limit in after["limits"][1:]:
        name = limit["name"]
        left = known.get(name, limit)["remaining"]
        rows.append((f"remaining of {name}", ore(left), ore(limit["remaining"])))
    table(("", "Now", "After"), rows)
