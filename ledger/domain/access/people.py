"""Whose person an id is, what they may act in, and by which tokens: who may say so, and until when.

Whoever has the server's command line may give anything to anybody ("the server", of no
organisation); else it is an administrator of the person's own organisation.
"""

import hashlib
from datetime import date
from unicodedata import normalize

from ledger.domain.access.commands import (
    EndRole,
    EndToken,
    ErasePerson,
    GrantRole,
    MakeToken,
    RecordPerson,
)
from ledger.domain.access.state import Role, State, Token, stream
from ledger.domain.days import begin_faults
from ledger.domain.events import (
    ROLES,
    AccessEvent,
    By,
    New,
    PersonErased,
    PersonRecorded,
    RoleEnded,
    RoleGranted,
    TokenEnded,
    TokenMade,
)
from ledger.domain.given import Given
from ledger.domain.refusals import (
    AlreadyExists,
    ErasingOneself,
    Fault,
    Forbidden,
    Invalid,
    NotAParty,
    NotFound,
    OwnRole,
    WrongStatus,
)

HARMLESS_TO_ONESELF = ("auditor",)
"""What an administrator may give themselves: an auditor reads what somebody else appoints them for.
All other roles are over money; an administrator's too, who may do what each of them may."""
ATTESTING = ("approver", "admin")
"""Roles in which a right to attest is used."""
ENDS_WITH_PERSON = "erased"
"""The reason that is recorded for what ends because its person is erased."""


def digest_of(salt: str, name: str) -> str:
    """What the log keeps of a name: SHA-256 of a salt (hexadecimal digits) and the name."""
    return hashlib.sha256((salt + normalize("NFC", name)).encode()).hexdigest()


def is_ledgers_own(by: By) -> bool:
    """Whether it is the ledger itself that acts: the server's command line, or the calendar."""
    return by.organisation == "" and by.role == "admin"


def _require_theirs(person: str, state: State, given: Given) -> None:
    """Raises NotFound where nobody is recorded, or not any more, Forbidden, NotAParty."""
    if state.organisation is None or state.erased_on is not None:
        raise NotFound(what="person", name=person)
    require_administrator(state.organisation, given.by)


def require_administrator(organisation: str, by: By) -> None:
    """Raises Forbidden, NotAParty."""
    if is_ledgers_own(by):
        return
    if by.role != "admin":
        raise Forbidden(roles="admin", held=by.role)
    if by.organisation != organisation:
        raise NotAParty(organisation=organisation, name=organisation, acting=by.organisation)


def record(command: RecordPerson, state: State, given: Given) -> list[New]:
    """Raises AlreadyExists, Forbidden, NotAParty."""
    require_administrator(command.organisation, given.by)
    if state.organisation is not None:
        raise AlreadyExists(what="person", name=command.person)
    event = PersonRecorded(organisation=command.organisation, name_digest=command.name_digest)
    return [_new(command.person, event, given.today)]


def grant(command: GrantRole, state: State, given: Given) -> list[New]:
    """Raises NotFound, Forbidden, NotAParty, OwnRole, Invalid."""
    _require_theirs(command.person, state, given)
    is_oneself = command.person in given.selves(given.by.person)
    if is_oneself and command.role not in HARMLESS_TO_ONESELF:
        raise OwnRole(role=command.role)
    faults = begin_faults({"/starts_on": command.starts_on}, given.today, None)
    if command.starts_on < given.today:
        faults.append(_past("/starts_on", command.starts_on, given.today))
    if command.ends_on is not None and command.ends_on < command.starts_on:
        faults.append(Fault(pointer="/ends_on", sentence="It ends before it begins."))
    if command.role not in ROLES:
        figures = {"role": command.role}
        faults.append(Fault(pointer="/role", sentence="There is no role {role}.", figures=figures))
    if faults:
        raise Invalid(*faults)
    event = RoleGranted(
        number=1 + len(state.roles),
        role=command.role,
        starts_on=command.starts_on,
        ends_on=command.ends_on,
    )
    return [_new(command.person, event, given.today)]


def end_role(command: EndRole, state: State, given: Given) -> list[New]:
    """Raises NotFound, Forbidden, NotAParty, Invalid, WrongStatus where it has ended or is past."""
    _require_theirs(command.person, state, given)
    name = f"{command.person}.{command.number}"
    found = next((one for one in state.roles if one.number == command.number), None)
    if found is None:
        raise NotFound(what="role", name=name)
    if found.ended_on is not None or found.status(command.on) == "past":
        status = "past" if found.ended_on is None else "ended"
        raise WrongStatus(name=name, status=status, action="end", needed="planned or current")
    if command.on < given.today:
        raise Invalid(_past("/on", command.on, given.today))
    event = RoleEnded(number=command.number, reason=command.reason)
    return [_new(command.person, event, command.on)]


def make_token(command: MakeToken, state: State, given: Given) -> list[New]:
    """Raises NotFound, Forbidden, NotAParty, AlreadyExists, Invalid."""
    _require_theirs(command.person, state, given)
    if any(one.id == command.token for one in state.tokens):
        raise AlreadyExists(what="token", name=command.token)
    lacking = sorted(set(command.roles) - held(state, given.today))
    faults = []
    if command.ends_on is not None and command.ends_on < given.today:
        faults.append(_past("/ends_on", command.ends_on, given.today))
    if lacking:
        figures = {"roles": ", ".join(lacking)}
        sentence = "The person does not have the roles {roles}: grant them first."
        faults.append(Fault(pointer="/roles", sentence=sentence, figures=figures))
    if faults:
        raise Invalid(*faults)
    event = TokenMade(token=command.token, roles=command.roles, ends_on=command.ends_on)
    return [_new(command.person, event, given.today)]


def end_token(command: EndToken, state: State, given: Given) -> list[New]:
    """Raises NotFound, Forbidden, NotAParty, WrongStatus where it has ended."""
    _require_theirs(command.person, state, given)
    found = next((one for one in state.tokens if one.id == command.token), None)
    if found is None:
        raise NotFound(what="token", name=command.token)
    if found.ended_on is not None:
        raise WrongStatus(name=found.id, status="ended", action="end", needed="current")
    event = TokenEnded(token=command.token, reason=command.reason)
    return [_new(command.person, event, given.today)]


def erase(command: ErasePerson, state: State, given: Given) -> list[New]:
    """All that lets anybody act as them ends. Raises NotFound, Forbidden, NotAParty,
    ErasingOneself."""
    _require_theirs(command.person, state, given)
    if command.person in given.selves(given.by.person):
        raise ErasingOneself(person=command.person)
    today = given.today
    events: list[AccessEvent] = [PersonErased()]
    events += [
        TokenEnded(token=one.id, reason=ENDS_WITH_PERSON)
        for one in state.tokens
        if one.ended_on is None
    ]
    events += [
        RoleEnded(number=one.number, reason=ENDS_WITH_PERSON)
        for one in state.roles
        if one.status(today) in ("planned", "current")
    ]
    return [_new(command.person, event, today) for event in events]


def held(state: State | None, day: date) -> frozenset[str]:
    """The roles that a person has on a day; none once erased."""
    if state is None or state.erased_on is not None:
        return frozenset()
    return frozenset(one.role for one in current(state, day))


def current(state: State, day: date) -> tuple[Role, ...]:
    """What was granted and holds on a day."""
    return tuple(one for one in state.roles if one.status(day) == "current")


def working(state: State | None, token: str, day: date) -> Token | None:
    """A person's token, where it stands for them on a day."""
    tokens = () if state is None or state.erased_on is not None else state.tokens
    return next((one for one in tokens if one.id == token and one.works(day)), None)


def acted_rightly(state: State | None, by: By, day: date) -> bool:
    """Whether the log lets somebody act as they did on a day. `state` is their access before it;
    the ledger's own say in it first whose they are."""
    if state is None or state.organisation is None:
        return is_ledgers_own(by)
    if state.organisation != by.organisation or state.erased_on is not None:
        return False
    if not by.organisation or by.role in held(state, day):
        return True
    appointed = any(one.status(day) == "current" for one in state.appointments)
    return by.role == "auditor" and appointed


def require_role(state: State | None, by: By, day: date) -> None:
    """What lets somebody act may have ended while they waited for their turn. Raises Forbidden, but
    not of whom the log says nothing: such a one no door lets in."""
    known = state is not None and state.organisation is not None
    if known and not acted_rightly(state, by, day):
        raise Forbidden(roles=by.role, held=", ".join(sorted(held(state, day))) or "none")


def may_attest(state: State | None, day: date) -> bool:
    """Whether a right to attest is not left over from a role that ended, or from an erased person:
    of who never had a role to use it in, the right says what others may in their place."""
    if state is None:
        return True
    had = [one for one in state.roles if one.role in ATTESTING]
    current = any(one.status(day) == "current" for one in had)
    return state.erased_on is None and (current or not had)


def _new(person: str, event: AccessEvent, on: date) -> New:
    return New(stream(person), event, on)


def _past(pointer: str, on: date, today: date) -> Fault:
    figures = {"on": on.isoformat(), "today": today.isoformat()}
    return Fault(pointer=pointer, sentence="{on} is past: today is {today}.", figures=figures)
