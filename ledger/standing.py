"""What an act stands on, and the day of that: nothing is done before what it is done to.

`STANDS_ON` is the table: the acts that stand on more than the agreement, order or invoice that they
name, each with the days that it cannot be before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from ledger.domain import agreement, drawdown, order
from ledger.domain.given import Given


class Ground(NamedTuple):
    """Something that an act stands on. `day` finds its day, None where it does not stand on it;
    `sentence` is said of an earlier one, at the member that dates the act, or at `at`."""

    day: Callable[[Any, Any, Given], date | None]
    sentence: str
    at: str = ""


def _latest(days: Iterable[date | None]) -> date | None:
    return max((day for day in days if day is not None), default=None)


# ── Orders ────────────────────────────────────────────────────────────────────────────────────


def _asked_on(command: Any, state: order.State, given: Given) -> date | None:
    return state.asked_on


def _offered_on(command: Any, state: order.State, given: Given) -> date | None:
    return None if state.counter is None else state.counter.offered_on


def _confirmed_on(command: Any, state: order.State, given: Given) -> date | None:
    return state.confirmed_on


def _closed_on(command: Any, state: order.State, given: Given) -> date | None:
    return state.closed_on


def _decided_on(
    command: agreement.CancelCompetition, state: agreement.State, given: Given
) -> date | None:
    mine = (one for one in state.competitions if one.number == command.number)
    return next((one.decided_on for one in mine), None)


_ASKED = Ground(_asked_on, sentence="{on} is before the supplier was asked, {since}.")
_OFFERED = Ground(_offered_on, sentence="{on} is before the counter-offer, {since}.")
_CONFIRMED = Ground(_confirmed_on, sentence="{on} is before the order was confirmed, {since}.")
_CLOSED = Ground(_closed_on, sentence="{on} is before the order was closed, {since}.")
_DECIDED = Ground(_decided_on, sentence="{on} is before the competition was decided, {since}.")


# ── Invoices ──────────────────────────────────────────────────────────────────────────────────


def _found(given: Given, ids: Iterable[str | None]) -> Iterator[drawdown.State]:
    some = (given.find(drawdown.stream(id)) for id in ids if id is not None)
    return (one for one in some if one is not None)


def _approved_on(command: Any, state: drawdown.State, given: Given) -> date | None:
    return state.decided_on if state.status in ("approved", "reversed") else None


def _credited_approved_on(command: Any, state: drawdown.State, given: Given) -> date | None:
    approved = (one for one in _found(given, state.credits_of) if one.status == "approved")
    return _latest(one.decided_on for one in approved)


def _credited_on(
    command: drawdown.RecordDrawdown, state: agreement.State, given: Given
) -> date | None:
    """Of one that is received its own date is its supplier's, whatever it says."""
    if command.source is not None:
        return None
    some = _found(given, (command.credits, *command.also_credits))
    return _latest(one.issued_on for one in some if one.agreement == state.number)


def _matched_on(command: drawdown.MatchCredit, state: Any, given: Given) -> date | None:
    return _latest(one.issued_on for one in _found(given, (command.credits,)))


def _ordered_on(command: drawdown.MoveDrawdown, state: drawdown.State, given: Given) -> date | None:
    found = (given.find(order.stream(part.order)) for part in command.parts)
    mine = (one for one in found if one is not None and one.agreement == state.agreement)
    return _latest(one.ordered_on for one in mine)


def _recharged_on(
    command: drawdown.ReverseRecharge, state: drawdown.State, given: Given
) -> date | None:
    named = command.member, command.reference
    mine = (one for one in state.recharges if (one.member, one.reference) == named)
    return next((one.on for one in mine), None)


_APPROVED = Ground(_approved_on, sentence="{on} is before the approval, {since}.")
_CREDITED_APPROVED = Ground(
    _credited_approved_on,
    sentence="{on} is before the invoice that it credits was approved, {since}.",
)
_CREDITED = Ground(
    _credited_on,
    sentence="{on} is before the day of the invoice that it credits, {since}.",
    at="issued_on",
)
_MATCHED = Ground(
    _matched_on, sentence="{on} is before the day of the invoice that it credits, {since}."
)
_GOES_TO = Ground(
    _ordered_on, sentence="{on} is before the day of the order that it goes to, {since}."
)
_RECHARGED = Ground(_recharged_on, sentence="{on} is before the recharge, {since}.")


# ── Agreements ────────────────────────────────────────────────────────────────────────────────


def _ended_on(command: Any, state: agreement.State, given: Given) -> date | None:
    return state.closed_on if state.status == "closed" else None


def _suspended_on(command: Any, state: agreement.State, given: Given) -> date | None:
    return state.suspended_on


def _proposed_on(command: Any, state: agreement.State, given: Given) -> date | None:
    mine = (one for one in state.proposed if one.number == command.number)
    return next((one.proposed_on for one in mine), None)


def _funded_on(command: Any, state: agreement.State, given: Given) -> date | None:
    mine = (one for one in state.funding if one.source.name == command.name)
    return next((one.decided_on for one in mine), None)


def _opened_on(command: Any, state: agreement.State, given: Given) -> date | None:
    mine = (one for one in state.competitions if one.number == command.number)
    return next((one.opened_on for one in mine), None)


_ENDED = Ground(_ended_on, sentence="{on} is before the agreement was closed, {since}.")
_SUSPENDED = Ground(_suspended_on, sentence="{on} is before the agreement was suspended, {since}.")
_PROPOSED = Ground(_proposed_on, sentence="{on} is before the move was proposed, {since}.")
_FUNDED = Ground(_funded_on, sentence="{on} is before the funding was decided, {since}.")
_OPENED = Ground(_opened_on, sentence="{on} is before the competition was opened, {since}.")

STANDS_ON: Mapping[type, tuple[Ground, ...]] = {
    agreement.CloseAgreement: (_SUSPENDED,),
    agreement.ReopenAgreement: (_ENDED, _SUSPENDED),
    agreement.AcceptShareMove: (_PROPOSED,),
    agreement.DeclineShareMove: (_PROPOSED,),
    agreement.ClaimFunding: (_FUNDED,),
    agreement.ReceiveFunding: (_FUNDED,),
    agreement.AnswerCompetition: (_OPENED,),
    agreement.AwardCompetition: (_OPENED,),
    agreement.CancelCompetition: (_OPENED, _DECIDED),
    order.ConfirmOrder: (_ASKED,),
    order.DeclineOrder: (_ASKED,),
    order.CounterOrder: (_ASKED,),
    order.LapseOrder: (_ASKED,),
    order.AcceptCounter: (_OFFERED,),
    order.RejectCounter: (_OFFERED,),
    order.CancelOrder: (_CONFIRMED,),
    order.CancelSession: (_CONFIRMED,),
    order.StartOrder: (_CONFIRMED,),
    order.HoldSession: (_CONFIRMED,),
    order.DeliverOrder: (_CONFIRMED,),
    order.CloseOrder: (_CONFIRMED,),
    order.ReopenOrder: (_CLOSED,),
    drawdown.RecordDrawdown: (_CREDITED,),
    drawdown.ApproveDrawdown: (_CREDITED_APPROVED,),
    drawdown.MatchCredit: (_MATCHED,),
    drawdown.MoveDrawdown: (_GOES_TO,),
    drawdown.TakeBackApproval: (_APPROVED,),
    drawdown.ReverseRecharge: (_RECHARGED,),
}
"""Command → what it stands on beside what it names."""
