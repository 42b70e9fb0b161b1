"""Where nothing can be written, what is projected is read, and it is said how far that goes; where
an order was second, PostgreSQL's own log has no error; a token that was revoked stays so."""

import shutil
import threading
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event

from ledger import people
from ledger.domain.refusals import CapExceeded
from ledger.opening import open_ledger
from ledger.web import create_app
from tests.conftest import BUYER, ORDER, STARTED
from tests.people import let_in
from tests.service.race import BY, ordering, sign

PLACED = {**ORDER, "ordered_on": "2026-02-01", "starts_on": "2026-03-01", "ends_on": "2026-04-01"}
PLACED["lines"] = [{**line, "year": 2026} for line in ORDER["lines"]]


def served(opened, token, *, browser):
    """Ask as a program does, or as a browser that is signed in."""
    app = create_app(ledger=opened)
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    if browser:
        client.post("/session", data={"token": token})
        return client, {}
    return client, {"Authorization": f"Bearer {token}"}


@contextmanager
def unwritable(opened):
    """A ledger opened anew on a database that takes nothing, as on a disk set read-only."""
    if not opened.store.on_sqlite:
        address = opened.settings.database
        name = address.partition("?")[0].rpartition("/")[2]
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    again = open_ledger(opened.settings, opened.clock)
    if again.store.on_sqlite:
        for engine in (again.views.database.engine, again.registry._engine):
            event.listen(engine, "connect", lambda one, _: one.execute("PRAGMA query_only=ON"))
        again.store._log.writer._opened().execute("PRAGMA query_only=ON")
    yield again
    again.close()


@pytest.mark.parametrize("browser", [False, True], ids=["program", "browser"])
def test_reading_goes_on_where_nothing_can_be_written(ledger, browser):
    sign(ledger.service, 1_000_000_00)
    token = let_in(ledger, "Anna", BUYER, ("orderer", "auditor"))
    client, headers = served(ledger, token, browser=browser)
    path = "/agreements/A" if browser else "/api/v1/agreements/A/balance"
    answer = client.get(path, headers=headers)
    assert (answer.status_code, "Avrop-Position" in answer.headers) == (200, False), "the control"
    projected = ledger.views.catch_up()
    ledger.service.execute(ordering(100_00), BY)
    with unwritable(ledger) as again:
        app = create_app(ledger=again)
        app.config["WTF_CSRF_ENABLED"] = False
        client.application = app
        if browser:  # whoever has not been seen for minutes is noted as seen
            ledger.clock.wait(minutes=5)
        answer = client.get(path, headers=headers)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        assert answer.headers["Avrop-Position"] == str(projected)
        if browser:
            assert f"plats {projected}" in answer.text or f"position {projected}" in answer.text
        else:
            refused = client.post("/api/v1/agreements/A/orders", json=PLACED, headers=headers)
            assert refused.status_code == 503, refused.json


# ── Second ────────────────────────────────────────────────────────────────────────────────────


def errors_of(address):
    """Lines of the server's own log that are errors."""
    with psycopg.connect(address) as connection:
        (folder,) = connection.execute("SHOW data_directory").fetchone()
    logs = [path for path in Path(folder).rglob("*log*") if path.is_file()]
    text = "".join(path.read_text(errors="replace") for path in logs if path.stat().st_size < 5e7)
    return [line for line in text.splitlines() if "ERROR:" in line]


def test_an_order_that_was_second_leaves_no_error_in_the_servers_log(ledger, settings):
    if ledger.store.on_sqlite:
        pytest.skip("SQLite keeps no log")
    sign(ledger.service, 100 * 100_00)
    with psycopg.connect(settings.database) as connection, pytest.raises(psycopg.Error):
        connection.execute("SELECT 1/0")
    before = errors_of(settings.database)
    assert any("division by zero" in line for line in before), "the control: errors are seen there"
    several = [open_ledger(settings, STARTED) for _ in range(2)]
    refused = []

    def order(opened):
        for _ in range(60):
            try:
                opened.service.execute(ordering(100_00), BY)
            except CapExceeded as refusal:
                refused.append(refusal)

    threads = [threading.Thread(target=order, args=(one,)) for one in several for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 4 * 60 - 100
    assert errors_of(settings.database) == before
    for one in several:
        one.close()


# ── A registry of before ──────────────────────────────────────────────────────────────────────


def test_a_token_that_was_revoked_does_not_live_again_with_a_registry_of_before(
    ledger, settings, tmp_path
):
    """The log says that it ended."""
    if not ledger.store.on_sqlite:
        pytest.skip("a file is put back")
    sign(ledger.service, 1_000_000_00)
    token = let_in(ledger, "Anna", BUYER, ("orderer", "auditor"))
    kept = let_in(ledger, "Bo", BUYER, ("orderer", "auditor"))
    path = Path(settings.registry.removeprefix("sqlite:///"))
    ledger.registry.close()
    shutil.copy(path, tmp_path / "before.db")
    one = ledger.registry.token(token)
    people.end_token(ledger.service, ledger.registry, one.id, "lost")
    ledger.close()
    for end in ("-wal", "-shm"):
        Path(f"{path}{end}").unlink(missing_ok=True)
    shutil.copy(tmp_path / "before.db", path)
    opened = open_ledger(settings, STARTED)
    assert opened.registry.token(token) is not None, "the control: the registry knows of no end"
    client, _ = served(opened, token, browser=False)
    for secret, status in ((token, 401), (kept, 200)):
        headers = {"Authorization": f"Bearer {secret}"}
        answer = client.get("/api/v1/agreements/A/balance", headers=headers)
        assert answer.status_code == status
    opened.close()
