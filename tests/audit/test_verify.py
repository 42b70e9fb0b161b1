"""The verifier in a bundle: one file, the standard library, and every lie named in words."""

import ast
import base64
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ledger.audit import note, tiles
from ledger.audit.checkpoint import signed
from ledger.audit.verifier import verify
from ledger.domain import events
from tests.audit.audit_given import (
    KEY,
    WITNESS_KEY,
    changed,
    checkpoint_of,
    contents,
    edited_with_leaf,
    entry_of,
    grown,
    log,
    numbered,
    spaced,
    stored,
)
from tests.audit.bundle_given import (
    bought,
    contents_of,
    laid_out,
    leaves_of,
    made,
    part,
    worked_out,
    written,
)

OPENSSL = shutil.which("openssl")
KEYS = KEY.verifier.text
OTHER = note.new_key("example.org/ledger").verifier


def ran(*arguments, path=None, **environment):
    """verify.py as an outsider runs it: alone, without anything that is installed."""
    script = path or Path(verify.__file__)
    command = [sys.executable, "-I", "-S", str(script), *map(str, arguments)]
    env = {"PATH": str(Path(OPENSSL).parent) if OPENSSL else "", "PYTHONUTF8": "1", **environment}
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout


@pytest.fixture
def found(tmp_path):
    """Files of a bundle → what is wrong with it, against a checkpoint of one's own or without."""

    def examine(files, kept=None):
        own = []
        if kept is not None:
            own = [tmp_path / "kept"]
            own[0].write_bytes(signed(kept, KEY).data)
        folder = tmp_path / "bundle"
        shutil.rmtree(folder, ignore_errors=True)
        return verify.examine(laid_out(folder, files), KEYS, own).wrong

    return examine


# ── What it is ────────────────────────────────────────────────────────────────────────────────


def test_it_imports_nothing_but_the_standard_library():
    tree = ast.parse(Path(verify.__file__).read_text(encoding="utf-8"))
    names = {
        alias.name.split(".")[0]
        for node in ast.walk(tree)
        for alias in (node.names if isinstance(node, ast.Import) else [])
    } | {
        node.module.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module
    }
    assert names
    assert names <= set(sys.stdlib_module_names)
    assert not any(isinstance(n, ast.ImportFrom) and n.level for n in ast.walk(tree))


# ── A good bundle ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.skipif(OPENSSL is None, reason="there is no openssl")
def test_a_good_bundle_is_right_as_a_folder_and_as_a_zip(tmp_path):
    files = made(grown(log(), 300))
    kept = tmp_path / "kept"
    kept.write_bytes(signed(checkpoint_of(log(), 10), KEY).data)
    folder = laid_out(tmp_path / "bundle", files)
    archive = tmp_path / "bundle.zip"
    archive.write_bytes(written(contents_of(grown(log(), 300)), leaves_of(grown(log(), 300))))
    own = ("--key", KEYS, "--checkpoint", kept, "--witness", WITNESS_KEY.verifier.text)
    for status, said in (
        ran(*own, path=folder / "verify.py"),
        ran(folder, *own),
        ran(archive, *own),
    ):
        assert status == 0
        assert said.endswith("\nNothing was changed.\n")
        for line in (
            "312 of the log's 312 entries are here and were hashed",
            "your checkpoint kept: the root of size 10 is right",
            "your checkpoint kept: signed by example.org/ledger",
            "checkpoints/8: the root of size 8 is right",
            "the newest checkpoint: signed by example.org/witness",
            "record 7 is proved to be in the tree",
            "A, limit cap: the figures were worked out again from the events",
        ):
            assert f"  {line}\n" in said


@pytest.mark.skipif(OPENSSL is None, reason="there is no openssl")
def test_without_a_key_and_checkpoint_of_ones_own_it_does_not_say_that_nothing_was_changed(
    tmp_path,
):
    status, said = ran(laid_out(tmp_path, made()))
    assert status == 0
    assert "Nothing was changed" not in said
    assert f"the key is the bundle's own, compare it: {KEYS}" in said
    assert "hold it against a key and checkpoint of yours" in said


@pytest.mark.skipif(OPENSSL is None, reason="there is no openssl")
def test_a_bundle_of_a_part_is_right_and_says_what_it_cannot_show(tmp_path):
    kept = tmp_path / "kept"
    kept.write_bytes(signed(checkpoint_of(log(bought()), 6), KEY).data)
    folder, own = laid_out(tmp_path / "bundle", part()), ("--key", KEYS)
    status, said = ran(folder, *own)
    assert status == 0
    only = "That nothing is left out only a bundle of the whole log shows.\n"
    assert said.endswith(f"; hold it against a key and checkpoint of yours. {only}")
    status, said = ran(folder, *own, "--checkpoint", kept)
    assert status == 0
    assert said.endswith(f"\nNothing of what is here was changed. {only}")
    assert "8 of the log's 9 entries are here and were hashed" in said
    assert "whether a stream's newest entries were left out cannot be seen from it" in said


def test_without_openssl_it_says_that_the_signatures_were_not_checked(tmp_path):
    folder = laid_out(tmp_path, made())
    status, said = ran(folder, PATH=str(tmp_path))
    assert status == 2
    assert "? THE SIGNATURES WERE NOT CHECKED: no openssl" in said
    assert "signed by" not in said
    (folder / "checkpoint").write_bytes(b"rubbish")
    assert ran(folder, PATH=str(tmp_path))[0] == 1


def test_an_openssl_that_cannot_verify_is_none(tmp_path):
    program = tmp_path / "openssl"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    status, said = ran(laid_out(tmp_path / "bundle", made()), PATH=f"{tmp_path}:/bin:/usr/bin")
    assert "THE SIGNATURES WERE NOT CHECKED" in said
    assert status != 0


def test_what_is_not_there_is_status_2(tmp_path):
    assert ran(tmp_path / "nowhere") == (2, f"There is no {tmp_path / 'nowhere'}.\n")
    assert ran(laid_out(tmp_path, made()), "--checkpoint", tmp_path / "no")[0] == 2


def test_an_empty_log_has_a_bundle_too(found):
    assert found(made([], earlier=(), figures={}, chosen=())) == []


# ── Attacks, against a checkpoint held outside ────────────────────────────────────────────────


def forged(rows, **members):
    """What an attacker with the log's key would make of a changed log: right in itself."""
    return made(rows, figures=worked_out(rows), **{"chosen": (), "earlier": (), **members})


def deleted(rows):
    return numbered(contents(rows[:5] + rows[6:]))


def swapped(rows):
    told = contents(rows)
    told[4], told[8] = told[8], told[4]
    return numbered(told)


def inserted(rows):
    slipped = ("order/C", *stored(events.OrderStarted(), 59))
    return numbered([*contents(rows)[:6], slipped, *contents(rows)[6:]])


def rewritten(rows):
    return numbered([(s, n, data.replace(b"p-1", b"p-2")) for s, n, data in contents(rows)])


def other_bytes(rows):
    told = contents(rows)
    told[5] = (told[5][0], told[5][1], spaced(told[5][2]))
    return numbered(told)


ATTACKS = [edited_with_leaf, deleted, swapped, inserted, rewritten, other_bytes]
CHANGED = "something was changed, removed, slipped in or moved, together with the hashes"


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_a_history_that_was_made_anew_is_found_with_ones_own_checkpoint(found, attack):
    rows = grown(attack(log()), 3)
    assert found(forged(rows)) == []  # the control: without it nobody can see it
    assert found(forged(rows), kept=checkpoint_of(log())) == [
        f"entries 0 to 11: {CHANGED}; the root is not your checkpoint kept's"
    ]


def test_earlier_checkpoints_say_between_which_entries(found):
    rows = grown(edited_with_leaf(log()), 3)
    files = forged(rows)
    for size in (2, 4, 8):
        files[f"checkpoints/{size}"] = signed(checkpoint_of(log(), size), KEY).data
    assert found(files, kept=checkpoint_of(log())) == [
        f"entries 2 to 3: {CHANGED}; the root is not checkpoints/4's"
    ]


def test_a_tail_that_was_cut_is_found(found):
    assert found(forged(log()[:9]), kept=checkpoint_of(log())) == [
        "entries 9 to 11 not in the bundle, though your checkpoint kept was signed for them"
    ]


# ── Attacks on the bundle itself ──────────────────────────────────────────────────────────────


def with_entry(files, index, data):
    """The bundle with another entry in its place, and its leaf hash as it was."""
    entries = tiles.bundle_entries(files["tile/entries/000.p/12"], "")
    entries[index] = data
    return {**files, "tile/entries/000.p/12": tiles.bundle_bytes(entries)}


def test_an_edited_entry_is_named(found):
    files = made()
    entry = entry_of(log()[3]).replace(b"-240000", b"-940000")
    assert "entry 3 was edited: it is not the one that the tree was made of" in found(
        with_entry(files, 3, entry)
    )


def test_an_entry_edited_with_its_leaf_is_found_by_the_root(found):
    files = made(chosen=())
    rows = log()
    rows[9] = changed(rows[9], stored=rows[9].stored.replace(b"310000", b"110000"))
    forged_row = numbered(contents(rows))[9]
    files = with_entry(files, 9, entry_of(forged_row))
    leaves = files["tile/0/000.p/12"]
    files["tile/0/000.p/12"] = leaves[: 9 * 32] + forged_row.leaf + leaves[10 * 32 :]
    wrong = found(files)
    assert wrong[0] == f"entries 8 to 11: {CHANGED}; the root is not the newest checkpoint's"
    assert any("claimed reserved 310000" in sentence for sentence in wrong)


@pytest.mark.skipif(OPENSSL is None, reason="there is no openssl")
def test_a_checkpoint_that_the_key_did_not_sign_is_found(found):
    other = note.new_key("example.org/ledger")
    rows = edited_with_leaf(log())
    files = {**forged(rows), "checkpoint": signed(checkpoint_of(rows), other).data}
    assert found(files) == ["the newest checkpoint is not signed by example.org/ledger"]
    line = signed(checkpoint_of(log(), 3), KEY).signatures[0].line
    files["checkpoint"] = f"{checkpoint_of(rows).text}\n{line}".encode()
    assert found(files) == ["the newest checkpoint: the signature of example.org/ledger is false"]


@pytest.mark.skipif(OPENSSL is None, reason="there is no openssl")
def test_a_false_cosignature_is_found(found):
    files = made()
    text, _, lines = files["checkpoint"].decode().rpartition("\n\n")
    own, witness = lines[:-1].split("\n")
    value = bytearray(base64.b64decode(witness.split(" ")[2]))
    value[11] ^= 1
    witness = " ".join([*witness.split(" ")[:2], base64.b64encode(value).decode()])
    files["checkpoint"] = f"{text}\n\n{own}\n{witness}\n".encode()
    files = {name: data for name, data in files.items() if not name.startswith("proofs/")}
    assert found(files) == ["the newest checkpoint: the signature of example.org/witness is false"]


def test_another_key_than_ones_own_is_found(tmp_path):
    report = verify.examine(
        laid_out(tmp_path, made()), note.new_key("example.org/mine").verifier.text
    )
    assert report.wrong[0] == "the bundle's key is not the key that you hold"


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("tile/0/000.p/12", lambda data: data[:-1], "tile/0/000.p/12 is 383 bytes, not 12 hashes"),
        ("tile/entries/000.p/12", lambda data: data + b"\0", "is not 12 entries with their"),
        ("tile/entries/000.p/12", lambda data: data + b"\0\0", "is not 12 entries with their"),
        ("checkpoint", lambda data: data.replace(b"\n12\n", b"\n012\n"), "does not say its size"),
        ("checkpoint", lambda data: b"\xff" + data, "the newest checkpoint is not text"),
        ("checkpoint", lambda data: data[:60], "is not a signed checkpoint"),
        ("checkpoint", lambda data: data.replace(b"\n12\n", b"\n" + b"9" * 18 + b"\n"), "missing"),
        ("public-key", lambda data: data[1:], "is not whole"),
        ("public-key", lambda _: b"key", "not a public key"),
        ("public-key.pem", lambda _: OTHER.pem, "public-key.pem is another key than public-key"),
        ("public-key.pem", lambda _: b"", "public-key.pem is another key than public-key"),
        ("witnesses", lambda _: KEYS.encode(), "a witness's not of type 4"),
        ("proofs/7.tlog-proof", lambda d: d.replace(b"index 7", b"index 6"), "proof of record 7"),
        ("proofs/7.tlog-proof", lambda d: d.replace(b"\n12\n", b"\n11\n"), "does not have"),
        ("figures.json", lambda _: b"[]", "figures.json is not a JSON object"),
        ("figures.json", lambda _: b'{"size":12,"agreements":{"A":{}}}', "cannot be worked out"),
        ("figures.json", lambda _: b"[" * 100_000, "is not the JSON that it should be"),
        ("figures.json", lambda d: d.replace(b"500000", b"5e5"), "5e5 is not a whole number"),
        ("figures.json", lambda d: d.replace(b"500000", b"NaN"), "NaN is not a whole number"),
    ],
)
def test_a_file_that_was_spoiled_is_named(found, name, change, said):
    files = made()
    assert found(files) == []
    files[name] = change(files[name])
    assert any(said in sentence for sentence in found(files))


@pytest.mark.parametrize("name", ["checkpoint", "public-key", "tile/0/000.p/12", "figures.json"])
def test_a_file_that_is_missing_is_named(found, name):
    files = made()
    del files[name]
    assert found(files) == [f"{name} is missing"]


def test_a_tile_that_is_not_of_the_tree_is_found(found):
    files = made(grown(log(), 300))
    files["tile/1/000.p/1"] = bytes(32)
    assert found(files) == ["tile 0 of level 1 is not of this tree"]


def test_a_proof_of_another_record_is_found(found):
    files = made(chosen=(0, 1, 7))
    head, _, rest = files["proofs/7.tlog-proof"].partition(b"\n\n")
    lines = head.split(b"\n")
    lines[2] = base64.b64encode(bytes(32))
    files["proofs/7.tlog-proof"] = b"\n".join(lines) + b"\n\n" + rest
    assert found(files) == ["proofs/7.tlog-proof does not prove that record 7 is in the tree"]


def test_an_entry_left_out_of_the_middle_of_a_stream_is_found(found):
    assert found(part()) == []
    assert found(part(left_out=(4,))) == [
        "entry 6 is version 3 of order/A-0001, but version 1 comes before it"
    ]


@pytest.mark.parametrize(
    ("left_out", "said"),
    [
        ((1, 4, 6), "order-placed of order A-0001 is not here, though the agreement's money moved"),
        ((2, 7), "the move of money by order-placed of order A-0001 is not here"),
        ((7,), "the move of money by order-drawn of order A-0001 is not here"),
        ((6,), "order-drawn of order A-0001 by d-1 is not here, though the agreement's money"),
        ((6, 7), "d-1 was approved, but that it was drawn on order A-0001 is not here"),
        ((5,), "d-1, drawn on order A-0001: its approval is not here"),
    ],
)
def test_newest_entries_that_others_tell_of_cannot_be_left_out(found, left_out, said):
    assert any(sentence.startswith(said) for sentence in found(part(left_out)))


def test_what_no_entry_tells_of_can_be_left_out_of_a_part(found):
    assert found(part(left_out=(5, 6, 7))) == []


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"{}", "does not have an entry's five members"),
        (b'{"data":{},"index":0,"name":"n","stream":"s","version":1}', "says that it is entry 3"),
        (b'{"data":{},"index":3,"name":"n","stream":"s","version":1,"data":{}}', "stands twice"),
        (b'{"data":{},"index":3,"name":"n","stream":5,"version":1}', "does not read as an event"),
        (b'{"data":{},"index":3,"name":"n","stream":"s","version":"1"}', "is version 1 of s"),
        (b'{"data":1.5,"index":3,"name":"n","stream":"s","version":1}', "not a whole number"),
        (b'{"data":{},"index":3,"name":"room-moved","stream":"agreement/A","version":3}', "'data'"),
        (b"\xff", "is not the JSON"),
        (b"9" * 5_000, "is not the JSON"),
    ],
)
def test_an_entry_that_is_none_is_named_and_does_not_stop_the_rest(found, data, said):
    wrong = found(with_entry(made(figures={}), 3, data))
    assert "entry 3 was edited: it is not the one that the tree was made of" in wrong
    assert any("entry 3" in s and (said in s or said.startswith("says")) for s in wrong)
