"""Recharging: who paid an invoice takes a member's share back, or gives it back again.

Neither is a second drawdown.
"""

from ledger.domain.drawdown.commands import RecordRecharge, ReverseRecharge
from ledger.domain.drawdown.state import State, stream
from ledger.domain.events import New, RechargeRecorded, RechargeReversed
from ledger.domain.given import Given
from ledger.domain.refusals import (
    AlreadyExists,
    Amount,
    NotFound,
    RechargeReversalTooLarge,
    RechargeTooLarge,
)


def recharge(command: RecordRecharge, state: State, given: Given) -> list[New]:
    """At most what the member carries of the approved invoice, credits deducted; once a reference.

    Raises AlreadyExists, RechargeTooLarge.
    """
    mine = [one for one in state.recharges if one.member == command.member]
    if any(one.reference == command.reference for one in mine):
        raise AlreadyExists(what="recharge", name=command.reference)
    left = _carried(state, command.member) - sum(one.left for one in mine)
    if command.amount > left or command.member == state.buyer:
        raise RechargeTooLarge(
            member=command.member,
            drawdown=state.id,
            asked=Amount(command.amount, state.currency),
            left=Amount(0 if command.member == state.buyer else max(0, left), state.currency),
        )
    event = RechargeRecorded(
        lead=state.buyer,
        member=command.member,
        amount=command.amount,
        reference=command.reference,
    )
    return [New(stream(state.id), event, command.on)]


def reverse_recharge(command: ReverseRecharge, state: State, given: Given) -> list[New]:
    """At most what is left of the recharge; also when the invoice was credited meanwhile.

    Raises NotFound, RechargeReversalTooLarge.
    """
    named = (command.member, command.reference)
    found = [one for one in state.recharges if (one.member, one.reference) == named]
    if not found:
        raise NotFound(what="recharge", name=command.reference)
    left = found[0].left
    amount = left if command.amount is None else command.amount
    if not 0 < amount <= left:
        raise RechargeReversalTooLarge(
            reference=command.reference,
            drawdown=state.id,
            asked=Amount(amount, state.currency),
            left=Amount(left, state.currency),
        )
    event = RechargeReversed(
        lead=state.buyer,
        member=command.member,
        amount=amount,
        reference=command.reference,
        reason=command.reason,
    )
    return [New(stream(state.id), event, command.on)]


def to_recharge(state: State) -> dict[str, int]:
    """What who paid an approved invoice has not yet taken back, by member: öre above 0."""
    if state.status != "approved":
        return {}
    members = {
        share.organisation
        for part in state.drawing
        for share in part.shares
        if share.organisation != state.buyer
    }
    left = {
        member: _carried(state, member)
        - sum(one.left for one in state.recharges if one.member == member)
        for member in sorted(members)
    }
    return {member: amount for member, amount in left.items() if amount > 0}


def _carried(state: State, member: str) -> int:
    """What a member carries of the invoice by its stored shares, less what was credited."""
    return sum(
        sign * share.amount
        for sign, parts in ((1, state.drawing), (-1, state.credited_lines))
        for part in parts
        for share in part.shares
        if share.organisation == member
    )
