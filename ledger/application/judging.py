"""Invoices judged again when a funding source reads otherwise: those that its period left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.application.asking import drawdowns_of
from ledger.domain import agreement, drawdown
from ledger.domain.refusals import JudgedAlready, NotAParty
from ledger.projections.then import NOW

if TYPE_CHECKING:
    from ledger.application.asker import Asker


def judge_left_out(asker: Asker, command: agreement.ChangeFunding) -> None:
    """Each invoice that lay outside the source's period, that the asker may act on, and of which
    nothing is credited, from the day of the decision: one that comes later is judged so too. One
    that is judged as before stays as it is."""
    opened, number = asker.ledger, command.agreement
    opened.views.catch_up()
    with opened.views.database.reading() as connection:
        found = [
            state
            for state in drawdowns_of(connection, number, NOW)
            if _is_left_out(state, command.source.name)
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


def _is_left_out(state: drawdown.State, source: str) -> bool:
    return (
        state.status in ("recorded", "approved")
        and not state.is_credit
        and not state.credited
        and drawdown.is_left_out(state, source)
    )
