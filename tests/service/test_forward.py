"""The log's clock only goes forward: nothing is recorded before the newest fact."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from ledger import logs
from ledger.domain import agreement
from tests.domain.domain_given import MANAGER, signing

LATE = datetime(2028, 2, 1, 12, tzinfo=UTC)


def test_what_is_recorded_by_a_clock_that_is_behind_is_recorded_with_the_newest_fact(ledger):
    sign = ledger.service.execute
    sign(signing(number="A1"), MANAGER, now=LATE)
    behind = sign(signing(number="A2"), MANAGER, now=LATE - timedelta(days=40))
    after = sign(signing(number="A3"), MANAGER, now=LATE + timedelta(seconds=1))
    assert [one.facts[0].recorded_at for one in (behind, after)] == [
        LATE, LATE + timedelta(seconds=1),
    ]  # fmt: skip
    (stored,) = ledger.store.history(agreement.stream("A2"))
    assert stored.recorded_at == LATE
    assert ledger.store.newest() == LATE + timedelta(seconds=1)


def test_several_ledgers_of_one_log_go_forward_together(ledger):
    """Who was the last to write knows the newest fact; somebody else does not."""
    from ledger.opening import open_ledger

    other = open_ledger(ledger.settings, lambda: LATE)
    ledger.service.execute(signing(number="A1"), MANAGER)
    other.service.execute(signing(number="A2"), MANAGER)
    ledger.service.execute(signing(number="A3"), MANAGER)
    ledger.service.execute(signing(number="A4"), MANAGER)
    other.close()
    moments = [fact.recorded_at for fact in ledger.store.follow(0, 10)]
    assert moments == sorted(moments)
    assert moments[2:] == [LATE] * 6, "of each signing its own fact and its number's"


def test_an_empty_log_has_no_newest_fact(ledger):
    assert ledger.store.newest() is None


@pytest.fixture
def clock_is(ledger, monkeypatch, capsys):
    """Seconds that the clock is behind a fact → how many lines the log has of it, once another fact
    was recorded, and what `/readyz` says."""
    from ledger.web import create_app

    logs.begin("warning", "json")
    logs.again()
    web = create_app(ledger=ledger).test_client()

    def told(seconds):
        monkeypatch.setattr(ledger.service, "clock", lambda: LATE)
        ledger.service.execute(signing(number=f"B{seconds}"), MANAGER)
        monkeypatch.setattr(ledger.service, "clock", lambda: LATE - timedelta(seconds=seconds))
        capsys.readouterr()
        after = ledger.service.execute(signing(number=f"A{seconds}"), MANAGER)
        assert after.facts[0].recorded_at == LATE, "it stops nobody"
        lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
        ready = web.get("/readyz")
        assert ready.status_code == 200
        return lines, ready.json.get("clock_behind_seconds")

    yield told
    logs.begin("warning")


def test_a_clock_that_is_behind_is_said_in_the_log_and_when_asked(clock_is):
    (line,), ready = clock_is(90)
    assert (line["level"], line["event"]) == ("warning", "clock behind the newest fact")
    assert (line["seconds"], ready) == (90.0, 90.0)


def test_processes_that_differ_by_a_moment_are_no_matter(clock_is):
    assert clock_is(2) == ([], None)


def test_a_history_that_is_played_is_no_clock_that_is_behind(ledger, capsys):
    logs.again()
    for number in (1, 2):
        at = LATE - timedelta(days=400 * number)
        ledger.service.execute(signing(number=f"A{number}"), MANAGER, now=at)
    assert capsys.readouterr().err == ""
