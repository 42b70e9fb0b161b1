"""Bearer tokens of the API."""

import click

from ledger.cli.opening import ledger
from ledger.cli.output import say
from ledger.cli.parameters import ORGANISATION
from ledger.domain.events import ROLES


@click.group()
def token() -> None:
    """Bearer tokens of the API."""


@token.command()
@click.option("--person", required=True, help="Name; kept outside the log.")
@click.option("--organisation", required=True, type=ORGANISATION, help="For whom they act.")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(ROLES))
def add(person: str, organisation: str, roles: tuple[str, ...]) -> None:
    """Print a new token, and only that; it cannot be shown again."""
    say(ledger().registry.add_token(person, organisation, roles))
