"""Whose person an id is, what they may act in, and by which tokens."""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from ledger.domain import access
from ledger.domain.events import ROLES, By, PersonErased, RoleEnded, TokenEnded
from ledger.domain.refusals import (
    AlreadyExists,
    ErasingOneself,
    Forbidden,
    Invalid,
    NotAParty,
    NotFound,
    OwnRole,
    WrongStatus,
)
from tests.domain.domain_given import given

OURS, OTHERS = "2120002403", "2120001470"
SERVER = By(person="p-server", organisation="", role="admin")
ADMIN = By(person="p-admin", organisation=OURS, role="admin")
TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)
RECORD = access.RecordPerson(person="p-1", organisation=OURS, name_digest="0" * 64)
GRANT = access.GrantRole(person="p-1", role="finance", starts_on=TODAY)
TOKEN = access.MakeToken(person="p-1", token="0" * 16, roles=("finance",))


def at(by=ADMIN, day=TODAY):
    return replace(given(by), today=day)


def after(*decided, state=None, by=ADMIN):
    """A person's access after decisions, each a function and its command."""
    state = state or access.State()
    for decide, command in decided:
        for new in decide(command, state, at(by)):
            state = access.evolve(state, new.event, new.effective_on, by)
    return state


@pytest.fixture
def recorded():
    return after((access.record, RECORD))


@pytest.fixture
def working(recorded):
    return after((access.grant, GRANT), (access.make_token, TOKEN), state=recorded)


# ── Who may ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("by", [SERVER, ADMIN])
def test_an_administrator_of_the_organisation_grants_and_so_does_the_server(recorded, by):
    (new,) = access.grant(GRANT, recorded, at(by))
    assert (new.stream, new.event.role, new.event.starts_on) == ("access/p-1", "finance", TODAY)


@pytest.mark.parametrize(
    ("by", "refusal"),
    [
        (replace(ADMIN, organisation=OTHERS), NotAParty),
        *[(replace(ADMIN, role=role), Forbidden) for role in ROLES if role != "admin"],
        (By(person="p-2", organisation="", role="finance"), Forbidden),
    ],
)
def test_nobody_else_records_grants_makes_ends_or_erases(working, recorded, by, refusal):
    for decide, command, state in (
        (access.record, RECORD, access.State()),
        (access.grant, GRANT, recorded),
        (access.make_token, TOKEN, recorded),
        (access.end_role, access.EndRole(person="p-1", number=1, reason="R", on=TODAY), working),
        (access.end_token, access.EndToken(person="p-1", token="0" * 16, reason="R"), working),
        (access.erase, access.ErasePerson(person="p-1"), working),
    ):
        with pytest.raises(refusal):
            decide(command, state, at(by))


@pytest.mark.parametrize("role", ROLES)
def test_nobody_grants_themselves_a_role_over_money(recorded, role):
    own = replace(GRANT, role=role)
    by = replace(ADMIN, person="p-1")
    if role == "auditor":
        assert access.grant(own, recorded, at(by)), "who appoints an auditor is somebody else"
    else:
        with pytest.raises(OwnRole):
            access.grant(own, recorded, at(by))


def test_whose_person_an_id_is_is_said_once(recorded):
    with pytest.raises(AlreadyExists):
        access.record(replace(RECORD, organisation=OTHERS), recorded, at(SERVER))


# ── Roles ─────────────────────────────────────────────────────────────────────────────────────


def test_a_role_holds_from_its_first_day_to_its_last(recorded):
    command = replace(GRANT, starts_on=TODAY + DAY, ends_on=TODAY + 3 * DAY)
    state = after((access.grant, command), state=recorded)
    held = [bool(access.held(state, TODAY + n * DAY)) for n in range(5)]
    assert held == [False, True, True, True, False]


def test_a_role_that_is_ended_does_not_hold_from_that_day_on(working):
    end = access.EndRole(person="p-1", number=1, reason="Slutar", on=TODAY)
    state = after((access.end_role, end), state=working)
    assert access.held(state, TODAY) == frozenset()
    with pytest.raises(WrongStatus):
        access.end_role(end, state, at())
    again = after((access.grant, GRANT), state=state)
    assert access.held(again, TODAY) == {"finance"}
    assert [role.number for role in again.roles] == [1, 2]


@pytest.mark.parametrize(
    "members",
    [
        {"starts_on": TODAY - DAY},
        {"ends_on": TODAY - DAY},
        {"starts_on": date(2999, 1, 1)},
        {"role": "king"},
    ],
)
def test_what_cannot_be_granted_is_refused(recorded, members):
    with pytest.raises(Invalid):
        access.grant(replace(GRANT, **members), recorded, at())


def test_a_role_does_not_end_on_a_day_that_is_past(working):
    end = access.EndRole(person="p-1", number=1, reason="Slutar", on=TODAY - DAY)
    with pytest.raises(Invalid):
        access.end_role(end, working, at())
    with pytest.raises(NotFound):
        access.end_role(replace(end, number=2), working, at())


# ── Tokens ────────────────────────────────────────────────────────────────────────────────────


def test_a_token_acts_in_what_its_person_has_and_to_its_last_day(recorded):
    granted = after((access.grant, GRANT), state=recorded)
    with pytest.raises(Invalid):
        access.make_token(replace(TOKEN, roles=("finance", "approver")), granted, at())
    ends = replace(TOKEN, ends_on=TODAY + DAY)
    state = after((access.make_token, ends), state=granted)
    works = [access.working(state, "0" * 16, TODAY + n * DAY) is not None for n in range(3)]
    assert works == [True, True, False]
    with pytest.raises(AlreadyExists):
        access.make_token(TOKEN, state, at())


def test_a_token_that_is_ended_stands_for_nobody(working):
    end = access.EndToken(person="p-1", token="0" * 16, reason="Byts")
    state = after((access.end_token, end), state=working)
    assert access.working(state, "0" * 16, TODAY) is None
    with pytest.raises(WrongStatus):
        access.end_token(end, state, at())
    with pytest.raises(NotFound):
        access.end_token(replace(end, token="1" * 16), state, at())


# ── Erased ────────────────────────────────────────────────────────────────────────────────────


def test_with_a_person_end_their_tokens_and_roles_each_as_a_fact(working):
    facts = access.erase(access.ErasePerson(person="p-1"), working, at())
    assert [type(new.event) for new in facts] == [PersonErased, TokenEnded, RoleEnded]
    state = after((access.erase, access.ErasePerson(person="p-1")), state=working)
    assert (access.held(state, TODAY), access.working(state, "0" * 16, TODAY)) == (
        frozenset(),
        None,
    )
    assert not access.may_attest(state, TODAY)
    with pytest.raises(NotFound):
        access.grant(GRANT, state, at())


def test_nobody_erases_themselves(working):
    with pytest.raises(ErasingOneself):
        access.erase(access.ErasePerson(person="p-1"), working, at(replace(ADMIN, person="p-1")))


# ── What stands on it ─────────────────────────────────────────────────────────────────────────


def test_a_right_to_attest_holds_no_longer_than_its_holders_role(recorded):
    approver = after((access.grant, replace(GRANT, role="approver")), state=recorded)
    assert access.may_attest(approver, TODAY)
    end = access.EndRole(person="p-1", number=1, reason="Slutar", on=TODAY)
    ended = after((access.end_role, end), state=approver)
    assert not access.may_attest(ended, TODAY)
    assert access.may_attest(recorded, TODAY), "of who never had it, nothing has ended"
    assert access.may_attest(None, TODAY)


def test_an_act_is_right_in_a_role_that_the_log_gave_at_that_moment(working):
    by = By(person="p-1", organisation=OURS, role="finance")
    assert access.acted_rightly(working, by, TODAY)
    assert not access.acted_rightly(working, by, TODAY - DAY)
    assert not access.acted_rightly(working, replace(by, role="approver"), TODAY)
    assert not access.acted_rightly(working, replace(by, organisation=OTHERS), TODAY)
    assert not access.acted_rightly(None, by, TODAY)
    assert access.acted_rightly(None, SERVER, TODAY)


def test_the_digest_is_of_the_name_in_one_form():
    composed, apart = "Åsa", "A\N{COMBINING RING ABOVE}sa"
    assert access.digest_of("00", composed) == access.digest_of("00", apart)
    assert access.digest_of("00", composed) != access.digest_of("01", composed)
