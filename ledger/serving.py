"""`avrop serve`: the web under gunicorn, begun from the command line; nothing else knows both."""

from __future__ import annotations

import os
import secrets
import sys
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

import click
from msgspec.structs import replace

from ledger.bounds import MAX_PAGE
from ledger.cli.opening import ledger
from ledger.cli.output import Stopped, say, tell, term
from ledger.wording import kronor, words

if TYPE_CHECKING:
    from ledger.audit.notary import Notary
    from ledger.config import Settings
    from ledger.opening import Ledger


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--demo", is_flag=True, help="Make the ledger and load the demonstration if empty.")
@click.option("--anew", is_flag=True, help="With --demo: throw an earlier demonstration away.")
def serve(host: str, port: int, demo: bool, anew: bool) -> None:
    """Serve the API and the pages with gunicorn."""
    from gunicorn.app.base import BaseApplication

    # Before the workers are forked, which then need not import it again.
    from ledger.web.app import create_app
    from ledger.web.server import settings

    if anew and not demo:
        raise Stopped(words("--anew is for a demonstration: say --demo too."))
    if demo and not _is_this_machine(host):
        raise Stopped(
            words(
                "In a demonstration whoever comes may act as anybody: it is served on this "
                "machine alone (127.0.0.1), not on {host}.",
                host=host,
            )
        )
    _be_alone(ledger(check=False))
    if anew:
        throw_away(ledger(check=False))
    opened = ledger(check=not demo)
    configuration = opened.settings
    if demo:
        configuration = prepare_demo(opened, f"http://{host}:{port}")
    run = opened.registry.run
    opened.close()

    class Server(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            values = settings(configuration.database, os.environ)
            for name, value in {**values, "bind": f"{host}:{port}"}.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            return create_app(configuration, demo=run)

    Server().run()


def _be_alone(opened: Ledger) -> None:
    """Hold the lock on a log of SQLite until the verb ends. Raises Stopped."""
    from ledger import alone

    if not opened.store.on_sqlite:
        return
    try:
        click.get_current_context().with_resource(alone.serving(opened.store.place))
    except alone.Served as served:
        raise Stopped(
            words(
                "{file} is served already, by process {process}: one server is at a file of "
                "SQLite. Stop that one first, or use PostgreSQL.",
                file=opened.store.place,
                process=str(served.process),
            )
        ) from served
    except OSError:  # where nothing can be written, nobody else writes either
        return


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def throw_away(opened: Ledger) -> None:
    """Empty an earlier demonstration, its people too; nothing where there is no ledger yet.

    Raises Stopped for any other ledger.
    """
    from ledger.demo.living import anew
    from ledger.store import NotInitialised

    try:
        opened.store.check()
    except NotInitialised:
        return
    if not anew.is_demonstration(opened):
        raise Stopped(
            words(
                "{address} is no demonstration: nothing was thrown away.",
                address=opened.settings.database.split("@")[-1],
            )
        )
    opened.create()  # one of an earlier version lacks what is to be emptied
    anew.empty(opened)
    opened.registry.empty(people=True)
    opened.close()


def prepare_demo(opened: Ledger, address: str) -> Settings:
    """Make an empty ledger and play the demonstration that lives; print what is left, the address,
    a token for each role, a first request. The settings to serve it with: with its own notary's
    folder, where nobody has said another.

    Its tokens, and the sessions that begin under it, end with this run. Raises Stopped where the
    ledger holds anything that is no demonstration's."""
    from ledger import people
    from ledger.demo import PEOPLE
    from ledger.demo.living import anew

    opened.create()
    _require_ours(opened)
    people.record_earlier(opened.service, opened.registry)
    opened.registry.run = secrets.token_hex(4)
    notary = anew.first(opened) if opened.store.position() == 0 else _found(opened)
    tokens = {
        role: people.let_in(opened.service, opened.registry, name, organisation, (role,))
        for role, (name, organisation) in PEOPLE.items()
    }
    _say_what_is_left(opened)
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
    folder = opened.settings.notary if notary is None else str(notary.folder)
    return replace(opened.settings, notary=folder)


def _require_ours(opened: Ledger) -> None:
    """A ledger that somebody keeps is never shown to whoever comes: what is there already must be
    a demonstration's, made by this very verb. Raises Stopped."""
    from ledger.demo.living import anew

    empty = opened.store.position() == 0 and not opened.registry.people(limit=1)
    if not empty and not opened.registry.has_secret(anew.MADE):
        raise Stopped(
            words(
                "{address} holds what is no demonstration's: it is not served as one.",
                address=opened.settings.database.split("@")[-1],
            )
        )


def _found(opened: Ledger) -> Notary | None:
    """The notary of a demonstration that was played before; an auditor for its days."""
    from ledger.demo import PROGRAMMES, appoint_auditor
    from ledger.demo.living import anew, beside

    if opened.registry.has_secret(anew.MADE):  # by an earlier version, or a play that was stopped
        opened.registry.secret(anew.PLAYED)
    appoint_auditor(opened.service, opened.registry, PROGRAMMES[0])
    folder = None if opened.settings.notary else beside.folder_of(opened.settings.database)
    return None if folder is None else beside.existing(folder)


def _say_what_is_left(opened: Ledger) -> None:
    from ledger.domain.agreement import use_of
    from ledger.projections import agreements

    opened.views.catch_up()
    with opened.views.database.reading() as connection:
        rows = agreements.listed(connection, None, limit=MAX_PAGE)
    for row in rows:
        state = row.state
        cap = state.limits[0]
        left = None if cap.amount is None else cap.amount - use_of(state, cap).total
        tell(
            words(
                "{agreement}  {amount} left  {what}",
                agreement=f"{state.number:<8}",
                amount=f"{term('unknown') if left is None else kronor(left):>12}",
                what=state.title,
            )
        )
