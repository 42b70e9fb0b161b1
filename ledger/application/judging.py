"""Invoices judged again when a funding source reads otherwise: those that its period left out, and
those of a day from which a decision that is recorded late holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.application.asking import drawdowns_of
from ledger.domain import agreement, drawdown
from ledger.domain.refusals import JudgedAlready, NotAParty
from ledger.projections.then import NOW

if TYPE_CHECKING:
    from ledger.application.asker import Asker


Decision = agreement.ChangeFunding | agreement.WithdrawFunding


def judge_anew(asker: Asker, command: Decision) -> None:
    """Each invoice that lay outside the source's period, from the day of the decision, and each of
    that day or a later one: as where the decision had been recorded in time. Of those that the
    asker may act on; one that is judged as before stays as it is."""
    opened, number = asker.ledger, command.agreement
    opened.views.catch_up()
    with opened.views.database.reading() as connection:
        found = [
            state for state in drawdowns_of(connection, number, NOW) if _is_touched(state, command)
        ]
    if not found:
        return
    of: agreement.State = opened.service.load(agreement.stream(number))[1]
    for state in found:
        try:
            agreement.require_own(of, state.buyer, state.id, asker.by, asker.today)
            day = min(command.decided_on, asker.today)
            again = drawdown.JudgeAgain(drawdown=state.id, on=asker.today, since=day)
            opened.service.execute(again, asker.by)
        except (JudgedAlready, NotAParty):
            continue


def _is_touched(state: drawdown.State, command: Decision) -> bool:
    if state.is_credit or state.status not in ("recorded", "approved"):
        return False
    if isinstance(command, agreement.WithdrawFunding):
        source = command.name
    else:
        source = command.source.name
        if drawdown.is_left_out(state, source):
            return True
    named = any(one.source == source for part in state.allocations for one in part.funded)
    return named and state.issued_on >= command.decided_on
