"""People: who an id is, what they are given, and erasing somebody who asks for it. Whoever has the
server's command line gives what nobody else is there to give, and is recorded as "the server"."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click
from msgspec import to_builtins

from ledger.bounds import INVITATION_DAYS, MAX_INVITATION_DAYS
from ledger.cli.exporting import File, write_file
from ledger.cli.opening import at_the_server, every, ledger, today
from ledger.cli.output import language, members, said, say, say_json, table, tell, term
from ledger.cli.parameters import DAY, ORGANISATION, as_file, as_json
from ledger.cli.verbs import Noun
from ledger.domain.events import ROLES
from ledger.domain.refusals import NotFound
from ledger.wording import LANGUAGES, OFTEN, translate, words

if TYPE_CHECKING:
    from ledger.application.answers.people import GivenRole, OnePerson
    from ledger.registry import Erased


@click.group(cls=Noun)
def person() -> None:
    """People and sole traders, whom the log knows by an id alone."""


@person.command("list")
@as_file
@as_json
def listed(to_file: File | None, as_json: bool) -> None:
    """Everybody whose name or number is kept."""
    from ledger.application import persons
    from ledger.application.answers.people import KnownPerson

    opened = ledger()
    found = list(every(opened.registry.people, lambda one: one.id))
    items = persons.answers(at_the_server(opened), found)
    if to_file is not None:
        write_file(opened, to_file, KnownPerson, items)
        return
    if as_json:
        say_json(items)
        return
    table(
        ("Person", "Kind", "Name", "Number", "Organisation", "Roles", "Tokens"),
        [
            (
                one.id,
                term(one.kind),
                one.name,
                one.number or "",
                one.organisation,
                ", ".join(map(term, one.roles)),
                str(one.tokens),
            )
            for one in items
        ],
    )


@person.command()
@click.argument("id")
@as_json
def show(id: str, as_json: bool) -> None:
    """Who an id is, and all that the person was ever given."""
    from ledger.application import persons

    found = persons.find(at_the_server(ledger()), id)
    if as_json:
        say_json(found)
    else:
        _tell(found)


def _tell(one: OnePerson) -> None:
    proved = {None: "", True: "yes", False: "no"}[one.proved]
    members(
        {
            "Person": one.id,
            "Kind": term(one.kind),
            "Name": one.name,
            "Number": one.number or "",
            "Organisation": one.organisation,
            "Name proved": term(proved) if proved else "",
        }
        | {said(words("Role {number}", number=role.number)): _of(role) for role in one.granted}
        | {
            said(words("Token {id}", id=token.id)): _works(token.roles, token.ended_on)
            for token in one.made
        }
    )


def _of(role: GivenRole) -> str:
    ends_on = role.ended_on or role.ends_on
    if ends_on is None:
        template = "{role}: {status}, from {starts_on}"
    else:
        template = "{role}: {status}, {starts_on} to {ends_on}"
    return said(
        words(
            template,
            role=role.role,
            status=role.status,
            starts_on=role.starts_on,
            ends_on=ends_on,
        )
    )


def _works(roles: list[str], ended_on: date | None) -> str:
    acts_as = ", ".join(map(term, roles))
    if ended_on is None:
        return acts_as
    return said(words("{roles}; revoked {day}", roles=acts_as, day=ended_on.isoformat()))


@person.command()
@click.argument("name")
@click.option("--organisation", required=True, type=ORGANISATION, help="Whose person it is.")
@click.option("--new", is_flag=True, help="Another person, though one has that name already.")
@as_json
def make(name: str, organisation: str, new: bool, as_json: bool) -> None:
    """Make a person NAME of an organisation; of a name that is there, say that person."""
    from ledger import people
    from ledger.application import persons

    opened = ledger()
    do = people.another if new else people.person
    of = opened.registry.party(organisation)
    found = persons.find(at_the_server(opened), do(opened.service, opened.registry, name, of))
    if as_json:
        say_json(found)
    else:
        _tell(found)


@person.command()
@click.argument("id")
@click.option("--role", required=True, type=click.Choice(ROLES), help="What they may act in.")
@click.option("--from", "starts_on", type=DAY, help="The first day; by default today.")
@click.option("--until", "ends_on", type=DAY, help="The last day; left out, until ended.")
@as_json
def grant(id: str, role: str, starts_on: date | None, ends_on: date | None, as_json: bool) -> None:
    """Let the person ID act in a role for their organisation."""
    from ledger import people
    from ledger.application.answers.people import role_answer
    from ledger.domain import access

    opened = ledger()
    of = opened.registry.organisation_of(id)
    if of is None:
        raise NotFound(what="person", name=id)
    people.person(opened.service, opened.registry, id, of)
    command = access.GrantRole(
        person=id, role=role, starts_on=starts_on or today(), ends_on=ends_on
    )
    by = people.server(opened.service, opened.registry)
    state = opened.service.execute(command, by).state
    assert isinstance(state, access.State), "roles are a person's"
    _tell_role(role_answer(id, state.roles[-1], today()), as_json=as_json)


@person.command("end-role")
@click.argument("id")
@click.argument("number", type=int)
@click.option("--reason", required=True, help="Why.")
@click.option("--on", type=DAY, help="The first day on which they no longer may; by default today.")
@as_json
def end_role(id: str, number: int, reason: str, on: date | None, as_json: bool) -> None:
    """End the role NUMBER of the person ID: it is refused from the next request on."""
    from ledger import people
    from ledger.application.answers.people import role_answer
    from ledger.domain import access

    opened = ledger()
    command = access.EndRole(person=id, number=number, reason=reason, on=on or today())
    by = people.server(opened.service, opened.registry)
    state = opened.service.execute(command, by).state
    assert isinstance(state, access.State), "roles are a person's"
    _tell_role(role_answer(id, state.roles[number - 1], today()), as_json=as_json)


def _tell_role(role: GivenRole, *, as_json: bool) -> None:
    if as_json:
        say_json(role)
    else:
        tell(words("{id}: {what}", id=role.id, what=_of(role)))


@person.command()
@click.argument("id")
@click.option(
    "--days",
    type=click.IntRange(1, MAX_INVITATION_DAYS),
    default=INVITATION_DAYS,
    show_default=True,
    help="For how long the link is good.",
)
def invite(id: str, days: int) -> None:
    """Print a link, good once, by which the person ID gets a way to sign in, and only that.

    An earlier link of the person ends. Whoever has lost their passphrase is invited anew: how they
    signed in before ends when the link is used.
    """
    opened = ledger()
    one = opened.registry.find(id)
    if one is None or one.kind != "person" or not one.organisation:
        raise NotFound(what="person", name=id)
    say(f"{opened.settings.address}/invitation/{opened.registry.invite(id, days)}")


@person.command()
@click.argument("id")
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_json
def erase(id: str, yes: bool, as_json: bool) -> None:
    """Forget who ID is. Facts keep the id alone, and every proof holds as before."""
    from ledger import people

    opened = ledger()
    one = opened.registry.find(id)
    if one is None:
        raise NotFound(what="person", name=id)
    if not yes:
        named = words(
            "{name} ({person}): the name, tokens and sessions go for good; facts keep {person}.",
            name=one.name or one.number or "",
            person=one.id,
        )
        click.echo(said(named), err=True)
        click.confirm(translate("Erase this person?", language()), abort=True, err=True)
    erased = people.erase(opened.service, opened.registry, id)
    if erased is None:
        raise NotFound(what="person", name=id)
    if as_json:
        say_json(to_builtins(erased))
    else:
        _tell_erased(erased)


def _tell_erased(erased: Erased) -> None:
    tell(
        words(
            "{person} is erased and the name is gone. Tokens ended: {tokens}; sessions ended: "
            "{sessions}. Facts keep {person}; every proof holds.",
            person=erased.id,
            tokens=erased.tokens_ended,
            sessions=erased.sessions_ended,
        )
    )
    if erased.files_removed:
        tell(words("Old received files that are removed: {count}.", count=erased.files_removed))
    if erased.files_kept_until is not None:
        tell(
            words(
                "Received files that hold the name and are kept until the end of {year}, as "
                "accounting rules demand: {count}.",
                count=erased.files_kept,
                year=erased.files_kept_until,
            )
        )


@person.command()
@click.argument("id")
@click.argument("e_mail", metavar="E-MAIL", required=False)
@click.option(
    "--often", type=click.Choice(OFTEN), default="at-once", show_default=True, help="How often."
)
@click.option("--language", type=click.Choice(tuple(LANGUAGES)), default="sv", show_default=True)
@click.option("--none", is_flag=True, help="Take the address away.")
def mail(id: str, e_mail: str | None, often: str, language: str, none: bool) -> None:
    """Say by which address of e-mail the person ID is written to; without one, tell it."""
    from msgspec.structs import replace

    from ledger.application import addresses
    from ledger.domain.events import By
    from ledger.registry import mail as kept

    opened = ledger()
    of = opened.registry.organisation_of(id)
    if of is None:
        raise NotFound(what="person", name=id)
    if e_mail or none:
        asker = replace(at_the_server(opened), by=By(person=id, organisation=of, role=""))
        addresses.set_own_way(asker, "" if none else e_mail or "", often, language)
    way = kept.of(opened.registry, id)
    members(
        {
            "Person": id,
            "E-mail": term("none") if way is None else way.address,
            "How often": "" if way is None else term(way.often.replace("-", " ")),
            "Language": "" if way is None else LANGUAGES[way.language],
        }
    )
