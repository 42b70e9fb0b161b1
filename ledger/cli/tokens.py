"""Bearer tokens of the API."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click
from msgspec import to_builtins

from ledger.cli.access import appointed
from ledger.cli.opening import NOBODY_NAMED, ledger, today
from ledger.cli.output import Stopped, day_in_sweden, say, say_json, table, tell, term, wrongly
from ledger.cli.parameters import DAY, ORGANISATION, as_json
from ledger.cli.verbs import Noun
from ledger.domain.events import ROLES
from ledger.domain.refusals import NotFound
from ledger.wording import words

if TYPE_CHECKING:
    from ledger.opening import Ledger


@click.group(cls=Noun)
def token() -> None:
    """Bearer tokens of the API."""


@token.command()
@click.option("--person", required=True, help="Name; kept outside the log.")
@click.option("--organisation", required=True, type=ORGANISATION, help="For whom they act.")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(ROLES))
@click.option("--from", "starts_on", type=DAY, help="Appoint the auditor from this day.")
@click.option("--to", "ends_on", type=DAY, help="The last day of the auditor's appointment.")
@click.option("--decision", help="The decision that appoints the auditor.")
def add(
    person: str,
    organisation: str,
    roles: tuple[str, ...],
    starts_on: date | None,
    ends_on: date | None,
    decision: str | None,
) -> None:
    """Print a new token, and only that; it cannot be shown again.

    An auditor reads by an appointment: --from, --to and --decision make one, for the organisation.
    They may be left out where the person has one that is not over.
    """
    opened = ledger()
    if starts_on or ends_on or decision:
        if "auditor" not in roles:
            raise wrongly(words("--from, --to and --decision are for the role auditor."))
        if starts_on is None or ends_on is None or decision is None:
            raise wrongly(words("An appointment needs --from, --to and --decision."))
        appointed(opened, person, (organisation,), starts_on, ends_on, decision, by=NOBODY_NAMED)
    elif "auditor" in roles:
        _require_appointment(opened, person)
    say(opened.registry.add_token(person, organisation, roles))


def _require_appointment(opened: Ledger, name: str) -> None:
    """A token that reads nothing is no use. Raises Stopped."""
    from ledger.domain import access

    state = opened.service.load(access.stream(opened.registry.known(name) or ""))[1]
    appointments = state.appointments if state else ()
    if not any(one.status(today()) in ("planned", "current") for one in appointments):
        raise Stopped(
            words(
                "{name} is not appointed as auditor: give --from, --to and --decision, or first "
                "`avrop auditor appoint`.",
                name=name,
            )
        )


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
                ", ".join(map(term, one.roles)),
                day_in_sweden(one.created_at),
                day_in_sweden(one.revoked_at),
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
    tell(words("The token is revoked; running servers refuse it within seconds."))
