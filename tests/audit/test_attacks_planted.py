"""Rows that no recorder wrote, where they stop what comes later or whoever reads the tables."""

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
