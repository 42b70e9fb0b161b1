"""The one way to write: load what a command names, decide, append; again when someone was first."""

import random
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from secrets import token_hex
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from ledger import snapshots
from ledger.bounds import RETRIES, RETRY_PAUSE, RETRY_SECONDS, SNAPSHOT_EVERY, STATES_KEPT
from ledger.domain import agreement, drawdown, order
from ledger.domain.events import By, Fact, New
from ledger.domain.refusals import Busy, KeyReused, NotFound, Refusal, VersionDiffers
from ledger.snapshots import fold
from ledger.store import Request, Store, VersionTaken

State = agreement.State | order.State | drawdown.State
S = TypeVar("S", agreement.State, order.State, drawdown.State)
SWEDEN = ZoneInfo("Europe/Stockholm")

AgreementCommand = (
    agreement.AmendAgreement
    | agreement.ExtendAgreement
    | agreement.SuspendAgreement
    | agreement.CloseAgreement
    | agreement.ReopenAgreement
)
OrderCommand = (
    order.ConfirmOrder
    | order.DeclineOrder
    | order.CounterOrder
    | order.AcceptCounter
    | order.RejectCounter
    | order.ChangeOrder
    | order.CancelOrder
    | order.StartOrder
    | order.DeliverOrder
    | order.CloseOrder
)
DrawdownCommand = drawdown.ApproveDrawdown | drawdown.RejectDrawdown
Command = (
    agreement.SignAgreement
    | AgreementCommand
    | order.PlaceOrder
    | OrderCommand
    | drawdown.RecordDrawdown
    | DrawdownCommand
)


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a command came to: the facts, and the resource that it was about, as it is after them.

    A replay is a request that was done before: its first answer again. A dry run has facts that
    were never stored.
    """

    state: State
    version: int
    agreement: agreement.State | None
    facts: tuple[Fact, ...] = ()
    replayed: bool = False


class Loaded:
    """The states that one decision has looked at, with the versions that it relies on."""

    def __init__(self, service: "Service") -> None:
        self._service = service
        self.versions: dict[str, int] = {}
        self.states: dict[str, Any] = {}

    def find(self, stream: str) -> Any:
        if stream not in self.versions:
            self.versions[stream], self.states[stream] = self._service.load(stream)
        return self.states[stream]

    def agreement(self, number: str) -> agreement.State:
        state: agreement.State | None = self.find(agreement.stream(number))
        if state is None:
            raise NotFound(what="agreement", name=number)
        return state

    def order(self, number: str) -> order.State:
        state: order.State | None = self.find(order.stream(number))
        if state is None:
            raise NotFound(what="order", name=number)
        return state

    def drawdown(self, id: str) -> drawdown.State:
        state: drawdown.State | None = self.find(drawdown.stream(id))
        if state is None:
            raise NotFound(what="drawdown", name=id)
        return state


class Service:
    """Executes commands on one ledger. Safe to use from several threads."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._states: OrderedDict[str, tuple[int, Any]] = OrderedDict()
        self._guard = threading.Lock()
        self._turns: dict[str, threading.Lock] = {}

    # ── Reading ───────────────────────────────────────────────────────────────────────────────

    def load(self, stream: str) -> tuple[int, Any]:
        """The newest version and state of a stream: what is known, and what came since."""
        with self._guard:
            version, state = self._states.get(stream, (0, None))
        if version == 0:
            version, state = snapshots.restore(self.store, stream)
        for fact in self.store.history(stream, after=version):
            version, state = fact.version, fold(stream, state, fact)
        if version:
            self._keep(stream, version, state)
        return version, state

    def known(self, stream: str) -> Any:
        """The state of a stream as this process last saw it: perhaps not the newest, or None."""
        with self._guard:
            return self._states.get(stream, (0, None))[1]

    def state_at(self, stream: str, version: int) -> Any:
        """A stream's state as it was at a version."""
        state = None
        for fact in self.store.history(stream, to=version):
            state = fold(stream, state, fact)
        return state

    def _keep(self, stream: str, version: int, state: Any) -> None:
        with self._guard:
            if self._states.get(stream, (0, None))[0] <= version:
                self._states[stream] = (version, state)
                self._states.move_to_end(stream)
            while len(self._states) > STATES_KEPT:
                self._states.popitem(last=False)

    # ── Writing ───────────────────────────────────────────────────────────────────────────────

    def execute(
        self,
        command: Command,
        by: By,
        request: Request | None = None,
        now: datetime | None = None,
        *,
        dry_run: bool = False,
        expected: int | None = None,
    ) -> Outcome:
        """Decide and record. `expected` is the version that the resource must be at (If-Match).

        Raises a Refusal; then nothing was recorded. `now` is for replaying history in tests.
        """
        now = now or datetime.now(UTC)
        given = request is not None
        request = request or Request(key=token_hex(16), digest="")
        if given and not dry_run and (done := self._done_before(request)):
            return done
        until = time.monotonic() + RETRY_SECONDS
        name = _agreement_of(command, self)
        with self._turn(name):
            for tries in range(1, RETRIES + 1):
                loaded = Loaded(self)
                try:
                    facts = decide(command, loaded, now.astimezone(SWEDEN).date(), by)
                    if expected is not None and not dry_run:
                        _check_version(facts[0].stream, loaded, expected)
                except Refusal:
                    # Its own first try, committed since we looked, may be what is in its way.
                    if given and not dry_run and (done := self._done_before(request)):
                        return done
                    raise
                if dry_run:
                    return self._outcome(_unstored(facts, loaded, by, now), loaded, name)
                try:
                    stored = self.store.append(facts, loaded.versions, by, now, request)
                except VersionTaken:
                    if done := self._done_before(request, ours=not given):
                        return done
                    if time.monotonic() > until:
                        raise Busy(name=name, tries=tries) from None
                    time.sleep(random.uniform(0, RETRY_PAUSE * tries))  # noqa: S311
                    continue
                outcome = self._outcome(stored, loaded, name)
                self._snapshot(stored)
                return outcome
        raise Busy(name=name, tries=RETRIES)

    @contextmanager
    def _turn(self, name: str) -> Iterator[None]:
        """Commands on the same agreement take turns within a process."""
        with self._guard:
            lock = self._turns.setdefault(name, threading.Lock())
        if not lock.acquire(timeout=RETRY_SECONDS):
            raise Busy(name=name, tries=1)
        try:
            yield
        finally:
            lock.release()

    def _done_before(self, request: Request, *, ours: bool = False) -> Outcome | None:
        """The first answer of a request that was recorded before. Raises KeyReused."""
        found = self.store.find_request(request.key)
        if found is None:
            return None
        if found.digest != request.digest:
            raise KeyReused(key=request.key.rpartition(":")[2])
        state = self.state_at(found.stream, found.version)
        number = state.number if isinstance(state, agreement.State) else state.agreement
        return Outcome(
            state=state,
            version=found.version,
            agreement=self.load(agreement.stream(number))[1],
            replayed=not ours,
        )

    def _outcome(self, facts: tuple[Fact, ...], loaded: Loaded, name: str) -> Outcome:
        states, versions = dict(loaded.states), dict(loaded.versions)
        for fact in facts:
            states[fact.stream] = fold(fact.stream, states.get(fact.stream), fact)
            versions[fact.stream] = fact.version
        if facts[0].position:
            for stream in dict.fromkeys(fact.stream for fact in facts):
                self._keep(stream, versions[stream], states[stream])
        main = facts[0].stream
        return Outcome(
            state=states[main],
            version=versions[main],
            agreement=states.get(agreement.stream(name)),
            facts=facts,
        )

    def _snapshot(self, facts: tuple[Fact, ...]) -> None:
        last = facts[-1]
        if last.stream.startswith("agreement/") and any(
            f.stream == last.stream and f.version % SNAPSHOT_EVERY == 0 for f in facts
        ):
            with self._guard:
                version, state = self._states[last.stream]
            if version == last.version:
                snapshots.take(self.store, last, state)


def _unstored(facts: list[New], loaded: Loaded, by: By, now: datetime) -> tuple[Fact, ...]:
    at = dict(loaded.versions)
    result = []
    for new in facts:
        at[new.stream] = at.get(new.stream, 0) + 1
        result.append(
            Fact(
                stream=new.stream,
                version=at[new.stream],
                event=new.event,
                by=by,
                recorded_at=now,
                effective_on=new.effective_on,
                request="",
            )
        )
    return tuple(result)


def _check_version(stream: str, loaded: Loaded, expected: int) -> None:
    if loaded.versions.get(stream, 0) != expected:
        raise VersionDiffers(
            name=stream.partition("/")[2], version=loaded.versions.get(stream, 0), expected=expected
        )


def _agreement_of(command: Command, service: Service) -> str:
    """The agreement whose room a command moves: commands on it take turns.

    An order and a drawdown never change agreement, so that a state once known will do.
    """
    if isinstance(command, agreement.SignAgreement):
        return command.number
    if isinstance(command, AgreementCommand | order.PlaceOrder | drawdown.RecordDrawdown):
        return command.agreement
    if isinstance(command, DrawdownCommand):
        known = service.known(drawdown.stream(command.drawdown))
        return str((known or Loaded(service).drawdown(command.drawdown)).agreement)
    known = service.known(order.stream(command.order))
    return str((known or Loaded(service).order(command.order)).agreement)


# ── Which decision a command asks for ─────────────────────────────────────────────────────────


def decide(command: Command, loaded: Loaded, today: date, by: By) -> list[New]:
    """The facts that a command comes to, or a Refusal."""
    match command:
        case agreement.SignAgreement():
            return agreement.sign(command, loaded.find(agreement.stream(command.number)))
        case agreement.AmendAgreement():
            return agreement.amend(command, loaded.agreement(command.agreement))
        case agreement.ExtendAgreement():
            return agreement.extend(command, loaded.agreement(command.agreement))
        case agreement.SuspendAgreement():
            return agreement.suspend(command, loaded.agreement(command.agreement))
        case agreement.CloseAgreement():
            return agreement.close(command, loaded.agreement(command.agreement))
        case agreement.ReopenAgreement():
            return agreement.reopen(command, loaded.agreement(command.agreement))
        case order.PlaceOrder():
            of = loaded.agreement(command.agreement)
            return order.place(command, of, today, by)
        case drawdown.RecordDrawdown():
            return _record(command, loaded, today)
        case drawdown.ApproveDrawdown() | drawdown.RejectDrawdown():
            return _decide_drawdown(command, loaded, by)
        case _:
            return _decide_order(command, loaded, today, by)


def _decide_order(command: OrderCommand, loaded: Loaded, today: date, by: By) -> list[New]:
    state = loaded.order(command.order)
    match command:
        case order.StartOrder():
            return order.start(command, state)
        case order.DeliverOrder():
            return order.deliver(command, state)
        case _:
            of = loaded.agreement(state.agreement)
    match command:
        case order.ConfirmOrder():
            return order.confirm(command, state, of, today, by)
        case order.DeclineOrder():
            return order.decline(command, state, of, by)
        case order.CounterOrder():
            return order.counter(command, state, of, today, by)
        case order.AcceptCounter():
            return order.accept(command, state, of, today, by)
        case order.RejectCounter():
            return order.reject(command, state, of)
        case order.ChangeOrder():
            return order.change(command, state, of, today)
        case order.CancelOrder():
            return order.cancel(command, state, of)
        case order.CloseOrder():
            return order.close(command, state, of)


def _record(command: drawdown.RecordDrawdown, loaded: Loaded, today: date) -> list[New]:
    of = loaded.agreement(command.agreement)
    id = drawdown.identity(command.supplier, command.invoice, command.issued_on, command.type)
    existing = loaded.find(drawdown.stream(id))
    orders = {part.order: loaded.order(part.order) for part in command.parts}
    credited = loaded.drawdown(command.credits) if command.credits else None
    return drawdown.record(command, existing, of, orders, credited, today)


def _decide_drawdown(command: DrawdownCommand, loaded: Loaded, by: By) -> list[New]:
    state = loaded.drawdown(command.drawdown)
    of = loaded.agreement(state.agreement)
    orders = {name: loaded.order(name) for name in state.orders}
    if isinstance(command, drawdown.RejectDrawdown):
        return drawdown.reject(command, state, of, orders, by)
    credited = loaded.drawdown(state.credits) if state.credits else None
    return drawdown.approve(command, state, of, orders, credited, by)
