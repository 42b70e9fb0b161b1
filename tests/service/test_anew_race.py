"""Several processes that record the freed number of an invoice anew: one of them stands."""

import multiprocessing
from datetime import date

import pytest

from ledger.domain import drawdown, order
from ledger.domain.events import By
from ledger.domain.refusals import DuplicateInvoice
from ledger.service import Service
from ledger.store import open_store
from tests.clock import STARTED
from tests.service.race import BY, ordering, sign

APPROVER = By(person="p-2", organisation=BY.organisation, role="approver")
SUPPLIER = By(person="p-3", organisation="2021004524", role="supplier")
DAY = date(2026, 3, 1)
WRITERS = 8


def recording(name: str) -> drawdown.RecordDrawdown:
    return drawdown.RecordDrawdown(
        agreement="A",
        supplier="2021004524",
        invoice="1",
        issued_on=DAY,
        type="380",
        currency="SEK",
        amount=5_000,
        parts=(drawdown.Part(order=name, amount=5_000),),
    )


def _records(database, name, start, answers):
    store = open_store(database)
    service = Service(store, clock=STARTED)
    start.wait()
    try:
        answers.put((service.execute(recording(name), BY).state.id, ""))
    except DuplicateInvoice as refusal:
        answers.put(("", refusal.figures["drawdown"]))
    store.close()


@pytest.mark.slow
def test_of_several_that_record_a_freed_number_anew_at_once_one_stands(ledger, database):
    service = ledger.service
    sign(service, 100_000)
    name = service.execute(ordering(10_000), BY).state.number
    service.execute(order.ConfirmOrder(order=name, on=date(2026, 2, 2)), SUPPLIER)
    first = service.execute(recording(name), BY).state.id
    rejecting = drawdown.RejectDrawdown(drawdown=first, on=DAY, reason="wrong button")
    service.execute(rejecting, APPROVER)
    context = multiprocessing.get_context("spawn")
    start, answers = context.Event(), context.Queue()
    processes = [
        context.Process(target=_records, args=(database, name, start, answers))
        for _ in range(WRITERS)
    ]
    for process in processes:
        process.start()
    start.set()
    got = [answers.get(timeout=60) for _ in processes]
    for process in processes:
        process.join(60)
    second = f"{first}.2"
    assert sorted(got) == [("", second)] * (WRITERS - 1) + [(second, "")]
    assert service.load(f"drawdown/{first}")[1].anew == (second,)
    assert service.load(f"order/{name}")[1].invoiced == 5_000
