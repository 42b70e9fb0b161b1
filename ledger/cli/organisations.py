"""Organisations: how their costs are coded, and what counts as one's own cost."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from ledger.cli.attest import decide, decision, organisation, person
from ledger.cli.attesters import found
from ledger.cli.opening import at_the_server, ledger, read_body, today
from ledger.cli.output import members, say, say_json, table, term
from ledger.cli.parameters import DAY, as_json, as_of, known_at
from ledger.cli.verbs import Noun
from ledger.domain.refusals import Fault, Invalid
from ledger.wording import LANGUAGES

if TYPE_CHECKING:
    from ledger.application.answers.organisations import MapPart


@click.group("organisation", cls=Noun)
def organisation_group() -> None:
    """How an organisation's costs are coded."""


@organisation_group.command()
@organisation
@as_of
@known_at
@as_json
def show(organisation: str, as_of: date | None, known_at: datetime | None, as_json: bool) -> None:
    """What counts as one's own cost, and the code map, on a day."""
    from ledger.application.answers.organisations import organisation_answer

    resource = organisation_answer(found(ledger(), organisation, known_at), as_of or today())
    if as_json:
        say_json(resource)
        return
    parts = resource.code_map.parts if resource.code_map else []
    separator = resource.code_map.separator if resource.code_map else ""
    written = separator.join(part.name for part in parts)
    members(
        {
            "Organisation": resource.number,
            "Attest rights": str(sum(one.in_force for one in resource.rights)),
            "Own cost": ", ".join(map(term, resource.own_cost)) or term("nothing"),
            "Code string": written or term("no map: free text"),
        }
    )
    if not written:
        return
    say("")
    table(
        ("Part", "Written in", "Lengths", "Required", "Values"),
        [
            (
                part.name,
                term(part.characters),
                " ".join(map(str, part.lengths)) or term("any"),
                term("yes" if part.required else "no"),
                _values(part) or term("any"),
            )
            for part in parts
        ],
    )


def _values(part: MapPart) -> str:
    ranges = (f"{one.first}–{one.last}" for one in part.ranges)
    return " ".join((*part.values, *ranges))


@organisation_group.command("code-map")
@organisation
@click.argument("file")
@click.option("--from", "starts_on", type=DAY, help="From this order date; by default today.")
@decision
@person
@as_json
def code_map(
    organisation: str,
    file: str,
    starts_on: date | None,
    decision: str,
    person: str,
    as_json: bool,
) -> None:
    """Set the code map in FILE, the JSON body that the API takes; - for standard input."""
    body = read_body(file)
    if not isinstance(body, dict):
        raise Invalid(Fault(pointer="", sentence="Invalid input type."))
    body = {**body, "decision": decision}
    if starts_on is not None:
        body["starts_on"] = starts_on.isoformat()
    decide(ledger(), "set-code-map", organisation, body, person, as_json=as_json)


@organisation_group.command()
@organisation
@click.argument("e_mail", metavar="E-MAIL", required=False)
@click.option("--language", type=click.Choice(tuple(LANGUAGES)), default="sv", show_default=True)
@click.option("--none", is_flag=True, help="Take the address away.")
@as_json
def address(
    organisation: str, e_mail: str | None, language: str, none: bool, as_json: bool
) -> None:
    """Say by which address of e-mail the organisation's orders come to it; without one, tell it."""
    from msgspec.structs import replace

    from ledger import people
    from ledger.application import addresses

    opened = ledger()
    asker = at_the_server(opened)
    number = opened.registry.party(organisation)
    found = addresses.address_of(asker, number)
    if e_mail or none:
        by = people.server(opened.service, opened.registry)
        said = "" if none else e_mail or ""
        found = addresses.set_address(replace(asker, by=by), number, said, language)[1]
    if as_json:
        say_json(found)
        return
    members(
        {
            "Organisation": found.number,
            "Address of record": found.address or term("none"),
            "Language": LANGUAGES[found.language],
        }
    )
