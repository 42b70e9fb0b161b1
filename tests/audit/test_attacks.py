"""Somebody with the database in their hands changes history: `avrop verify` names what they did.

The attacker knows how hashes are made and writes them anew; what they do not have is the checkpoint
and the tiles that the notary keeps elsewhere.
"""

import json
import sqlite3
from typing import NamedTuple

import psycopg
import pytest
from click.testing import CliRunner

from ledger.audit import notary, tree
from ledger.audit.notary import Notary
from ledger.audit.published import publish_key
from ledger.audit.tree import ROW_LEVELS, Head
from ledger.cli import main
from ledger.domain import agreement
from ledger.domain.events import By
from ledger.store import SCHEMA
from tests.audit.audit_given import KEY, contents, numbered

STREAM = "agreement/SKO-2023"


class Database:
    """The ledger's own database, past the ledger."""

    def __init__(self, ledger) -> None:
        self.address, self.on_sqlite = ledger.settings.database, ledger.store.on_sqlite
        self.views = ledger.settings.views
        self.schema = "" if self.on_sqlite else f"{SCHEMA}."

    def do(self, *statements) -> None:
        """Statements with `?` for values and {0} before tables, in one transaction."""
        if self.on_sqlite:
            connection = sqlite3.connect(self.address.removeprefix("sqlite:///"))
        else:
            connection = psycopg.connect(self.address)
        mark = "?" if self.on_sqlite else "%s"
        with connection:
            for statement, *values in statements:
                connection.execute(statement.format(self.schema).replace("?", mark), values)
        connection.close()

    def put(self, rows) -> None:
        """The whole log anew: these events with these leaves, their nodes and their head."""
        nodes = []

        def completed(level, number, node):
            if level % ROW_LEVELS == 0:
                nodes.append(("INSERT INTO {0}nodes VALUES (?,?,?)", level // 8, number, node))

        head = tree.append(Head(), [row.leaf for row in rows], completed)
        events = "INSERT INTO {0}stored_events (originator_id, originator_version, topic, state) "
        self.do(
            *((f"DELETE FROM {{0}}{name}",) for name in ("stored_events", "leaves", "nodes")),
            *((events + "VALUES (?,?,?,?)", r.stream, r.version, r.name, r.stored) for r in rows),
            *(
                ("INSERT INTO {0}leaves VALUES (?,?,?,?)", r.index, r.stream, r.version, r.leaf)
                for r in rows
            ),
            *nodes,
            ("UPDATE {0}head SET size=?, roots=?", head.size, b"".join(head.roots)),
        )


class Case(NamedTuple):
    """A ledger that the notary has signed, its database, and the checkpoint that is held."""

    ledger: object
    database: Database
    verify: object

    def rows(self):
        leaves = self.ledger.store.leaves
        return leaves.rows(0, leaves.end())

    def edit(self, index, stored) -> None:
        row = self.rows()[index]
        self.database.do((EDIT, stored, row.stream, row.version))


EDIT = "UPDATE {0}stored_events SET state=? WHERE originator_id=? AND originator_version=?"
DELETE = "DELETE FROM {0}stored_events WHERE originator_id=? AND originator_version=?"


@pytest.fixture
def case(harnosand, tmp_path, monkeypatch):
    folder = tmp_path / "notary"
    signing = Notary(key=KEY, state=tmp_path / "state", folder=folder)
    note = notary.cycle(signing, harnosand.store.leaves)
    publish_key(folder, KEY.verifier)
    held = tmp_path / "held.checkpoint"
    held.write_bytes(note.data)
    monkeypatch.setenv("AVROP_DATABASE", harnosand.settings.database)

    def verify(*, outside=True):
        """Exit status and findings; `outside`: with what is held outside the database."""
        options = ("--key", KEY.verifier.text, "--checkpoint", str(held), "--folder", str(folder))
        asked = ["verify", *(options if outside else ())]
        result = CliRunner().invoke(main, asked, catch_exceptions=False)
        lines = result.output.splitlines()
        return result.exit_code, [line[2:] for line in lines if line.startswith("! ")]

    assert verify() == (0, []), "the control: before the attack all is well"
    return Case(harnosand, Database(harnosand), verify)


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
    by = By(person="p-1", organisation=before.buyers[0].organisation, role="manager")
    day = before.starts_on
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
    table = "agreements" if case.database.on_sqlite else "avrop_views.agreements"
    with case.ledger.views.database.writing() as connection:
        connection.exec_driver_sql(f"UPDATE {table} SET title='x'")
    status, (found,) = case.verify()
    assert status == 1
    assert found.startswith("read model agreements SKO-2023: title is 'x', the log says ")
