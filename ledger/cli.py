"""The command line: the same commands, questions and refusals as the API."""

import json
import sys
from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import Any

import click

from ledger.bounds import MAX_DOCUMENT
from ledger.config import read
from ledger.domain.events import By
from ledger.domain.refusals import Invalid, NotFound, Refusal
from ledger.registry import ROLES
from ledger.store import NotInitialised
from ledger.wording import fault_sentence, kronor, sentence


def refusals(command: Callable[..., Any]) -> Callable[..., Any]:
    """Refusals as sentences on standard error, with exit status 1."""

    @wraps(command)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except Invalid as refusal:
            for fault in refusal.faults:
                click.echo(f"{fault.pointer or '/'}: {fault_sentence(fault)}", err=True)
        except Refusal as refusal:
            click.echo(sentence(refusal), err=True)
        except (NotInitialised, ValueError) as error:
            click.echo(str(error), err=True)
        sys.exit(1)

    return guarded


def ledger(*, check: bool = True) -> Any:
    """The ledger that AVROP_DATABASE names."""
    from ledger.web import open_ledger

    opened = open_ledger(read())
    click.get_current_context().call_on_close(opened.close)
    if check:
        opened.store.check()
    return opened


@click.group()
@click.version_option(package_name="avrop")
def main() -> None:
    """Avrop: what is left of a framework agreement, for any date, and why."""


@main.command()
@refusals
def init() -> None:
    """Make the ledger's tables; nothing where they are."""
    opened = ledger(check=False)
    opened.create()
    click.echo(f"The ledger is ready: {opened.settings.database.split('@')[-1]}")


@main.command()
@refusals
def demo() -> None:
    """Play the Härnösand programme, step by step, with its figures."""
    play_demo(ledger())


def play_demo(opened: Any) -> None:
    from ledger.demo import NUMBER, PROGRAMME, Player, people

    player = Player(opened.service, opened.views, opened.registry, people(opened.registry), NUMBER)
    for step, figures in player.play(PROGRAMME):
        left = "unknown" if figures.remaining is None else kronor(figures.remaining * 100)
        click.echo(f"{step.on}  {step.what}  →  {left} left")


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--demo", is_flag=True, help="Make the ledger and load the demonstration if empty.")
@refusals
def serve(host: str, port: int, demo: bool) -> None:
    """Serve the API with gunicorn."""
    import os

    from gunicorn.app.base import BaseApplication

    from ledger.web import create_app
    from ledger.web.server import settings, usable_cpus

    configuration = read()
    if demo:
        prepare_demo(host, port)

    class Server(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            values = settings(configuration.database, usable_cpus(), os.environ)
            for name, value in {**values, "bind": f"{host}:{port}"}.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            return create_app(configuration, demo=demo)

    opened = ledger()
    opened.close()
    Server().run()


def prepare_demo(host: str, port: int) -> None:
    """Make and fill an empty ledger; print the address, a token for each role, a first request."""
    from ledger.demo import PEOPLE
    from ledger.web import open_ledger

    opened = open_ledger(read())
    opened.create()
    if opened.store.position() == 0:
        play_demo(opened)
    tokens = {
        role: opened.registry.add_token(name, organisation, (role,))
        for role, (name, organisation) in PEOPLE.items()
    }
    opened.close()
    address = f"http://{host}:{port}"
    click.echo(f"\nAvrop is at {address}. Demonstration tokens:")
    for role, token in tokens.items():
        click.echo(f"{role}  {token}")
    click.echo("\nTry:")
    click.echo(
        f"curl -H 'Authorization: Bearer {tokens['finance']}' "
        f"{address}/api/v1/agreements/SKO-2023/balance\n"
    )
    sys.stdout.flush()


@main.group()
def token() -> None:
    """Bearer tokens of the API."""


@token.command("add")
@click.option("--person", required=True, help="Name; kept outside the log.")
@click.option("--organisation", required=True, help="Organisation number.")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(ROLES))
@refusals
def token_add(person: str, organisation: str, roles: tuple[str, ...]) -> None:
    """Print a new token, and only that; it cannot be shown again."""
    from ledger.documents.organisation import normalise

    click.echo(ledger().registry.add_token(person, normalise(organisation), roles))


@main.group()
def agreement() -> None:
    """Framework agreements."""


@agreement.command("list")
@click.option("--json", "as_json", is_flag=True)
@refusals
def agreement_list(as_json: bool) -> None:
    """Agreements and what is left of each."""
    from ledger.projections import agreements

    opened = ledger()
    opened.views.catch_up()
    with opened.views.database.reading() as connection:
        rows = agreements.listed(connection, None, limit=10_000)
    items = [_balance(opened, row.state.number, None, None) for row in rows]
    if as_json:
        click.echo(json.dumps(items, ensure_ascii=False, indent=1))
        return
    _table(
        ("Agreement", "Title", "Status", "Cap", "Remaining"),
        [
            (row.state.number, row.state.title, row.state.status, i["cap"], i["remaining"])
            for row, i in zip(rows, items, strict=True)
        ],
    )


@main.group()
def order() -> None:
    """Course orders."""


@order.command("list")
@click.option("--agreement")
@click.option("--json", "as_json", is_flag=True)
@refusals
def order_list(agreement: str | None, as_json: bool) -> None:
    """Orders, newest number last."""
    from ledger.projections import orders
    from ledger.web.resources import order_resource

    opened = ledger()
    opened.views.catch_up()
    with opened.views.database.reading() as connection:
        rows = orders.listed(connection, agreement=agreement, limit=100_000)
    items = [order_resource(row.state) for row in rows]
    if as_json:
        click.echo(json.dumps(items, ensure_ascii=False, indent=1))
        return
    columns = ("number", "status", "ordered_on", "amount", "reserved", "committed", "drawn")
    _table(columns, [tuple(item[name] for name in columns) for item in items])


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False))
@click.option("--person", default="Command line", show_default=True, help="Who records.")
@refusals
def receive(files: tuple[str, ...], person: str) -> None:
    """Take in e-invoices: record what matches, queue the rest with the reason."""
    from ledger import intake

    opened = ledger()
    by = By(person=opened.registry.person(person), organisation="", role="finance")
    failed = False
    for file in files:
        content = Path(file).read_bytes()[: MAX_DOCUMENT + 1]
        try:
            receipt = intake.receive(
                content, by, opened.service, opened.views, opened.registry, None
            )
            click.echo(f"{file}: {receipt.status} {receipt.drawdown} {receipt.reason}".rstrip())
        except Invalid as refusal:
            failed = True
            for fault in refusal.faults:
                click.echo(f"{file}: {fault.pointer}: {fault_sentence(fault)}", err=True)
    if failed:
        sys.exit(1)


@main.command()
@click.argument("number")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="A business date.")
@click.option("--known-at", help="A moment, as 2026-01-31T12:00:00+01:00.")
@click.option("--json", "as_json", is_flag=True)
@refusals
def balance(number: str, as_of: datetime | None, known_at: str | None, as_json: bool) -> None:
    """What is left of an agreement, every term printed."""
    opened = ledger()
    opened.views.catch_up()
    moment = None if known_at is None else datetime.fromisoformat(known_at).astimezone()
    found = _balance(opened, number, as_of.date() if as_of else None, moment)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    rows = [
        (x["name"], x["amount"], x["reserved"], x["committed"], x["drawn"], x["remaining"])
        for x in found["limits"]
    ]
    click.echo(f"{number} as of {found['as_of']}, {found['currency']}")
    _table(("Limit", "Amount", "Reserved", "Committed", "Drawn", "Remaining"), rows)


def _balance(opened: Any, number: str, as_of: date | None, known_at: datetime | None) -> Any:
    from datetime import UTC

    from ledger.projections import agreements, postings
    from ledger.web.resources import balance_resource

    with opened.views.database.reading() as connection:
        row = agreements.find(connection, number, None)
        if row is None:
            raise NotFound(what="agreement", name=number)
        if as_of is None and known_at is None:
            limits = postings.balance_now(row.state)
        else:
            limits = postings.balance_at(connection, row.state, as_of, known_at)
    now = datetime.now(UTC)
    day = as_of or max(row.latest_on, now.date())
    return balance_resource(row.state, limits, day, known_at or now, row.position)


@main.command()
@click.argument("number")
@click.option("--json", "as_json", is_flag=True)
@refusals
def statement(number: str, as_json: bool) -> None:
    """Postings with the running balance."""
    from ledger.projections import postings
    from ledger.web.resources import posting_resource

    opened = ledger()
    opened.views.catch_up()
    _balance(opened, number, None, None)
    with opened.views.database.reading() as connection:
        items = [posting_resource(row) for row in postings.statement(connection, number)]
    if as_json:
        click.echo(json.dumps(items, ensure_ascii=False, indent=1))
        return
    columns = ("effective_on", "cause", "order", "line", "cap", "reserved", "committed", "drawn")
    _table(
        (*columns, "remaining"),
        [(*(item[name] for name in columns), item["remaining"]) for item in items],
    )


@main.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True)
@refusals
def history(name: str, as_json: bool) -> None:
    """Every fact of an agreement, or of one order or drawdown."""
    from ledger.projections import timeline
    from ledger.web.resources import fact_resource

    opened = ledger()
    opened.views.catch_up()
    with opened.views.database.reading() as connection:
        rows = timeline.of(connection, agreement=name, limit=1_000_000)
        for prefix in ("order/", "drawdown/"):
            rows = rows or timeline.of(connection, stream=prefix + name, limit=1_000_000)
    if not rows:
        raise NotFound(what="agreement, order or drawdown", name=name)
    items = [fact_resource(row) for row in rows]
    if as_json:
        click.echo(json.dumps(items, ensure_ascii=False, indent=1))
        return
    columns = ("position", "effective_on", "name", "stream", "version")
    _table(columns, [tuple(item[column] for column in columns) for item in items])


@main.command()
@click.option("--check", is_flag=True, help="Rebuild beside the live ones; exit 1 if they differ.")
@refusals
def rebuild(check: bool) -> None:
    """Drop and rebuild the read models from the log."""
    from rich.progress import Progress

    opened = ledger()
    with Progress(transient=True) as progress:
        task = progress.add_task("Rebuilding", total=None)

        def tell(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        if not check:
            position = opened.views.rebuild(tell)
            progress.stop()
            click.echo(f"Rebuilt to position {position}.")
            return
        found = check_rebuild(opened, tell)
    for line in found:
        click.echo(line)
    click.echo(f"{len(found)} difference(s).")
    if found:
        sys.exit(1)


def check_rebuild(opened: Any, tell: Callable[[int, int], None] | None = None) -> list[str]:
    """Rebuild beside the live read models and name every difference."""
    import tempfile

    from ledger.projections import Views, differences
    from ledger.projections.database import Database

    opened.views.catch_up()
    with tempfile.TemporaryDirectory() as folder:
        if opened.store.on_sqlite:
            database = Database(f"sqlite:///{folder}/fresh.db")
        else:
            database = Database(opened.settings.views, schema="avrop_views_check")
        fresh = Views(opened.store, database)
        fresh.create()
        fresh.rebuild(tell)
        found = differences(opened.views.database, database)
        database.drop()
        fresh.close()
    return found


def _table(columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    """A plain table: figures to the right, no frames, the same on every terminal."""
    if not rows:
        click.echo("Nothing here yet.")
        return
    text = [["unknown" if v is None else str(v) for v in row] for row in rows]
    widths = [max(len(r[i]) for r in [list(columns), *text]) for i in range(len(columns))]
    for row in [list(columns), *text]:
        cells = [
            v.rjust(w) if _is_figure(v) else v.ljust(w) for v, w in zip(row, widths, strict=True)
        ]
        click.echo("  ".join(cells).rstrip())


def _is_figure(value: str) -> bool:
    return value.replace(".", "").replace("-", "").isdigit() and "-" not in value[1:]
