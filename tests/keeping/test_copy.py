"""A ledger copied to the other database and back: the same log, tree and registry."""

import signal
from pathlib import Path

import pytest

from ledger import verifying
from ledger.audit import notary
from ledger.config import read
from ledger.keeping import CannotKeep, copying, tables
from ledger.opening import open_ledger
from ledger.projections import checking
from ledger.verifying import Held
from tests.audit.audit_given import KEY
from tests.clock import STARTED
from tests.conftest import dropped, made
from tests.keeping.keeping_given import forked
from tests.people import let_in

NOTHING = Held()


@pytest.fixture
def other(request, database, tmp_path):
    """The address of an empty place on the other kind of database."""
    if database.startswith("postgresql"):
        yield f"sqlite:///{tmp_path}/other/avrop.db"
        return
    postgres = request.getfixturevalue("postgres")
    address = made(postgres)
    yield address
    dropped(postgres, address)


def rows(database: str) -> dict[str, list]:
    """Everything that is stored, by table."""
    with tables.side(database) as side:
        return {
            table.name: sorted(
                (tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in batch),
                key=repr,
            )
            for table in tables.TABLES
            for batch in [[row for some in side.rows(table) for row in some]]
        }


def copied(ledger, to: str, outside: Held = NOTHING) -> copying.Copied:
    return copying.copy(ledger.settings, to, outside, STARTED)


def opened(database: str):
    return open_ledger(read({"AVROP_DATABASE": database}), STARTED)


def test_there_and_back_it_is_the_same_to_the_byte(harnosand, other, tmp_path):
    token = let_in(harnosand, "Har Nyckel", "2120002403", ("manager",))
    signing = notary.Notary(key=KEY, state=tmp_path / "state", folder=tmp_path / "notary")
    held = tmp_path / "held"
    held.write_bytes(notary.cycle(signing, harnosand.store.leaves).data)
    outside = verifying.held(None, [held], KEY.verifier)
    there = copied(harnosand, other, outside)
    assert there.verified.findings == ()
    assert any("signed checkpoints of size" in one.template for one in there.verified.seen)
    assert (there.size, there.gained, there.before) == (
        harnosand.store.leaves.head().size,
        0,
        False,
    )
    moved = opened(other)
    assert moved.store.leaves.head() == harnosand.store.leaves.head()
    assert moved.registry.caller(token) is not None
    assert [one.position for one in moved.store.follow(0, 10_000)] == [
        one.position for one in harnosand.store.follow(0, 10_000)
    ]
    back = f"sqlite:///{tmp_path}/back/avrop.db"
    assert copied(moved, back, outside).verified.findings == ()
    assert rows(back) == rows(other) == rows(harnosand.settings.database)
    moved.close()


def test_a_copy_goes_on_where_its_original_was(harnosand, other):
    copied(harnosand, other)
    moved, last = opened(other), harnosand.store.position()
    harnosand.views.catch_up()
    assert checking.differences(moved.views.database, harnosand.views.database) == []
    let_in(moved, "Efter Flytten", "2120002403", ("manager",))
    assert moved.store.follow(last, 10)[0].position > last
    assert verifying.verify(moved, NOTHING).findings == ()
    moved.close()


@pytest.mark.parametrize("table", ["persons", "leaves", "requests", "stored_events"])
def test_a_row_that_is_lost_on_the_way_is_found(harnosand, other, monkeypatch, table):
    """The control: a copy that is not whole is not kept."""
    inner = tables._batches

    def one_less(cursor, of):
        for batch in inner(cursor, of):
            yield batch[:-1] if of.name == table else batch

    monkeypatch.setattr(tables, "_batches", one_less)
    with pytest.raises(CannotKeep, match=f"all of {table} was copied"):
        copied(harnosand, other)
    monkeypatch.setattr(tables, "_batches", inner)
    assert copied(harnosand, other).before is False


def test_a_byte_that_is_changed_on_the_way_is_found(harnosand, other, monkeypatch):
    inner = tables._batches

    def changed(cursor, of):
        for batch in inner(cursor, of):
            if of.name == "stored_events":
                *others, state = batch[0]
                batch[0] = (*others, state.replace(b"2023", b"2024", 1))
            yield batch

    monkeypatch.setattr(tables, "_batches", changed)
    (finding, *_) = copied(harnosand, other).verified.findings
    assert "was edited" in finding.template


def test_a_target_that_is_not_empty_is_refused_and_left_as_it_is(harnosand, other):
    there = opened(other) if other.startswith("postgresql") else None
    if there is None:
        Path(other.removeprefix("sqlite:///")).parent.mkdir()
        there = opened(other)
    there.create()
    let_in(there, "Någon Annan", "2120002403", ("manager",))
    there.close()
    before = rows(other)
    with pytest.raises(CannotKeep, match="is not empty, and nothing is copied over it"):
        copied(harnosand, other)
    assert rows(other) == before


def test_what_is_no_ledger_and_the_ledger_itself_are_refused(harnosand, other, tmp_path):
    with pytest.raises(CannotKeep, match="The ledger is there"):
        copied(harnosand, harnosand.settings.database)
    nowhere = read({"AVROP_DATABASE": f"sqlite:///{tmp_path}/nothing.db"})
    with pytest.raises(CannotKeep, match=r"There is no ledger at .*nothing\.db to be copied"):
        copying.copy(nowhere, other, NOTHING, STARTED)


def test_interrupted_it_leaves_nothing_and_can_be_run_again(harnosand, other):
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copying.copy(harnosand.settings, other, NOTHING, STARTED, stop)
    if other.startswith("postgresql"):
        there = opened(other)
        assert there.store.leaves.head().size == 0
        there.close()
    else:
        assert list(Path(other.removeprefix("sqlite:///")).parent.iterdir()) == []
    assert copied(harnosand, other).verified.findings == ()


def test_killed_half_way_it_can_be_run_again(harnosand, other):
    process = forked(_killed_at_the_first_batch, harnosand.settings, other)
    assert process.exitcode == -signal.SIGKILL
    assert copied(harnosand, other).before is False
    again = copied(harnosand, other)
    assert (again.before, again.verified.findings) == (True, ())


def _killed_at_the_first_batch(settings, to):
    import os

    copying.copy(settings, to, NOTHING, STARTED, lambda *_: os.kill(os.getpid(), signal.SIGKILL))


def test_what_is_written_meanwhile_is_said(harnosand, other):
    came = []

    def write(done: int, total: int) -> None:
        if not came:
            came.append(let_in(harnosand, "Kom Emellan", "2120002403", ("manager",)))

    found = copying.copy(harnosand.settings, other, NOTHING, STARTED, write)
    assert found.gained > 0
    assert found.verified.findings == ()
