"""The directory of people beside the log: who an id is, and erasing somebody who asks for it."""

import click
from msgspec import to_builtins

from ledger.cli.exporting import File, write_file
from ledger.cli.opening import every, ledger, today
from ledger.cli.output import day_in_sweden, language, members, said, say_json, table, tell, term
from ledger.cli.parameters import as_file, as_json
from ledger.cli.verbs import Noun
from ledger.domain.refusals import NotFound
from ledger.wording import translate, words


@click.group(cls=Noun)
def person() -> None:
    """People and sole traders, whom the log knows by an id alone."""


@person.command("list")
@as_file
@as_json
def listed(to_file: File | None, as_json: bool) -> None:
    """Everybody whose name or number is kept."""
    opened = ledger()
    found = list(every(opened.registry.people, lambda one: one.id))
    if to_file is not None:
        from ledger.application.answers.making import made
        from ledger.application.answers.people import KnownPerson

        write_file(opened, to_file, KnownPerson, [made(KnownPerson, one) for one in found])
        return
    if as_json:
        say_json(to_builtins(found))
        return
    table(
        ("Person", "Kind", "Name", "Number", "Tokens"),
        [(one.id, term(one.kind), one.name, one.number or "", str(one.tokens)) for one in found],
    )


@person.command()
@click.argument("id")
@as_json
def show(id: str, as_json: bool) -> None:
    """Who an id is, and the tokens that act as them."""
    registry = ledger().registry
    one = registry.find(id)
    if one is None:
        raise NotFound(what="person", name=id)
    tokens = registry.tokens(id)
    if as_json:
        say_json({**to_builtins(one), "tokens": to_builtins(tokens)})
        return
    members(
        {"Person": one.id, "Kind": term(one.kind), "Name": one.name, "Number": one.number or ""}
        | {
            said(words("Token {id}", id=token.id)): _works(token.roles, token.revoked_at)
            for token in tokens
        }
    )


def _works(roles: tuple[str, ...], revoked_at: str | None) -> str:
    acts_as = ", ".join(map(term, roles))
    if revoked_at is None:
        return acts_as
    return said(words("{roles}; revoked {day}", roles=acts_as, day=day_in_sweden(revoked_at)))


@person.command()
@click.argument("id")
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_json
def erase(id: str, yes: bool, as_json: bool) -> None:
    """Forget who ID is. Facts keep the id alone, and every proof holds as before."""
    registry = ledger().registry
    one = registry.find(id)
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
    erased = registry.erase(id, today())
    if erased is None:
        raise NotFound(what="person", name=id)
    if as_json:
        say_json(to_builtins(erased))
        return
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
