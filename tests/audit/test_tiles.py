"""Tiles and entry bundles in a folder: where they stand, how they grow, and what is amiss."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.audit import note, tiles, tree
from ledger.audit.checkpoint import Checkpoint, open_checkpoint
from ledger.audit.files import write_whole
from ledger.audit.tiles import TileRefused, check_tiles, extend, folder, tile_path
from ledger.audit.tree import Head
from tests.conftest import SHARED

TESSERA = SHARED / "merkle" / "tessera-testdata-log"
TESSERA_KEY = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"


def entries_of(size, start=0):
    return [f"entry {i}".encode() for i in range(start, size)]


def checkpoint_of(entries):
    head = tree.append(Head(), map(tree.leaf_hash, entries))
    return Checkpoint(origin="example.org/ledger", size=head.size, root=tree.root(head))


def files_in(path):
    return {
        file.relative_to(path).as_posix(): hashlib.sha256(file.read_bytes()).digest()
        for file in path.rglob("*")
        if file.is_file()
    }


# ── Where they stand ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("level", "index", "width", "path"),
    [
        (0, 0, 256, "tile/0/000"),
        (0, 0, 1, "tile/0/000.p/1"),
        (1, 999, 255, "tile/1/999.p/255"),
        (0, 1000, 256, "tile/0/x001/000"),
        (2, 1234067, 256, "tile/2/x001/x234/067"),
        ("entries", 1234067, 17, "tile/entries/x001/x234/067.p/17"),
    ],
)
def test_a_tile_stands_where_c2sp_says(level, index, width, path):
    assert tile_path(level, index, width) == path


@pytest.mark.parametrize(
    ("level", "index", "width"), [(0, -1, 1), (0, 0, 0), (0, 0, 257), (64, 0, 1)]
)
def test_there_is_no_such_tile(level, index, width):
    with pytest.raises(ValueError, match="there is no tile"):
        tile_path(level, index, width)


def test_a_tree_of_70_000_has_the_tiles_that_c2sp_counts():
    found = tiles.tiles_of(70_000)
    at = [[width for level, _, width in found if level == row] for row in range(4)]
    assert (at[0].count(256), at[0][-1]) == (273, 112)
    assert at[1:] == [[256, 17], [1], []]
    assert [width for level, _, width in found if level == "entries"] == at[0]


def test_a_tree_of_256_has_a_full_tile_and_one_of_width_1_above():
    assert tiles.tiles_of(256) == [("entries", 0, 256), (0, 0, 256), (1, 0, 1)]
    assert tiles.tiles_of(0) == []


# ── Growing ───────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 300), min_size=1, max_size=5))
def test_a_folder_that_grew_in_steps_verifies_and_proves(tmp_path_factory, steps):
    path = tmp_path_factory.mktemp("log")
    head = Head()
    for step in steps:
        head = extend(path, head, entries_of(head.size + step, head.size))
    checkpoint = checkpoint_of(entries_of(head.size))
    assert tree.root(head) == checkpoint.root
    read = folder(path)
    assert check_tiles(read, checkpoint) == []
    assert list(tiles.entries(read, 0, head.size, head.size)) == entries_of(head.size)
    hashes = tiles.hashes(read, head.size)
    assert tree.head_at(head.size, hashes) == head
    for index in range(0, head.size, 97):
        proof = tree.inclusion_proof(index, head.size, hashes)
        leaf = tree.leaf_hash(entries_of(index + 1, index)[0])
        tree.verify_inclusion(index, head.size, leaf, proof, checkpoint.root)


def test_only_the_tiles_of_the_newest_tree_are_left_once_they_are_full(tmp_path):
    head = extend(tmp_path, Head(), entries_of(100))
    head = extend(tmp_path, head, entries_of(256, 100))
    assert set(files_in(tmp_path)) == {"tile/0/000", "tile/entries/000", "tile/1/000.p/1"}
    extend(tmp_path, head, entries_of(300, 256))
    assert "tile/0/001.p/44" in files_in(tmp_path)


def test_a_tree_of_65_537_has_two_rows_above_its_leaves(tmp_path):
    size = 65_537
    extend(tmp_path, Head(), entries_of(size))
    read = folder(tmp_path)
    assert check_tiles(read, checkpoint_of(entries_of(size))) == []
    assert (tmp_path / "tile/2/000.p/1").read_bytes() == tiles.hashes(read, size)(16, 0)


def test_an_older_tree_is_read_from_the_full_tiles_that_replaced_its_own(tmp_path):
    extend(tmp_path, extend(tmp_path, Head(), entries_of(100)), entries_of(256, 100))
    older = checkpoint_of(entries_of(100))
    assert check_tiles(folder(tmp_path), older) == []


def test_adding_the_same_again_after_a_crash_changes_nothing(tmp_path):
    head = extend(tmp_path, Head(), entries_of(200))
    extend(tmp_path, head, entries_of(300, 200))
    before = files_in(tmp_path)
    extend(tmp_path, head, entries_of(300, 200))
    assert files_in(tmp_path) == before


def test_entries_of_any_length_come_back(tmp_path):
    entries = [b"", b"\x00\x00", b"x" * 65_535]
    extend(tmp_path, Head(), entries)
    assert tiles.read_entries(folder(tmp_path), 0, 3) == entries
    with pytest.raises(ValueError, match="at most 65535"):
        tiles.bundle_bytes([b"x" * 65_536])


def test_a_part_of_the_entries_is_read_across_bundles(tmp_path):
    extend(tmp_path, Head(), entries_of(600))
    found = list(tiles.entries(folder(tmp_path), 250, 520, 600))
    assert found == entries_of(520, 250)


def test_a_file_is_whole_or_not_there(tmp_path, monkeypatch):
    path = tmp_path / "folder" / "file"
    write_whole(path, b"first")

    def fail(handle):
        raise OSError("the power is gone")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(OSError, match="the power is gone"):
        write_whole(path, b"second")
    assert path.read_bytes() == b"first"
    assert list(path.parent.iterdir()) == [path]


# ── What is amiss ─────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def log(tmp_path):
    extend(tmp_path, Head(), entries_of(300))
    return tmp_path


def said(path, size=300):
    return [f.sentence for f in check_tiles(folder(path), checkpoint_of(entries_of(size)))]


def test_a_folder_that_nobody_touched_has_no_findings(log):
    assert said(log) == []


def test_a_missing_tile_is_named(log):
    (log / "tile/0/001.p/44").unlink()
    assert said(log) == ["tile/0/001.p/44 is missing"]


def test_a_tile_of_another_length_is_named(log):
    path = log / "tile/0/001.p/44"
    path.write_bytes(path.read_bytes()[:-1])
    assert said(log) == ["tile/0/001.p/44 is 1407 bytes, not 44 hashes of 32"]


def test_an_entry_that_is_not_the_one_of_its_hash_is_named(log):
    path = log / "tile/entries/001.p/44"
    path.write_bytes(path.read_bytes().replace(b"entry 270", b"entry 27O"))
    assert said(log) == ["entry 270 in the folder is not the one that its leaf hash is of"]


def test_a_hash_changed_with_its_entry_is_found_by_the_tile_above_or_the_root(log):
    entries = entries_of(300)
    entries[3], entries[280] = b"other", b"other"
    for start, end, suffix in [(0, 256, "000"), (256, 300, "001.p/44")]:
        hashes = b"".join(map(tree.leaf_hash, entries[start:end]))
        (log / f"tile/0/{suffix}").write_bytes(hashes)
        (log / f"tile/entries/{suffix}").write_bytes(tiles.bundle_bytes(entries[start:end]))
    assert said(log) == [
        "tile/1/000.p/1 is not made from the tiles below it",
        "the tiles do not give the root of the checkpoint of size 300",
    ]


@pytest.mark.parametrize("extra", [b"\x00", b"\x00\x05abcd", b"\x00\x00"])
def test_an_entry_bundle_that_does_not_add_up_is_refused(log, extra):
    path = log / "tile/entries/001.p/44"
    path.write_bytes(path.read_bytes() + extra)
    with pytest.raises(TileRefused, match=r"tile/entries/001\.p/44"):
        tiles.read_entries(folder(log), 1, 44)


def test_a_hash_outside_the_tree_is_not_read(log):
    hashes = tiles.hashes(folder(log), 300)
    with pytest.raises(TileRefused, match="has no hash 300 in row 0"):
        hashes(0, 300)


# ── Other people's log ────────────────────────────────────────────────────────────────────────


@pytest.mark.skipif(not TESSERA.is_dir(), reason="the shared log of tessera is absent")
def test_a_real_log_of_15_entries_verifies_at_each_of_its_16_checkpoints(tmp_path):
    key = note.read_verifier_key(TESSERA_KEY)
    checkpoints = {}
    for path in TESSERA.glob("checkpoint.*"):
        checkpoint, _ = open_checkpoint(path.read_bytes(), key)
        checkpoints[checkpoint.size] = checkpoint
    assert sorted(checkpoints) == list(range(16))
    head = Head()
    for size, checkpoint in sorted(checkpoints.items()):
        assert check_tiles(folder(TESSERA), checkpoint) == []
        added = list(tiles.entries(folder(TESSERA), head.size, size, size))
        head = extend(tmp_path, head, added)
        assert tree.root(head) == checkpoint.root
    theirs = {n: d for n, d in files_in(TESSERA).items() if n.startswith("tile/")}
    assert len(theirs) == 30
    assert files_in(tmp_path) == theirs


@pytest.mark.skipif(not TESSERA.is_dir(), reason="the shared log of tessera is absent")
def test_every_pair_of_a_real_logs_checkpoints_is_consistent():
    key = note.read_verifier_key(TESSERA_KEY)
    roots = {
        checkpoint.size: checkpoint.root
        for checkpoint, _ in (
            open_checkpoint(path.read_bytes(), key) for path in TESSERA.glob("checkpoint.*")
        )
    }
    for second in range(1, 16):
        hashes = tiles.hashes(folder(TESSERA), second)
        for first in range(1, second + 1):
            proof = tree.consistency_proof(first, second, hashes)
            tree.verify_consistency(first, second, roots[first], roots[second], proof)
