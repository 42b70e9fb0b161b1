"""The hash tree: against RFC 6962 said recursively, and against other people's vectors."""

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.audit import tree
from ledger.audit.tree import Head, ProofFails
from tests.audit import merkle_reference as reference
from tests.conftest import SHARED

SAMPLE = Path(__file__).parent / "samples" / "tree.json"
MERKLE = SHARED / "merkle" / "transparency-dev-merkle"
REFERENCE = SHARED / "merkle" / "c2sp-examples" / "rfc6962-reference.json"


def grown(leaves):
    return tree.append(Head(), leaves)


def rows_of(leaves):
    """Stored rows as the ledger keeps them: leaf hashes, and the root of every 256."""
    rows = {0: list(leaves)}

    def completed(level, index, node):
        if level % tree.ROW_LEVELS == 0:
            row = rows.setdefault(level // tree.ROW_LEVELS, [])
            assert len(row) == index
            row.append(node)

    tree.append(Head(), leaves, completed)

    return tree.from_rows(lambda row, start, count: rows[row][start : start + count])


def leaves_of(size):
    return [tree.leaf_hash(str(i).encode()) for i in range(size)]


# ── Against the RFC ───────────────────────────────────────────────────────────────────────────


@given(st.lists(st.binary(max_size=40), max_size=70))
def test_the_root_is_the_one_of_the_rfc_at_every_size(entries):
    leaves = [tree.leaf_hash(entry) for entry in entries]
    head = Head()
    for n, leaf in enumerate(leaves):
        assert tree.root(head) == reference.root(leaves[:n])
        head = tree.append(head, [leaf])
        assert len(head.roots) == head.size.bit_count()
    assert tree.root(head) == reference.root(leaves)
    assert head == grown(leaves)


@given(st.data(), st.integers(1, 600))
def test_proofs_are_those_of_the_rfc_and_verify(data, size):
    leaves = leaves_of(size)
    index = data.draw(st.integers(0, size - 1))
    first = data.draw(st.integers(1, size))
    hashes = rows_of(leaves)
    proof = tree.inclusion_proof(index, size, hashes)
    assert proof == reference.inclusion(index, leaves)
    tree.verify_inclusion(index, size, leaves[index], proof, reference.root(leaves))
    proof = tree.consistency_proof(first, size, hashes)
    assert proof == reference.consistency(first, leaves)
    older, newer = reference.root(leaves[:first]), reference.root(leaves)
    tree.verify_consistency(first, size, older, newer, proof)


@given(st.data(), st.integers(2, 80))
def test_a_proof_that_was_touched_anywhere_fails(data, size):
    leaves = leaves_of(size)
    index = data.draw(st.integers(0, size - 1))
    root = reference.root(leaves)
    proof = reference.inclusion(index, leaves)
    place = data.draw(st.integers(0, len(proof) - 1))
    bit = data.draw(st.integers(0, 255))
    number = int.from_bytes(proof[place], "big") ^ (1 << bit)
    touched = [*proof[:place], number.to_bytes(32, "big"), *proof[place + 1 :]]
    shorter, longer = proof[:place] + proof[place + 1 :], [*proof, root]
    for wrong in (touched, shorter, longer, [*proof[:-1], proof[-1][:31]]):
        with pytest.raises(ProofFails):
            tree.verify_inclusion(index, size, leaves[index], wrong, root)
    other = (index + 1) % size
    with pytest.raises(ProofFails):
        tree.verify_inclusion(other, size, leaves[index], proof, root)


@given(st.data(), st.integers(2, 80))
def test_two_histories_have_no_proof_between_them(data, size):
    leaves = leaves_of(size)
    first = data.draw(st.integers(1, size - 1))
    changed = data.draw(st.integers(0, first - 1))
    other = [*leaves[:changed], tree.leaf_hash(b"other"), *leaves[changed + 1 :]]
    proof = reference.consistency(first, other)
    with pytest.raises(ProofFails):
        tree.verify_consistency(
            first, size, reference.root(leaves[:first]), reference.root(other), proof
        )


@given(st.data(), st.integers(1, 70_000))
def test_a_proof_reads_about_twice_the_logarithm_of_the_size(data, size):
    asked = []
    index = data.draw(st.integers(0, size - 1))
    # Which hashes stand there does not matter here, only which are asked for.
    hashes = tree.from_rows(lambda *row: asked.append(row) or [bytes(32)] * row[2])
    tree.inclusion_proof(index, size, hashes)
    assert len(asked) <= 2 * size.bit_length()
    assert all(count <= 128 for _, _, count in asked)


@given(st.integers(0, 700))
def test_the_head_at_an_earlier_size_is_read_from_stored_rows(size):
    leaves = leaves_of(700)
    assert tree.head_at(size, rows_of(leaves)) == grown(leaves[:size])


def test_the_committed_sample_is_what_the_rfc_and_the_tree_give():
    sample = json.loads(SAMPLE.read_text())
    assert reference.sample() == sample
    leaves = [tree.leaf_hash(entry.encode()) for entry in sample["entries"]]
    hashes = rows_of(leaves)
    size = len(leaves)
    for n, root in enumerate(sample["roots"]):
        assert tree.root(grown(leaves[:n])).hex() == root
    for m, proof in enumerate(sample["inclusion"]):
        assert [h.hex() for h in tree.inclusion_proof(m, size, hashes)] == proof
    for m, proof in enumerate(sample["consistency"], 1):
        assert [h.hex() for h in tree.consistency_proof(m, size, hashes)] == proof


# ── Refusals ──────────────────────────────────────────────────────────────────────────────────


def test_from_size_nought_nothing_is_proved():
    root = reference.root(leaves_of(3))
    for size in (0, 3):
        with pytest.raises(ProofFails, match="nothing can be proved between the sizes 0"):
            tree.verify_consistency(0, size, tree.EMPTY, root, [])
    with pytest.raises(ProofFails):
        tree.consistency_proof(0, 3, rows_of(leaves_of(3)))


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_a_leaf_outside_the_tree_has_no_proof(index, size):
    with pytest.raises(ProofFails, match="has no leaf"):
        tree.inclusion_proof(index, size, rows_of(leaves_of(3)))
    with pytest.raises(ProofFails, match="has no leaf"):
        tree.verify_inclusion(index, size, bytes(32), [], bytes(32))


def test_a_head_has_a_root_for_each_binary_one_of_its_size():
    with pytest.raises(ValueError, match="size 3"):
        Head(3, (bytes(32),))
    with pytest.raises(ValueError, match="32 bytes"):
        Head(1, (bytes(31),))
    with pytest.raises(ValueError, match="32 bytes"):
        tree.append(Head(), [b"short"])


def test_a_row_that_is_too_short_is_said_so():
    hashes = tree.from_rows(lambda row, start, count: [bytes(32)] * (count - 1))
    with pytest.raises(ProofFails, match="row 0 of the tree holds 3 of the 4 hashes from 4"):
        hashes(2, 1)


# ── Other people's vectors ────────────────────────────────────────────────────────────────────


def vectors(kind):
    return sorted((MERKLE / kind).rglob("*.json"))


@pytest.mark.skipif(not MERKLE.is_dir(), reason="the shared vectors of transparency-dev are absent")
def test_all_the_vectors_are_there():
    assert (len(vectors("inclusion")), len(vectors("consistency"))) == (98, 98)


def named(path):
    return str(path.relative_to(MERKLE))


@pytest.mark.parametrize("path", vectors("inclusion"), ids=named)
def test_inclusion_vector_of_transparency_dev(path):
    case = json.loads(path.read_text())
    arguments = (
        case["leafIdx"],
        case["treeSize"],
        base64.b64decode(case["leafHash"] or ""),
        [base64.b64decode(h) for h in case["proof"] or []],
        base64.b64decode(case["root"] or ""),
    )
    if case["wantErr"]:
        with pytest.raises(ProofFails):
            tree.verify_inclusion(*arguments)
    else:
        tree.verify_inclusion(*arguments)


@pytest.mark.parametrize("path", vectors("consistency"), ids=named)
def test_consistency_vector_of_transparency_dev(path):
    case = json.loads(path.read_text())
    arguments = (
        case["size1"],
        case["size2"],
        base64.b64decode(case["root1"] or ""),
        base64.b64decode(case["root2"] or ""),
        [base64.b64decode(h) for h in case["proof"] or []],
    )
    if case["wantErr"]:
        with pytest.raises(ProofFails):
            tree.verify_consistency(*arguments)
    else:
        tree.verify_consistency(*arguments)


@pytest.mark.skipif(not REFERENCE.is_file(), reason="the shared values of RFC 6962 are absent")
def test_hashes_and_roots_of_rfc_6962():
    known = json.loads(REFERENCE.read_text())
    assert tree.EMPTY.hex() == known["empty_root"]
    assert tree.leaf_hash(b"").hex() == known["leaf_of_empty"]
    assert tree.leaf_hash(b"L123456").hex() == known["leaf_of_L123456"]
    assert tree.node_hash(b"N123", b"N456").hex() == known["node_of_N123_N456"]
    leaves = [tree.leaf_hash(bytes.fromhex(h)) for h in known["leaf_inputs_hex"]]
    assert len(known["roots_by_size"]) == 9
    for size, root in enumerate(known["roots_by_size"]):
        assert tree.root(grown(leaves[:size])).hex() == root
