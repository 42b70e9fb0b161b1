"""Bearer tokens of the API."""

import click
from msgspec import to_builtins

from ledger.cli.opening import ledger
from ledger.cli.output import say, say_json, table
from ledger.cli.parameters import ORGANISATION, as_json
from ledger.domain.events import ROLES
from ledger.domain.refusals import NotFound


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


@token.command("list")
@as_json
def listed(as_json: bool) -> None:
    """Tokens by their ids, the oldest first; revoked ones too."""
    registry = ledger().registry
    found = registry.tokens()
    names = registry.names({one.person for one in found})
    if as_json:
        say_json([{**to_builtins(one), "name": names.get(one.person)} for one in found])
        return
    table(
        ("Token", "Person", "Organisation", "Roles", "Made", "Revoked"),
        [
            (
                one.id,
                names.get(one.person, one.person),
                one.organisation,
                ", ".join(one.roles),
                one.created_at[:10],
                (one.revoked_at or "")[:10],
            )
            for one in found
        ],
    )


@token.command()
@click.argument("token")
def revoke(token: str) -> None:
    """Stop a token for good; TOKEN is its id as listed, or the token itself."""
    if not ledger().registry.revoke(token):
        raise NotFound(what="token", name=token[:16])
    say("The token is revoked; running servers refuse it within seconds.")
