"""Which decision a command asks for, and the states that the decision looks at."""

from collections.abc import Callable
from datetime import date
from typing import Any

from msgspec.structs import replace

from ledger.domain import access, agreement, drawdown, order, organisation
from ledger.domain.codes import CodeMap
from ledger.domain.events import BUYER_ROLES, By, Fact, New
from ledger.domain.refusals import NotFound
from ledger.snapshots import fold

State = agreement.State | order.State | drawdown.State | organisation.State | access.State

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
    | agreement.OpenCompetition
    | agreement.AnswerCompetition
    | agreement.AwardCompetition
    | agreement.CancelCompetition
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
    | order.RecodeLine
    | order.MoveSession
    | order.HoldSession
    | order.CancelSession
    | order.StartOrder
    | order.DeliverOrder
    | order.CloseOrder
)
DrawdownCommand = (
    drawdown.ApproveDrawdown
    | drawdown.RejectDrawdown
    | drawdown.RecordRecharge
    | drawdown.ReverseRecharge
)
OrganisationCommand = (
    organisation.GrantAttestRight
    | organisation.EndAttestRight
    | organisation.NameDeputy
    | organisation.EndDeputy
    | organisation.SetOwnCost
    | organisation.SetCodeMap
)
AccessCommand = (
    access.AppointAuditor | access.EndAppointment | access.RecordAttempt | access.RecordBundleRead
)
Command = (
    agreement.SignAgreement
    | AgreementCommand
    | order.PlaceOrder
    | OrderCommand
    | drawdown.RecordDrawdown
    | DrawdownCommand
    | OrganisationCommand
    | AccessCommand
)


SUBJECTS: tuple[tuple[Any, Callable[[str], str], str], ...] = (
    (agreement.SignAgreement, agreement.stream, "number"),
    (AgreementCommand | order.PlaceOrder | drawdown.RecordDrawdown, agreement.stream, "agreement"),
    (OrderCommand, order.stream, "order"),
    (DrawdownCommand, drawdown.stream, "drawdown"),
    (OrganisationCommand, organisation.stream, "organisation"),
    (AccessCommand, access.stream, "person"),
)
"""Commands, and the stream that they are about: how it is named, and the member that names it."""


OF_ALL_BUYERS = (
    agreement.AmendAgreement
    | agreement.ExtendAgreement
    | agreement.SuspendAgreement
    | agreement.CloseAgreement
    | agreement.ReopenAgreement
    | agreement.DecideFunding
    | agreement.ChangeFunding
    | agreement.WithdrawFunding
)
"""Commands on what all buyers of an agreement share."""


def subject_of(command: Command) -> str:
    """The stream that a command is about."""
    return next(
        named(getattr(command, member))
        for kinds, named, member in SUBJECTS
        if isinstance(command, kinds)
    )


def turn_of(command: Command, state_of: Callable[[str], Any]) -> str:
    """The stream that commands like this take turns on: that of the agreement whose room it moves.

    What is no agreement's takes turns on its own. Raises NotFound.
    """
    stream = subject_of(command)
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

    def organisation(self, number: str) -> organisation.State | None:
        """None where nothing is recorded of it: then it has no rules of its own."""
        state: organisation.State | None = self.find(organisation.stream(number))
        return state

    def code_map(self, buyer: str, on: date) -> CodeMap | None:
        """The map that the buyer's codes follow on a day."""
        rules = self.organisation(buyer)
        return None if rules is None else rules.code_map_on(on)


def decide(command: Command, loaded: Loaded, today: date, by: By) -> list[New]:
    """The facts that a command comes to, or a Refusal."""
    match command:
        case agreement.SignAgreement():
            return agreement.sign(command, loaded.find(agreement.stream(command.number)))
        case order.PlaceOrder():
            of = loaded.agreement(command.agreement)
            code_map = loaded.code_map(command.buyer, command.ordered_on)
            return order.place(command, of, today, by, code_map)
        case drawdown.RecordDrawdown():
            return _record(command, loaded, today)
        case drawdown.RecordRecharge():
            return drawdown.recharge(command, loaded.drawdown(command.drawdown), by)
        case drawdown.ReverseRecharge():
            return drawdown.reverse_recharge(command, loaded.drawdown(command.drawdown), by)
        case drawdown.ApproveDrawdown() | drawdown.RejectDrawdown():
            return _decide_drawdown(command, loaded, today, by)
        case _ if isinstance(command, OrganisationCommand):
            return _decide_organisation(command, loaded.organisation(command.organisation), by)
        case _ if isinstance(command, AccessCommand):
            return _decide_access(command, loaded, today, by)
        case _ if isinstance(command, AgreementCommand):
            return _decide_agreement(command, loaded.agreement(command.agreement), today, by)
        case _:
            return _decide_order(command, loaded, today, by)


def _decide_access(command: AccessCommand, loaded: Loaded, today: date, by: By) -> list[New]:
    state: access.State | None = loaded.find(access.stream(command.person))
    match command:
        case access.AppointAuditor():
            return access.appoint(command, state, by)
        case access.EndAppointment():
            return access.end(command, state, by)
        case access.RecordAttempt():
            hour = loaded.find(access.stream(access.counted_in(command, state)))
            return access.record_attempt(command, state, hour, today)
        case access.RecordBundleRead():
            return access.record_read(command, today)


def _decide_agreement(
    command: AgreementCommand, state: agreement.State, today: date, by: By
) -> list[New]:
    if isinstance(command, OF_ALL_BUYERS):
        agreement.require_lead(state, by)
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
        case agreement.OpenCompetition():
            return agreement.open_competition(command, state)
        case agreement.AnswerCompetition():
            return agreement.answer_competition(command, state, today, by)
        case agreement.AwardCompetition():
            return agreement.award_competition(command, state, today)
        case agreement.CancelCompetition():
            return agreement.cancel_competition(command, state)
        case agreement.DecideFunding():
            return agreement.decide_funding(command, state)
        case agreement.ChangeFunding():
            return agreement.change_funding(command, state)
        case agreement.WithdrawFunding():
            return agreement.withdraw_funding(command, state)


def _decide_organisation(
    command: OrganisationCommand, state: organisation.State | None, by: By
) -> list[New]:
    match command:
        case organisation.GrantAttestRight():
            return organisation.grant(command, state, by)
        case organisation.EndAttestRight():
            return organisation.end(command, state, by)
        case organisation.NameDeputy():
            return organisation.name_deputy(command, state, by)
        case organisation.EndDeputy():
            return organisation.end_deputy(command, state, by)
        case organisation.SetOwnCost():
            return organisation.set_own_cost(command, by)
        case organisation.SetCodeMap():
            return organisation.set_code_map(command, by)


def _decide_order(command: OrderCommand, loaded: Loaded, today: date, by: By) -> list[New]:
    state = loaded.order(command.order)
    order.check_still_with(state, by)
    order.check_day(command.on, today, by)
    of = loaded.agreement(state.agreement)
    if not isinstance(command, order.MoveSeats):  # whose seats they are may give them
        agreement.require_own(of, state.buyer, state.number, by)
    match command:
        case order.StartOrder():
            return order.start(command, state)
        case order.DeliverOrder():
            return order.deliver(command, state)
        case order.HoldSession():
            return order.hold_session(command, state)
        case _:
            pass
    match command:
        case order.ConfirmOrder():
            return order.confirm(command, state, of, today, by)
        case order.DeclineOrder():
            return order.decline(command, state, of, today, by)
        case order.LapseOrder():
            return order.lapse(command, state, of, today)
        case order.CounterOrder():
            code_map = loaded.code_map(state.buyer, state.ordered_on)
            return order.counter(command, state, of, today, by, code_map)
        case order.AcceptCounter():
            return order.accept(command, state, of, today, by)
        case order.RejectCounter():
            return order.reject(command, state, of, today)
        case order.ChangeOrder():
            code_map = loaded.code_map(state.buyer, state.ordered_on)
            return order.change(command, state, of, today, code_map, by)
        case order.RecodeLine():
            code_map = loaded.code_map(state.buyer, command.on)
            return order.recode(command, state, of, by, code_map)
        case order.CancelOrder():
            return order.cancel(command, state, of)
        case order.CloseOrder():
            return order.close(command, state, of)
        case order.AllocateSeats():
            return order.allocate_seats(command, state, of, today, by)
        case order.MoveSeats():
            return order.move_seats(command, state, of, today, by)
        case order.MoveSession():
            return order.move_session(command, state, of, today)
        case order.CancelSession():
            return order.cancel_session(command, state, of)


def _record(command: drawdown.RecordDrawdown, loaded: Loaded, today: date) -> list[New]:
    of = loaded.agreement(command.agreement)
    id = drawdown.identity(command.supplier, command.invoice, command.issued_on, command.type)
    existing = loaded.find(drawdown.stream(id))
    orders = {part.order: loaded.order(part.order) for part in command.parts}
    credited = loaded.drawdown(command.credits) if command.credits else None
    return drawdown.record(command, existing, of, orders, credited, today)


def _decide_drawdown(
    command: drawdown.ApproveDrawdown | drawdown.RejectDrawdown,
    loaded: Loaded,
    today: date,
    by: By,
) -> list[New]:
    state = loaded.drawdown(command.drawdown)
    of = loaded.agreement(state.agreement)
    orders = {name: loaded.order(name) for name in state.orders}
    if isinstance(command, drawdown.RejectDrawdown):
        return drawdown.reject(command, state, of, orders, by)
    credited = loaded.drawdown(state.credits) if state.credits else None
    rules = loaded.organisation(state.buyer)
    return drawdown.approve(command, state, of, orders, credited, by, rules, today)


def in_thought(command: Command, loaded: Loaded, today: date, by: By) -> By:
    """Who would do it in a play: whoever asks, or where they may not, somebody who may.

    Invoices are decided by another person; shares are moved, and recharged, by their owners.
    """
    match command:
        case drawdown.ApproveDrawdown() | drawdown.RejectDrawdown():
            buyer = loaded.drawdown(command.drawdown).buyer
            another = replace(by, person=f"not {by.person}", organisation=buyer)
            return approver_in_thought(command, loaded, today, by, another)
        case drawdown.RecordRecharge() | drawdown.ReverseRecharge():
            return replace(by, organisation=loaded.drawdown(command.drawdown).buyer)
        case agreement.ProposeShareMove() if by.organisation != command.receiver:
            return replace(by, organisation=command.giver)
        case agreement.AcceptShareMove() | agreement.DeclineShareMove():
            moves = loaded.agreement(command.agreement).proposed
            move = next((one for one in moves if one.number == command.number), None)
            if move is not None:
                other = move.receiver if move.proposed_by == move.giver else move.giver
                return replace(by, organisation=other)
        case _ if isinstance(command, OF_ALL_BUYERS):
            lead = agreement.lead_of(loaded.agreement(command.agreement))
            return by if lead is None else replace(by, organisation=lead)
        case _ if isinstance(command, OrderCommand) and by.role in BUYER_ROLES:
            return replace(by, organisation=loaded.order(command.order).buyer)
        case _:
            pass
    return by


def approver_in_thought(command: Command, loaded: Loaded, today: date, by: By, another: By) -> By:
    """Who would approve an invoice in a play: somebody with a right to, and not who asks."""
    if not isinstance(command, drawdown.ApproveDrawdown):
        return another
    state = loaded.drawdown(command.drawdown)
    orders = {name: loaded.order(name) for name in state.orders}
    rules = loaded.organisation(state.buyer)
    able = drawdown.able_persons(state, orders, rules, (command.on, today))
    others = [person for person in able if person != by.person]
    return replace(another, person=others[0]) if others else another
