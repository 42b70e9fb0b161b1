"""Kept states are shortcuts: what they say is held to the log, and one that lies is named."""

import json

import pytest
from click.testing import CliRunner

from ledger import snapshots
from ledger.cli import main
from ledger.cli.rebuild import SAME
from ledger.service import Service
from tests.service.log_check import execute
from tests.service.race import BY, ordering, sign

STREAM = "agreement/A"


@pytest.fixture
def kept(ledger, monkeypatch):
    """An agreement with two orders and a kept state at version 2."""
    monkeypatch.setattr("ledger.service.SNAPSHOT_EVERY", 2)
    sign(ledger.service, 1_000_000)
    for _ in range(2):
        ledger.service.execute(ordering(100), BY)
    assert ledger.store.snapshots() == [(STREAM, 2)]
    return ledger


@pytest.fixture
def check(kept, database, monkeypatch):
    """`avrop rebuild --check`: its exit status and what it says."""
    monkeypatch.setenv("AVROP_DATABASE", database)

    def run(*options):
        done = CliRunner().invoke(main, ["rebuild", *options])
        return done.exit_code, done.output

    return run


def rewrite(ledger, settings, change):
    """Edit the kept state past the ledger: `change` gets it as JSON and alters it."""
    version, data = ledger.store.snapshot(STREAM)
    snapshot = json.loads(data)
    change(snapshot)
    ledger.store.drop_snapshots()
    ledger.store.save_snapshot(STREAM, version, json.dumps(snapshot).encode())


def test_another_process_starts_from_the_kept_state_and_comes_to_the_same(kept):
    assert snapshots.restore(kept.store, STREAM)[0] == 2
    assert Service(kept.store).load(STREAM) == kept.service.load(STREAM)
    assert Service(kept.store).load(STREAM)[0] == 3


def test_a_sound_kept_state_is_no_difference(check):
    status, said = check("--check")
    assert (status, said.splitlines()[-1]) == (0, SAME)


def test_an_edited_kept_state_is_named_and_gone_after_a_rebuild(kept, settings, check):
    def more_room(snapshot):
        snapshot["state"]["totals"][0]["use"]["reserved"] = 5
        snapshot["state"]["title"] = "B"

    rewrite(kept, settings, more_room)
    status, said = check("--check")
    assert status == 1
    lines = said.splitlines()
    assert "snapshot agreement/A 2: title is 'B', the log says 'A'" in lines
    assert any(line.startswith("snapshot agreement/A 2: totals is ") for line in lines)
    assert lines[-1] == "Differences: 2."
    assert check()[0] == 0
    assert check("--check")[0] == 0
    assert Service(kept.store).load(STREAM) == (3, kept.service.state_at(STREAM, 3))


def test_a_kept_state_that_cannot_be_read_is_named_and_not_used(kept, settings, check):
    rewrite(kept, settings, lambda snapshot: snapshot["state"].pop("limits"))
    assert Service(kept.store).load(STREAM) == kept.service.load(STREAM)
    status, said = check("--check")
    assert status == 1
    assert "snapshot agreement/A 2: cannot be read: " in said


def test_a_kept_state_of_another_fact_is_named_and_not_used(kept, settings, check):
    def another(snapshot):
        snapshot["request"] = "another"
        snapshot["state"]["orders"] = 7

    rewrite(kept, settings, another)
    assert Service(kept.store).load(STREAM) == kept.service.load(STREAM)
    status, said = check("--check")
    assert status == 1
    assert "snapshot agreement/A 2: request is 'another', the log says " in said


def test_a_kept_state_of_facts_that_the_log_does_not_have_is_named_and_not_used(kept, settings):
    schema = "" if kept.store.on_sqlite else "avrop_log."
    execute(
        settings,
        f"DELETE FROM {schema}stored_events WHERE originator_id='{STREAM}' "
        "AND originator_version > 1",
    )
    assert Service(kept.store).load(STREAM)[0] == 1
    assert snapshots.differences(kept.store) == ["snapshot agreement/A 2: not in the log"]


def test_a_kept_state_of_other_rules_is_neither_used_nor_a_difference(kept, settings, check):
    def other_rules(snapshot):
        snapshot["rules"] = 0
        snapshot["state"]["orders"] = 7

    rewrite(kept, settings, other_rules)
    assert Service(kept.store).load(STREAM) == kept.service.load(STREAM)
    assert check("--check")[0] == 0
