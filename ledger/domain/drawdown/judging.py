"""An invoice judged again by the funding as it reads now: its period was extended, or the order was
delivered on another day than was planned."""

from datetime import date

import msgspec
from msgspec.structs import replace

from ledger.domain import agreement, order
from ledger.domain.drawdown.allocation import by_order
from ledger.domain.drawdown.eligibility import not_eligible_flags, used_facts, with_funding
from ledger.domain.drawdown.state import State, stream
from ledger.domain.events import NOBODY, AgreementEvent, DrawdownJudged, New, OrderJudged
from ledger.domain.given import Given
from ledger.domain.refusals import JudgedAlready, WrongStatus


class JudgeAgain(msgspec.Struct, frozen=True, kw_only=True):
    """Judge what of an invoice is eligible once more, by the sources as they read now."""

    drawdown: str
    on: date


def judge_again(command: JudgeAgain, state: State, given: Given) -> list[New]:
    """What it took of each source goes back first, and is taken anew. Its order of coming is now
    its own: what a ceiling has left was others' before it. Nothing moves between the four places.

    Raises WrongStatus of a credit, of one that is credited or turned down; JudgedAlready.
    """
    if state.status not in ("recorded", "approved") or state.is_credit or state.credited:
        status = "credited" if state.credited or state.is_credit else state.status
        raise WrongStatus(
            name=state.id, status=status, action="judge again", needed="recorded or approved"
        )
    of = agreement.named(given, state.agreement)
    orders = {name: order.named(given, name) for name in state.orders}
    facts = used_facts(of, state.id, state.allocations, command.on, -1)
    of = _after(of, facts)
    bare = tuple(replace(part, funded=()) for part in state.allocations)
    anew = with_funding(bare, state.issued_on, of, orders, None, given.today, by=command.on)
    if anew == state.allocations:
        raise JudgedAlready(drawdown=state.id)
    others = tuple(flag for flag in state.flags if not flag.startswith("not-eligible:"))
    flags = tuple(dict.fromkeys((*others, *not_eligible_flags(anew))))
    judged: list[New] = []
    before, after = by_order(state.allocations), by_order(anew)
    for name, lines in after.items():
        event = OrderJudged(
            drawdown=state.id,
            before=before[name],
            lines=lines,
            drawn=state.status == "approved",
        )
        moved = order.with_moves(orders[name], of, event, command.on, "judged-again", state.id)
        of = _after(of, moved)
        judged += moved
    first = New(stream(state.id), DrawdownJudged(allocations=anew, flags=flags), command.on)
    return [first, *facts, *judged, *used_facts(of, state.id, anew, command.on)]


def _after(of: agreement.State, facts: list[New]) -> agreement.State:
    for new in facts:
        if isinstance(new.event, AgreementEvent):
            of = agreement.evolve(of, new.event, new.effective_on, NOBODY)
    return of
