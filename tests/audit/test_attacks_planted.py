"""Rows that no recorder wrote, and tiles that no notary wrote, found before they do harm."""

import pytest

from ledger.audit import notary
from ledger.audit.notary import Notary
from tests.audit.audit_given import KEY


@pytest.fixture
def sign(case, tmp_path):
    """A cycle of the notary that signed the ledger."""
    signing = Notary(key=KEY, state=tmp_path / "state", folder=tmp_path / "notary")
    return lambda **how: notary.cycle(signing, case.ledger.store.leaves, **how)


def test_a_leaf_that_keeps_an_order_from_being_recorded_is_found(case, sign):
    sign()  # the control
    leaf = case.rows()[0].leaf
    case.database.do(("INSERT INTO {0}leaves VALUES (-7, 'order/X', 1, ?)", leaf))
    sentence = (
        "leaf -7, of order/X version 1, stands below 0, where no entry is: it keeps that version "
        "from being recorded"
    )
    assert case.verify() == (1, [sentence])
    with pytest.raises(notary.Alarm, match="where no entry is"):
        sign(since=case.ledger.store.position() + 1)


@pytest.mark.parametrize(("level", "number"), [(1, 900), (1, -1), (5, 0)])
def test_a_node_that_stops_all_writing_is_found(case, level, number):
    case.database.do(("INSERT INTO {0}nodes VALUES (?,?,?)", level, number, bytes(32)))
    sentence = f"node {number} of level {level} is of no entries: it keeps the tree from growing"
    assert case.verify() == (1, [sentence])


@pytest.mark.parametrize("name", ["0", "entries"])
def test_a_tile_that_was_changed_is_found_though_the_log_is_right(case, tmp_path, name):
    size = len(case.rows())
    (tile,) = (tmp_path / "notary" / "tile" / name).rglob(f"*{size % 256}")
    data = bytearray(tile.read_bytes())
    data[-1] ^= 1
    tile.write_bytes(data)
    status, (found, *_) = case.verify()
    assert status == 1
    assert found == f"entry {size - 1} in the folder is not the one that its leaf hash is of"
    tile.unlink()
    status, (found,) = case.verify()
    assert status == 1
    assert found.endswith("is missing")
    assert case.verify(outside=False) == (0, [])
