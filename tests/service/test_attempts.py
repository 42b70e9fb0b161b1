"""Refused commands that an auditor should hear of are recorded facts, bounded, and change nothing
about the refusal."""

import multiprocessing
import queue
import threading
from datetime import UTC, date, datetime

import pytest
from msgspec.structs import replace

from ledger.bounds import ATTEMPTS
from ledger.domain.events import (
    AttemptRefused,
    AttemptsOpened,
    AttemptsUncounted,
    By,
    PassedLimit,
)
from ledger.domain.refusals import CapExceeded, NotEntitled, OutsideTerm, Unavailable
from ledger.service import Service
from ledger.store import Request, open_store
from tests.service.race import BY, ordering, sign

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
CAP = 100_00


@pytest.fixture
def clock():
    """It stands still, so that what is asked of one hour is of one hour."""
    return lambda: NOW


@pytest.fixture
def service(ledger):
    sign(ledger.service, CAP)
    return ledger.service


def facts(store, kind):
    return [fact for fact in store.follow(0, 10_000) if isinstance(fact.event, kind)]


def refuse(service, by=BY, **more):
    with pytest.raises(CapExceeded):
        service.execute(ordering(CAP + 1), by, **{"now": NOW, **more})


# ── What is recorded ──────────────────────────────────────────────────────────────────────────


def test_an_order_over_the_cap_is_recorded_with_who_when_and_the_figures(service):
    refuse(service)
    (fact,) = facts(service.store, AttemptRefused)
    assert fact.event == AttemptRefused(
        kind="cap-exceeded",
        action="PlaceOrder",
        hour="2026-03-02T09",
        agreement="A",
        about="agreement/A",
        limits=(PassedLimit(limit="cap", cap=CAP, used=0, asked=CAP + 1, over=1, fits=CAP),),
        currency="SEK",
    )
    assert (fact.stream, fact.by, fact.recorded_at) == ("access/p-1", BY, NOW)
    assert fact.effective_on == date(2026, 3, 2)


def test_a_buyer_who_is_not_named_is_recorded_and_a_wrong_date_is_not(service):
    stranger = By(person="p-2", organisation="2120000787", role="orderer")
    with pytest.raises(NotEntitled):
        service.execute(replace(ordering(CAP), buyer="2120000787"), stranger, now=NOW)
    line = replace(ordering(CAP).lines[0], year=2026)
    before = replace(ordering(CAP), ordered_on=date(2025, 12, 31), lines=(line,))
    with pytest.raises(OutsideTerm):
        service.execute(before, BY, now=NOW)
    assert [f.event.kind for f in facts(service.store, AttemptRefused)] == ["not-entitled"]


def test_what_is_tried_in_thought_is_not_recorded(service):
    before = service.store.position()
    refuse(service, dry_run=True)
    (played,) = service.what_if("A", [ordering(CAP + 1)], BY, NOW)
    assert isinstance(played.refusal, CapExceeded)
    assert service.store.position() == before


def test_the_same_request_sent_again_is_not_another_attempt(service):
    for _ in range(3):
        refuse(service, request=Request(key="p-1:a", digest="one"))
    assert len(facts(service.store, AttemptRefused)) == 1
    refuse(service, request=Request(key="p-1:a", digest="another"))
    refuse(service)
    assert len(facts(service.store, AttemptRefused)) == 3


def test_what_is_accepted_records_no_attempt(service):
    service.execute(ordering(CAP), BY, now=NOW)
    assert [f for f in service.store.follow(0, 100) if f.stream.startswith("access/")] == []


# ── Nothing about the refusal changes ─────────────────────────────────────────────────────────


def test_what_cannot_be_recorded_is_refused_all_the_same_and_counted(service, monkeypatch):
    append = service.store.append

    def away(entries):
        if any(new.stream.startswith("access/") for entry in entries for new in entry.facts):
            raise Unavailable
        return append(entries)

    monkeypatch.setattr(service.store, "append", away)
    refuse(service)
    refuse(service)
    assert service.attempts.lost == 2
    monkeypatch.undo()
    refuse(service)
    refuse(service)
    assert [f.event.lost for f in facts(service.store, AttemptRefused)] == [2, 0]
    assert service.attempts.lost == 0


def test_what_was_lost_is_said_by_one_of_two_attempts_at_the_same_time(service, monkeypatch):
    service.attempts.lost = 3
    both, execute = threading.Barrier(2), service.attempts._execute

    def together(*asked):
        both.wait(timeout=30)
        return execute(*asked)

    monkeypatch.setattr(service.attempts, "_execute", together)
    people = [replace(BY, person=f"p-{i}") for i in (1, 2)]
    threads = [threading.Thread(target=refuse, args=(service, by)) for by in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(f.event.lost for f in facts(service.store, AttemptRefused)) == [0, 3]
    assert service.attempts.lost == 0


def test_what_was_lost_is_kept_where_the_next_attempt_is_not_counted(service):
    for _ in range(ATTEMPTS + 1):
        refuse(service)
    service.attempts.lost = 3
    refuse(service)
    assert service.attempts.lost == 3


# ── The bound ─────────────────────────────────────────────────────────────────────────────────


def _refused_often(database, times, people, start, done):
    store = open_store(database)
    service = Service(store)
    start.wait()
    for i in range(times):
        by = By(person=people[i % len(people)], organisation=BY.organisation, role="orderer")
        try:
            service.execute(ordering(CAP + 1), by, now=NOW)
        except CapExceeded:
            continue
    done.put(service.attempts.lost)
    store.close()


def in_processes(database, count, times):
    context = multiprocessing.get_context("spawn")
    start, done = context.Event(), context.Queue()
    arguments = (database, times, ["p-1"], start, done)
    processes = [context.Process(target=_refused_often, args=arguments) for _ in range(count)]
    for process in processes:
        process.start()
    start.set()
    lost = [done.get(timeout=120) for _ in processes]
    for process in processes:
        process.join(60)
    return sum(lost)


def in_threads(database, times, *people):
    """Each thread with a service of its own, as in a process of its own: they share the log."""
    start, done = threading.Event(), queue.Queue()
    threads = [
        threading.Thread(target=_refused_often, args=(database, times, some, start, done))
        for some in people
    ]
    for thread in threads:
        thread.start()
    start.set()
    for thread in threads:
        thread.join(120)
    return sum(done.get(timeout=1) for _ in threads)


def test_several_processes_record_no_more_of_one_person_than_the_bound(service, database):
    # given four processes, each refused ten times for the same person at the same time
    assert in_processes(database, 4, 10) == 0
    # then what fits is recorded, and once that there was more
    assert len(facts(service.store, AttemptRefused)) == ATTEMPTS
    assert len(facts(service.store, AttemptsUncounted)) == 1
    assert len(facts(service.store, AttemptsOpened)) == 1


def test_the_same_with_a_higher_bound_records_more(service, database, monkeypatch):
    # control: it is the bound that holds them back, and nothing else
    monkeypatch.setattr("ledger.domain.access.decisions.ATTEMPTS", 1_000)
    assert in_threads(database, 10, *[["p-1"]] * 4) == 0
    assert len(facts(service.store, AttemptRefused)) == 40


def test_people_who_try_at_the_same_time_take_no_more_places_than_an_hour_has(
    service, database, monkeypatch
):
    monkeypatch.setattr("ledger.domain.access.decisions.ATTEMPT_PEOPLE", 3)
    assert in_threads(database, 3, *([f"p-{i}"] for i in range(6))) == 0
    opened = facts(service.store, AttemptsOpened)
    assert len({fact.event.person for fact in opened}) == len(opened) == 3
    assert len(facts(service.store, AttemptRefused)) == 9
    (more,) = facts(service.store, AttemptsUncounted)
    assert more.stream == "access/2026-03-02T09"


def test_what_is_beyond_the_bound_costs_the_log_nothing(service):
    for _ in range(ATTEMPTS + 1):
        refuse(service)
    before = service.store.position()
    refuse(service)
    refuse(service)
    assert service.store.position() == before
    assert service.attempts.lost == 0
