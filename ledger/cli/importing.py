"""Importing a workbook on the command line: its template, a check of every row, all or nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ledger.bounds import MAX_IMPORT_FILE
from ledger.cli.documents import read_document
from ledger.cli.opening import NOBODY_NAMED, ledger
from ledger.cli.output import Stopped, language, say, table, tell, term, why_not
from ledger.cli.parameters import ORGANISATION
from ledger.cli.verbs import Noun
from ledger.wording import words

if TYPE_CHECKING:
    from ledger.application.asker import Asker
    from ledger.application.importing.doing import Report
    from ledger.opening import Ledger

TAKE_IN = "take-in"
"""What is meant where a file is named at once."""


class _Import(Noun):
    """`avrop import FILE` is the verb itself: what is no other verb is a file."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and args[0] not in self.commands:
            args = [TAKE_IN, *args]
        return super().resolve_command(ctx, args)


def _who(verb: Callable[..., None]) -> Callable[..., None]:
    verb = click.option(
        "--organisation", type=ORGANISATION, required=True, help="For whom it is imported."
    )(verb)
    return click.option("--person", default=NOBODY_NAMED, show_default=True, help="Who imports.")(
        verb
    )


@click.group("import", cls=_Import)
def importing() -> None:
    """Take agreements in mid-life in from a workbook: avrop import FILE."""


@importing.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def template(file: Path) -> None:
    """Write the workbook that is filled in, with how to do it."""
    from ledger.application.importing.template import template as made

    try:
        file.write_bytes(made(language()))
    except OSError as error:
        raise Stopped(
            words("{file} cannot be written: {why}.", file=str(file), why=why_not(error))
        ) from error
    tell(words("Written to {file}.", file=str(file)))


@importing.command()
@click.argument("file")
@_who
def check(file: str, person: str, organisation: str) -> None:
    """Name every fault of a workbook by sheet, row and column; nothing is recorded."""
    from ledger.application.importing.doing import check as checked

    opened = ledger()
    with _bar() as watch:
        report = checked(_asker(opened, person, organisation, made=False), _read(file), watch)
    _told(report)


@importing.command(TAKE_IN)
@click.argument("file")
@_who
def take_in(file: str, person: str, organisation: str) -> None:
    """Record all of a workbook, or nothing where it has a fault."""
    from ledger.application.importing.doing import take_in as taken_in

    opened = ledger()
    with _bar() as watch:
        report = taken_in(_asker(opened, person, organisation, made=True), _read(file), watch)
    _told(report)


def _read(file: str) -> bytes:
    return read_document(file, MAX_IMPORT_FILE)


def _asker(opened: Ledger, person: str, organisation: str, *, made: bool) -> Asker:
    """Who imports, as a manager of the organisation; of a check nobody is made."""
    from ledger import people
    from ledger.application.asker import Asker
    from ledger.domain.events import By

    of = opened.registry.party(organisation)
    if made:
        by = people.acting(opened.service, opened.registry, person, of, "manager")
    else:
        known = opened.registry.find_in(person, of) or ""
        by = By(person=known, organisation=of, role="manager")
    return Asker(ledger=opened, by=by, roles=("manager",), language=language())


@contextmanager
def _bar() -> Iterator[Callable[[int, int], None]]:
    """How far it is, where somebody sees it."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(term("Importing"), total=None)

        def watch(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield watch


def _told(report: Report) -> None:
    for fault in report.faults:
        say(fault.sentence(language()))
    if report.count > len(report.faults):
        tell(words("There are {count} faults more.", count=report.count - len(report.faults)))
    if report.count:
        tell(words("Nothing is recorded."))
        sys.exit(1)
    table(
        ("Agreement", "Cap", "Reserved", "Committed", "Drawn", "Remaining"),
        [
            (
                one.number,
                one.cap,
                one.use.reserved,
                one.use.committed,
                one.use.drawn,
                one.remaining,
            )
            for one in report.figures
        ],
    )
    template = (
        "Imported from the file {file}: agreements {agreements}, orders {orders}, opening "
        "balances {balances}."
        if report.recorded
        else "Nothing stands in the way of the file {file}: agreements {agreements}, orders "
        "{orders}, opening balances {balances}. Nothing is recorded."
    )
    tell(
        words(
            template,
            agreements=report.agreements,
            orders=report.orders,
            balances=report.balances,
            file=report.sha256[:12],
        )
    )
