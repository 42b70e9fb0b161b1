"""What an act stands on, and the day of that: nothing is done before what it is done to.

`STANDS_ON` is the table: the acts that stand on more than the agreement, order or invoice that they
name, each with the days that it cannot be before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from ledger.domain import agreement, drawdown, order, organisation
from ledger.domain.given import Given


class Named(NamedTuple):
    """The day of what an act stands on, and what that is called."""

    on: date
    name: str


class Ground(NamedTuple):
    """Something that an act stands on. `day` finds its day, None where it does not stand on it;
    `sentence` is said of an earlier one, at the member that dates the act, or at `at`."""

    day: Callable[[Any, Any, Given], date | Named | None]
    sentence: str
    at: str = ""


def standing(command: Any, state: Any, given: Given) -> tuple[Named, Ground] | None:
    """What a command stands on of the latest day, and how; None: it stands on nothing."""
    found = []
    for ground in STANDS_ON.get(type(command), ()):
        since = ground.day(command, state, given)
        if since is not None:
            found.append((since if isinstance(since, Named) else Named(since, ""), ground))
    return max(found, key=lambda one: one[0].on, default=None)


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


def _opening_on(command: Any, state: order.State, given: Given) -> date | None:
    return None if state.opening is None else state.opening.on


def _delivered_on(command: Any, state: order.State, given: Given) -> date | None:
    return state.delivered_on


def _held_on(command: Any, state: order.State, given: Given) -> Named | None:
    """Its session that was held last; of seats that are cancelled it does not matter."""
    if isinstance(command, order.CancelOrder) and command.seats is not None:
        return None
    held = (one for one in state.sessions if one.status == "held")
    return max((Named(one.day, str(one.number)) for one in held), default=None)


def _decided_on(
    command: agreement.CancelCompetition, state: agreement.State, given: Given
) -> date | None:
    mine = (one for one in state.competitions if one.number == command.number)
    return next((one.decided_on for one in mine), None)


_ASKED = Ground(_asked_on, sentence="{on} is before the supplier was asked, {since}.")
_OFFERED = Ground(_offered_on, sentence="{on} is before the counter-offer, {since}.")
_CONFIRMED = Ground(_confirmed_on, sentence="{on} is before the order was confirmed, {since}.")
_CLOSED = Ground(_closed_on, sentence="{on} is before the order was closed, {since}.")
_OPENING = Ground(_opening_on, sentence="{on} is before the day of the opening balance, {since}.")
_DELIVERED = Ground(_delivered_on, sentence="{on} is before the course was delivered, {since}.")
_HELD = Ground(_held_on, sentence="{on} is before session {name} was held, {since}.")
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


# ── Rights to attest ──────────────────────────────────────────────────────────────────────────


def _attested(
    given: Given, ids: Iterable[str], is_under: Callable[[drawdown.State, date], bool]
) -> Named | None:
    """The latest approval, of those that were found, that was made under a right."""
    approved = (one for one in _found(given, ids) if one.status in ("approved", "reversed"))
    days = (Named(one.decided_on, one.id) for one in approved
            if one.decided_on is not None and is_under(one, one.decided_on))  # fmt: skip
    return max(days, default=None)


def _approved_under(
    command: organisation.EndAttestRight, state: organisation.State, given: Given
) -> Named | None:
    def is_under(one: drawdown.State, on: date) -> bool:
        return (one.buyer, one.right) == (state.number, command.number)

    return _attested(given, command.approvals, is_under)


def _approved_as_deputy(
    command: organisation.EndDeputy, state: organisation.State, given: Given
) -> Named | None:
    """What was approved as a deputy who is named for that day a second time stands on that too."""
    mine = next((one for one in state.deputies if one.number == command.number), None)
    if mine is None:
        return None
    both = mine.person, mine.deputy
    others = [one for one in state.deputies
              if one is not mine and (one.person, one.deputy) == both]  # fmt: skip

    def is_under(one: drawdown.State, on: date) -> bool:
        as_deputy = one.buyer == state.number and (one.deputy_for, one.decided_by) == both
        return as_deputy and not any(organisation.in_force(other, on) for other in others)

    return _attested(given, command.approvals, is_under)


_UNDER_IT = Ground(
    _approved_under, sentence="{on} is before {name} was approved under the right, {since}."
)
_AS_DEPUTY = Ground(
    _approved_as_deputy, sentence="{on} is before the deputy approved {name}, {since}."
)


# ── Agreements ────────────────────────────────────────────────────────────────────────────────


def _ended_on(command: Any, state: agreement.State, given: Given) -> date | None:
    return state.closed_on if state.status == "closed" else None


def _suspended_on(command: Any, state: agreement.State, given: Given) -> date | None:
    return state.suspended_on


def _proposed_on(command: Any, state: agreement.State, given: Given) -> date | None:
    mine = (one for one in state.proposed if one.number == command.number)
    return next((one.proposed_on for one in mine), None)


def _offers_opened_on(
    command: agreement.AwardCompetition, state: agreement.State, given: Given
) -> date | None:
    mine = (one for one in state.competitions if one.number == command.number)
    return next((one.offers_opened_on for one in mine), None)


def _change_proposed_on(command: Any, state: agreement.State, given: Given) -> date | None:
    mine = (one for one in state.proposals if one.number == command.number)
    return next((one.proposed_on for one in mine), None)


def _funded_on(command: Any, state: agreement.State, given: Given) -> date | None:
    mine = (one for one in state.funding if one.source.name == command.name)
    return next((one.decided_on for one in mine), None)


def _opened_on(command: Any, state: agreement.State, given: Given) -> date | None:
    mine = (one for one in state.competitions if one.number == command.number)
    return next((one.opened_on for one in mine), None)


def _competed_on(command: Any, state: agreement.State, given: Given) -> Named | None:
    mine = (one for one in state.latest if one.kind == "competition")
    name = agreement.competition_name
    return next((Named(one.on, name(state.number, int(one.name))) for one in mine), None)


def _latest_of(
    kind: agreement.LatestKind,
) -> Callable[[Any, agreement.State, Given], Named | None]:
    def latest(command: Any, state: agreement.State, given: Given) -> Named | None:
        mine = (Named(one.on, one.name) for one in state.latest if one.kind == kind)
        return next(mine, None)

    return latest


_ENDED = Ground(_ended_on, sentence="{on} is before the agreement was closed, {since}.")
_SUSPENDED = Ground(_suspended_on, sentence="{on} is before the agreement was suspended, {since}.")
_PROPOSED = Ground(_proposed_on, sentence="{on} is before the move was proposed, {since}.")
_CHANGE = Ground(_change_proposed_on, sentence="{on} is before the change was proposed, {since}.")
_FUNDED = Ground(_funded_on, sentence="{on} is before the funding was decided, {since}.")
_OFFERS = Ground(_offers_opened_on, sentence="{on} is before the offers were opened, {since}.")
_OPENED = Ground(_opened_on, sentence="{on} is before the competition was opened, {since}.")
_ORDERED = Ground(_latest_of("ordered"), sentence="{on} is before {name} was ordered, {since}.")
_ENLARGED = Ground(
    _latest_of("enlarged"), sentence="{on} is before {name} was made larger, {since}."
)
_COMPETED = Ground(_competed_on, sentence="{on} is before competition {name} was opened, {since}.")
_REOPENED = Ground(
    _latest_of("reopened"), sentence="{on} is before the agreement was opened again, {since}."
)
_AMENDED = Ground(
    _latest_of("amended"),
    sentence="{on} is before the agreement was amended by {name}, {since}.",
)
_EXTENDED = Ground(
    _latest_of("extended"),
    sentence="{on} is before the agreement was extended by {name}, {since}.",
)
_SHARED = Ground(_latest_of("share-move"), sentence="{on} is before share move {name}, {since}.")
_TAKING_ORDERS = (_REOPENED, _ORDERED, _ENLARGED, _COMPETED)
"""An agreement that is suspended took orders until then."""

STANDS_ON: Mapping[type, tuple[Ground, ...]] = {
    agreement.SuspendAgreement: _TAKING_ORDERS,
    agreement.CloseAgreement: (_SUSPENDED, *_TAKING_ORDERS, _AMENDED, _EXTENDED, _SHARED),
    agreement.ReopenAgreement: (_ENDED, _SUSPENDED),
    agreement.AcceptShareMove: (_PROPOSED,),
    agreement.DeclineShareMove: (_PROPOSED,),
    agreement.AcceptChange: (_CHANGE,),
    agreement.DeclineChange: (_CHANGE,),
    agreement.WithdrawChange: (_CHANGE,),
    agreement.ClaimFunding: (_FUNDED,),
    agreement.ReceiveFunding: (_FUNDED,),
    agreement.AnswerCompetition: (_OPENED,),
    agreement.OpenOffers: (_OPENED,),
    agreement.AwardCompetition: (_OPENED, _OFFERS),
    agreement.CancelCompetition: (_OPENED, _DECIDED),
    order.ConfirmOrder: (_ASKED,),
    order.DeclineOrder: (_ASKED,),
    order.CounterOrder: (_ASKED,),
    order.LapseOrder: (_ASKED,),
    order.AcceptCounter: (_OFFERED,),
    order.RejectCounter: (_OFFERED,),
    order.CancelOrder: (_CONFIRMED, _HELD),
    order.CancelSession: (_CONFIRMED,),
    order.StartOrder: (_CONFIRMED,),
    order.HoldSession: (_CONFIRMED,),
    order.DeliverOrder: (_CONFIRMED,),
    order.CloseOrder: (_CONFIRMED, _DELIVERED, _HELD),
    order.ReopenOrder: (_CLOSED,),
    order.TakeBackOpeningBalance: (_OPENING,),
    drawdown.RecordDrawdown: (_CREDITED,),
    drawdown.ApproveDrawdown: (_CREDITED_APPROVED,),
    drawdown.MatchCredit: (_MATCHED,),
    drawdown.MoveDrawdown: (_GOES_TO,),
    drawdown.TakeBackApproval: (_APPROVED,),
    drawdown.ReverseRecharge: (_RECHARGED,),
    organisation.EndAttestRight: (_UNDER_IT,),
    organisation.EndDeputy: (_AS_DEPUTY,),
}
"""Command → what it stands on beside what it names."""
