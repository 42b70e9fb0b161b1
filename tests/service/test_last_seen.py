"""A decision is made on what this process last saw, and holds only where that was the newest."""

from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from ledger.domain import order, organisation
from ledger.domain.codes import CodePart
from ledger.domain.events import By
from ledger.domain.refusals import CapExceeded, Invalid, VersionDiffers, WrongStatus
from ledger.service import Service
from ledger.store import Request, open_store
from tests.conftest import recorded
from tests.service.race import BY, ordering, sign

SUPPLIER = By(person="p-2", organisation="2021004524", role="supplier")
CONFIRM = order.ConfirmOrder(order="A-0001", on=date(2026, 2, 2))
DECLINE = order.DeclineOrder(order="A-0001", on=date(2026, 2, 1), reason="Full")


@pytest.fixture
def two(ledger):
    """Two processes on one log, both of which have seen an agreement with one order."""
    sign(ledger.service, 1_000_000)
    other = Service(ledger.store, clock=ledger.service.clock)
    ledger.service.execute(ordering(600_000), BY)
    other.load("agreement/A")
    other.load("order/A-0001")
    return ledger.service, other


def test_what_another_process_took_is_not_ordered_once_more(two, ledger):
    first, second = two
    first.execute(ordering(400_000), BY)
    before = recorded(ledger.store)
    with pytest.raises(CapExceeded) as refused:
        second.execute(ordering(400_000), BY)
    assert refused.value.figures["used"].ore == 1_000_000
    assert recorded(ledger.store) == before


def test_what_another_process_released_is_taken_at_the_first_try(two):
    first, second = two
    first.execute(DECLINE, SUPPLIER)
    assert second.execute(ordering(1_000_000), BY).state.number == "A-0002"


def test_a_refusal_is_of_things_as_they_are_now(two):
    first, second = two
    first.execute(CONFIRM, SUPPLIER)
    with pytest.raises(WrongStatus) as refused:
        second.execute(CONFIRM, SUPPLIER)
    assert refused.value.figures["status"] == "confirmed"
    with pytest.raises(VersionDiffers) as differs:
        second.execute(order.CancelOrder(order="A-0001", on=date(2026, 2, 3)), BY, expected=(1,))
    assert differs.value.figures["version"] == 2


def test_that_there_is_nothing_is_held_to_as_well(two, ledger):
    """The rules of an organisation that had none when this process looked."""
    first, second = two
    second.execute(ordering(100_000), BY)
    required = CodePart(name="ansvar", required=True)
    rules = organisation.SetCodeMap(
        organisation=BY.organisation,
        parts=(required,),
        starts_on=date(2026, 1, 1),
        decision="d 1",
    )
    first.execute(rules, By(person="p-3", organisation=BY.organisation, role="manager"))
    with pytest.raises(Invalid):
        second.execute(ordering(100_000), BY)
    assert ledger.service.load("agreement/A")[1].orders == 2


def test_where_processes_meet_each_looks_before_it_decides(two, monkeypatch):
    first, second = two
    first.execute(ordering(100_000), BY)
    second.execute(ordering(100_000), BY)  # found the first's: from now on they take turns
    first.execute(ordering(100_000), BY)
    tries = []
    append = second.store.append
    monkeypatch.setattr(second.store, "append", lambda entries: tries.append(1) or append(entries))
    second.execute(ordering(100_000), BY)
    assert len(tries) == 1


def test_the_first_try_reads_nothing_and_a_refusal_looks_once(two, monkeypatch):
    first, _ = two
    reads = []
    for part, name in (
        (first.store, "history"),
        (first.store, "find_request"),
        (first.store.chosen, "after"),
    ):
        ask = getattr(part, name)
        monkeypatch.setattr(
            part,
            name,
            lambda *args, ask=ask, name=name, **more: reads.append(name) or ask(*args, **more),
        )
    first.execute(ordering(100_000), BY, Request(key="k", digest="d"))
    assert reads == []
    with pytest.raises(CapExceeded):
        first.execute(ordering(1_000_000), BY)
    assert reads[0] == "after"
    assert reads.count("after") == 1


def test_where_somebody_was_first_it_is_no_error_in_the_server_s_log(ledger, database, postgres):
    if database.startswith("sqlite"):
        pytest.skip("it has no server")
    log = Path(parse_qs(urlsplit(postgres).query)["host"][0]) / "log"
    sign(ledger.service, 1_000_000)
    before = log.read_text().count("ERROR:")
    other = Service(open_store(database), clock=ledger.service.clock)
    request = Request(key="k", digest="d")
    for service in (ledger.service, other, other, ledger.service, other, ledger.service):
        service.execute(ordering(1_000), BY)
        service.execute(ordering(1_000), BY, request)
    other.store.close()
    assert ledger.service.load("agreement/A")[1].orders == 7
    assert log.read_text().count("ERROR:") == before
    with psycopg.connect(postgres) as connection, pytest.raises(psycopg.Error):
        connection.execute("SELECT control FROM nowhere")
    assert log.read_text().count("ERROR:") > before
