"""Making a ledger, filling it with the demonstration, and serving it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from ledger.cli.opening import ledger
from ledger.cli.output import say, tell, term
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


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--demo", is_flag=True, help="Make the ledger and load the demonstration if empty.")
def serve(host: str, port: int, demo: bool) -> None:
    """Serve the API with gunicorn."""
    import os

    from gunicorn.app.base import BaseApplication

    # Before the workers are forked, which then need not import it again.
    from ledger.web.app import create_app
    from ledger.web.server import settings, usable_cpus

    opened = ledger(check=not demo)
    if demo:
        prepare_demo(opened, f"http://{host}:{port}")
    configuration = opened.settings
    opened.close()

    class Server(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            values = settings(configuration.database, usable_cpus(), os.environ)
            for name, value in {**values, "bind": f"{host}:{port}"}.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            return create_app(configuration, demo=demo)

    Server().run()


def prepare_demo(opened: Ledger, address: str) -> None:
    """Make and fill an empty ledger; print the address, a token for each role, a first request."""
    from ledger.demo import PEOPLE, PROGRAMMES, appoint_auditor

    opened.create()
    if opened.store.position() == 0:
        play_demo(opened)
    appoint_auditor(opened.service, opened.registry, PROGRAMMES[0])
    tokens = {
        role: opened.registry.add_token(name, organisation, (role,))
        for role, (name, organisation) in PEOPLE.items()
    }
    say("")
    tell(words("Avrop is at {address}. Demonstration tokens:", address=address))
    for role, token in tokens.items():
        say(f"{role}  {token}")
    say("")
    tell(words("Try it with"))
    say(
        f"curl -H 'Authorization: Bearer {tokens['finance']}' "
        f"{address}/api/v1/agreements/SKO-2023/balance\n"
    )
    sys.stdout.flush()
