"""Several processes at once: what is left is given away once."""

import multiprocessing
from datetime import date

from ledger.config import read
from ledger.domain import agreement, order
from ledger.domain.events import By, Party
from ledger.domain.order import LineTerms
from ledger.domain.refusals import CapExceeded
from ledger.service import Service
from ledger.store import open_store
from ledger.web import open_ledger

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


def place(service, amount):
    command = order.PlaceOrder(
        agreement="A",
        buyer="2120002403",
        course="c",
        lines=(LineTerms(kind="delivery", amount=amount),),
        ordered_on=date(2026, 2, 1),
    )
    return service.execute(command, BY)


def _orders(database, amount, start, answers):
    store = open_store(database)
    service = Service(store)
    start.wait()
    try:
        answers.put(place(service, amount).state.number)
    except CapExceeded:
        answers.put("")
    store.close()


def _race(database, writers, amount):
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


def test_of_eight_processes_that_each_order_all_that_is_left_exactly_one_gets_it(ledger, database):
    sign(ledger.service, 1_000_000)
    assert _race(database, 8, 1_000_000) == ["A-0001"]
    state = ledger.service.load("agreement/A")[1]
    assert (state.orders, agreement.use_of(state, state.cap).total) == (1, 1_000_000)


def test_of_six_holds_of_1000_on_5000_in_parallel_five_succeed(ledger, database):
    sign(ledger.service, 5_000_00)
    assert _race(database, 6, 1_000_00) == [f"A-{n:04d}" for n in range(1, 6)]


def test_the_read_models_equal_a_replay_from_nothing(database):
    from ledger.cli import check_rebuild, play_demo

    opened = open_ledger(read({"AVROP_DATABASE": database}))
    opened.create()
    play_demo(opened)
    assert check_rebuild(opened) == []
    with opened.views.database.writing() as connection:
        connection.exec_driver_sql(
            "UPDATE agreements SET title='x'"
            if opened.store.on_sqlite
            else "UPDATE avrop_views.agreements SET title='x'"
        )
    assert len(check_rebuild(opened)) == 1
    opened.close()
