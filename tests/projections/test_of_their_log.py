"""Read models know of which log they are, and what they are short of."""

import shutil
import threading
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event

from ledger import logs, projections
from ledger.domain.refusals import BeingMade
from ledger.opening import open_ledger
from ledger.projections import agreements
from ledger.projections.database import SHAPE, mark_of
from ledger.projections.opened import Database, prune
from tests.conftest import STARTED
from tests.service.race import BY, ordering, sign

CAP = 10_000_000_00


@pytest.fixture
def ordered(ledger):
    """An agreement with three orders, projected."""
    sign(ledger.service, CAP)
    for _ in range(3):
        ledger.service.execute(ordering(100_00), BY)
    ledger.views.catch_up()
    return ledger


def used(ledger):
    """What the read models say, as a page asks them."""
    ledger.views.catch_up()
    with ledger.views.database.reading() as connection:
        (row,) = agreements.listed(connection, None, limit=10)
    return row.version


def said(capsys):
    return capsys.readouterr().err


@pytest.fixture(autouse=True)
def everything_is_said():
    logs.again()


class Copies:
    """The log alone, copied and put back beside read models that stay."""

    def __init__(self, settings, folder):
        self.settings, self.folder = settings, folder

    def copy(self):
        if self.settings.database.startswith("sqlite"):
            path = self.settings.database.removeprefix("sqlite:///")
            with open_log(path) as log:
                log.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            shutil.copy(path, self.folder / "older.db")
            return
        with psycopg.connect(self.settings.database) as connection:
            for table in ("stored_events", "leaves", "nodes", "head", "requests"):
                copied = f"CREATE TABLE older_{table} AS TABLE avrop_log.{table}"
                connection.execute(copied)

    def put_back(self):
        if self.settings.database.startswith("sqlite"):
            path = self.settings.database.removeprefix("sqlite:///")
            for end in ("-wal", "-shm"):
                Path(path + end).unlink(missing_ok=True)
            shutil.copy(self.folder / "older.db", path)
            return
        with psycopg.connect(self.settings.database) as connection:
            for table in ("stored_events", "leaves", "nodes", "head", "requests"):
                connection.execute(f"DELETE FROM avrop_log.{table}")
                back = f"INSERT INTO avrop_log.{table} OVERRIDING SYSTEM VALUE TABLE older_{table}"
                connection.execute(back)
            connection.execute(
                "SELECT setval(pg_get_serial_sequence('avrop_log.stored_events', "
                "'notification_id'), (SELECT max(notification_id) FROM avrop_log.stored_events))"
            )


def open_log(path):
    import sqlite3
    from contextlib import closing

    return closing(sqlite3.connect(path))


def older_put_back(ordered, settings, tmp_path, orders_after):
    """A ledger whose log was put back to before two orders, and has others since."""
    copies = Copies(settings, tmp_path)
    copies.copy()
    for _ in range(2):
        ordered.service.execute(ordering(70_000_00), BY)
    ordered.views.catch_up()
    ordered.close()
    copies.put_back()
    opened = open_ledger(settings, STARTED)
    for _ in range(orders_after):
        opened.service.execute(ordering(5_00), BY)
    return opened


@pytest.mark.parametrize("orders_after", [0, 2, 4], ids=["shorter", "as long", "longer"])
def test_beside_an_older_log_they_are_made_anew_and_it_is_said(
    ordered, settings, tmp_path, capsys, orders_after
):
    opened = older_put_back(ordered, settings, tmp_path, orders_after)
    logs.begin()
    said(capsys)
    assert used(opened) == 4 + orders_after
    assert "the read models are of another log" in said(capsys)
    with opened.views.database.reading() as connection:
        mark = mark_of(connection)
    assert mark.position == opened.store.position()
    assert (mark.number, mark.leaf) == opened.store.leaves.at(mark.position)
    assert not projections_differ(opened)
    again = open_ledger(settings, STARTED)
    again.views.catch_up()
    assert "another log" not in said(capsys)
    again.close()
    opened.close()


def projections_differ(opened):
    from ledger.projections.checking import check_rebuild

    return check_rebuild(opened)


def test_the_control_without_looking_at_the_leaf_another_orders_contents_are_shown(
    ordered, settings, tmp_path, monkeypatch
):
    monkeypatch.setattr(projections.Views, "_is_of_log", lambda *_: True)
    opened = older_put_back(ordered, settings, tmp_path, 2)
    opened.views.catch_up()
    assert projections_differ(opened)
    opened.close()


def test_nothing_is_shown_while_they_are_made_anew(ordered, settings, tmp_path, monkeypatch):
    opened = older_put_back(ordered, settings, tmp_path, 2)
    begun, goes_on = threading.Event(), threading.Event()
    projected = projections.Views._projected

    def slowly(self, *given):
        begun.set()
        assert goes_on.wait(20)
        return projected(self, *given)

    monkeypatch.setattr(projections.Views, "_projected", slowly)
    opened.views.follow()
    assert begun.wait(20)
    try:
        with pytest.raises(BeingMade):
            used(opened)
    finally:
        goes_on.set()
    until(lambda: opened.views.seen == opened.store.position())
    assert used(opened) == 6
    opened.close()


def until(so):
    """Wait for what a thread brings about; pytest's time-out is the bound."""
    pause = threading.Event()
    while not so():
        pause.wait(0.01)


def test_a_rebuild_that_is_broken_off_leaves_them_as_they_were(ordered, settings, monkeypatch):
    projected = projections.Views._projected
    done = []

    def broken(self, *given):
        if done:
            raise KeyboardInterrupt
        done.append(projected(self, *given))
        return done[-1]

    with monkeypatch.context() as patched:
        patched.setattr(projections.Views, "_projected", broken)
        with pytest.raises(KeyboardInterrupt):
            ordered.views.rebuild()
    assert done, "the control: rows were written before it broke off"
    other = open_ledger(settings, STARTED)
    assert used(other) == 4
    assert not projections_differ(other)
    other.views.rebuild()
    assert not projections_differ(other)
    other.close()


def test_who_reads_during_a_rebuild_reads_what_was_there(ordered, monkeypatch):
    projected = projections.Views._projected
    seen = []

    def looking(self, *given):
        mark = projected(self, *given)
        if threading.current_thread() is threading.main_thread():
            other = threading.Thread(target=lambda: seen.append(read(ordered)))
            other.start()
            other.join()
        return mark

    monkeypatch.setattr(projections.Views, "_projected", looking)
    ordered.views.rebuild()
    assert seen == [4, 4]
    assert read(ordered) == 4


def read(ledger):
    with ledger.views.database.reading() as connection:
        (row,) = agreements.listed(connection, None, limit=10)
    return row.version


@pytest.mark.parametrize("content", [b"", b"no database at all" * 100], ids=["empty", "broken"])
def test_rebuild_works_on_a_broken_file(ordered, settings, content):
    if not ordered.store.on_sqlite:
        with psycopg.connect(settings.database) as connection:
            connection.execute(f"DROP TABLE avrop_views_{SHAPE}.positions")
            connection.execute(f"DROP TABLE avrop_views_{SHAPE}.orders")
    else:
        path = Path(ordered.views.database.place)
        ordered.close()
        for end in ("-wal", "-shm"):
            Path(f"{path}{end}").unlink(missing_ok=True)
        path.write_bytes(content)
    opened = open_ledger(settings, STARTED)
    opened.views.rebuild()
    assert used(opened) == 4
    assert not projections_differ(opened)
    opened.close()


def test_a_file_that_was_deleted_is_made_again_when_it_is_read(ordered, settings):
    if not ordered.store.on_sqlite:
        pytest.skip("SQLite has files")
    ordered.close()
    Path(ordered.views.database.place).unlink()
    opened = open_ledger(settings, STARTED)
    assert used(opened) == 4
    opened.close()


@pytest.fixture
def unknown(ordered, monkeypatch):
    """The log has a fact that this version does not know, and an order after it."""
    from ledger import codec

    ordered.service.execute(ordering(100_00), BY)
    newest = ordered.store.follow(ordered.store.position() - 1, 1)[0]
    name = codec.NAME_OF[type(newest.event)]
    decoders = {key: value for key, value in codec._DECODERS.items() if key != name}
    names = {key: value for key, value in codec.NAMES.items() if key != name}
    monkeypatch.setattr(codec, "_DECODERS", decoders)
    monkeypatch.setattr(codec, "NAMES", names)
    return name


def test_a_fact_of_a_newer_version_stops_following_and_not_reading(
    ordered, settings, unknown, capsys
):
    logs.begin()
    older = open_ledger(settings, STARTED)
    said(capsys)
    before = used(ordered)
    assert before >= 4
    assert ordered.views.stopped.name == unknown
    assert ordered.views.short < ordered.store.position()
    assert said(capsys).count("a fact of a newer version") == 1
    assert used(ordered) == before
    assert "newer version" not in said(capsys), "once"
    thread = older.views.follow()
    until(lambda: older.views.stopped is not None)
    assert thread.is_alive()
    older.close()


def test_two_shapes_side_by_side_leave_each_other_alone(ordered, settings, monkeypatch):
    other = f"{int(SHAPE) + 1}"
    for name, value in (("SHAPE", other), ("LIVE", f"avrop_views_{other}")):
        monkeypatch.setattr(f"ledger.projections.opened.{name}", value)
    monkeypatch.setattr("ledger.projections.opened.BESIDE", f"avrop_views_{other}_anew")
    database = Database(
        settings.views, *([] if ordered.store.on_sqlite else [f"avrop_views_{other}"])
    )
    newer = projections.Views(ordered.store, database)
    newer.create()
    assert newer.catch_up() == ordered.store.position()
    writes = []
    for views in (ordered.views, newer):
        event.listen(views.database.engine, "commit", lambda _: writes.append(1))
        views.catch_up()
        views._seen = -1
        views.catch_up()
    assert not writes, "nothing is new, so nothing is written"
    assert used(ordered) == 4
    assert len(prune(settings.views)) == (1 if ordered.store.on_sqlite else 2)
    assert newer.catch_up() == ordered.store.position()
    newer.close()


def test_init_prunes_those_of_other_shapes(desk):
    older = Path("avrop.views.db")
    older.write_bytes(b"")
    Path("avrop.views.7.db").write_bytes(b"")
    desk.done("init")
    assert older.exists()
    told = desk.done("init", "--prune")
    assert "avrop.views.7.db" in told
    assert sorted(path.name for path in Path().glob("avrop.views*.db")) == [
        f"avrop.views.{SHAPE}.db"
    ]


def test_where_nothing_can_be_written_what_is_projected_is_read_and_it_is_said(
    ordered, settings, capsys
):
    opened = open_ledger(settings, STARTED)
    logs.begin()
    engine = opened.views.database.engine
    if opened.store.on_sqlite:

        @event.listens_for(engine, "connect")
        def full(connection, _):
            count = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count={count}")

        ordered.service.execute(ordering(100_00), BY)
        for _ in range(300):
            ordered.service.execute(ordering(100_00), BY)
    else:
        name = opened.settings.database.partition("?")[0].rpartition("/")[2]
        with psycopg.connect(settings.database, autocommit=True) as connection:
            ordered.service.execute(ordering(100_00), BY)
            connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    assert used(opened) == 4
    assert opened.views.short is not None
    assert opened.views.short < opened.store.position()
    assert "the read models cannot be written" in said(capsys)
    opened.close()
    if not ordered.store.on_sqlite:
        with psycopg.connect(settings.database, autocommit=True) as connection:
            connection.execute("SET default_transaction_read_only = off")
            connection.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
    healed = open_ledger(settings, STARTED)
    assert used(healed) > 4
    assert healed.views.short is None
    healed.close()
