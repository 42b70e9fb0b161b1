"""Room certificates on the command line: one of an order, and one that somebody holds."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ledger.cli.opening import at_the_server, ledger
from ledger.cli.output import Stopped, language, say, tell, why_not
from ledger.cli.proof import folder_option
from ledger.wording import say as in_words
from ledger.wording import words

if TYPE_CHECKING:
    from ledger.application.proving import Found

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("number")
@click.argument("out", type=FILE, required=False, metavar="[OUT.json]")
@click.option(
    "--check",
    "held",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Instead, hold a certificate of the order against the ledger as it is now.",
)
@folder_option
def certificate(number: str, out: Path | None, held: Path | None, folder: Path | None) -> None:
    """That an order lies within the agreement's maximum, as recorded, with the proof.

    avrop verify, or verify.py of a bundle, checks the file without the ledger.
    """
    from msgspec.structs import replace

    from ledger.application import certificates
    from ledger.numbers import order_number

    opened = ledger()
    if folder is not None:
        opened = replace(opened, settings=replace(opened.settings, notary=str(folder)))
    number = order_number(opened, number)
    if held is not None:
        _check(certificates.held(opened, held.read_bytes(), number))
        return
    made = certificates.of_order(at_the_server(opened), number)
    written = certificates.in_bytes(made)
    if out is None:
        say(written.decode().rstrip("\n"))
        return
    try:
        out.write_bytes(written)
    except OSError as error:
        raise Stopped(
            words("{file} cannot be written: {why}.", file=str(out), why=why_not(error))
        ) from error
    template = "{file}: {order} lies within the maximum of {agreement}, as entry {entry} has it."
    entry = made.receipt.partition(":")[0]
    tell(words(template, file=str(out), order=number, agreement=made.agreement, entry=entry))


def _check(found: Found) -> None:
    """Exit status 1 where it is not so, or not so any more."""
    tell(found.said)
    for one in found.findings:
        say(f"! {in_words(one, language())}")
    if not found.is_well:
        sys.exit(1)
