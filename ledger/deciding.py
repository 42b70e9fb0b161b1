"""Which decision a command asks for, and the states that the decision looks at."""

from collections.abc import Callable
from datetime import date
from typing import Any

from ledger.domain import agreement, drawdown, order
from ledger.domain.events import By, Fact, New
from ledger.domain.refusals import NotFound
from ledger.snapshots import fold

State = agreement.State | order.State | drawdown.State

AgreementCommand = (
    agreement.AmendAgreement
    | agreement.ExtendAgreement
    | agreement.SuspendAgreement
    | agreement.CloseAgreement
    | agreement.ReopenAgreement
    | agreement.WatchTerm
    | agreement.ProposeShareMove
    | agreement.AcceptShareMove
    | agreement.DeclineShareMove
    | agreement.RecordInKind
    | agreement.DecideFunding
    | agreement.ChangeFunding
    | agreement.WithdrawFunding
)
OrderCommand = (
    order.ConfirmOrder
    | order.DeclineOrder
    | order.LapseOrder
    | order.CounterOrder
    | order.AcceptCounter
    | order.RejectCounter
    | order.ChangeOrder
    | order.CancelOrder
    | order.AllocateSeats
    | order.MoveSeats
    | order.StartOrder
    | order.DeliverOrder
    | order.CloseOrder
)
DrawdownCommand = drawdown.ApproveDrawdown | drawdown.RejectDrawdown | drawdown.RecordRecharge
Command = (
    agreement.SignAgreement
    | AgreementCommand
    | order.PlaceOrder
    | OrderCommand
    | drawdown.RecordDrawdown
    | DrawdownCommand
)


SUBJECTS: tuple[tuple[Any, Callable[[str], str], str], ...] = (
    (agreement.SignAgreement, agreement.stream, "number"),
    (AgreementCommand | order.PlaceOrder | drawdown.RecordDrawdown, agreement.stream, "agreement"),
    (OrderCommand, order.stream, "order"),
    (DrawdownCommand, drawdown.stream, "drawdown"),
)
"""Commands, and the stream that they are about: how it is named, and the member that names it."""


def turn_of(command: Command, state_of: Callable[[str], Any]) -> str:
    """The stream that commands like this take turns on: that of the agreement whose room it moves.

    What is no agreement's takes turns on its own. Raises NotFound.
    """
    stream = next(
        named(getattr(command, member))
        for kinds, named, member in SUBJECTS
        if isinstance(command, kinds)
    )
    noun, _, name = stream.partition("/")
    if noun not in WITHIN_AGREEMENTS:
        return stream
    state = state_of(stream)
    if state is None:
        raise NotFound(what=noun, name=name)
    return agreement.stream(state.agreement)


WITHIN_AGREEMENTS = ("order", "drawdown")
"""What belongs to an agreement, and never to another one."""


def agreement_of(state: State) -> str | None:
    """The stream of the agreement that a state is, or belongs to; None where it is no one's."""
    number = state.number if isinstance(state, agreement.State) else state.agreement
    return None if number is None else agreement.stream(number)


class Loaded:
    """The states that one decision has looked at, with the versions that it relies on."""

    def __init__(self, load: Callable[[str], tuple[int, Any]]) -> None:
        self._load = load
        self.versions: dict[str, int] = {}
        self.states: dict[str, Any] = {}

    def find(self, stream: str) -> Any:
        if stream not in self.versions:
            self.versions[stream], self.states[stream] = self._load(stream)
        return self.states[stream]

    def after(self, facts: tuple[Fact, ...]) -> "Loaded":
        """The states and versions that these facts leave."""
        left = Loaded(self._load)
        left.versions, left.states = dict(self.versions), dict(self.states)
        for fact in facts:
            left.states[fact.stream] = fold(fact.stream, left.states.get(fact.stream), fact)
            left.versions[fact.stream] = fact.version
        return left

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


def decide(command: Command, loaded: Loaded, today: date, by: By) -> list[New]:
    """The facts that a command comes to, or a Refusal."""
    match command:
        case agreement.SignAgreement():
            return agreement.sign(command, loaded.find(agreement.stream(command.number)))
        case order.PlaceOrder():
            of = loaded.agreement(command.agreement)
            return order.place(command, of, today, by)
        case drawdown.RecordDrawdown():
            return _record(command, loaded, today)
        case drawdown.RecordRecharge():
            return drawdown.recharge(command, loaded.drawdown(command.drawdown), by)
        case drawdown.ApproveDrawdown() | drawdown.RejectDrawdown():
            return _decide_drawdown(command, loaded, by)
        case _ if isinstance(command, AgreementCommand):
            return _decide_agreement(command, loaded.agreement(command.agreement), today, by)
        case _:
            return _decide_order(command, loaded, today, by)


def _decide_agreement(
    command: AgreementCommand, state: agreement.State, today: date, by: By
) -> list[New]:
    match command:
        case agreement.AmendAgreement():
            return agreement.amend(command, state)
        case agreement.ExtendAgreement():
            return agreement.extend(command, state)
        case agreement.SuspendAgreement():
            return agreement.suspend(command, state)
        case agreement.CloseAgreement():
            return agreement.close(command, state)
        case agreement.ReopenAgreement():
            return agreement.reopen(command, state)
        case agreement.WatchTerm():
            return agreement.watch_term(command, state)
        case agreement.ProposeShareMove():
            return agreement.propose_share_move(command, state, today, by)
        case agreement.AcceptShareMove():
            return agreement.accept_share_move(command, state, today, by)
        case agreement.DeclineShareMove():
            return agreement.decline_share_move(command, state, by)
        case agreement.RecordInKind():
            return agreement.record_in_kind(command, state)
        case agreement.DecideFunding():
            return agreement.decide_funding(command, state)
        case agreement.ChangeFunding():
            return agreement.change_funding(command, state)
        case agreement.WithdrawFunding():
            return agreement.withdraw_funding(command, state)


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
        case order.LapseOrder():
            return order.lapse(command, state, of)
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
        case order.AllocateSeats():
            return order.allocate_seats(command, state, of, today)
        case order.MoveSeats():
            return order.move_seats(command, state, of, today, by)


def _record(command: drawdown.RecordDrawdown, loaded: Loaded, today: date) -> list[New]:
    of = loaded.agreement(command.agreement)
    id = drawdown.identity(command.supplier, command.invoice, command.issued_on, command.type)
    existing = loaded.find(drawdown.stream(id))
    orders = {part.order: loaded.order(part.order) for part in command.parts}
    credited = loaded.drawdown(command.credits) if command.credits else None
    return drawdown.record(command, existing, of, orders, credited, today)


def _decide_drawdown(
    command: drawdown.ApproveDrawdown | drawdown.RejectDrawdown, loaded: Loaded, by: By
) -> list[New]:
    state = loaded.drawdown(command.drawdown)
    of = loaded.agreement(state.agreement)
    orders = {name: loaded.order(name) for name in state.orders}
    if isinstance(command, drawdown.RejectDrawdown):
        return drawdown.reject(command, state, of, orders, by)
    credited = loaded.drawdown(state.credits) if state.credits else None
    return drawdown.approve(command, state, of, orders, credited, by)
