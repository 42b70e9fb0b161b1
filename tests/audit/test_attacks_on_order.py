"""Events whose bytes and leaves are as they were, put where read models follow them otherwise."""

from datetime import UTC, datetime

import pytest

from ledger.audit import notary
from ledger.audit.notary import Notary
from ledger.domain.events import New, OrderStarted
from ledger.store import Entry, Request
from tests.audit.attacker import moved
from tests.audit.audit_given import BY, DAY, KEY

NOW = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def sign(case, tmp_path):
    """A cycle of the notary that signed the ledger."""
    signing = Notary(key=KEY, state=tmp_path / "state", folder=tmp_path / "notary")

    def cycle(**how):
        return notary.cycle(signing, case.ledger.store.leaves, **how)

    cycle(recheck=True)  # the control
    return cycle


def said(row):
    return f"entry {row.index}, {row.stream} version {row.version}, "


def grow(case, number):
    facts = [New(f"order/G-{number}", OrderStarted(), DAY)]
    request = Request(key=f"grow {number}", digest="")
    entry = Entry(facts=facts, versions={}, by=BY, recorded_at=NOW, request=request)
    case.ledger.store.append([entry])


def swap(case, one, other):
    spare = max(row.position for row in case.rows()) + 1000
    moved(
        case.database,
        (one.position, spare),
        (other.position, one.position),
        (spare, other.position),
    )


@pytest.mark.parametrize("position", [0, -7])
def test_an_event_hidden_from_the_read_models_is_found(case, sign, position):
    row = case.rows()[-1]
    moved(case.database, (row.position, position))
    case.ledger.views.rebuild()
    sentence = (
        f"{said(row)}was hidden from the read models: it stands at position {position}, and they "
        "begin at 1"
    )
    assert case.verify() == (1, [sentence])
    assert case.verify(outside=False) == (1, [sentence])
    with pytest.raises(notary.Alarm, match="was hidden from the read models"):
        sign(recheck=True)


def test_events_that_are_followed_in_another_order_are_found(case, sign):
    first, second = case.rows()[-2:]
    swap(case, first, second)
    sentence = (
        f"{said(second)}is followed in another order than it was recorded in: it stands at "
        f"position {first.position}, the entry before it at {second.position}"
    )
    assert case.verify() == (1, [sentence])
    with pytest.raises(notary.Alarm, match="is followed in another order"):
        sign(recheck=True)


def test_a_new_event_that_is_followed_before_what_was_signed_is_not_signed(case, sign):
    grow(case, 1)
    sign()  # the control: growth in its place is signed
    grow(case, 2)
    new = case.rows()[-1]
    moved(case.database, (new.position, -1))
    with pytest.raises(notary.Alarm, match="was hidden from the read models"):
        sign()
    free = max(row.position for row in case.rows()) + 1000
    signed = case.rows()[-2].position
    moved(case.database, (-1, new.position), (signed, free))
    with pytest.raises(notary.Alarm, match="is followed in another order"):
        sign()


def test_gaps_between_positions_are_no_attack(case, sign):
    row = case.rows()[-1]
    moved(case.database, (row.position, row.position + 1000))
    case.ledger.views.rebuild()
    assert case.verify() == (0, [])
    sign(recheck=True)
