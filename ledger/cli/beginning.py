"""Making a ledger, and filling it with the demonstration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ledger.cli.opening import ledger
from ledger.cli.output import Stopped, tell, term, wrongly
from ledger.wording import kronor, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.demo import Programme
    from ledger.opening import Ledger


@click.command()
@click.option("--writer", help="On PostgreSQL: the role that the ledger is served with.")
@click.option(
    "--prune", "prunes", is_flag=True, help="Drop read models that other versions have left."
)
def init(writer: str | None, prunes: bool) -> None:
    """Make the ledger's tables; nothing where they are.

    Those of an earlier version are brought forward: run it once after each upgrade.

    With --writer, run as the tables' owner: that role may then add to the log and change nothing
    in it.
    """
    from ledger import people

    opened = ledger(check=False)
    if writer and opened.store.on_sqlite:
        raise wrongly(words("--writer is for PostgreSQL: SQLite has no roles."))
    opened.create()
    people.record_earlier(opened.service, opened.registry)
    if writer:
        from psycopg import Error

        from ledger.store.rights import grant

        try:
            grant(opened.settings.database, writer)
        except Error as error:
            said = error.diag.message_primary or type(error).__name__
            raise Stopped(words("No rights were given: {why}.", why=said)) from error
    address = opened.settings.database.split("@")[-1]
    tell(words("The ledger is ready: {address}", address=address))
    for place in opened.prune() if prunes else ():
        tell(words("Read models of another version were dropped: {place}", place=place))


@click.command()
@click.option(
    "--programme",
    "names",
    multiple=True,
    type=click.Choice(("harnosand", "dalsland", "jonkoping", "ostersund", "vimmerby")),
    help="Only this one, or these; left out, every programme.",
)
def demo(names: tuple[str, ...]) -> None:
    """Play the programmes that the ledger was made for, step by step, with their figures."""
    from ledger.demo import PROGRAMMES
    from ledger.domain.agreement import stream

    opened = ledger()
    playing = []
    for programme in PROGRAMMES:
        if names and programme.name not in names:
            continue
        if opened.service.load(stream(programme.number))[0]:
            tell(
                words(
                    "The ledger has {agreement} already; nothing was changed.",
                    agreement=programme.number,
                )
            )
        else:
            playing.append(programme)
    play_demo(opened, playing)


def play_demo(opened: Ledger, programmes: Sequence[Programme] | None = None) -> None:
    """Play programmes, by default the first, on a ledger without them, and tell each step."""
    from ledger.demo import PROGRAMMES, play

    for agreement, step, figures in play(
        opened, PROGRAMMES[:1] if programmes is None else programmes
    ):
        left = term("unknown") if figures.remaining is None else kronor(figures.remaining * 100)
        tell(
            words(
                "{day}  {agreement}  {amount} left  {what}",
                day=step.on,
                agreement=f"{agreement:<8}",
                amount=f"{left:>12}",
                what=step.what,
            )
        )
