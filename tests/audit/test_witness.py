"""The witness cosigns another log's growth, and nothing else."""

import pytest

from ledger.audit import note, tree
from ledger.audit.checkpoint import Checkpoint, signed
from ledger.audit.notary import (
    Conflict,
    CosignRefused,
    Notary,
    Witness,
    cosign,
    cosign_folder,
    cycle,
)
from tests.audit.audit_given import (
    KEY,
    ORIGIN,
    WITNESS_KEY,
    Log,
    checkpoint_of,
    edited_with_leaf,
    grown,
    log,
)

NOW = 1_700_000_000


@pytest.fixture
def at_work(tmp_path):
    """A notary that has signed the small log, and the log."""
    source = Log(log())
    at_work = notary_in(tmp_path)
    cycle(at_work, source)
    return at_work, source


def notary_in(path):
    return Notary(key=KEY, state=path / "own" / "state", folder=path / "published")


@pytest.fixture
def witness(tmp_path):
    return Witness(key=WITNESS_KEY, folder=tmp_path / "witness")


def proof_between(rows, first, second):
    leaves = [row.leaf for row in rows]
    hashes = tree.from_rows(lambda row, start, count: leaves[start : start + count])
    return tree.consistency_proof(first, second, hashes)


def note_of(rows, size):
    return signed(checkpoint_of(rows, size), KEY).data


def test_a_witness_cosigns_consistent_growth(witness):
    rows = log()
    for old, new in ((0, 5), (5, 5), (5, 12)):
        proof = proof_between(rows, old, new) if old else []
        line = cosign(witness, KEY.verifier, note_of(rows, new), old, proof, NOW + new)
        text = checkpoint_of(rows, new).text
        assert note.verify_signature(text, line, WITNESS_KEY.verifier) == NOW + new


def test_a_witness_watches_several_logs_each_by_itself(witness):
    other = note.new_key("example.org/other")
    cosign(witness, KEY.verifier, note_of(log(), 5), 0, [], NOW)
    theirs = signed(Checkpoint(origin=other.name, size=3, root=bytes(32)), other)
    cosign(witness, other.verifier, theirs.data, 0, [], NOW)
    with pytest.raises(Conflict):
        cosign(witness, other.verifier, theirs.data, 0, [], NOW)


def refused(witness, data, old, proof, why, kind=CosignRefused):
    state = witness.state_of(ORIGIN)
    before = state.read_bytes() if state.exists() else None
    with pytest.raises(kind, match=why):
        cosign(witness, KEY.verifier, data, old, proof, NOW)
    assert (state.read_bytes() if state.exists() else None) == before


def test_a_witness_does_not_cosign_a_fork(witness):
    rows, fork = log(), edited_with_leaf(log())
    cosign(witness, KEY.verifier, note_of(rows, 8), 0, [], NOW)
    why = "does not add to what was cosigned"
    refused(witness, note_of(fork, 12), 8, proof_between(fork, 8, 12), why)
    refused(witness, note_of(fork, 8), 8, [], why)
    refused(witness, note_of(rows, 12), 8, [], why)
    refused(witness, note_of(rows, 12), 8, proof_between(rows, 7, 12), why)
    cosign(witness, KEY.verifier, note_of(rows, 12), 8, proof_between(rows, 8, 12), NOW)


def test_a_witness_does_not_go_back(witness):
    rows = log()
    cosign(witness, KEY.verifier, note_of(rows, 8), 0, [], NOW)
    refused(witness, note_of(rows, 5), 8, [], "from size 8, the checkpoint 5")
    refused(witness, note_of(rows, 5), 5, [], "cosigned last is 8, the proof is from 5", Conflict)
    refused(witness, note_of(rows, 12), 0, [], "cosigned last is 8", Conflict)


def test_a_conflict_tells_the_size_that_the_proof_must_begin_at(witness):
    cosign(witness, KEY.verifier, note_of(log(), 8), 0, [], NOW)
    with pytest.raises(Conflict) as conflict:
        cosign(witness, KEY.verifier, note_of(log(), 12), 0, [], NOW)
    assert conflict.value.size == 8


def test_a_witness_cosigns_nothing_that_the_log_has_not_signed(witness):
    stranger = note.new_key(ORIGIN)
    forged = signed(checkpoint_of(log(), 5), stranger).data
    refused(witness, forged, 0, [], "has no signature by")
    refused(witness, b"rubbish", 0, [], "blank line")
    touched = note_of(log(), 5).replace(b"\n5\n", b"\n6\n")
    refused(witness, touched, 0, [], "is false")


def test_from_nought_there_is_nothing_to_prove(witness):
    refused(witness, note_of(log(), 5), 0, [bytes(32)], "the proof must be empty")
    odd = signed(Checkpoint(origin=ORIGIN, size=0, root=bytes(32)), KEY).data
    refused(witness, odd, 0, [], "size 0 has another root")
    cosign(witness, KEY.verifier, signed(checkpoint_of([]), KEY).data, 0, [], NOW)
    cosign(witness, KEY.verifier, note_of(log(), 5), 0, [], NOW)


def test_a_logs_key_does_not_witness(tmp_path):
    not_one = Witness(key=KEY, folder=tmp_path)
    with pytest.raises(CosignRefused, match="is not a witness's"):
        cosign(not_one, KEY.verifier, note_of(log(), 5), 0, [], NOW)


def test_a_witness_relies_on_its_own_state_only_under_its_own_signature(witness):
    cosign(witness, KEY.verifier, note_of(log(), 8), 0, [], NOW)
    witness.state_of(ORIGIN).write_bytes(note_of(log(), 5))
    refused(witness, note_of(log(), 12), 5, proof_between(log(), 5, 12), "own state is damaged")


def test_a_witness_follows_a_published_folder(at_work, witness):
    made, source = at_work
    for _ in range(2):
        cosigned = cosign_folder(witness, KEY.verifier, made.folder, NOW)
        keys = note.verified(cosigned, [KEY.verifier, WITNESS_KEY.verifier])
        assert {key.name for key in keys} == {ORIGIN, WITNESS_KEY.name}
        source.put(grown(log(), 300))
        cycle(made, source)


def test_a_witness_refuses_a_folder_that_shrank_forked_or_lost_tiles(at_work, witness, tmp_path):
    made, source = at_work
    source.put(grown(log(), 3))
    cycle(made, source)
    cosign_folder(witness, KEY.verifier, made.folder, NOW)
    for rows, why in (
        (log(), "has shrunk: size 15 was cosigned, it is 12"),
        (grown(edited_with_leaf(log()), 5), "does not add to what was cosigned"),
    ):
        fork = notary_in(tmp_path / why[:10])
        cycle(fork, Log(rows))
        with pytest.raises(CosignRefused, match=why):
            cosign_folder(witness, KEY.verifier, fork.folder, NOW)
    source.put(grown(log(), 6))
    cycle(made, source)
    (made.folder / "tile/0/000.p/18").unlink()
    with pytest.raises(CosignRefused, match="is missing"):
        cosign_folder(witness, KEY.verifier, made.folder, NOW)
    with pytest.raises(CosignRefused, match="No such file"):
        cosign_folder(witness, KEY.verifier, tmp_path / "nowhere", NOW)
