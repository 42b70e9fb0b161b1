"""A supplier ledger held against the drawdowns: what is in the ledger, what is not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from ledger.bounds import MAX_LEDGER_FILE
from ledger.cli.exporting import File, write_file
from ledger.cli.opening import at_the_server, ledger, read_file
from ledger.cli.output import Cell, members, ore, say, say_json, table, tell, term
from ledger.cli.parameters import as_file, as_json, as_of, known_at
from ledger.wording import words

if TYPE_CHECKING:
    from ledger.application.answers.reconciliation import ReconciledPayment, Reconciliation

SHOWN = 200
"""Payments that a terminal shows: the file has all."""


@click.command()
@click.argument("file")
@as_of
@known_at
@as_file
@as_json
def reconcile(
    file: str,
    as_of: date | None,
    known_at: datetime | None,
    to_file: File | None,
    as_json: bool,
) -> None:
    """Hold a supplier ledger against the drawdowns: what is here, missing, or different.

    FILE is the CSV that a municipality publishes (lankadedata.se, leverantörsreskontra 1.1), or an
    export with its columns; - for standard input. Nothing is recorded.
    """
    from ledger.application.answers.reconciliation import ReconciledPayment
    from ledger.application.reconciling import reconciled
    from ledger.projections.then import Then

    opened = ledger()
    content = read_file(file, MAX_LEDGER_FILE)
    then = Then(as_of=as_of, known_at=known_at)
    found = reconciled(at_the_server(opened), content, then, _followed)
    if to_file is not None:
        write_file(opened, to_file, ReconciledPayment, found.items, as_of, known_at)
        return
    if as_json:
        say_json(found)
        return
    _tell(found)


def _followed(lines: Iterable[str], total: int) -> Iterable[str]:
    """The lines of a file, with a bar of how many are read where somebody sees it."""
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    return track(
        lines,
        description=term("Reading"),
        total=total,
        console=console,
        transient=True,
        disable=not console.is_terminal,
        update_period=0.5,
    )


def _tell(found: Reconciliation) -> None:
    for warning in found.warnings:
        say(warning.detail)
    members(
        {
            "First booking": found.first_on,
            "Last booking": found.last_on,
            "Rows": str(found.rows),
            "Of others": str(found.outside),
            "Paid": ore(found.paid),
            "Coverage": _per_cent(found.coverage),
            "With likely": _per_cent(found.coverage_likely),
        }
    )
    say("")
    table(
        ("Verdict", "Payments", "Paid"),
        [(term(one.verdict), str(one.payments), ore(one.paid)) for one in found.totals],
    )
    open_ones = [one for one in found.items if one.verdict != "matched"]
    if not open_ones:
        return
    say("")
    table(
        ("Row", "Supplier", "Invoice", "Paid", "Verdict"),
        [_row(one) for one in open_ones[:SHOWN]],
    )
    if len(open_ones) > SHOWN:
        tell(
            words(
                "Shown: {shown} of {count}. All of them are in the file that --csv FILE writes.",
                shown=SHOWN,
                count=len(open_ones),
            )
        )


def _row(one: ReconciledPayment) -> tuple[Cell, ...]:
    row = "" if one.first_row is None else str(one.first_row)
    paid: Cell = "" if one.paid is None else ore(one.paid)
    return row, one.supplier_name or one.supplier, one.invoice, paid, one.sentence


def _per_cent(share: str | None) -> str:
    return "" if share is None else f"{share} %"
