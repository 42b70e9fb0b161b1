"""Somebody with the database in their hands changes history: `avrop verify` names what they did.

The attacker knows how hashes are made and writes them anew; what they do not have is the checkpoint
and the tiles that the notary keeps elsewhere.
"""

import json

import pytest

from ledger.audit import notary
from ledger.audit.notary import Notary
from ledger.demo import people
from ledger.domain import agreement
from ledger.projections.database import LIVE
from tests.audit.audit_given import KEY, contents, numbered

STREAM = "agreement/SKO-2023"
DELETE = "DELETE FROM {0}stored_events WHERE originator_id=? AND originator_version=?"


def with_reference(stored):
    """An event's bytes with another reference in them, canonical as before."""
    data = json.loads(stored)
    data["data"]["reference"] = "another"
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def spaced(stored):
    return json.dumps(json.loads(stored), sort_keys=True, ensure_ascii=False).encode()


def at(rows, name):
    """The first entry with this stored name."""
    return next(row for row in rows if row.name == name)


# ── Past the hashes ───────────────────────────────────────────────────────────────────────────


def test_an_edited_event_is_found_by_its_leaf(case):
    row = at(case.rows(), "order-confirmed")
    case.edit(row.index, with_reference(row.stored))
    sentence = (
        f"entry {row.index}, {row.stream} version {row.version}, was edited: its leaf hash is of "
        "other bytes"
    )
    assert case.verify() == (1, [sentence])
    assert case.verify(outside=False) == (1, [sentence])


def test_the_same_json_in_other_bytes_is_found(case):
    row = at(case.rows(), "order-confirmed")
    case.edit(row.index, spaced(row.stored))
    sentence = (
        f"entry {row.index}, {row.stream} version {row.version}, says the same in other bytes than "
        "were recorded"
    )
    assert case.verify() == (1, [sentence])


def test_a_deleted_event_is_found_by_the_leaf_that_is_left(case):
    row = at(case.rows(), "order-confirmed")
    case.database.do((DELETE, row.stream, row.version))
    sentence = f"entry {row.index}, {row.stream} version {row.version}, is gone; only its leaf hash"
    status, (found, *_) = case.verify()
    assert status == 1
    assert found.startswith(sentence)


def test_an_event_deleted_with_its_leaf_is_found_by_the_hole(case):
    row = at(case.rows(), "order-confirmed")
    leaf = ("DELETE FROM {0}leaves WHERE number=?", row.index)
    case.database.do((DELETE, row.stream, row.version), leaf)
    status, found = case.verify()
    assert status == 1
    assert f"entry {row.index} is missing from the log" in found


@pytest.mark.parametrize("number", [None, -1])
def test_an_event_slipped_in_behind_the_recorder_is_found(case, number):
    row = at(case.rows(), "order-confirmed")
    insert = "INSERT INTO {0}stored_events (originator_id, originator_version, topic, state) "
    case.database.do((insert + "VALUES ('order/X', 1, ?, ?)", row.name, row.stored))
    if number is not None:
        leaf = "INSERT INTO {0}leaves VALUES (?, 'order/X', 1, ?)"
        case.database.do((leaf, number, row.leaf))
    status, found = case.verify()
    assert status == 1
    assert found[0].startswith("order/X version 1 has no leaf hash: it was put into the log behind")


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DELETE FROM {0}head", "the stored head is gone"),
        ("UPDATE {0}head SET size = size + 1", "the stored head "),
    ],
)
def test_a_head_that_is_not_of_the_leaves_is_found(case, statement, said):
    case.database.do((statement,))
    status, found = case.verify()
    assert status == 1
    assert found[0].startswith(said)


# ── All hashes made anew ──────────────────────────────────────────────────────────────────────


def edited(rows):
    index = at(rows, "order-confirmed").index
    told = contents(rows)
    told[index] = (*told[index][:2], with_reference(told[index][2]))
    return told, f"entry {index}, {rows[index].stream} version {rows[index].version}, was edited "


def other_bytes(rows):
    index = at(rows, "order-confirmed").index
    told = contents(rows)
    told[index] = (*told[index][:2], spaced(told[index][2]))
    return told, f"entry {index}, {rows[index].stream} version 2, says the same in other bytes"


def removed(rows):
    index = at(rows, "agreement-amended").index
    told = contents(rows)
    del told[index]
    return told, f"entry {index}, {STREAM} version {rows[index].version}, was removed; what follow"


def swapped(rows):
    index = next(i for i, row in enumerate(rows) if i and row.stream != rows[i - 1].stream) - 1
    told = contents(rows)
    told[index : index + 2] = told[index + 1], told[index]
    return told, f"entries {index} and {index + 1} have changed places"


def slipped_in(rows):
    confirmed = at(rows, "order-confirmed")
    place = confirmed.index + 1
    told = contents(rows)
    told.insert(place, (confirmed.stream, confirmed.name, with_reference(confirmed.stored)))
    return told, f"entry {place}, {confirmed.stream} version 3, was slipped in: the copy has it now"


def cut(rows):
    size = len(rows)
    return contents(rows)[:-2], (
        f"entries {size - 2} to {size - 1} were cut off: a checkpoint of size {size} was signed"
    )


def rewritten(rows):
    told = [
        (stream, name, stored.replace(b'"request":"', b'"request":"x'))
        for stream, name, stored in contents(rows)
    ]
    return told, f"entries 0 to {len(rows) - 1} were rewritten: none of them is as it was recorded"


ATTACKS = (edited, other_bytes, removed, swapped, slipped_in, cut, rewritten)


@pytest.mark.parametrize("attack", ATTACKS)
def test_history_with_all_hashes_made_anew_is_found_by_what_is_held_outside(case, attack):
    told, sentence = attack(case.rows())
    case.database.put(numbered(told))
    status, found = case.verify()
    assert status == 1
    assert found[0].startswith(sentence)
    # The control: without what is held outside nobody can see it in the log.
    case.ledger.store.drop_snapshots()
    case.ledger.views.rebuild()
    assert case.verify(outside=False) == (0, [])


def test_making_the_hashes_anew_is_not_itself_what_is_found(case):
    case.database.put(numbered(contents(case.rows())))
    case.ledger.views.rebuild()
    assert case.verify() == (0, [])


def test_the_notary_signs_nothing_of_a_history_made_anew(case, tmp_path):
    told, sentence = edited(case.rows())
    case.database.put(numbered(told))
    signing = Notary(key=KEY, state=tmp_path / "state", folder=tmp_path / "notary")
    with pytest.raises(notary.Alarm, match=sentence):
        notary.cycle(signing, case.ledger.store.leaves, recheck=True)


def test_what_was_recorded_after_the_checkpoint_is_no_attack(case):
    rows = case.rows()
    case.database.put(numbered([*contents(rows), *contents(rows)[-1:]]))
    case.ledger.views.rebuild()
    assert case.verify()[0] == 0


# ── What the tree does not cover ──────────────────────────────────────────────────────────────


def test_an_edited_snapshot_is_found(case, monkeypatch):
    monkeypatch.setattr("ledger.snapshots.SNAPSHOT_EVERY", 1)
    version, before = case.ledger.service.load(STREAM)
    by = people(case.ledger.service, case.ledger.registry)["manager"]
    day = case.ledger.today
    asked = agreement.SuspendAgreement(agreement=before.number, reason="x", on=day)
    case.ledger.service.execute(asked, by)
    assert case.verify() == (0, [])
    kept = json.loads(case.ledger.store.snapshot(STREAM, version)[1])
    kept["state"]["orders"] = 99
    case.database.do(("UPDATE {0}snapshots SET state=?", json.dumps(kept).encode()))
    name = f"snapshot {STREAM} {version}"
    seals = f"{name}: fact {version + 1} seals another state; it is not used"
    assert case.verify() == (1, [seals, f"{name}: orders is 99, the log says {before.orders}"])


def test_an_edited_read_model_is_found(case):
    table = "agreements" if case.database.on_sqlite else f"{LIVE}.agreements"
    with case.ledger.views.database.writing() as connection:
        connection.exec_driver_sql(f"UPDATE {table} SET title='x'")
    status, (found,) = case.verify()
    assert status == 1
    assert found.startswith("read model agreements SKO-2023: title is 'x', the log says ")
