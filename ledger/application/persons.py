"""People as an administrator sees and changes them: their own organisation's, and nobody else's."""

from __future__ import annotations

from datetime import date

from ledger import people
from ledger.application.answers.people import (
    GivenRole,
    GivenToken,
    KnownPerson,
    MadeToken,
    OnePerson,
    made_token_answer,
    one_person_answer,
    person_answer,
    role_answer,
    token_answer,
)
from ledger.application.asker import Asker
from ledger.domain import access
from ledger.domain.refusals import Fault, Invalid, NotFound, SeveralOfThatName
from ledger.projections.seeing import share_an_agreement
from ledger.registry import Erased, Person
from ledger.registry.tokens import token_id
from ledger.service import Outcome
from ledger.store import Request

Expected = tuple[int, ...] | None


def listed(asker: Asker, after: str, limit: int) -> list[Person]:
    """The asker's people by id, and after them the sole traders whom the asker may know."""
    organisation = None if asker.at_the_server else asker.by.organisation
    return asker.ledger.registry.people(after, limit, organisation)


def called(asker: Asker, sought: str, skip: int, limit: int) -> list[Person]:
    """The people of the asker's organisation in whose name each of the words stands, whatever its
    case, by name; or whoever has that very id."""
    registry, words = asker.ledger.registry, sought.casefold().split()
    named = sorted(
        (name.casefold(), id)
        for id, name in registry.of_organisation(asker.by.organisation).items()
        if id == sought or all(word in name.casefold() for word in words)
    )
    found = (registry.find(id) for _, id in named[skip : skip + limit])
    return [one for one in found if one is not None]


def sought(asker: Asker, written: str) -> str:
    """Whose acts are looked for: an id, or the name of one of those whose names the asker is told;
    any other name is nobody's. Raises Invalid."""
    try:
        return asker.ledger.registry.anywhere(written, asker.people_of) or written
    except SeveralOfThatName as several:
        figures = dict(several.figures)
        fault = Fault(pointer="/person", sentence=several.sentence, figures=figures)
        raise Invalid(fault) from several


def answers(asker: Asker, found: list[Person]) -> list[KnownPerson]:
    """Those of a list who are the asker's to see."""
    return [
        person_answer(one, people.state_of(asker.ledger.service, one.id), asker.today)
        for one in found
        if is_theirs(asker, one)
    ]


def find(asker: Asker, id: str) -> OnePerson:
    """Raises NotFound."""
    one, ledger = theirs(asker, id), asker.ledger
    state = people.state_of(ledger.service, id)
    proved = people.is_proved(ledger.service, ledger.registry, id)
    return one_person_answer(one, state, proved, asker.today)


def theirs(asker: Asker, id: str) -> Person:
    """Somebody whom the asker administers. Raises NotFound."""
    one = asker.ledger.registry.find(id)
    if one is None or not is_theirs(asker, one):
        raise NotFound(what="person", name=id)
    return one


def is_theirs(asker: Asker, one: Person) -> bool:
    """A sole trader is a party: of whoever has an agreement with them."""
    own = asker.by.organisation
    if asker.at_the_server:
        return True
    if one.kind == "person":
        return one.organisation == own
    views = asker.ledger.views
    views.catch_up()
    with views.database.reading() as connection:
        return own == one.id or share_an_agreement(connection, own, one.id)


# ── Given and ended ───────────────────────────────────────────────────────────────────────────


def make(asker: Asker, name: str, once: Request | None, *, another: bool) -> tuple[OnePerson, bool]:
    """The organisation's person of a name, made where it has none or it is to be `another`, and
    whether the request was answered before. Raises SeveralOfThatName, KeyReused."""
    ledger, by = asker.ledger, asker.by
    to = ledger.service, ledger.registry, name, by.organisation, by
    if once is not None:
        id, replayed = people.made_once(*to, once, anew=another)
        return find(asker, id), replayed
    return find(asker, people.another(*to) if another else people.person(*to)), False


def grant(
    asker: Asker,
    id: str,
    role: str,
    starts_on: date,
    ends_on: date | None,
    once: Request | None,
    expected: Expected,
) -> tuple[Outcome, GivenRole]:
    """Raises NotFound, OwnRole, Invalid, VersionDiffers."""
    theirs(asker, id)
    command = access.GrantRole(person=id, role=role, starts_on=starts_on, ends_on=ends_on)
    outcome = _done(asker, command, once, expected)
    return outcome, role_answer(id, _state(outcome).roles[-1], asker.today)


def end_role(
    asker: Asker,
    id: str,
    number: int,
    reason: str,
    on: date,
    once: Request | None,
    expected: Expected,
) -> tuple[Outcome, GivenRole]:
    """Raises NotFound, Invalid, WrongStatus, VersionDiffers."""
    theirs(asker, id)
    command = access.EndRole(person=id, number=number, reason=reason, on=on)
    outcome = _done(asker, command, once, expected)
    return outcome, role_answer(id, _state(outcome).roles[number - 1], asker.today)


def give_token(
    asker: Asker,
    id: str,
    roles: tuple[str, ...],
    ends_on: date | None,
    once: Request | None,
    expected: Expected,
) -> tuple[Outcome, MadeToken]:
    """Nobody makes one for another to use as they please: it acts in what its person has. Raises
    NotFound, Invalid, VersionDiffers."""
    theirs(asker, id)
    registry = asker.ledger.registry
    token, ends_on = registry.new_token(), ends_on or people.in_a_year(asker.today)
    command = access.MakeToken(person=id, token=token_id(token), roles=roles, ends_on=ends_on)
    outcome = _done(asker, command, once, expected)
    if not outcome.replayed:
        registry.keep_token(token, id, roles, ends_on)
    told = None if outcome.replayed else token
    return outcome, made_token_answer(id, _state(outcome).tokens[-1], told, asker.today)


def end_token(
    asker: Asker, id: str, token: str, reason: str, once: Request | None, expected: Expected
) -> tuple[Outcome, GivenToken]:
    """Raises NotFound, WrongStatus, VersionDiffers."""
    theirs(asker, id)
    command = access.EndToken(person=id, token=token, reason=reason)
    outcome = _done(asker, command, once, expected)
    asker.ledger.registry.revoke(token)
    (ended,) = (one for one in _state(outcome).tokens if one.id == token)
    return outcome, token_answer(id, ended, asker.today)


def erase(asker: Asker, id: str) -> Erased:
    """Raises NotFound, ErasingOneself."""
    theirs(asker, id)
    erased = people.erase(asker.ledger.service, asker.ledger.registry, id, asker.by)
    if erased is None:
        raise NotFound(what="person", name=id)
    return erased


Command = access.GrantRole | access.EndRole | access.MakeToken | access.EndToken


def _done(asker: Asker, command: Command, once: Request | None, expected: Expected) -> Outcome:
    return asker.ledger.service.execute(command, asker.by, once, expected=expected)


def _state(outcome: Outcome) -> access.State:
    assert isinstance(outcome.state, access.State), "what is given is a person's"
    return outcome.state
