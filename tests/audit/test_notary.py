"""The notary signs the log's growth and nothing else; anything else ends in an alarm."""

import fcntl

import pytest

from ledger.audit import notary, note, tiles, tree
from ledger.audit.checkpoint import Checkpoint, open_checkpoint, signed
from ledger.audit.notary import (
    Alarm,
    Busy,
    Notary,
    Witness,
    cosign_folder,
    cycle,
)
from ledger.audit.tiles import check_tiles, folder
from ledger.bounds import MAX_NOTARY_BATCH
from ledger.domain import events
from tests.audit.audit_given import (
    KEY,
    ORIGIN,
    WITNESS_KEY,
    Log,
    changed,
    checkpoint_of,
    contents,
    edited,
    edited_with_leaf,
    entry_of,
    facts,
    grown,
    head_of,
    log,
    numbered,
    spaced,
    stored,
)

SIZE = len(facts())
NOW = 1_700_000_000


def notary_in(path):
    return Notary(key=KEY, state=path / "own" / "state", folder=path / "published")


@pytest.fixture
def at_work(tmp_path):
    """A notary that has signed the small log, and the log."""
    source = Log(log())
    at_work = notary_in(tmp_path)
    cycle(at_work, source)
    return at_work, source


def published(at_work):
    return open_checkpoint(at_work.checkpoint.read_bytes(), KEY.verifier)[0]


def alarmed(at_work, source, **how):
    """The findings of the alarm; nothing was signed or published."""
    before = (at_work.state.read_bytes(), at_work.checkpoint.read_bytes())
    with pytest.raises(Alarm) as alarm:
        cycle(at_work, source, **how)
    assert (at_work.state.read_bytes(), at_work.checkpoint.read_bytes()) == before
    assert str(alarm.value) == "; ".join(f.sentence for f in alarm.value.findings)
    return [(finding.kind, finding.index) for finding in alarm.value.findings]


# ── Signing ───────────────────────────────────────────────────────────────────────────────────


def test_a_cycle_signs_the_log_and_publishes_its_tiles(at_work):
    made, source = at_work
    assert published(made) == checkpoint_of(source.stored_rows)
    assert made.state.read_bytes() == made.checkpoint.read_bytes()
    assert check_tiles(folder(made.folder), published(made)) == []
    entries = list(tiles.entries(folder(made.folder), 0, SIZE, SIZE))
    assert entries == [entry_of(row) for row in source.stored_rows]


def test_each_later_cycle_signs_a_tree_that_adds_to_the_last(at_work):
    made, source = at_work
    first = published(made)
    source.put(grown(log(), 300))
    cycle(made, source)
    second = published(made)
    assert second.size == SIZE + 300
    hashes = tiles.hashes(folder(made.folder), second.size)
    proof = tree.consistency_proof(first.size, second.size, hashes)
    tree.verify_consistency(first.size, second.size, first.root, second.root, proof)
    cycle(made, source, recheck=True)


def test_a_cycle_without_anything_new_signs_nothing_anew(at_work):
    made, source = at_work
    before = made.checkpoint.stat().st_mtime_ns, made.state.stat().st_mtime_ns
    note_ = cycle(made, source)
    assert note_.data == made.checkpoint.read_bytes()
    assert (made.checkpoint.stat().st_mtime_ns, made.state.stat().st_mtime_ns) == before


def test_an_empty_log_is_signed_too_and_grows_from_there(tmp_path):
    made, source = notary_in(tmp_path), Log([])
    cycle(made, source)
    assert published(made) == Checkpoint(origin=ORIGIN, size=0, root=tree.EMPTY)
    source.put(log())
    cycle(made, source)
    assert published(made) == checkpoint_of(log())


def test_a_log_larger_than_a_batch_is_signed_whole(tmp_path):
    made = notary_in(tmp_path)
    rows = grown(log(), MAX_NOTARY_BATCH + 300)
    cycle(made, Log(rows))
    assert published(made) == checkpoint_of(rows)
    assert check_tiles(folder(made.folder), published(made)) == []


def test_what_was_signed_and_not_published_is_published_by_the_next_cycle(at_work):
    made, source = at_work
    newest = made.checkpoint.read_bytes()
    made.checkpoint.write_bytes(b"the power went here")
    cycle(made, source)
    assert made.checkpoint.read_bytes() == newest


def test_tiles_that_were_written_and_never_signed_are_written_anew(at_work):
    made, source = at_work
    other = numbered([*contents(log()), *contents(grown(log(), 300))[SIZE + 1 :]])
    tiles.extend(made.folder, head_of(log()), [entry_of(row) for row in other[SIZE:]])
    source.put(grown(log(), 300))
    cycle(made, source)
    assert check_tiles(folder(made.folder), published(made)) == []
    assert published(made) == checkpoint_of(source.stored_rows)


def test_a_cosignature_that_was_added_to_the_published_checkpoint_stays(at_work, tmp_path):
    made, source = at_work
    witness = Witness(key=WITNESS_KEY, folder=tmp_path / "witness")
    cosigned = cosign_folder(witness, KEY.verifier, made.folder, NOW)
    made.checkpoint.write_bytes(cosigned.data)
    cycle(made, source)
    assert made.checkpoint.read_bytes() == cosigned.data


def test_a_key_is_made_once_and_for_its_owner_only(tmp_path):
    path = tmp_path / "key"
    verifier = notary.make_key_file(path, ORIGIN)
    assert path.stat().st_mode & 0o777 == 0o600
    assert notary.read_key_file(path).verifier == verifier
    kept = path.read_bytes()
    with pytest.raises(FileExistsError):
        notary.make_key_file(path, ORIGIN)
    assert path.read_bytes() == kept


# ── Alarms ────────────────────────────────────────────────────────────────────────────────────


def test_a_new_event_that_is_not_the_one_of_its_leaf_is_not_signed(at_work):
    made, source = at_work
    rows = grown(log(), 3)
    rows[SIZE + 1] = changed(rows[SIZE + 1], stored=rows[SIZE + 1].stored.replace(b"p-1", b"p-2"))
    source.put(rows)
    assert alarmed(made, source) == [("edited", SIZE + 1)]


def test_new_bytes_of_the_same_json_are_not_signed(at_work):
    made, source = at_work
    rows = grown(log(), 3)
    rows[SIZE] = changed(rows[SIZE], stored=spaced(rows[SIZE].stored))
    source.put(rows)
    assert alarmed(made, source) == [("other-bytes", SIZE)]


def test_a_hole_among_the_new_events_is_not_signed(at_work):
    made, source = at_work
    rows = grown(log(), 3)
    source.put(rows[: SIZE + 1] + rows[SIZE + 2 :], head_of(rows))
    assert alarmed(made, source) == [("removed", SIZE + 1)]
    source.put(rows[:-1], head_of(rows))
    assert alarmed(made, source) == [("removed", SIZE + 2)]


def test_an_event_without_a_leaf_is_not_signed(at_work):
    made, source = at_work
    rows = grown(log(), 2)
    source.put([*rows, changed(rows[-1], version=9, leaf=None)], head_of(rows))
    assert alarmed(made, source) == [("inserted", None)]


def test_a_restored_backup_and_a_lossy_failover_end_in_an_alarm(at_work):
    made, source = at_work
    source.put(log()[:9])
    assert alarmed(made, source) == [("cut", 9)]


def test_a_backup_that_was_restored_and_written_on_ends_in_an_alarm(at_work):
    made, source = at_work
    source.put(grown(log()[:9], 6))
    assert alarmed(made, source) == [("rewritten", 9)]


ATTACKS = {
    "an edit": (edited_with_leaf, [("edited-with-leaf", 3)]),
    "a deletion": (lambda rows: numbered(contents(rows[:5] + rows[6:])), [("removed", 5)]),
    "a swap": (
        lambda rows: numbered([contents(rows)[i] for i in (0, 1, 2, 3, 8, 5, 6, 7, 4, 9, 10, 11)]),
        [("swapped", 4)],
    ),
    "an insertion": (
        lambda rows: numbered(
            [
                *contents(rows)[:6],
                ("order/C", *stored(events.OrderStarted(), 59)),
                *contents(rows)[6:],
            ]
        ),
        [("inserted", 6)],
    ),
    "a rewrite": (
        lambda rows: numbered([(s, n, d.replace(b"p-1", b"p-2")) for s, n, d in contents(rows)]),
        [("rewritten", 0)],
    ),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_a_past_that_was_rebuilt_perfectly_ends_in_an_alarm_that_names_it(at_work, name):
    made, source = at_work
    attack, expected = ATTACKS[name]
    source.put(numbered([*contents(attack(log())), *contents(grown([], 3))]))
    assert alarmed(made, source) == expected


@pytest.mark.parametrize("name", ATTACKS)
def test_so_does_one_without_anything_new(at_work, name):
    made, source = at_work
    attack, expected = ATTACKS[name]
    source.put(attack(log()))
    found = alarmed(made, source)
    assert found == ([("cut", SIZE - 1)] if name == "a deletion" else expected)


def test_the_control_an_untouched_past_with_the_same_growth_is_signed(at_work):
    made, source = at_work
    source.put(numbered([*contents(log()), *contents(grown([], 3))]))
    cycle(made, source)
    assert published(made).size == SIZE + 3


def test_an_old_event_edited_under_its_leaf_is_found_by_a_recheck(at_work):
    made, source = at_work
    rows = log()
    rows[3] = changed(rows[3], stored=edited(rows[3].stored))
    source.put(rows)
    cycle(made, source)
    assert alarmed(made, source, recheck=True) == [("edited", 3), ("edited-with-leaf", 3)]


def test_an_old_event_edited_with_its_leaf_but_not_the_head_is_found_by_a_recheck(at_work):
    made, source = at_work
    source.put(edited_with_leaf(log()), head_of(log()))
    cycle(made, source)
    assert alarmed(made, source, recheck=True) == [("edited-with-leaf", 3)]


def test_a_head_that_is_not_that_of_the_leaves_ends_in_an_alarm(at_work):
    made, source = at_work
    source.put(log(), head_of(edited_with_leaf(log())))
    assert alarmed(made, source) == [("head", None)]


def test_tiles_that_somebody_changed_end_in_an_alarm(at_work):
    made, source = at_work
    path = made.folder / f"tile/0/000.p/{SIZE}"
    path.write_bytes(bytes(32) + path.read_bytes()[32:])
    assert alarmed(made, source) == [("tiles", None)]
    path.unlink()
    assert alarmed(made, source) == [("tiles", None)]


def test_a_state_file_that_is_lost_or_changed_ends_in_an_alarm(at_work):
    made, source = at_work
    kept = made.state.read_bytes()
    for touched in (b"", kept.replace(b"\n12\n", b"\n11\n"), kept[:-2]):
        made.state.write_bytes(touched)
        assert alarmed(made, source) == [("state", None)]
    made.state.unlink()
    with pytest.raises(Alarm, match="the state file is lost"):
        cycle(made, source)
    made.state.write_bytes(kept)
    cycle(made, source)


def test_a_state_that_was_set_back_ends_in_an_alarm(at_work):
    made, source = at_work
    older = made.state.read_bytes()
    source.put(grown(log(), 5))
    cycle(made, source)
    newer = made.state.read_bytes()
    made.state.write_bytes(older)
    assert alarmed(made, source) == [("state", None)]
    fork = signed(checkpoint_of(grown(edited_with_leaf(log()), 5)), KEY)
    made.state.write_bytes(fork.data)
    assert alarmed(made, source) == [("state", None)]
    made.state.write_bytes(newer)
    cycle(made, source)


def test_a_state_of_another_key_ends_in_an_alarm(at_work):
    made, source = at_work
    other = note.new_key(ORIGIN)
    made.state.write_bytes(signed(checkpoint_of(log()), other).data)
    assert alarmed(made, source) == [("state", None)]


def test_two_notaries_are_never_at_it_at_once(at_work):
    made, source = at_work
    with made.state.with_name("state.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(Busy, match="another process holds the state file"):
            cycle(made, source)
    cycle(made, source)
