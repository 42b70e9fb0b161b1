"""Nothing stands in a bundle unsaid: it is checked, or it is said that it was not looked at."""

import shutil

import pytest

from ledger.audit import note
from ledger.audit.verifier import verify
from tests.audit.audit_given import KEY, WITNESS_KEY, entry_of, log
from tests.audit.bundle_given import laid_out, made

OPENSSL = shutil.which("openssl")
KEYS = KEY.verifier.text


def wrong(path, files):
    return verify.examine(laid_out(path, files), KEYS).wrong


@pytest.mark.parametrize("name", ["entries/00", "entries/12", "entries/9999999", "entries/x"])
def test_an_entry_beside_the_log_is_named(tmp_path, name):
    assert wrong(tmp_path, {**made(), name: entry_of(log()[0])}) == [
        f"{name} is no entry of this tree"
    ]


def test_an_entry_that_stands_beside_the_tiles_is_the_one_that_is_in_them(tmp_path):
    rows = log()
    assert wrong(tmp_path, {**made(), "entries/0": entry_of(rows[0])}) == []
    found = wrong(tmp_path, {**made(), "entries/0": entry_of(rows[1])})
    assert found[0] == "entries/0 is not entry 0 of the tiles"


def test_a_file_that_is_not_looked_at_is_said(tmp_path):
    files = {**made(), "tile/0/001": b"x", "timestamps/4.tsr": b"x"}
    report = verify.examine(laid_out(tmp_path, files))
    assert report.wrong == []
    assert (
        "1 files belong to no bundle and were not looked at, 'tile/0/001' the first" in report.seen
    )
    assert "1 time stamps were not looked at: README.md says how" in report.seen


@pytest.mark.skipif(OPENSSL is None, reason="there is no openssl")
def test_a_witness_that_the_reader_does_not_know_is_one_by_the_bundles_own_word(tmp_path):
    files, own = made(), WITNESS_KEY.verifier.text
    folder = laid_out(tmp_path, files)
    said = "the newest checkpoint: signed by example.org/witness"
    stranger = f"{said}, a witness by the bundle's own word"
    assert stranger in verify.examine(folder, KEYS).seen
    assert said in verify.examine(folder, KEYS, witnesses=[own]).seen
    other = note.new_key("example.org/witness", note.WITNESS).verifier.text
    report = verify.examine(folder, KEYS, witnesses=[other])
    assert stranger in report.seen
    assert report.wrong == []
    assert report.unchecked == ["no checkpoint here is signed by your witness example.org/witness"]
    files["witnesses"] = b""
    assert said in verify.examine(laid_out(tmp_path, files), KEYS, witnesses=[own]).seen
