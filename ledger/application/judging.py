"""Invoices judged again when a funding source reads otherwise: those that its period left out, and
those that came from the day on from which a decision that is recorded late holds."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

from ledger.application.asking import drawdowns_of
from ledger.clock import day_of
from ledger.domain import agreement, drawdown
from ledger.domain.events import By, FundingChanged, FundingWithdrawn
from ledger.domain.refusals import JudgedAlready, NotAParty
from ledger.projections import timeline
from ledger.projections.then import NOW

if TYPE_CHECKING:
    from ledger.application.asker import Asker


Decision = FundingChanged | FundingWithdrawn


def judge_anew(asker: Asker, number: str, decided: Decision) -> None:
    """What a funder decided, also where all buyers agreed to it: each invoice that lay outside the
    source's period, from the day of the decision, and each that came on that day or a later one, as
    where the decision had been recorded in time: in the order in which they came, each as if those
    after it had taken nothing yet; and then what later decisions make of them, the earliest first.
    The ledger judges what the asker may not; one that is judged as before stays as it is."""
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
    opened, found = asker.ledger, []
    opened.views.catch_up()
    with opened.views.database.reading() as connection:
        days = {name: day_of(at) for name, at in timeline.came(connection, number).items()}
        for state in drawdowns_of(connection, number, NOW):
            came = days[drawdown.stream(state.id)]
            since = _since(state, came, decided, of_left_out=of_left_out)
            if since is not None:
                found.append((state, came, since))
    turn = {name: place for place, name in enumerate(days)}
    found.sort(key=lambda one: turn[drawdown.stream(one[0].id)])
    of: agreement.State = opened.service.load(agreement.stream(number))[1]
    for place, (state, came, since) in enumerate(found, 1):
        later = tuple(one.id for one, *_ in found[place:])
        again = drawdown.JudgeAgain(
            drawdown=state.id, on=asker.today, since=since, later=later, came=came
        )
        with suppress(JudgedAlready):
            opened.service.execute(again, _judge(asker, of, state))
    return bool(found)


def _judge(asker: Asker, of: agreement.State, state: drawdown.State) -> By:
    """Who asks, of what is theirs; else who records what no person decided."""
    try:
        agreement.require_own(of, state.buyer, state.id, asker.by, asker.today)
    except NotAParty:
        from ledger.tick import calendar  # which reads files: not needed to begin with

        return calendar(asker.ledger.service, asker.ledger.registry)
    return asker.by


def _since(
    state: drawdown.State, came: date, decided: tuple[date, str], *, of_left_out: bool
) -> date | None:
    """From when an invoice is judged anew by a decision: from its own day where it came on the
    decision's or later, and so by what was known then; from the decision's where it lay outside the
    period until then. None where it is not touched."""
    day, source = decided
    if state.is_credit or state.status not in ("recorded", "approved"):
        return None
    named = any(one.source == source for part in state.allocations for one in part.funded)
    if named and came >= day:
        return state.issued_on
    left_out = of_left_out and drawdown.is_left_out(drawdown.as_before(state, day), source)
    return day if left_out else None
