"""Commands that wait for the same agreement are recorded together, and each as if alone."""

import threading
import time
from datetime import date

import pytest

from ledger.domain import agreement, order
from ledger.domain.events import By, Party
from ledger.domain.order.faults import LineTerms
from ledger.domain.refusals import CapExceeded, Invalid, Unavailable
from ledger.service import Service
from ledger.store import Request, Store

BY = By(person="p-1", organisation="2120002403", role="orderer")
STREAM = "agreement/A"


def sign(service, cap=10_000_00, number="A"):
    service.execute(
        agreement.SignAgreement(
            number=number,
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


def placing(amount=1_000_00, text="", of="A"):
    return order.PlaceOrder(
        agreement=of,
        buyer="2120002403",
        course="c",
        lines=(LineTerms(kind="delivery", amount=amount, text=text),),
        ordered_on=date(2026, 2, 1),
    )


class Held:
    """A store whose first append waits until so many commands are in line behind it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.service: Service | None = None
        self.behind = 0
        self.sizes: list[int] = []
        self.failing: Exception | None = None

    def __getattr__(self, name):
        return getattr(self._store, name)

    def append(self, entries):
        self.sizes.append(len(entries))
        if len(self.sizes) == 1:
            for _ in range(2_000):
                if self.service._turns.waiting() == self.behind:
                    break
                time.sleep(0.005)
        elif self.failing:
            raise self.failing
        return self._store.append(entries)


@pytest.fixture
def held(ledger):
    sign(ledger.service)
    store = Held(ledger.store)
    store.service = Service(store)
    return store


def together(held, commands, requests=None):
    """The answers of commands that all wait behind a first one, in no certain order."""
    held.behind = len(commands)
    answers = [None] * len(commands)

    def run(number):
        request = requests[number] if requests else None
        try:
            answers[number] = held.service.execute(commands[number], BY, request)
        except Exception as error:
            answers[number] = error

    first = threading.Thread(target=held.service.execute, args=(placing(), BY))
    first.start()
    while not held.sizes:
        time.sleep(0.005)
    others = [threading.Thread(target=run, args=(n,)) for n in range(len(commands))]
    for thread in others:
        thread.start()
    for thread in (first, *others):
        thread.join(60)
    return answers


def test_orders_that_wait_are_recorded_in_one_transaction_each_with_its_own_number(held):
    answers = together(held, [placing()] * 5)
    assert held.sizes == [1, 5]
    assert sorted(a.state.number for a in answers) == [f"A-{n:04d}" for n in range(2, 7)]
    for answer in answers:
        assert answer.facts[0].stream == f"order/{answer.state.number}"
        assert held.history(answer.facts[0].stream)[0].event == answer.facts[0].event


def test_what_does_not_fit_is_refused_by_itself_and_the_others_are_placed(held, ledger):
    answers = together(held, [placing(), placing(20_000_00), placing()])
    assert isinstance(answers[1], CapExceeded)
    assert held.sizes == [1, 2, 1], "that it was tried is recorded by itself, afterwards"
    state = Service(ledger.store).load(STREAM)[1]
    assert (state.orders, agreement.use_of(state, state.cap).total) == (3, 3_000_00)


def test_orders_that_wait_never_pass_the_cap_together(held, ledger):
    answers = together(held, [placing(4_000_00)] * 4)
    refused = [answer for answer in answers if isinstance(answer, CapExceeded)]
    assert len(refused) == 2
    state = Service(ledger.store).load(STREAM)[1]
    assert agreement.use_of(state, state.cap).total == 9_000_00


def test_the_same_request_twice_in_line_counts_once(held, ledger):
    request = Request(key="k", digest="d")
    answers = together(held, [placing(9_000_00)] * 2, [request, request])
    assert {answer.state.number for answer in answers} == {"A-0002"}
    assert sorted(answer.replayed for answer in answers) == [False, True]
    assert Service(ledger.store).load(STREAM)[1].orders == 2


def test_a_request_that_was_recorded_while_it_waited_is_answered_as_it_was(held, ledger):
    request = Request(key="k", digest="d")
    held.behind = 2
    done = []
    real = held.append

    def first_elsewhere(entries):
        # Another process records the same request while ours waits in line.
        if not held.sizes:
            result = real(entries)
            done.append(Service(ledger.store).execute(placing(), BY, request))
            return result
        return real(entries)

    held.append = first_elsewhere
    answers = together(held, [placing(), placing()], [request, None])
    assert answers[0].replayed
    assert answers[0].state.number == done[0].state.number
    assert Service(ledger.store).load(STREAM)[1].orders == 3


def test_somebody_else_was_first_then_all_are_decided_again(held, ledger):
    real = held.append

    def beaten(entries):
        if len(held.sizes) == 1:
            Service(ledger.store).execute(placing(), BY)
        return real(entries)

    held.append = beaten
    answers = together(held, [placing()] * 3)
    assert held.sizes == [1, 3, 3]
    assert sorted(a.state.number for a in answers) == ["A-0003", "A-0004", "A-0005"]
    assert Service(ledger.store).load(STREAM)[1].orders == 5


def test_what_waits_is_recorded_together_whatever_its_agreement(held, ledger):
    for number in "BC":
        sign(ledger.service, number=number)
    answers = together(held, [placing(of=number) for number in "ABCBA"])
    assert held.sizes == [1, 5]
    assert [answer.agreement.number for answer in answers] == [*"ABCBA"]
    assert sorted(answer.state.number for answer in answers) == [
        "A-0002", "A-0003", "B-0001", "B-0002", "C-0001",
    ]  # fmt: skip


def test_one_that_is_decided_on_what_was_undoes_nothing_of_the_others(held, ledger):
    sign(ledger.service, number="B")
    real = held.append

    def beaten(entries):
        if len(held.sizes) == 1:
            Service(ledger.store).execute(placing(10_000_00, of="B"), BY)
        return real(entries)

    held.append = beaten
    answers = together(held, [placing(), placing(of="B"), placing()])
    assert isinstance(answers[1], CapExceeded)
    assert sorted(answers[n].state.number for n in (0, 2)) == ["A-0002", "A-0003"]
    assert held.sizes == [1, 3, 2, 1], "that it was tried is recorded by itself, afterwards"


def test_what_there_is_no_time_for_has_the_next_turn(held, ledger, monkeypatch):
    monkeypatch.setattr("ledger.service.recording.TOGETHER_SECONDS", 0)
    answers = together(held, [placing()] * 3)
    assert held.sizes == [1, 1, 1, 1]
    assert sorted(a.state.number for a in answers) == ["A-0002", "A-0003", "A-0004"]


def test_one_that_is_too_large_to_record_does_not_take_the_others_with_it(held, ledger):
    answers = together(held, [placing(), placing(text="x" * 70_000), placing()])
    assert isinstance(answers[1], Invalid)
    assert Service(ledger.store).load(STREAM)[1].orders == 3


def test_when_the_database_is_away_none_is_answered_as_if_it_had_been_decided(held, ledger):
    held.failing = Unavailable()
    answers = together(held, [placing(), placing(20_000_00)])
    assert [type(answer) for answer in answers] == [Unavailable, Unavailable]
    assert Service(ledger.store).load(STREAM)[1].orders == 1


def test_a_long_line_leaves_a_snapshot_that_equals_the_log(held, ledger, monkeypatch):
    monkeypatch.setattr("ledger.snapshots.SNAPSHOT_EVERY", 4)
    together(held, [placing(100_00)] * 5)
    version, _ = ledger.store.snapshot(STREAM)
    fresh = Service(ledger.store)
    assert version == 3
    assert fresh.load(STREAM) == (7, fresh.state_at(STREAM, 7))
