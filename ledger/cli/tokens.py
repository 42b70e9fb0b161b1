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
from ledger.wording import words

if TYPE_CHECKING:
    from ledger.opening import Ledger


@click.group(cls=Noun)
def token() -> None:
    """Bearer tokens of the API."""


@token.command()
@click.option("--person", required=True, help="Name, kept outside the log, or id.")
@click.option("--organisation", required=True, type=ORGANISATION, help="For whom they act.")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(ROLES))
@click.option("--new", is_flag=True, help="Another person, though one has that name already.")
@click.option("--until", "until", type=DAY, help="The token's last day; by default in a year.")
@click.option("--from", "starts_on", type=DAY, help="Appoint the auditor from this day.")
@click.option("--to", "ends_on", type=DAY, help="The last day of the auditor's appointment.")
@click.option("--decision", help="The decision that appoints the auditor.")
def add(
    person: str,
    organisation: str,
    roles: tuple[str, ...],
    new: bool,
    until: date | None,
    starts_on: date | None,
    ends_on: date | None,
    decision: str | None,
) -> None:
    """Print a new token, and only that; it cannot be shown again.

    The roles are granted where the person does not have them, and recorded as the server's.

    An auditor reads by an appointment: --from, --to and --decision make one, for the organisation.
    They may be left out where the person has one that is not over.
    """
    from ledger import people

    opened = ledger()
    of = opened.registry.party(organisation)
    appoints = bool(starts_on or ends_on or decision)
    if appoints and "auditor" not in roles:
        raise wrongly(words("--from, --to and --decision are for the role auditor."))
    if appoints and not (starts_on and ends_on and decision):
        raise wrongly(words("An appointment needs --from, --to and --decision."))
    if "auditor" in roles and not appoints:
        known = None if new else opened.registry.find_in(person, of)
        _require_appointment(opened, known or "", person)
    make = people.another if new else people.person
    id = make(opened.service, opened.registry, person, of)
    if starts_on and ends_on and decision:
        appointed(opened, id, (organisation,), starts_on, ends_on, decision, by=NOBODY_NAMED)
    people.grant(opened.service, opened.registry, id, roles)
    ends_on = until or people.in_a_year(today())
    say(people.give_token(opened.service, opened.registry, id, roles, ends_on=ends_on))


def _require_appointment(opened: Ledger, person: str, name: str) -> None:
    """A token that reads nothing is no use. Raises Stopped."""
    from ledger import people

    appointments = people.state_of(opened.service, person).appointments
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
        ("Token", "Person", "Organisation", "Roles", "Made", "Until", "Revoked"),
        [
            (
                one.id,
                names.get(one.person, one.person),
                one.organisation,
                ", ".join(map(term, one.roles)),
                day_in_sweden(one.created_at),
                one.ends_on or "",
                day_in_sweden(one.revoked_at),
            )
            for one in found
        ],
    )


@token.command()
@click.argument("token")
@click.option("--reason", default="", help="Why; it is recorded.")
def revoke(token: str, reason: str) -> None:
    """Stop a token for good; TOKEN is its id as listed, or the token itself."""
    from ledger import people

    opened = ledger()
    people.end_token(opened.service, opened.registry, token, reason)
    tell(words("The token is revoked; running servers refuse it from the next request on."))
