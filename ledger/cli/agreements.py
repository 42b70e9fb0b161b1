"""Framework agreements: sign, list, show."""

import click

from ledger.cli.actions import Ready, carry_out
from ledger.cli.history import balance_of
from ledger.cli.opening import acting, every, ledger, read_body, who_acts
from ledger.cli.output import formula, limits, members, ore, say, say_json, status_words, table
from ledger.cli.parameters import as_json, dry_run
from ledger.domain.refusals import NotFound


@click.group()
def agreement() -> None:
    """Framework agreements."""


@agreement.command()
@click.argument("file")
@who_acts
@dry_run
@as_json
def sign(file: str, person: str, organisation: str | None, dry_run: bool, as_json: bool) -> None:
    """Sign the agreement in FILE, the JSON body that the API takes; - for standard input."""
    from ledger.web import commands, schemas
    from ledger.web.parsing import load

    command = commands.sign(load(schemas.SignAgreement, read_body(file)))
    opened = ledger()
    buyers = [party.organisation for party in command.buyers]
    by = acting(opened, "manager", person, organisation or buyers[0], buyers, command.number)
    carry_out(Ready(opened, command, by, command.number), dry_run=dry_run, as_json=as_json)


@agreement.command("list")
@as_json
def listed(as_json: bool) -> None:
    """Agreements and what is left of each."""
    from ledger.projections import agreements
    from ledger.web.resources import agreement_resource

    opened = ledger()
    opened.views.catch_up()
    with opened.views.database.reading() as connection:
        rows = list(
            every(
                lambda after, limit: agreements.listed(connection, None, after=after, limit=limit),
                lambda row: row.state.number,
            )
        )
    items = [
        {**agreement_resource(row.state), "balance": balance_of(opened, row, None, None)}
        for row in rows
    ]
    if as_json:
        say_json(items)
        return
    table(
        ("Agreement", "Title", "Status", "Ends", "Cap", "Remaining"),
        [
            (
                item["number"],
                item["title"],
                status_words(item["status"]),
                item["ends_on"],
                ore(item["cap"]),
                ore(item["balance"]["remaining"]),
            )
            for item in items
        ],
    )


@agreement.command()
@click.argument("number")
@as_json
def show(number: str, as_json: bool) -> None:
    """One agreement: its parties, term and limits, and what is left."""
    from ledger.projections import agreements
    from ledger.web.resources import agreement_resource

    opened = ledger()
    opened.views.catch_up()
    with opened.views.database.reading() as connection:
        row = agreements.find(connection, number, None)
    if row is None:
        raise NotFound(what="agreement", name=number)
    resource = agreement_resource(row.state)
    if as_json:
        say_json(resource)
        return
    balance = balance_of(opened, row, None, None)
    members(
        {
            "Agreement": resource["number"],
            "Title": resource["title"],
            "Status": status_words(resource["status"]),
            "Buyers": _named(resource["buyers"]),
            "Suppliers": _named(resource["suppliers"]),
            "Signed": resource["signed_on"],
            "Term": "{starts_on} to {ends_on}".format(**resource),
            "Regime": resource["regime"],
            "Currency": resource["currency"],
            "Orders": str(resource["orders"]),
        }
    )
    say("")
    formula(balance)
    limits(balance)


def _named(parties: list[dict[str, str]]) -> str:
    return ", ".join(f"{party['name']} {party['organisation']}".strip() for party in parties)
