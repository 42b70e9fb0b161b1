"""`/readyz` tells the truth: 503 where reads fail, and else how well the ledger is."""

import psycopg
import pytest

from ledger import logs
from ledger.projections.database import LIVE
from ledger.web import create_app
from tests.service.race import BY, ordering, sign


@pytest.fixture
def asked(ledger):
    sign(ledger.service, 10_000_000_00)
    return create_app(ledger=ledger).test_client()


def dropped(ledger, which, table):
    """Drop a table of the registry or of the read models."""
    if which == "views":
        engine, schema = ledger.views.database.engine, LIVE
    else:
        engine, schema = ledger.registry._engine, "avrop_registry"
    place = "" if ledger.store.on_sqlite else f"{schema}."
    with engine.begin() as connection:
        connection.exec_driver_sql(f"DROP TABLE {place}{table}")


def test_a_ledger_that_is_ready_says_how_well_it_is(asked, ledger):
    ledger.registry.happens("ticked")
    answer = asked.get("/readyz")
    assert answer.status_code == 200
    said = answer.json
    assert said["status"] == "ready"
    assert said["read_models"]["state"] == "ok"
    assert said["read_models"]["position"] == said["position"] == ledger.store.position()
    assert said["read_models"]["lag"] == 0
    assert said["tick"]["age_seconds"] >= 0
    assert "tick" not in said["warnings"]
    if ledger.store.on_sqlite:
        assert "backup" in said["warnings"]
    assert "checkpoint" in said["warnings"]


@pytest.mark.parametrize(
    ("which", "table"), [("views", "orders"), ("views", "positions"), ("registry", "version")]
)
def test_where_reads_fail_it_is_not_ready_and_the_log_says_why(asked, ledger, capsys, which, table):
    assert asked.get("/readyz").status_code == 200, "the control"
    dropped(ledger, which, table)
    if which == "registry":
        dropped(ledger, which, "persons")
    ledger.service.execute(ordering(100_00), BY)
    logs.begin()
    logs.again()
    capsys.readouterr()
    answer = asked.get("/readyz")
    assert answer.status_code == 503, answer.json
    assert answer.headers["Retry-After"]
    said = capsys.readouterr().err
    assert ("avrop rebuild" if which == "views" else "avrop init") in said


def test_a_log_that_is_gone_is_not_ready(asked, ledger, settings):
    assert asked.get("/readyz").status_code == 200, "the control"
    if ledger.store.on_sqlite:
        with ledger.store._datastore.transaction(commit=True) as cursor:
            cursor.execute("ALTER TABLE stored_events RENAME TO moved")
    else:
        with psycopg.connect(settings.database) as connection:
            connection.execute("ALTER TABLE avrop_log.stored_events RENAME TO moved")
    assert asked.get("/readyz").status_code == 503
