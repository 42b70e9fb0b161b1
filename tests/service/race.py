"""Several processes that each order from one agreement, started together."""

import multiprocessing
from datetime import date

from ledger.domain import agreement, order
from ledger.domain.events import By, Party
from ledger.domain.order import LineTerms
from ledger.domain.refusals import CapExceeded
from ledger.service import Service
from ledger.store import open_store
from tests.clock import STARTED

BY = By(person="p-1", organisation="2120002403", role="orderer")


def sign(service, cap):
    service.execute(
        agreement.SignAgreement(
            number="A",
            title="A",
            currency="SEK",
            cap=cap,
            buyers=(Party(organisation="2120002403"),),
            suppliers=(Party(organisation="2021004524"),),
            signed_on=date(2026, 1, 1),
            starts_on=date(2026, 1, 1),
            ends_on=date(2029, 12, 31),
        ),
        BY,
    )


def ordering(amount):
    return order.PlaceOrder(
        agreement="A",
        buyer="2120002403",
        course="c",
        lines=(LineTerms(kind="delivery", amount=amount),),
        ordered_on=date(2026, 2, 1),
    )


def _orders(database, amount, start, answers):
    store = open_store(database)
    service = Service(store, clock=STARTED)
    start.wait()
    try:
        answers.put(service.execute(ordering(amount), BY).state.number)
    except CapExceeded:
        answers.put("")
    store.close()


def race(database, writers, amount):
    """The numbers of the orders that were accepted; each writer is a process and orders once."""
    context = multiprocessing.get_context("spawn")
    start, answers = context.Event(), context.Queue()
    processes = [
        context.Process(target=_orders, args=(database, amount, start, answers))
        for _ in range(writers)
    ]
    for process in processes:
        process.start()
    start.set()
    got = [answers.get(timeout=60) for _ in processes]
    for process in processes:
        process.join(60)
    return sorted(name for name in got if name)
