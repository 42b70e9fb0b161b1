"""People, beside the log and in it at once: made, given roles and tokens, let go, and erased.

What is said in the log comes first: what then fails leaves a fact of somebody whom nobody can act
as, and never somebody acting of whom the log says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta

from msgspec.structs import replace

from ledger.bounds import TOKEN_DAYS
from ledger.clock import day_of
from ledger.domain import access, organisation
from ledger.domain.events import AttestRightGranted, By, DeputyNamed
from ledger.domain.refusals import AlreadyExists, NotFound
from ledger.registry import Caller, Erased, Registry
from ledger.registry.earlier import UNRECORDED
from ledger.registry.tokens import token_id
from ledger.service import Service
from ledger.store import Request, Store

SERVER = "the server"
"""The name of whoever has the server's command line, and gives what nobody else is there to."""


def state_of(service: Service, person: str) -> access.State:
    """A person's access as the log has it now, whichever process wrote it."""
    found: access.State | None = service.load(access.stream(person))[1]
    return found or access.State()


def server(service: Service, registry: Registry, now: datetime | None = None) -> By:
    """The server's command line."""
    return ledgers_own(service, registry, SERVER, now)


def ledgers_own(service: Service, registry: Registry, name: str, now: datetime | None = None) -> By:
    """Somebody of no organisation: who records what no person of one decided."""
    by = By(person=registry.who(name, ""), organisation="", role="admin")
    _record(service, registry, by.person, by, now)
    return by


# ── Made ──────────────────────────────────────────────────────────────────────────────────────


def person(
    service: Service,
    registry: Registry,
    written: str,
    organisation: str,
    by: By | None = None,
    now: datetime | None = None,
) -> str:
    """The id of an organisation's person by their name, or by the id itself; made, and recorded,
    where there is nobody of that name. Raises SeveralOfThatName, NotFound."""
    found = registry.who(written, organisation)
    _record(service, registry, found, by or server(service, registry, now), now)
    return found


def another(
    service: Service, registry: Registry, name: str, organisation: str, by: By | None = None
) -> str:
    """A new person of an organisation, whoever else has that name."""
    made = registry.make(name, organisation, anew=True)
    _record(service, registry, made, by or server(service, registry))
    return made


def made_once(
    service: Service,
    registry: Registry,
    name: str,
    organisation: str,
    by: By,
    request: Request,
    *,
    anew: bool,
) -> tuple[str, bool]:
    """As `another` or `person`, once for a request by its key: the id, and whether it was done
    before. Raises SeveralOfThatName, NotFound, KeyReused."""
    first = service.answered(request)
    if first is None:
        found = None if anew else registry.find_in(name, organisation)
        made = found or registry.make(name, organisation, anew=anew)
        _record(service, registry, made, by, request=request)
        first = service.answered(request)
        if first is None or first.stream == access.stream(made):
            return made, False
        if found is None:  # the same request, at the same time, made another
            registry.erase(made)
    return first.stream.partition("/")[2], True


def _record(
    service: Service,
    registry: Registry,
    person: str,
    by: By,
    now: datetime | None = None,
    request: Request | None = None,
) -> None:
    """Say in the log whose person an id is, where it does not say it yet."""
    if state_of(service, person).organisation is not None:
        return
    of, kept = registry.organisation_of(person), registry.salted(person)
    if of is None or kept is None:
        return
    digest = access.digest_of(*kept)
    command = access.RecordPerson(person=person, organisation=of, name_digest=digest)
    with suppress(AlreadyExists):  # another process recorded it meanwhile
        service.execute(command, by, request, now)


def is_proved(service: Service, registry: Registry, person: str) -> bool | None:
    """Whether the name that is kept behind an id is the one that the log has a digest of; None
    where either is not there."""
    kept, digest = registry.salted(person), state_of(service, person).name_digest
    return None if kept is None or not digest else access.digest_of(*kept) == digest


def auditor(
    service: Service, registry: Registry, written: str, organisation: str, by: By | None = None
) -> str:
    """The id of somebody who is to audit: of any organisation by the id, by a name the person of
    one; made where there is nobody, by whoever may. Raises SeveralOfThatName, NotFound."""
    if registry.organisation_of(written) is not None:
        return written
    if by is not None and by.organisation != organisation:
        found = registry.find_in(written, organisation)
        if found is None:
            raise NotFound(what="person", name=written)
        return found
    return person(service, registry, written, organisation, by)


# ── Given ─────────────────────────────────────────────────────────────────────────────────────


def grant(
    service: Service,
    registry: Registry,
    person: str,
    roles: Iterable[str],
    by: By | None = None,
    now: datetime | None = None,
) -> None:
    """Those of the roles that a person does not have, from today on. Raises a Refusal."""
    today = day_of(now or service.clock())
    lacking = [role for role in roles if role not in access.held(state_of(service, person), today)]
    for role in dict.fromkeys(lacking):
        command = access.GrantRole(person=person, role=role, starts_on=today)
        service.execute(command, by or server(service, registry, now), now=now)


def is_own_giving(service: Service, registry: Registry, person: str, sign_in: str) -> bool:
    """Whether a person has, or is to have, a role over money from somebody whom a sign-in lets act:
    tied to it as well, they would have given it to themselves."""
    givers = {one.person for one in registry.persons_of(sign_in)}
    today = day_of(service.clock())
    return any(
        one.granted_by in givers
        and one.role not in access.HARMLESS_TO_ONESELF
        and one.status(today) in ("planned", "current")
        for one in state_of(service, person).roles
    )


def give_token(
    service: Service,
    registry: Registry,
    person: str,
    roles: tuple[str, ...],
    by: By | None = None,
    ends_on: date | None = None,
) -> str:
    """A new bearer token of a person's, whole for the only time. Raises a Refusal, as where they
    do not have the roles."""
    token = registry.new_token()
    command = access.MakeToken(person=person, token=token_id(token), roles=roles, ends_on=ends_on)
    service.execute(command, by or server(service, registry))
    registry.keep_token(token, person, roles, ends_on)
    return token


def in_a_year(day: date) -> date:
    """The last day of a token where nobody says another."""
    return day + timedelta(days=TOKEN_DAYS)


def let_in(
    service: Service,
    registry: Registry,
    written: str,
    organisation: str,
    roles: tuple[str, ...],
    by: By | None = None,
) -> str:
    """A token for an organisation's person by name or id, whom it makes and to whom it grants the
    roles where need be. Raises SeveralOfThatName, NotFound, and what `grant` does."""
    by = by or server(service, registry)
    found = person(service, registry, written, organisation, by)
    grant(service, registry, found, roles, by)
    return give_token(service, registry, found, roles, by)


def acting(
    service: Service,
    registry: Registry,
    written: str,
    organisation: str,
    role: str,
    now: datetime | None = None,
) -> By:
    """Who acts in a role at the server's command line, which gives it to them where the log has not
    yet. Raises SeveralOfThatName, NotFound."""
    found = person(service, registry, written, organisation, now=now)
    if organisation:
        grant(service, registry, found, (role,), now=now)
    return By(person=found, organisation=organisation, role=role)


def admitted(service: Service, caller: Caller, day: date) -> Caller | None:
    """Somebody at a door with those of their roles that the log gives them on a day; None where
    they were erased, their token has ended, or the log says that they are somebody else's."""
    state = state_of(service, caller.person)
    if state.erased_on is not None or state.organisation != caller.organisation:
        return None
    if caller.token and access.working(state, caller.token, day) is None:
        return None
    held = access.held(state, day)
    return replace(caller, roles=tuple(role for role in caller.roles if role in held))


def token_of(service: Service, person: str, id: str) -> access.Token | None:
    """What the log has of a person's token that has not been ended, also past its last day."""
    tokens = state_of(service, person).tokens
    return next((one for one in tokens if one.id == id and one.ended_on is None), None)


def roles_of(service: Service, person: str, day: date) -> tuple[str, ...]:
    """What a person may act in on a day, in the order in which it was granted."""
    current = access.current(state_of(service, person), day)
    return tuple(dict.fromkeys(one.role for one in current))


def in_role(service: Service, registry: Registry, role: str, organisation: str) -> list[str]:
    """The names of those of an organisation who have a role now, in order."""
    today = day_of(service.clock())
    return sorted(
        name
        for id, name in registry.of_organisation(organisation).items()
        if role in access.held(state_of(service, id), today)
    )


def acting_still(
    service: Service, mandates: Sequence[organisation.Mandate], day: date
) -> tuple[organisation.Mandate, ...]:
    """Rights to attest whose holders, and those who stand in for them, have the role that it needs
    on a day; of a day that is past, all, as they were granted."""
    if day < day_of(service.clock()):
        return tuple(mandates)
    return tuple(
        one
        for one in mandates
        if all(
            access.may_attest(state_of(service, person), day)
            for person in (one.person, one.deputy_for)
            if person is not None
        )
    )


# ── Ended ─────────────────────────────────────────────────────────────────────────────────────


def end_token(
    service: Service, registry: Registry, token: str, reason: str, by: By | None = None
) -> None:
    """Let a token, by its id or by itself, stand for nobody any more. Raises NotFound where none
    works that has it."""
    found = registry.token(token)
    if found is None:
        raise NotFound(what="token", name=token[:16])
    state = state_of(service, found.person)
    if any(one.id == found.id and one.ended_on is None for one in state.tokens):
        command = access.EndToken(person=found.person, token=found.id, reason=reason)
        service.execute(command, by or server(service, registry))
    registry.revoke(found.id)


def erase(service: Service, registry: Registry, id: str, by: By | None = None) -> Erased | None:
    """Forget who a person or sole trader is; what let anybody act as them ends, as facts. None
    where nobody has the id. Raises ErasingOneself."""
    of = registry.organisation_of(id)
    if of is not None:
        by = by or server(service, registry)
        _record(service, registry, id, by)
        if state_of(service, id).erased_on is None:
            service.execute(access.ErasePerson(person=id), by)
        _end_rights(service, id, of, by)
    else:  # of a sole trader: nobody can tell any more for whom whoever acts for them does
        for acts in registry.of_organisation(id):
            _end_tokens(service, registry, acts, by)
    return registry.erase(id, day_of(service.clock()))


def _end_tokens(service: Service, registry: Registry, person: str, by: By | None) -> None:
    for one in state_of(service, person).tokens:
        if one.ended_on is None:
            why = access.ENDS_WITH_PERSON
            command = access.EndToken(person=person, token=one.id, reason=why)
            service.execute(command, by or server(service, registry))


def _end_rights(service: Service, person: str, of: str, by: By) -> None:
    """Attest rights of a person in their organisation, and whoever they stand in for or have stand
    in for them, end with them."""
    state: organisation.State | None = service.load(organisation.stream(of))[1]
    if state is None:
        return
    today = day_of(service.clock())
    why = access.ENDS_WITH_PERSON
    for deputy in state.deputies:
        if person in (deputy.person, deputy.deputy) and _goes_on(deputy.ends_on, today):
            number = deputy.number
            service.execute(
                organisation.EndDeputy(organisation=of, number=number, ends_on=today, decision=why),
                by,
            )
    for right in state.rights:
        if right.person == person and _goes_on(right.ends_on, today):
            number = right.number
            service.execute(
                organisation.EndAttestRight(
                    organisation=of, number=number, ends_on=today, decision=why
                ),
                by,
            )


def _goes_on(ends_on: date | None, today: date) -> bool:
    return ends_on is None or ends_on > today


# ── Earlier versions ──────────────────────────────────────────────────────────────────────────


def record_earlier(service: Service, registry: Registry) -> None:
    """Say in the log, once, what the tokens of an earlier version gave."""
    if registry.has_secret(UNRECORDED):
        record_living(service, registry)
        registry.forget_secret(UNRECORDED)


def record_living(service: Service, registry: Registry) -> None:
    """Say in a log that does not, as the server, what the tokens that live give: of each whose it
    is, their roles, and the token."""
    for one in registry.tokens():
        if one.revoked_at is not None or registry.find(one.person) is None:
            continue
        _record(service, registry, one.person, server(service, registry))
        grant(service, registry, one.person, one.roles)
        if all(known.id != one.id for known in state_of(service, one.person).tokens):
            command = access.MakeToken(person=one.person, token=one.id, roles=one.roles)
            service.execute(command, server(service, registry))


def acted_for(store: Store, page: int = 1000) -> Mapping[str, str]:
    """Person → the organisation that they acted for last, by the log; of somebody who never acted,
    the one that gave them a right to attest."""
    acted, named = dict[str, str](), dict[str, str]()
    position = 0
    while facts := store.follow(position, page):
        for fact in facts:
            acted[fact.by.person] = fact.by.organisation
            for id in _named(fact.event):
                named.setdefault(id, fact.stream.partition("/")[2])
        position = facts[-1].position
    return {**named, **acted}


def _named(event: object) -> Sequence[str]:
    match event:
        case AttestRightGranted():
            return (event.person,)
        case DeputyNamed():
            return event.person, event.deputy
        case _:
            return ()
