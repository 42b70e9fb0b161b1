"""A bundle is somebody else's file: whatever is in it, the verifier ends with a sentence."""

import io
import json
import shutil
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.audit.verifier import verify
from tests.audit.audit_given import grown, log
from tests.audit.bundle_given import contents_of, laid_out, leaves_of, made, written, zipped

WHOLE = written(contents_of(log()), leaves_of(log()))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["agreements", "limits", "limit", "size", "A", "cap"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
).map(lambda value: json.dumps(value).encode())


def wrong(path):
    return verify.examine(path).wrong


def test_a_file_that_unpacks_to_more_than_belongs_there_is_not_unpacked(tmp_path, monkeypatch):
    files = made()
    large = {**files, "figures.json": b"0" * 60_000_000}
    bomb = zipped(tmp_path / "b.zip", large, zipfile.ZIP_DEFLATED)
    assert bomb.stat().st_size < 200_000
    assert wrong(bomb) == ["figures.json is larger than anything that belongs here"]
    monkeypatch.setattr(verify, "MAX_TOTAL", 3_000)
    fine = zipped(tmp_path / "fine.zip", files)
    assert wrong(fine)[0].endswith("is larger than anything that belongs here")


def test_files_in_strange_places_are_not_looked_at_and_nothing_is_unpacked(tmp_path):
    names = ["../outside", "/etc/x", "C:\\x", "tile/../../y", "more"]
    strange = dict.fromkeys(names, b"x")
    path = zipped(tmp_path / "b.zip", {**made(), **strange})
    report = verify.examine(path)
    assert report.wrong == []
    said = "5 files belong to no bundle and were not looked at, '../outside' the first"
    assert said in report.seen
    assert {each.name for each in tmp_path.rglob("*")} == {"b.zip"}


def test_two_files_of_one_name_are_refused(tmp_path):
    path = tmp_path / "b.zip"
    with zipfile.ZipFile(path, "w") as file:
        for name, data in made().items():
            file.writestr(name, data)
        with pytest.warns(UserWarning, match="Duplicate name"):
            file.writestr("checkpoint", b"another")
    assert wrong(path) == ["the bundle has two files of one name"]


def test_too_many_files_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(verify, "MAX_NAMES", 5)
    assert wrong(laid_out(tmp_path, made())) == ["the bundle has 13 files, at most 5 are looked at"]


def test_too_many_checkpoints_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(verify, "MAX_CHECKPOINTS", 1)
    assert wrong(laid_out(tmp_path, made())) == ["the bundle has 2 checkpoints, at most 1"]


def test_ten_years_of_a_checkpoint_and_a_time_stamp_a_day_are_not_too_many(tmp_path):
    files = made(earlier=())
    days = range(1, 3_654)
    places = [f"{place}/{day}" for place in ("checkpoints", "timestamps") for day in days]
    many = {**files, **dict.fromkeys(places, files["checkpoint"])}
    read = verify.read_checkpoints(verify.Bundle(zipped(tmp_path / "b.zip", many)), [])
    assert len(read) == 1 + 2 * len(days)


def test_too_many_signatures_are_refused(tmp_path):
    files = made()
    text, _, lines = files["checkpoint"].decode().rpartition("\n\n")
    files["checkpoint"] = f"{text}\n\n{lines * 11}".encode()
    assert wrong(laid_out(tmp_path, files)) == ["the newest checkpoint has more than 20 signatures"]


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_only_plain_and_deflated_files_are_opened(tmp_path, packing):
    path = zipped(tmp_path / "b.zip", made(), packing)
    assert wrong(path)[0].endswith("is packed in a way that is not opened here")
    assert wrong(zipped(tmp_path / "c.zip", made(), zipfile.ZIP_DEFLATED)) == []


def test_a_link_out_of_the_bundle_is_not_followed(tmp_path):
    secret = tmp_path / "secret"
    secret.write_bytes(b"s3cret")
    folder = laid_out(tmp_path / "bundle", made())
    (folder / "figures.json").unlink()
    (folder / "figures.json").symlink_to(secret)
    assert wrong(folder) == ["figures.json is not a plain file inside the bundle"]
    (folder / "figures.json").unlink()
    (folder / "figures.json").symlink_to(tmp_path / "nowhere")
    assert wrong(folder) == ["figures.json is not a plain file inside the bundle"]


def test_a_bundle_cannot_steer_the_terminal(tmp_path, capsys):
    files = {**made(), "more\x1b[2J": b"", "figures.json": b'{"agreements":{"\\u001b[2J":{}}}'}
    assert verify.main([str(zipped(tmp_path / "b.zip", files))]) == 1
    assert "\x1b" not in capsys.readouterr().out


def test_only_the_first_hundred_findings_are_printed(tmp_path, capsys):
    files = made(grown([], 150), figures={}, chosen=(), earlier=())
    name = "tile/entries/000.p/150"
    files[name] = files[name].replace(b"p-1", b"p-2")
    assert verify.main([str(laid_out(tmp_path, files))]) == 1
    said = capsys.readouterr().out
    assert "! … and 50 more\n" in said
    assert "WRONG: 150 marked" in said


@pytest.mark.parametrize("data", [b"", b"PK", b"not a zip", WHOLE[:-30], WHOLE[:2_000]])
def test_what_is_no_zip_is_said_so(tmp_path, data):
    path = tmp_path / "b.zip"
    path.write_bytes(data)
    assert "is not a zip file that can be read" in wrong(path)[0]


def test_a_name_that_is_not_in_the_letters_that_its_header_says_is_told_in_words(tmp_path):
    path = zipped(tmp_path / "b.zip", made())
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as file:
        header = file.getinfo("checkpoint").header_offset
    data[header + 7] |= 0x08  # in UTF-8
    data[header + 30] = 0xFF
    path.write_bytes(data)
    assert wrong(path)[0].startswith("checkpoint cannot be read: 'utf-8' codec")


@pytest.mark.parametrize("offset", [2**63 - 1, 2**63, 2**64 - 1])
def test_a_place_that_no_file_has_is_told_in_words(tmp_path, offset):
    path = tmp_path / "b.zip"
    with zipfile.ZipFile(path, "w") as file:
        for name, data in made().items():
            file.writestr(name, data)
        file.getinfo("checkpoint").header_offset = offset
    assert wrong(path)[0].startswith("checkpoint cannot be read: ")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), max_size=6))
def test_whatever_bytes_are_changed_it_ends_with_a_sentence(changes):
    data = bytearray(WHOLE)
    for place, byte in changes:
        data[place] = byte
    ended(bytes(data))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_whatever_is_put_into_its_files_it_ends_with_a_sentence(data):
    files = made()
    name = data.draw(st.sampled_from(sorted(set(files) - {"README.md", "verify.py"})))
    files[name] = data.draw(st.binary(max_size=60) | st.just(files[name] * 2) | JSON)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for each, content in files.items():
            file.writestr(each, content)
    ended(out.getvalue())


COVERED = {
    name: data
    for name, data in made().items()
    if name.startswith("tile/") or name in ("figures.json", "public-key", "checkpoints/4")
}


@pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no openssl")
@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(COVERED)), st.data())
def test_no_byte_of_what_it_covers_can_be_changed_unseen(tmp_path_factory, name, data):
    place = data.draw(st.integers(0, len(COVERED[name]) - 2))
    byte = data.draw(st.integers(33, 126).filter(lambda byte: byte != COVERED[name][place]))
    changed = COVERED[name][:place] + bytes([byte]) + COVERED[name][place + 1 :]
    folder = laid_out(tmp_path_factory.mktemp("bundle"), {**made(), name: changed})
    assert verify.examine(folder).status == 1


def ended(data):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "b.zip")
        path.write_bytes(data)
        report = verify.examine(path)
    assert report.status in (0, 1, 2)
    assert all(isinstance(sentence, str) and sentence for sentence in report.wrong)
