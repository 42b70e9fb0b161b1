"""`avrop serve`: the web under gunicorn, begun from the command line; nothing else knows both."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from ledger.cli.beginning import play_demo
from ledger.cli.opening import ledger
from ledger.cli.output import say, tell
from ledger.wording import words

if TYPE_CHECKING:
    from ledger.opening import Ledger


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--demo", is_flag=True, help="Make the ledger and load the demonstration if empty.")
def serve(host: str, port: int, demo: bool) -> None:
    """Serve the API and the pages with gunicorn."""
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
