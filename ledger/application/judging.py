"""Invoices judged again when a funding source reads otherwise: those that its period left out, and
those of a day from which a decision that is recorded late holds."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

from ledger.application.asking import drawdowns_of
from ledger.clock import day_of
from ledger.domain import agreement, drawdown
from ledger.domain.events import By, FundingChanged, FundingWithdrawn
from ledger.domain.refusals import JudgedAlready, NotAParty
from ledger.projections.then import NOW

if TYPE_CHECKING:
    from ledger.application.asker import Asker


Decision = FundingChanged | FundingWithdrawn


def judge_anew(asker: Asker, number: str, decided: Decision) -> None:
    """What a funder decided, also where all buyers agreed to it: each invoice that lay outside the
    source's period, from the day of the decision, and each of that day or a later one, as where the
    decision had been recorded in time: in the order in which they came, each as if those after it
    had taken nothing yet; and then what later decisions make of them, the earliest first. The
    ledger judges what the asker may not; one that is judged as before stays as it is."""
    day = min(decided.decided_on, asker.today)
    withdrawn = isinstance(decided, FundingWithdrawn)
    source = decided.source.name if isinstance(decided, FundingChanged) else decided.source
    if not _judge_all(asker, number, (day, source), of_left_out=not withdrawn):
        return
    of: agreement.State = asker.ledger.service.load(agreement.stream(number))[1]
    for later in sorted(drawdown.decisions_after(of, day, asker.today)):
        _judge_all(asker, number, later)


def _judge_all(
    asker: Asker, number: str, decided: tuple[date, str], *, of_left_out: bool = True
) -> bool:
    """What one decision about a source touches, from its day; whether that is anything."""
    opened, (day, _) = asker.ledger, decided
    opened.views.catch_up()
    with opened.views.database.reading() as connection:
        found = [
            state
            for state in drawdowns_of(connection, number, NOW)
            if _is_touched(state, decided, of_left_out=of_left_out)
        ]
    if not found:
        return False
    of: agreement.State = opened.service.load(agreement.stream(number))[1]
    names = {state.id: drawdown.stream(state.id) for state in found}
    found.sort(key=lambda state: opened.store.earlier(names[state.id], names[state.id]) or (0, 0))
    ids = tuple(state.id for state in found)
    for place, state in enumerate(found, 1):
        again = drawdown.JudgeAgain(
            drawdown=state.id,
            on=asker.today,
            since=day,
            later=ids[place:],
            came=day_of(next(iter(opened.store.history(names[state.id]))).recorded_at),
        )
        with suppress(JudgedAlready):
            opened.service.execute(again, _judge(asker, of, state))
    return True


def _judge(asker: Asker, of: agreement.State, state: drawdown.State) -> By:
    """Who asks, of what is theirs; else who records what no person decided."""
    try:
        agreement.require_own(of, state.buyer, state.id, asker.by, asker.today)
    except NotAParty:
        from ledger.tick import calendar  # which reads files: not needed to begin with

        return calendar(asker.ledger.service, asker.ledger.registry)
    return asker.by


def _is_touched(state: drawdown.State, decided: tuple[date, str], *, of_left_out: bool) -> bool:
    """Whether it is of a decision's day or later, or lay outside the period until then."""
    day, source = decided
    if state.is_credit or state.status not in ("recorded", "approved"):
        return False
    if of_left_out and drawdown.is_left_out(drawdown.as_before(state, day), source):
        return True
    named = any(one.source == source for part in state.allocations for one in part.funded)
    return named and state.issued_on >= day
