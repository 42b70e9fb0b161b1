"""Rows that whoever verifies stumbles over: each ends in a sentence that names it."""

import re

import pytest
from click.testing import CliRunner

from ledger.audit import notary
from ledger.audit.notary import Notary
from ledger.cli import main
from ledger.projections.database import LIVE
from tests.audit.audit_given import KEY, contents, numbered
from tests.clock import STARTED

MOMENTS = re.compile(rb'(?<="recorded_at":")[^"]*')
SIGNED = "the stored head (size {}) is not that of the stored leaf hashes (size {})"


@pytest.fixture
def on_sqlite(database, case):
    """Only there does a column take values of any type, and texts that are none."""
    if not database.startswith("sqlite"):
        pytest.skip("PostgreSQL holds values to the types of their columns")
    return case


@pytest.fixture
def alarm(request, tmp_path):
    """What the notary says that signed the ledger, rechecking it."""

    def said():
        signing = Notary(key=KEY, state=tmp_path / "state", folder=tmp_path / "notary")
        case = request.getfixturevalue("case")
        with pytest.raises(notary.Alarm) as alarm:
            notary.cycle(signing, case.ledger.store.leaves, recheck=True)
        return str(alarm.value)

    return said


# ── Numbers without end ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("number", [2**62, 2**63 - 1])
def test_a_leaf_with_an_enormous_number_is_found(case, number):
    size = len(case.rows())
    leaf = "INSERT INTO {0}leaves VALUES (?, 'order/X', 1, ?)"
    case.database.do((leaf, number, bytes(32)))
    status, found = case.verify()
    assert status == 1
    assert f"entries {size} to {number - 1} are missing from the log" in found


def test_a_head_of_an_enormous_size_is_found(case, alarm):
    row = case.rows()[3]
    size = len(case.rows())
    head = ("UPDATE {0}head SET size=?, roots=?", 2**62, bytes(32))
    case.edit(3, row.stored + b" ")
    case.database.do(head)
    status, found = case.verify()
    assert status == 1
    assert found[-1] == SIGNED.format(2**62, size)
    assert "entry 3, " in alarm()


# ── Values of other types ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("value", ["905", "2.5", "'x'", "x'ff'", "CAST(x'ff' AS TEXT)"])
@pytest.mark.parametrize(
    "column", ["stored_events.state", "stored_events.topic", "stored_events.originator_version"]
)
def test_an_event_of_other_types_is_found(on_sqlite, alarm, column, value):
    row = on_sqlite.rows()[-1]
    table, name = column.split(".")
    where = "WHERE originator_id=? AND originator_version=?"
    on_sqlite.database.do((f"UPDATE {table} SET {name}={value} {where}", row.stream, row.version))
    status, found = on_sqlite.verify()
    assert status == 1
    assert any(f"entry {row.index}, {row.stream} version" in each for each in found)
    assert f"{row.stream} version" in alarm()


@pytest.mark.parametrize("value", ["5", "x'00'", "1000000000000", "'x'", "CAST(x'ff' AS TEXT)"])
def test_a_leaf_hash_that_is_none_is_found(on_sqlite, alarm, value):
    on_sqlite.database.do((f"UPDATE leaves SET hash={value} WHERE number=3",))
    status, found = on_sqlite.verify()
    assert status == 1
    assert "has a leaf hash of" in found[0]
    assert "has a leaf hash of" in alarm()


@pytest.mark.parametrize("value", ["2.5", "'x'", "x'ff'", "CAST(x'ff' AS TEXT)"])
@pytest.mark.parametrize("column", ["stream", "version"])
def test_a_leaf_of_nothing_that_is_named_is_found(on_sqlite, alarm, column, value):
    on_sqlite.database.do((f"UPDATE leaves SET {column}={value} WHERE number=3",))
    status, found = on_sqlite.verify()
    assert status == 1
    assert any("is gone; only its leaf hash is left" in each for each in found)
    assert "has no leaf hash" in alarm()


def test_an_event_and_its_leaf_under_a_version_that_is_none_are_found(on_sqlite):
    row = on_sqlite.rows()[-1]
    on_sqlite.database.do(
        ("UPDATE leaves SET version=version + 0.5 WHERE number=?", row.index),
        (
            "UPDATE stored_events SET originator_version=originator_version + 0.5 "
            "WHERE originator_id=? AND originator_version=?",
            row.stream,
            row.version,
        ),
    )
    status, found = on_sqlite.verify()
    assert status == 1
    assert "was edited: its leaf hash is of other bytes" in found[0]


@pytest.mark.parametrize("value", ["5", "NULL", "1000000000000", "'x'", "CAST(x'ff' AS TEXT)"])
def test_a_head_of_other_types_is_found(on_sqlite, value):
    if value == "NULL":
        on_sqlite.database.do(("DELETE FROM head",))
    else:
        on_sqlite.database.do((f"UPDATE head SET roots={value}",))
    status, found = on_sqlite.verify()
    assert status == 1
    assert found[0].startswith("the stored head ")


@pytest.mark.parametrize(
    "values", ["'x',0,x'00'", "1,0.5,x'00'", "CAST(x'ff' AS TEXT),0,5", "1,700,1000000000000"]
)
def test_a_node_of_other_types_is_found(on_sqlite, values):
    on_sqlite.database.do((f"INSERT INTO nodes VALUES ({values})",))
    status, found = on_sqlite.verify()
    assert status == 1
    assert found[-1].endswith("is of no entries: it keeps the tree from growing")


@pytest.mark.parametrize("value", ["NULL", "5", "'x'", "CAST(x'ff' AS TEXT)"])
def test_a_kept_state_of_another_type_is_found_and_not_decided_on(on_sqlite, value):
    ours = ("agreement/SKO-2023", 1)
    on_sqlite.database.do((f"INSERT INTO snapshots VALUES (?, ?, 's', {value})", *ours))
    status, found = on_sqlite.verify()
    assert status == 1
    assert any(each.startswith("snapshot agreement/SKO-2023 1: ") for each in found)
    assert on_sqlite.ledger.service.load(ours[0])[1] is not None


@pytest.mark.parametrize("version", ["'x'", "2.5", "CAST(x'ff' AS TEXT)"])
def test_a_kept_state_of_no_version_is_found_and_not_decided_on(on_sqlite, version):
    insert = f"INSERT INTO snapshots VALUES ('agreement/SKO-2023', {version}, 's', x'00')"
    on_sqlite.database.do((insert,))
    assert on_sqlite.verify() == (1, ["snapshot agreement/SKO-2023 -1: not in the log"])
    assert on_sqlite.ledger.service.load("agreement/SKO-2023")[1] is not None


# ── Events that the tree has, and that say nothing ────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("no-such-name", b"{}"),
        ("order-started", b"{"),
        ("order-started", b"[" * 9000),
        ("order-started", b'"\xff"'),
    ],
)
def test_an_event_that_nobody_can_read_is_found(case, name, data):
    told = contents(case.rows())
    case.database.put(numbered([*told, (told[-1][0], name, data)]))
    status, (found,) = case.verify()
    assert status == 1
    assert found.startswith(f"entry {len(told)}, ")
    assert "cannot be read: " in found


def test_a_history_that_does_not_begin_with_its_beginning_is_found(case):
    told = contents(case.rows())
    first, second = [i for i, each in enumerate(told) if each[0] == "agreement/SKO-2023"][:2]
    told[first], told[second] = told[second], told[first]
    # Whoever makes history anew sees to its moments, too.
    told = [(of, name, MOMENTS.sub(b"2023-01-01T00:00:00Z", data)) for of, name, data in told]
    case.database.put(numbered(told))
    status, found = case.verify(outside=False)
    assert status == 1
    assert found[0].endswith("does not follow from what came before it")
    done = CliRunner().invoke(main, obj=STARTED, args=["rebuild"], catch_exceptions=False)
    assert done.exit_code == 1
    assert "The read models cannot be made from the log" in done.output


# ── Read models that cannot be read ───────────────────────────────────────────────────────────


def changed(case, statement):
    place = "" if case.database.on_sqlite else f"{LIVE}."
    with case.ledger.views.database.writing() as connection:
        connection.exec_driver_sql(statement.format(place))


def test_a_read_model_that_is_gone_is_found(case):
    changed(case, "DROP TABLE {0}bundle_reads")
    status, (found,) = case.verify()
    assert status == 1
    assert found.startswith("read model bundle_reads: ")
    assert "bundle_reads" in found.removeprefix("read model bundle_reads: ")


@pytest.mark.parametrize("statement", ["DELETE FROM {0}positions", "DROP TABLE {0}positions"])
def test_read_models_that_do_not_know_where_they_are_are_found(case, statement):
    changed(case, statement)
    status, (found, *_) = case.verify()
    assert status == 1
    assert found.startswith("read model rows that follow the log: ")


@pytest.mark.parametrize(
    "change", ["effective_on='x'", "effective_on=5", "cause=CAST(x'ff' AS TEXT)"]
)
def test_a_read_model_of_other_types_is_found(on_sqlite, change):
    changed(on_sqlite, f"UPDATE {{0}}postings SET {change}")
    status, (found,) = on_sqlite.verify()
    assert status == 1
    assert found.startswith("read model postings: ")
