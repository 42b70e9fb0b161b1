"""Kept states are shortcuts: what they say is held to the log, and one that lies is named."""

import contextlib
import json
import re
import sqlite3
from hashlib import sha256

import psycopg
import pytest
from click.testing import CliRunner

from ledger import logs, snapshots
from ledger.audit import entry, tree
from ledger.cli import main
from ledger.cli.output import said as told
from ledger.cli.rebuild import SAME
from ledger.codec import RULES
from ledger.domain.refusals import CapExceeded
from ledger.service import Service
from tests.clock import STARTED
from tests.service.log_check import execute
from tests.service.race import BY, ordering, sign

STREAM = "agreement/A"


@pytest.fixture
def kept(ledger, monkeypatch):
    """An agreement with two orders and a kept state at version 2."""
    monkeypatch.setattr("ledger.snapshots.SNAPSHOT_EVERY", 3)
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
        done = CliRunner().invoke(main, obj=STARTED, args=["rebuild", *options])
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
    assert (status, said.splitlines()[-1]) == (0, told(SAME))


def test_an_edited_kept_state_is_named_and_gone_after_a_rebuild(kept, settings, check):
    def more_room(snapshot):
        snapshot["state"]["totals"][0]["use"]["reserved"] = 5
        snapshot["state"]["title"] = "B"

    rewrite(kept, settings, more_room)
    status, said = check("--check")
    assert status == 1
    lines = said.splitlines()
    assert "snapshot agreement/A 2: fact 3 seals another state; it is not used" in lines
    assert "snapshot agreement/A 2: title is 'B', the log says 'A'" in lines
    assert any(line.startswith("snapshot agreement/A 2: totals is ") for line in lines)
    assert lines[-1] == "Differences: 3."
    assert check()[0] == 0
    assert check("--check")[0] == 0
    assert Service(kept.store).load(STREAM) == (3, kept.service.state_at(STREAM, 3))


def test_a_kept_state_that_cannot_be_read_is_named_and_not_used(kept, settings, check):
    rewrite(kept, settings, lambda snapshot: snapshot["state"].pop("limits"))
    assert Service(kept.store).load(STREAM) == kept.service.load(STREAM)
    status, said = check("--check")
    assert status == 1
    assert "snapshot agreement/A 2: cannot be read: " in said


def test_a_kept_state_of_facts_that_the_log_does_not_have_is_named_and_not_used(kept, settings):
    schema = "" if kept.store.on_sqlite else "avrop_log."
    execute(
        settings,
        f"DELETE FROM {schema}stored_events WHERE originator_id='{STREAM}' "
        "AND originator_version > 1",
    )
    assert Service(kept.store).load(STREAM)[0] == 1
    assert snapshots.differences(kept.store) == ["snapshot agreement/A 2: not in the log"]


def test_a_kept_state_of_other_rules_is_neither_used_nor_a_difference(kept, check, monkeypatch):
    monkeypatch.setattr("ledger.snapshots.codec.RULES", RULES + 1)
    assert snapshots.restore(kept.store, STREAM) == (0, None)
    assert Service(kept.store).load(STREAM) == kept.service.load(STREAM)
    assert check("--check")[0] == 0


# ── Somebody with the database in their hands makes room where there is none ──────────────────


def with_room(kept):
    """The kept state with nothing in use, as bytes, and its digest."""
    snapshot = json.loads(kept.store.snapshot(STREAM)[1])
    snapshot["state"]["totals"] = []
    data = json.dumps(snapshot).encode()
    return data, sha256(data).hexdigest()


def edit(settings, statement, *values):
    """A statement past the ledger, `?` for values and {} before tables."""
    on_sqlite = settings.database.startswith("sqlite")
    if on_sqlite:
        connection = sqlite3.connect(settings.database.removeprefix("sqlite:///"))
    else:
        connection = psycopg.connect(settings.database)
    with contextlib.closing(connection), connection:
        mark, schema = ("?", "") if on_sqlite else ("%s", "avrop_log.")
        connection.execute(statement.format(schema).replace("?", mark), values)


def edit_state(kept, settings):
    data, digest = with_room(kept)
    edit(settings, "UPDATE {}snapshots SET state = ?", data)
    return digest


def edit_seal(kept, settings):
    """The state, and its digest in the fact that seals it; the bytes that the fact now has."""
    digest = edit_state(kept, settings)
    row = next(row for row in kept.store.leaves.every(99) if (row.stream, row.version) == SEALING)
    assert row.stored.count(b'"seal":"') == 1
    stored = re.sub(rb'"seal":"[0-9a-f]+"', f'"seal":"{digest}"'.encode(), row.stored)
    where = "WHERE originator_id = ? AND originator_version = ?"
    edit(settings, f"UPDATE {{}}stored_events SET state = ? {where}", stored, *SEALING)
    return entry.make(row.index, row.stream, row.version, row.name, stored)


def edit_leaf(kept, settings):
    """The state, its seal, and the leaf of the fact that has it."""
    made = edit_seal(kept, settings)
    where = "WHERE stream = ? AND version = ?"
    edit(settings, f"UPDATE {{}}leaves SET hash = ? {where}", tree.leaf_hash(made), *SEALING)


SEALING = (STREAM, 3)
ATTACKS = {
    edit_state: "fact 3 seals another state; it is not used",
    edit_seal: "fact 3, which seals it, is not proved: agreement/A version 3 is not what its leaf ",
    edit_leaf: "fact 3, which seals it, is not proved: the stored head is not that of the stored ",
}


def unused(capfd) -> list[str]:
    """What the process's own log says of kept states that it does not use."""
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines() if line[:1] == "{"]
    return [
        f"snapshot {one['stream']} {one['version']}: {one['why']}"
        for one in lines
        if one["event"] == "a kept state is not used"
    ]


@pytest.fixture
def full(kept, monkeypatch):
    """A kept state with one order of 100 öre, and after it others that leave room for 100 öre."""
    monkeypatch.setattr("ledger.snapshots.SNAPSHOT_EVERY", 1_000)
    kept.service.execute(ordering(999_700), BY)
    logs.again()
    return kept


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_edited_kept_state_is_refused_before_it_decides(full, settings, attack, capfd):
    attack(full, settings)
    fresh = Service(full.store)
    with pytest.raises(CapExceeded):
        fresh.execute(ordering(150), BY)
    (said,) = unused(capfd)
    assert said.startswith(f"snapshot {STREAM} 2: {ATTACKS[attack]}")
    assert any(line.startswith(said) for line in snapshots.differences(full.store))


@pytest.mark.parametrize("attack", ATTACKS)
def test_were_a_kept_state_not_held_to_the_log_it_would_have_decided(
    full, settings, attack, monkeypatch
):
    attack(full, settings)
    monkeypatch.setattr("ledger.snapshots._unproven", lambda *_: "")
    assert Service(full.store).execute(ordering(150), BY).facts


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        ("DELETE FROM {}head", "the stored head is gone"),
        ("DELETE FROM {}leaves WHERE number = 0", "there are leaf hashes or nodes missing"),
    ],
)
def test_where_the_tree_cannot_prove_it_the_log_is_folded_instead(
    full, settings, damage, why, capfd
):
    edit(settings, damage)
    loaded = Service(full.store).load(STREAM)
    assert loaded == full.service.load(STREAM)
    (said,) = unused(capfd)
    assert said.startswith(f"snapshot {STREAM} 2: fact 3, which seals it, is not proved: {why}")


def test_a_sound_kept_state_decides_and_the_log_before_it_is_not_read(full, monkeypatch, capfd):
    read = []
    history = full.store.history

    def watched(stream, after=0, to=None):
        read.append((stream, after))
        return history(stream, after, to)

    monkeypatch.setattr(full.store, "history", watched)
    with pytest.raises(CapExceeded):
        Service(full.store).execute(ordering(150), BY)
    assert min(after for stream, after in read if stream == STREAM) == 2
    assert unused(capfd) == []
