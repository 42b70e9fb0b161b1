"""An agreement as its facts so far make it.

Its state holds totals per (year, buyer, supplier, kind, funding), never a list of orders, so a
decision costs the same with a hundred thousand orders as with none.
"""

from datetime import date
from typing import Literal, assert_never

import msgspec
from msgspec.structs import replace

from ledger.domain import limits as rule
from ledger.domain.events import (
    AgreementAmended,
    AgreementClosed,
    AgreementEvent,
    AgreementExpired,
    AgreementExtended,
    AgreementReopened,
    AgreementSigned,
    AgreementSuspended,
    By,
    Party,
    RoomMoved,
    RoomReserved,
    TermAlertRaised,
    ThresholdCrossed,
)
from ledger.domain.limits import CAP, AmountFrom, Limit, Total, Use
from ledger.domain.regime import Change, Policy

Status = Literal["active", "suspended", "closed"]


class State(msgspec.Struct, frozen=True, kw_only=True):
    """An agreement as its facts so far make it. `limits[0]` is the cap.

    Amounts in öre, excluding VAT. `crossed` are the (limit, per cent) that use has risen past,
    `term_alerts` the months before the end that have been alerted of;
    `original_cap` is what amendments are measured by (LOU 17 kap. 9 §).
    """

    number: str
    title: str
    currency: str
    buyers: tuple[Party, ...]
    suppliers: tuple[Party, ...]
    signed_on: date
    starts_on: date
    ends_on: date
    regime: str
    policy: Policy
    limits: tuple[Limit, ...]
    original_cap: int | None
    status: Status = "active"
    totals: tuple[Total, ...] = ()
    orders: int = 0
    changes: tuple[Change, ...] = ()
    extensions_used: int = 0
    crossed: tuple[tuple[str, int], ...] = ()
    expired: bool = False
    term_alerts: tuple[int, ...] = ()

    @property
    def cap(self) -> Limit:
        """The limit that every line matches; its amount may be unknown (None)."""
        return self.limits[0]


def stream(number: str) -> str:
    """The stream of an agreement's facts; its first version is what makes the number unique."""
    return f"agreement/{number}"


def use_of(state: State, limit: Limit) -> Use:
    """What is in use of one of the agreement's limits, in öre excluding VAT."""
    return rule.used(limit, state.totals)


def evolve(state: State | None, event: AgreementEvent, on: date, by: By) -> State:
    """The state after a fact. Never refuses: rules live in the decisions."""
    if isinstance(event, AgreementSigned):
        return _signed(event)
    assert state is not None, "an agreement's first fact is its signing"
    match event:
        case RoomReserved():
            return replace(state, orders=event.sequence, totals=rule.add(state.totals, event.moves))
        case RoomMoved():
            return replace(state, totals=rule.add(state.totals, event.moves))
        case ThresholdCrossed():
            return replace(state, crossed=(*state.crossed, (event.limit, event.percent)))
        case AgreementAmended():
            return _amended(state, event)
        case AgreementExtended():
            return replace(
                state,
                ends_on=event.ends_on,
                extensions_used=event.option,
                expired=False,
                term_alerts=(),
            )
        case AgreementExpired():
            return replace(state, expired=True)
        case TermAlertRaised():
            return replace(state, term_alerts=(*state.term_alerts, event.months))
        case AgreementSuspended():
            return replace(state, status="suspended")
        case AgreementClosed():
            return replace(state, status="closed")
        case AgreementReopened():
            return replace(state, status="active")
        case _:
            assert_never(event)


def _signed(event: AgreementSigned) -> State:
    cap = Limit(
        name=CAP,
        amounts=(AmountFrom(effective_on=event.starts_on, amount=event.cap),),
        effect=event.policy.cap_effect,
    )
    return State(
        number=event.number,
        title=event.title,
        currency=event.currency,
        buyers=event.buyers,
        suppliers=event.suppliers,
        signed_on=event.signed_on,
        starts_on=event.starts_on,
        ends_on=event.ends_on,
        regime=event.regime,
        policy=event.policy,
        limits=(cap, *event.limits),
        original_cap=event.cap,
    )


def _amended(state: State, event: AgreementAmended) -> State:
    amount = (event.cap.change if event.cap else None) or 0
    change = Change(ground=event.ground, amount=amount, covered=event.covered)
    state = replace(state, changes=(*state.changes, change))
    if not event.covered:
        return state
    steps = dict(event.limit_changes)
    if event.cap is not None:
        steps[CAP] = event.cap
    limits = tuple(
        replace(limit, amounts=(*limit.amounts, steps[limit.name]))
        if limit.name in steps
        else limit
        for limit in state.limits
    )
    return replace(
        state,
        limits=(*limits, *event.limits),
        buyers=(*state.buyers, *event.buyers),
        crossed=tuple(c for c in state.crossed if c[0] not in steps),
    )
