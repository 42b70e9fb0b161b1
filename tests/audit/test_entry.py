"""A leaf entry: canonical, the stored bytes as they are, and never the same for two rows."""

import json
from pathlib import Path

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from ledger.audit import entry, tree
from ledger.audit.entry import EntryRefused
from ledger.bounds import MAX_ENTRY, MAX_EVENT
from tests.conftest import SHARED

GOLDEN = sorted((Path(__file__).parents[1] / "golden").glob("*.json"))
JCS = SHARED / "merkle" / "jcs-rfc8785"
TEXT = st.text(st.characters(codec="utf-8"), max_size=60)
NUMBER = st.integers(0, 2**53 - 1)


@given(NUMBER, TEXT, NUMBER, TEXT, st.dictionaries(TEXT, TEXT | NUMBER, max_size=4))
def test_an_entry_is_what_rfc_8785_gives_for_the_same_object(index, stream, version, name, data):
    stored = rfc8785.dumps(data)
    made = entry.make(index, stream, version, name, stored)
    whole = {
        "index": index,
        "stream": stream,
        "version": version,
        "name": name,
        "data": json.loads(stored),
    }
    assert made == rfc8785.dumps(whole)
    parts = entry.read(made)
    assert bytes(parts.data) == stored
    assert (parts.index, parts.stream, parts.version, parts.name) == (index, stream, version, name)


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_the_stored_bytes_of_every_event_stand_in_its_entry_untouched(path):
    stored = path.read_bytes()
    made = entry.make(7, "order/A-0001", 2, path.stem, stored)
    assert stored in made
    assert rfc8785.dumps(json.loads(made)) == made


ODD = st.sampled_from(
    [b"{}", b"{}}", b'{},"index":1', b'"', b'","stream":"', b'\\"', b",", b'{"index":0}']
)
ODD_TEXT = st.sampled_from(["", ",", '"', "\\", '","', '","stream":"', '"index":', "s", '\\"'])
ROWS = st.tuples(
    st.integers(0, 3), ODD_TEXT, st.integers(0, 3), ODD_TEXT, st.lists(ODD, max_size=3)
)


@given(ROWS, ROWS)
def test_two_rows_never_give_the_same_entry_whatever_stands_in_them(one, other):
    def made(index, stream, version, name, stored):
        return entry.make(index, stream, version, name, b"".join(stored))

    same = (*one[:4], b"".join(one[4])) == (*other[:4], b"".join(other[4]))
    assert (made(*one) == made(*other)) is same


def test_other_bytes_of_the_same_json_give_another_leaf():
    tight, wide = b'{"a":1}', b'{"a": 1}'
    assert json.loads(tight) == json.loads(wide)
    assert entry.row(0, "s", 1, "n", tight).leaf != entry.row(0, "s", 1, "n", wide).leaf


def test_the_leaf_of_a_row_is_the_hash_of_its_entry():
    row = entry.row(3, "order/A-0001", 2, "order-started", b"{}")
    made = b'{"data":{},"index":3,"name":"order-started","stream":"order/A-0001","version":2}'
    assert row.leaf == tree.leaf_hash(made)


def test_an_event_of_60_000_bytes_is_an_entry_and_one_more_is_not():
    entry.make(0, "s", 1, "n", b"1" * MAX_EVENT)
    with pytest.raises(EntryRefused, match="60001 bytes, at most 60000"):
        entry.make(0, "s", 1, "n", b"1" * (MAX_EVENT + 1))


def test_an_entry_of_65_535_bytes_is_one_and_one_more_is_not():
    room = MAX_ENTRY - len(entry.make(0, "", 1, "n", b"1" * MAX_EVENT))
    assert len(entry.make(0, "s" * room, 1, "n", b"1" * MAX_EVENT)) == MAX_ENTRY
    with pytest.raises(EntryRefused, match="65536 bytes, at most 65535"):
        entry.make(0, "s" * (room + 1), 1, "n", b"1" * MAX_EVENT)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"\xff",
        b'{"data":{},"index":0,"name":"n","stream":"s"}',
        b'{"data":{},"index":0,"name":"n","stream":"s","version":1,"x":1}',
        b'{"index":0,"data":{},"name":"n","stream":"s","version":1}',
        b'{"data":{},"data":{},"index":0,"name":"n","stream":"s","version":1}',
        b'{"data":{}, "index":0,"name":"n","stream":"s","version":1}',
        b'{"data":{},"index":"0","name":"n","stream":"s","version":1}',
        b'{"data":{},"index":0,"name":"n","stream":"s","version":1} ',
    ],
)
def test_what_is_not_an_entry_is_refused(data):
    with pytest.raises(EntryRefused, match="not an entry"):
        entry.read(data)


@pytest.mark.skipif(not JCS.is_dir(), reason="the shared vectors of RFC 8785 are absent")
@pytest.mark.parametrize("name", ["arrays", "french", "structures", "unicode", "values", "weird"])
def test_vector_of_rfc_8785(name):
    value = json.loads((JCS / "input" / f"{name}.json").read_text(encoding="utf-8"))
    canonical = bytes.fromhex((JCS / "outhex" / f"{name}.txt").read_text())
    assert rfc8785.dumps(value) == canonical
    made = entry.make(0, "s", 1, "n", canonical)
    assert made == rfc8785.dumps(
        {"data": value, "index": 0, "name": "n", "stream": "s", "version": 1}
    )
    assert bytes(entry.read(made).data) == canonical
