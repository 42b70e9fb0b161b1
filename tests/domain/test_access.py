"""Appointments of auditors, and how much of what people try is kept."""

from datetime import date

import pytest
from msgspec.structs import replace

from ledger.bounds import ATTEMPT_PEOPLE, ATTEMPTS, MAX_AUDITED
from ledger.domain import access
from ledger.domain.events import AttemptRefused, AttemptsOpened, AttemptsUncounted, By
from ledger.domain.refusals import (
    AppointmentAhead,
    AppointmentOver,
    Forbidden,
    Invalid,
    NotAParty,
    NotAppointed,
    NotCounted,
    NotFound,
    OwnAppointment,
    WrongStatus,
)
from tests.domain.domain_given import given

ADMIN = By(person="p-server", organisation="", role="admin")
OWN = By(person="p-admin", organisation="2120002403", role="admin")
TODAY = date(2026, 3, 2)
APPOINT = access.AppointAuditor(
    person="p-auditor",
    organisations=("2120002403", "2120001470"),
    starts_on=date(2026, 3, 1),
    ends_on=date(2026, 5, 31),
    decision="KF 12",
    on=TODAY,
)


def folded(*new, state=None, by=ADMIN):
    """The states that new facts leave, by stream."""
    states = dict(state or {})
    for one in new:
        states[one.stream] = access.evolve(states.get(one.stream), one.event, one.effective_on, by)
    return states


@pytest.fixture
def appointed():
    return folded(*access.appoint(APPOINT, access.State(), given(ADMIN)))["access/p-auditor"]


# ── Appointments ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("day", [date(2026, 3, 1), date(2026, 4, 15), date(2026, 5, 31)])
def test_an_auditor_reads_what_they_are_appointed_for_both_days_included(appointed, day):
    assert access.appointed_for(appointed, day) == {"2120002403", "2120001470"}


def test_before_its_first_day_the_appointment_lies_ahead(appointed):
    with pytest.raises(AppointmentAhead) as said:
        access.appointed_for(appointed, date(2026, 2, 28))
    assert said.value.figures == {"starts_on": date(2026, 3, 1)}


def test_after_its_last_day_the_appointment_is_over(appointed):
    with pytest.raises(AppointmentOver) as said:
        access.appointed_for(appointed, date(2026, 6, 1))
    assert said.value.figures == {"ended_on": date(2026, 5, 31)}


def test_who_was_never_appointed_reads_nothing():
    with pytest.raises(NotAppointed):
        access.appointed_for(None, TODAY)


def test_an_appointment_ends_on_the_day_that_somebody_ends_it(appointed):
    end = access.EndAppointment(person="p-auditor", number=1, reason="Avgick", on=date(2026, 4, 1))
    after = folded(
        *access.end(end, appointed, given(ADMIN)), state={"access/p-auditor": appointed}
    )["access/p-auditor"]
    assert access.appointed_for(after, date(2026, 3, 31))
    with pytest.raises(AppointmentOver) as said:
        access.appointed_for(after, date(2026, 4, 1))
    assert said.value.figures == {"ended_on": date(2026, 4, 1)}
    with pytest.raises(WrongStatus):
        access.end(end, after, given(ADMIN))


def test_two_appointments_add_up(appointed):
    second = replace(APPOINT, organisations=("2120000787",), starts_on=date(2026, 5, 1))
    both = folded(
        *access.appoint(second, appointed, given(ADMIN)), state={"access/p-auditor": appointed}
    )["access/p-auditor"]
    assert [one.number for one in both.appointments] == [1, 2]
    assert len(access.appointed_for(both, date(2026, 4, 30))) == 2
    assert len(access.appointed_for(both, date(2026, 5, 1))) == 3


def test_nobody_appoints_themselves_or_ends_their_own_appointment(appointed):
    auditor = By(person="p-auditor", organisation="2120002403", role="admin")
    with pytest.raises(OwnAppointment):
        access.appoint(APPOINT, access.State(), given(auditor))
    end = access.EndAppointment(person="p-auditor", number=1, reason="", on=TODAY)
    with pytest.raises(OwnAppointment):
        access.end(end, appointed, given(auditor))


def test_each_organisation_says_itself_who_audits_it(appointed):
    alone = replace(APPOINT, organisations=("2120002403",))
    assert access.appoint(alone, access.State(), given(OWN)), "the control"
    manager = replace(OWN, role="manager")
    for by, command, refusal in (
        (OWN, APPOINT, NotAParty),
        (replace(OWN, organisation="2120000787"), alone, NotAParty),
        (manager, alone, Forbidden),
    ):
        with pytest.raises(refusal):
            access.appoint(command, access.State(), given(by))
    end = access.EndAppointment(person="p-auditor", number=1, reason="Avgick", on=TODAY)
    for by, refusal in ((OWN, NotAParty), (manager, Forbidden)):
        with pytest.raises(refusal):
            access.end(end, appointed, given(by))
    assert access.end(end, appointed, given(ADMIN)), "the server's command line"


def test_an_appointment_that_is_not_there_cannot_be_ended(appointed):
    end = access.EndAppointment(person="p-auditor", number=2, reason="", on=TODAY)
    with pytest.raises(NotFound):
        access.end(end, appointed, given(ADMIN))
    late = access.EndAppointment(person="p-auditor", number=1, reason="", on=date(2026, 6, 1))
    with pytest.raises(WrongStatus):
        access.end(late, appointed, given(ADMIN))


@pytest.mark.parametrize(
    ("members", "pointers"),
    [
        ({"organisations": ()}, ["/organisations"]),
        ({"organisations": ("2120002403",) * (MAX_AUDITED + 1)}, ["/organisations"]),
        ({"ends_on": date(2026, 2, 28)}, ["/ends_on"]),
        ({"organisations": (), "ends_on": date(2026, 2, 28)}, ["/organisations", "/ends_on"]),
    ],
)
def test_all_faults_of_an_appointment_are_named_at_once(members, pointers):
    with pytest.raises(Invalid) as said:
        access.appoint(replace(APPOINT, **members), access.State(), given(ADMIN))
    assert [fault.pointer for fault in said.value.faults] == pointers


# ── Attempts ──────────────────────────────────────────────────────────────────────────────────


def tried(states, person="p-1", hour="2026-03-02T09"):
    """What one more refused attempt records, and the states after it."""
    command = access.RecordAttempt(person=person, kind="forbidden", action="x", hour=hour)
    own = states.get(f"access/{person}", access.State())
    new = access.record_attempt(command, own, given(today=TODAY, find=states.get))
    return [type(one.event) for one in new], folded(*new, state=states)


def test_a_persons_first_attempt_in_an_hour_takes_one_of_its_places():
    kinds, states = tried({})
    assert kinds == [AttemptRefused, AttemptsOpened]
    assert tried(states)[0] == [AttemptRefused]


def test_beyond_the_bound_it_is_said_once_that_there_was_more_and_the_next_hour_is_new():
    states = {}
    for _ in range(ATTEMPTS):
        kinds, states = tried(states)
        assert AttemptRefused in kinds
    kinds, states = tried(states)
    assert kinds == [AttemptsUncounted]
    with pytest.raises(NotCounted):
        tried(states)
    assert tried(states, person="p-2")[0] == [AttemptRefused, AttemptsOpened]
    assert tried(states, hour="2026-03-02T10")[0] == [AttemptRefused, AttemptsOpened]


def test_an_hour_has_room_for_so_many_people_and_says_once_that_there_were_more():
    states = {}
    for i in range(ATTEMPT_PEOPLE):
        kinds, states = tried(states, f"p-{i}")
        assert kinds == [AttemptRefused, AttemptsOpened]
    kinds, states = tried(states, "p-more")
    assert kinds == [AttemptsUncounted]
    with pytest.raises(NotCounted):
        tried(states, "p-yet-more")
    assert tried(states, "p-0")[0] == [AttemptRefused]


def test_a_clock_that_is_behind_gives_nobody_more_attempts():
    states = {}
    for i in range(ATTEMPTS):
        _, states = tried(states, hour=("2026-03-02T10", "2026-03-02T09")[i % 2])
    assert tried(states, hour="2026-03-02T09")[0] == [AttemptsUncounted]
