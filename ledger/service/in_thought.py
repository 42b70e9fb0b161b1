"""Who would do in a play what who asks may not do."""

from datetime import date

from msgspec.structs import replace

from ledger.deciding import AgreementCommand, Command, OrderCommand, is_of_all_buyers
from ledger.deciding.loaded import Loaded
from ledger.domain import agreement, drawdown, order, organisation
from ledger.domain.events import BUYER_ROLES, By
from ledger.domain.given import Given


def in_thought(command: Command, loaded: Loaded, today: date, by: By) -> By:
    """Who would do it in a play: whoever asks, or where they may not, somebody who may.

    Orders are answered by their suppliers, invoices decided by another person; shares are moved,
    and recharged, by their owners.
    """
    given = loaded.given(by, today)
    match command:
        case drawdown.ApproveDrawdown():
            return _approver(command, given)
        case drawdown.RejectDrawdown():
            return _another(command.drawdown, given)
        case drawdown.WithdrawDrawdown():
            mine = drawdown.named(given, command.drawdown)
            return replace(by, person=mine.recorded_by, organisation=mine.buyer)
        case drawdown.TakeBackApproval():
            return _other_approver(command, given)
        case agreement.RectifySigning():
            signed = agreement.named(given, command.agreement)
            leads = agreement.lead_of(signed, today) or by.organisation
            same = by.person == signed.signed_by
            return replace(by, person=f"not {by.person}" if same else by.person, organisation=leads)
        case order.ConfirmOrder() | order.DeclineOrder() | order.CounterOrder():
            answers = order.named(given, command.order).supplier
            return replace(by, role="supplier", organisation=answers)
        case drawdown.RecordRecharge() | drawdown.ReverseRecharge():
            return replace(by, organisation=drawdown.named(given, command.drawdown).buyer)
        case agreement.ProposeShareMove() if by.organisation != command.receiver:
            return replace(by, organisation=command.giver)
        case agreement.AcceptShareMove() | agreement.DeclineShareMove():
            moves = agreement.named(given, command.agreement).proposed
            move = next((one for one in moves if one.number == command.number), None)
            if move is not None:
                other = move.receiver if move.proposed_by == move.giver else move.giver
                return replace(by, organisation=other)
        case _ if isinstance(command, AgreementCommand) and is_of_all_buyers(command):
            of = agreement.named(given, command.agreement)
            lead = agreement.lead_of(of, today)
            if lead is not None:
                return replace(by, organisation=lead)
            return by if len(of.buyers) == 1 else replace(by, role="admin")
        case _ if isinstance(command, OrderCommand) and by.role in BUYER_ROLES:
            return replace(by, organisation=order.named(given, command.order).buyer)
        case _:
            pass
    return by


def _another(id: str, given: Given) -> By:
    """Somebody else of the invoice's buyer than who asks."""
    by = given.by
    return replace(by, person=f"not {by.person}", organisation=drawdown.named(given, id).buyer)


def _other_approver(command: drawdown.TakeBackApproval, given: Given) -> By:
    """Somebody with a right to, and neither who asks nor who approved."""
    state, another = drawdown.named(given, command.drawdown), _another(command.drawdown, given)
    orders = {name: order.named(given, name) for name in state.orders}
    rules = organisation.named(given, state.buyer)
    able = drawdown.able_persons(state, orders, rules, given, (command.on, given.today))
    others = [one for one in able if one not in (given.by.person, state.decided_by)]
    if others:
        return replace(another, person=others[0])
    return replace(another, person=f"neither {given.by.person} nor {state.decided_by}")


def _approver(command: drawdown.ApproveDrawdown, given: Given) -> By:
    """Somebody with a right to, and not who asks."""
    state, another = drawdown.named(given, command.drawdown), _another(command.drawdown, given)
    orders = {name: order.named(given, name) for name in state.orders}
    rules = organisation.named(given, state.buyer)
    able = drawdown.able_persons(state, orders, rules, given, (command.on, given.today))
    others = [person for person in able if person != given.by.person]
    return replace(another, person=others[0]) if others else another
