"""Making a ledger, and filling it with the demonstration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ledger.cli.opening import ledger
from ledger.cli.output import tell, term
from ledger.wording import kronor, words

if TYPE_CHECKING:
    from ledger.demo import Programme
    from ledger.opening import Ledger


@click.command()
def init() -> None:
    """Make the ledger's tables; nothing where they are."""
    opened = ledger(check=False)
    opened.create()
    address = opened.settings.database.split("@")[-1]
    tell(words("The ledger is ready: {address}", address=address))


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
            play_demo(opened, programme)


def play_demo(opened: Ledger, programme: Programme | None = None) -> None:
    """Play a programme, by default the first, on a ledger without it, and tell each step."""
    from ledger.demo import PROGRAMMES, Player, appoint_auditor, people

    playing = programme or PROGRAMMES[0]
    who = people(opened.registry, playing)
    player = Player(opened.service, opened.views, opened.registry, who, playing.number)
    for step, figures in player.play(playing.steps):
        left = term("unknown") if figures.remaining is None else kronor(figures.remaining * 100)
        tell(
            words("{day}  {amount} left  {what}", day=step.on, amount=f"{left:>12}", what=step.what)
        )
    appoint_auditor(opened.service, opened.registry, playing)
