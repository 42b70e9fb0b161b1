"""Whatever is done in whatever order through the service, all who tell of it tell the same."""

import itertools
from datetime import date, timedelta

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.cli.rebuild import check_rebuild
from ledger.domain import agreement, drawdown, order
from ledger.domain.agreement import LimitTerms
from ledger.domain.order import LineTerms
from ledger.domain.refusals import KeyReused, Refusal
from ledger.projections import agreements, drawdowns, orders, postings
from ledger.projections.then import Then
from ledger.service import Service
from ledger.store import Request
from tests.conftest import recorded
from tests.domain.domain_given import (
    APPROVER,
    BUYER,
    DAY,
    END,
    ORDERER,
    RECORDER,
    SUPPLIER,
    UNIVERSITY,
    kr,
    signing,
)
from tests.service.log_check import facts_of

ORDERING = (order.PlaceOrder, order.ConfirmOrder, order.CounterOrder, order.ChangeOrder)
MOST = 40
"""Steps; each is of a day of its own."""
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                *("place", "place", "place", "confirm", "confirm", "decline", "counter"),
                *("accept", "change", "cancel", "invoice", "invoice", "approve", "approve"),
                *("reject", "credit", "close", "amend"),
            ]
        ),
        st.integers(0, 9),
        st.integers(1, 40_000),
        st.sampled_from(["once", "same", "other"]),
    ),
    min_size=12,
    max_size=MOST,
)


class Run:
    """One agreement of its own in the shared ledger, and every request that was answered."""

    def __init__(self, ledger, number: str) -> None:
        self.service, self.store = ledger.service, ledger.store
        self.number = number
        self.count = itertools.count(1)
        self.answered: list[tuple] = []
        terms = LimitTerms(name="development", kind="development", amount=kr(700), tolerance=10)
        self.execute(signing(number=number, cap=kr(1_000), limits=(terms,)), ORDERER)

    @property
    def of(self) -> agreement.State:
        return self.service.load(agreement.stream(self.number))[1]

    def streams(self) -> list[str]:
        found = [agreement.stream(self.number)]
        found += [order.stream(f"{self.number}-{n:04d}") for n in range(1, self.of.orders + 1)]
        return found + [s for s, *_ in self.answered if s.startswith("drawdown/")]

    def states(self, prefix: str) -> list:
        names = dict.fromkeys(s for s in self.streams() if s.startswith(prefix))
        return [self.service.load(stream)[1] for stream in names]

    def execute(self, command, by, again: str = "once") -> None:
        key = f"{self.number}/{next(self.count)}"
        request = Request(key=key, digest=key)
        outcome = self.service.execute(command, by, request)
        self.answered.append((outcome.facts[0].stream, command, by, request, outcome))
        position = self.store.position()
        if again == "same":
            self.assert_the_first_answer_again(command, by, request, outcome)
        elif again == "other":
            try:
                self.service.execute(command, by, Request(key=key, digest="another body"))
                raise AssertionError("a key that was used for another body was taken")
            except KeyReused:
                pass
        assert self.store.position() == position

    def assert_the_first_answer_again(self, command, by, request, first, service=None) -> None:
        answer = (service or self.service).execute(command, by, request)
        assert (answer.replayed, answer.facts) == (True, ())
        assert (answer.state, answer.version) == (first.state, first.version)


def command_of(run: Run, name: str, which: int, a: int, nth: int):
    """A command with arguments drawn from what there is, and who gives it; None where nothing."""
    day = DAY + timedelta(days=nth)
    kinds = ("development", "delivery")
    lines = tuple(LineTerms(kind=kind, amount=a) for kind in kinds[which % 2 :])
    if name == "place":
        place = order.PlaceOrder(
            agreement=run.number, buyer=BUYER, course="C", lines=lines, ordered_on=day
        )
        return place, ORDERER
    if name == "amend":
        amend = agreement.AmendAgreement(
            agreement=run.number,
            ground="17:9",
            decision="D",
            decided_on=day,
            effective_on=day,
            cap=run.of.cap.amount + a // 10 - 2_000,
        )
        return amend, ORDERER
    invoices = run.states("drawdown/")
    if name in ("approve", "reject"):
        waiting = [d.id for d in invoices if d.status == "recorded"]
        id = waiting[which % len(waiting)] if waiting else ""
        command = (
            drawdown.ApproveDrawdown(drawdown=id, on=day, room=("cap", "order")[a % 2])
            if name == "approve"
            else drawdown.RejectDrawdown(drawdown=id, on=day, reason="r")
        )
        return (command, APPROVER) if waiting else None
    placed = run.states("order/")
    if not placed:
        return None
    chosen = placed[which % len(placed)].number
    if name in ("invoice", "credit"):
        return _invoice(run, name, chosen, invoices, a, nth), RECORDER
    match name:
        case "confirm":
            return order.ConfirmOrder(order=chosen, on=day), UNIVERSITY
        case "decline":
            return order.DeclineOrder(order=chosen, on=day, reason="r"), UNIVERSITY
        case "counter":
            return order.CounterOrder(order=chosen, on=day, lines=lines), UNIVERSITY
        case "accept":
            return order.AcceptCounter(order=chosen, on=day), ORDERER
        case "change":
            return order.ChangeOrder(order=chosen, on=day, reason="r", lines=lines), ORDERER
        case "cancel":
            fee = a // 100 if a % 2 else None
            return order.CancelOrder(order=chosen, on=day, fee=fee), ORDERER
        case _:
            return order.CloseOrder(order=chosen, on=day), ORDERER


def _invoice(run: Run, name: str, chosen: str, invoices, a: int, nth: int):
    amount, credits = a, None
    approved = [d for d in invoices if d.status == "approved" and d.amount > 0]
    if name == "credit" and approved:
        credited = approved[a % len(approved)]
        chosen, credits = credited.orders[0], credited.id
        amount = -min(a, credited.amount - credited.credited)
    return drawdown.RecordDrawdown(
        agreement=run.number,
        supplier=SUPPLIER,
        invoice=f"{run.number} {nth}",
        issued_on=DAY + timedelta(days=nth),
        type="380" if amount > 0 else "381",
        currency="SEK",
        amount=amount,
        parts=(drawdown.Part(order=chosen, amount=amount),),
        credits=credits,
    )


def assert_the_books_add_up(run: Run, command, before: agreement.State) -> None:
    """cap = reserved + committed + drawn + remaining; what orders passes no hard limit."""
    of = run.of
    use = agreement.use_of(of, of.cap)
    held = [agreement.use_of(of, limit).total for limit in of.limits]
    shown = postings.balance_now(of)[0]
    assert shown.amount == use.reserved + use.committed + use.drawn + shown.remaining
    assert min(use.reserved, use.committed) >= 0
    if isinstance(command, ORDERING):
        for limit, total in zip(of.limits, held, strict=True):
            was = agreement.use_of(before, limit).total
            bound = limit.amount + limit.amount * limit.tolerance // 100
            assert total <= bound or total <= was


def assert_all_tell_the_same(run: Run, ledger) -> None:
    """This process, another one, one that starts from a snapshot, a replay, the read models."""
    fresh = Service(ledger.store)
    for stream in dict.fromkeys(run.streams()):
        version, state = run.service.load(stream)
        assert fresh.load(stream) == (version, state)
        assert fresh.state_at(stream, version) == state
        again = msgspec.json.decode(msgspec.json.encode(state), type=type(state))
        assert again == state, "what a snapshot or a read model keeps is the state"
    ledger.views.catch_up()
    with ledger.views.database.reading() as connection:
        row = agreements.find(connection, run.number, None)
        assert row.state == run.of
        moment = ledger.store.newest()
        for day in (DAY + timedelta(days=2 * MOST), END + timedelta(days=1)):
            now = postings.balance_now(row.state, day)
            then = Then(as_of=day, known_at=moment)
            summed = postings.balance(connection, row.state, then, date.max)
            assert now == summed, "the current row is the sum of the postings, and so is room"
        rows = orders.listed(connection, agreement=run.number, limit=100)
        assert [r.state for r in rows] == run.states("order/")
        rows = drawdowns.listed(connection, agreement=run.number, limit=100)
        assert {r.state.id: r.state for r in rows} == {d.id: d for d in run.states("drawdown/")}


def test_any_sequence_of_commands_and_retries_leaves_one_truth(ledger, monkeypatch):
    monkeypatch.setattr("ledger.snapshots.SNAPSHOT_EVERY", 3)
    numbers = itertools.count(1)

    @settings(
        max_examples=60,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(STEPS)
    def play(steps):
        run = Run(ledger, f"A{next(numbers)}")
        for nth, (name, which, a, again) in enumerate(steps, 1):
            asked = command_of(run, name, which, a, nth)
            if asked is None:
                continue
            before, position = run.of, ledger.store.position()
            try:
                run.execute(*asked, again)
            except Refusal:
                left = recorded(ledger.store, position)
                assert left == 0, "a refusal leaves no fact but that it was tried"
                assert run.of == before
            assert_the_books_add_up(run, asked[0], before)
        assert_all_tell_the_same(run, ledger)
        for _, command, by, request, outcome in run.answered:
            run.assert_the_first_answer_again(command, by, request, outcome, Service(ledger.store))

    play()
    facts = facts_of(ledger.store)
    reached = {type(fact.event).__name__ for fact in facts}
    assert {"OrderConfirmed", "AgreementAmended", "DrawdownApproved"} <= reached
    signed = {fact.stream for fact in facts if fact.stream.startswith("agreement/")}
    assert any(ledger.store.snapshot(stream) for stream in signed)
    assert check_rebuild(ledger) == []
