"""Who may attest an organisation's costs: grant, end, deputies, who, and what is own cost."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from ledger.cli.acts import perform
from ledger.cli.attesters import found, named, tables
from ledger.cli.opening import NOBODY_NAMED, at_the_server, ledger, today
from ledger.cli.output import language, ore, say, say_json, table, term
from ledger.cli.parameters import DAY, ORGANISATION, as_json, as_of, known_at
from ledger.cli.verbs import Noun
from ledger.wording import say as in_words

if TYPE_CHECKING:
    from ledger.opening import Ledger

organisation = click.argument("organisation", type=ORGANISATION)
person = click.option(
    "--person", default=NOBODY_NAMED, show_default=True, help="Who acts; kept outside the log."
)
decision = click.option("--decision", required=True, help="The decision that it rests on.")
starts_on = click.option("--from", "starts_on", type=DAY, help="The first day; by default today.")
ends_on = click.option("--until", "ends_on", type=DAY, help="The last day; left out, until ended.")
last_day = click.option("--on", "ends_on", type=DAY, help="The last day; by default today.")


@click.group(cls=Noun)
def attest() -> None:
    """Who may attest an organisation's costs."""


@attest.command()
@organisation
@click.option("--to", required=True, help="Who may attest, by name; kept outside the log.")
@click.option(
    "--code",
    "responsibilities",
    multiple=True,
    required=True,
    help="A responsibility code (ansvar); 41* for all that begin so, * for any.",
)
@click.option("--limit", help='The largest drawdown, as "100000.00"; left out, any.')
@starts_on
@ends_on
@decision
@person
@as_json
def grant(
    organisation: str, to: str, person: str, as_json: bool, responsibilities: tuple[str, ...],
    **given: Any,
) -> None:  # fmt: skip
    """Let a person attest costs of some responsibility codes."""
    body = {"responsibilities": list(responsibilities), **_written(given)}
    opened = ledger()
    body["person"] = _person(opened, to, organisation)
    decide(opened, "grant", organisation, body, person, as_json=as_json)


@attest.command()
@organisation
@click.argument("right", type=int)
@last_day
@decision
@person
@as_json
def end(right: int, **given: Any) -> None:
    """End the attest right with the number RIGHT, sooner than it would."""
    _end("end", right, **given)


@attest.command()
@organisation
@click.option("--for", "stood_for", required=True, help="Who is stood in for, by name.")
@click.option("--deputy", "deputy_name", required=True, help="Who stands in, by name.")
@starts_on
@ends_on
@decision
@person
@as_json
def deputy(
    organisation: str, stood_for: str, deputy_name: str, person: str, as_json: bool, **given: Any
) -> None:
    """Let somebody attest under every right of a person."""
    opened = ledger()
    body = _written(given)
    body["person"] = _person(opened, stood_for, organisation)
    body["deputy"] = _person(opened, deputy_name, organisation)
    decide(opened, "name-deputy", organisation, body, person, as_json=as_json)


@attest.command("end-deputy")
@organisation
@click.argument("deputy", type=int)
@last_day
@decision
@person
@as_json
def end_deputy(deputy: int, **given: Any) -> None:
    """End the time of the deputy with the number DEPUTY, sooner than it would."""
    _end("end-deputy", deputy, **given)


@attest.command("own-cost")
@organisation
@click.argument("kinds", nargs=-1, type=click.Choice(("ordered", "named", "coded")))
@starts_on
@decision
@person
@as_json
def own_cost(
    organisation: str, kinds: tuple[str, ...], person: str, as_json: bool, **given: Any
) -> None:
    """Say what counts as one's own cost, which nobody attests; nothing: four eyes alone."""
    body = {"own_cost": list(kinds), **_written(given)}
    decide(ledger(), "set-own-cost", organisation, body, person, as_json=as_json)


@attest.command("list")
@organisation
@as_of
@known_at
@as_json
def listed(organisation: str, as_of: date | None, known_at: datetime | None, as_json: bool) -> None:
    """Attest rights and deputies on a day, as known at a moment."""
    from ledger.application.answers.organisations import organisation_answer

    opened = ledger()
    resource = organisation_answer(found(opened, organisation, known_at), as_of or today())
    if as_json:
        say_json(resource)
        return
    tables(opened, resource)


@attest.command()
@organisation
@click.option("--amount", default="0", help='The drawdown, as "7000.00".')
@click.option("--code", help="The responsibility code (ansvar); left out, any.")
@click.option("--on", type=DAY, help="The day of the approval; by default today.")
@known_at
@as_json
def who(
    organisation: str, amount: str, code: str | None, on: date | None,
    known_at: datetime | None, as_json: bool,
) -> None:  # fmt: skip
    """Who may attest a drawdown of an amount on a responsibility code."""
    from ledger.application import rights
    from ledger.application.bodies.organisations import AttestQuery
    from ledger.application.bodies.parsing import load

    asked = load(AttestQuery, {"amount": amount, **({} if code is None else {"code": code})})
    opened, times = ledger(), {"on": on or today(), "known_at": known_at}
    resource = rights.who(at_the_server(opened), organisation, {**asked, **times})
    if as_json:
        say_json(resource)
        return
    said = named(opened, resource.items)
    table(
        ("Person", "Deputy for", "Right", "Codes", "Limit"),
        [
            (
                said(item.person),
                said(item.deputy_for),
                str(item.right),
                " ".join(item.responsibilities),
                term("none") if item.limit is None else ore(item.limit),
            )
            for item in resource.items
        ],
    )


def _person(opened: Ledger, written: str, organisation: str) -> str:
    """The organisation's person of a name or id. Raises SeveralOfThatName, NotFound."""
    from ledger import people

    of = opened.registry.party(organisation)
    return people.person(opened.service, opened.registry, written, of)


def _written(given: dict[str, Any]) -> dict[str, Any]:
    """Options as members of a body; what was left out is left out."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in given.items()
        if value is not None
    }


def _end(
    name: str, number: int, *, organisation: str, person: str, as_json: bool, **given: Any
) -> None:
    body = _written(given)
    decide(ledger(), name, organisation, body, person, as_json=as_json, part=number)


def decide(
    opened: Ledger,
    name: str,
    of: str,
    body: dict[str, Any],
    person: str,
    *,
    as_json: bool,
    part: int | None = None,
) -> None:
    """Do an act on an organisation, and say in words what it came to."""
    from ledger.application.acts import act_of
    from ledger.application.answers.organisations import organisation_answer
    from ledger.telling import tell

    done, _ = perform(opened, act_of("organisations", name), of, part, body, person, None)
    if as_json:
        say_json(organisation_answer(done.state, today()))
        return
    (fact,) = done.outcome.facts
    told = tell(fact.event, fact.stream, "")
    say(in_words(told, language(), opened.registry.names))
