"""The bundle: the same bytes each time, readable by others, and never a false one."""

import io
import re
import shutil
import subprocess
import zipfile

import pytest

from ledger.audit import note, tiles
from ledger.audit.bundle import BundleRefused, Claim, Leaf, claims
from ledger.audit.checkpoint import open_checkpoint, signed
from ledger.audit.note import NoteRefused
from tests.audit.audit_given import KEY, checkpoint_of, edited_with_leaf, entry_of, grown, log
from tests.audit.bundle_given import (
    contents_of,
    files_of,
    laid_out,
    leaves_of,
    made,
    state_of,
    written,
)


def test_the_same_contents_give_the_same_bytes():
    rows = grown(log(), 300)
    first = written(contents_of(rows), leaves_of(rows))
    assert written(contents_of(rows), leaves_of(rows)) == first


def test_nothing_in_it_is_packed_or_dated():
    with zipfile.ZipFile(io.BytesIO(written(contents_of(log()), leaves_of(log())))) as file:
        for info in file.infolist():
            assert info.compress_type == zipfile.ZIP_STORED
            assert info.date_time == (1980, 1, 1, 0, 0, 0)


def test_it_holds_what_its_readme_says():
    files = made()
    assert set(files) == {
        "README.md",
        "verify.py",
        "public-key",
        "public-key.pem",
        "witnesses",
        "checkpoint",
        "checkpoints/4",
        "checkpoints/8",
        "figures.json",
        "tile/entries/000.p/12",
        "tile/0/000.p/12",
        "proofs/0.tlog-proof",
        "proofs/7.tlog-proof",
    }
    readme = files["README.md"].decode()
    assert readme.startswith("# A bundle of the ledger example.org/ledger\n\nSize 12:")
    for name in set(files) - {"README.md"}:
        assert name.split("/")[0] in readme


def test_its_tree_is_what_the_notary_publishes():
    rows = grown(log(), 600)
    files = made(rows)
    assert tiles.check_tiles(files.get, checkpoint_of(rows)) == []
    found = list(tiles.entries(files.get, 0, len(rows), len(rows)))
    assert found == [entry_of(row) for row in rows]
    checkpoint, _ = open_checkpoint(files["checkpoint"], KEY.verifier)
    assert checkpoint == checkpoint_of(rows)
    assert note.read_verifier_key(files["public-key"].decode()) == KEY.verifier


def test_a_bundle_of_a_part_holds_its_entries_one_by_one_and_every_hash():
    rows = log()
    contents = contents_of(rows, whole=False)
    files = files_of(written(contents, leaves_of(rows, {"agreement/A"})))
    entries = {name for name in files if "entries" in name}
    assert entries == {f"entries/{row.index}" for row in rows if row.stream == "agreement/A"}
    assert files["entries/0"] == entry_of(rows[0])
    assert files["tile/0/000.p/12"] == b"".join(row.leaf for row in rows)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no openssl")
def test_the_commands_of_its_readme_verify_the_signature(tmp_path):
    folder = laid_out(tmp_path, made())
    readme = (folder / "README.md").read_text(encoding="utf-8")
    commands = re.search(r"```\n(.*?)```", readme, re.DOTALL)[1]
    script = ["bash", "-euo", "pipefail", "-c", commands]
    done = subprocess.run(script, cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "Signature Verified Successfully")
    checkpoint = folder / "checkpoint"
    checkpoint.write_bytes(checkpoint.read_bytes().replace(b"\n12\n", b"\n13\n"))
    assert subprocess.run(script, cwd=folder, capture_output=True, check=False).returncode != 0


def test_claims_are_the_figures_of_the_agreement():
    assert claims(state_of(log())).limits == (
        Claim(
            limit="cap",
            cap=1_050_000,
            reserved=310_000,
            committed=0,
            drawn=240_000,
            remaining=500_000,
        ),
        Claim(
            limit="2024",
            cap=900_000,
            reserved=310_000,
            committed=0,
            drawn=240_000,
            remaining=350_000,
        ),
    )


# ── Refusals ──────────────────────────────────────────────────────────────────────────────────


def refused(why, contents, leaves, kind=BundleRefused):
    with pytest.raises(kind, match=why):
        written(contents, leaves)


def test_a_log_that_no_longer_fits_its_checkpoints_gives_no_bundle():
    attacked = leaves_of(edited_with_leaf(log()))
    refused("do not give the root of size 4", contents_of(log()), attacked)
    refused("do not give the root of size 12", contents_of(log(), earlier=()), attacked)


def test_an_entry_that_is_not_the_one_of_its_leaf_gives_no_bundle():
    leaves = leaves_of(log())
    leaves[5] = Leaf(leaves[5].hash, leaves[4].entry)
    refused("entry 5 is not the one that its leaf hash is of", contents_of(log()), leaves)


def test_leaves_that_are_too_few_give_no_bundle():
    refused("there are 11 leaves, not 12", contents_of(log()), leaves_of(log())[:-1])


def test_a_whole_bundle_lacks_no_entry():
    leaves = leaves_of(log(), {"agreement/A"})
    refused("entry 2 is missing from a bundle of the whole log", contents_of(log()), leaves)


def test_a_record_that_is_not_there_is_not_proved():
    refused("not one of the 12", contents_of(log(), chosen=(12,)), leaves_of(log()))


def test_an_earlier_checkpoint_is_not_larger_than_the_newest():
    rows = log()
    contents = contents_of(rows, newest=signed(checkpoint_of(rows, 6), KEY))
    refused("larger than the newest", contents, leaves_of(rows[:6]))


def test_a_checkpoint_that_the_key_did_not_sign_gives_no_bundle():
    other = note.new_key("example.org/ledger")
    contents = contents_of(log(), newest=signed(checkpoint_of(log()), other))
    refused("has no signature by", contents, leaves_of(log()), NoteRefused)
