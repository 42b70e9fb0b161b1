"""The latest acts that an agreement was asked to be open for: it is not closed before them."""

from datetime import date
from typing import Literal

import msgspec

from ledger.domain.events import (
    AgreementAmended,
    AgreementEvent,
    AgreementExtended,
    AgreementReopened,
    CompetitionOpened,
    RoomMoved,
    RoomReserved,
    ShareMoveAccepted,
    ShareMoveProposed,
)
from ledger.domain.limits import Use

LatestKind = Literal[
    "ordered", "enlarged", "competition", "reopened", "amended", "extended", "share-move"
]

ENLARGING = ("changed", "countered", "counter-accepted", "passed-on")
"""Causes of moves that ask an agreement for more. What is invoiced asks it nothing."""


class Latest(msgspec.Struct, frozen=True, kw_only=True):
    """The act of a kind that is of the latest day, and what it is called: an order's or a
    competition's number, a decision; nothing where there is no name."""

    kind: LatestKind
    name: str
    on: date


def latest_after(before: tuple[Latest, ...], event: AgreementEvent, on: date) -> tuple[Latest, ...]:
    """The latest of each kind after a fact, one a kind; the same where it is none of them."""
    found = _latest(event, on)
    if found is None:
        return before
    same = next((one for one in before if one.kind == found.kind), None)
    if same is not None and same.on > found.on:
        return before
    return (*(one for one in before if one is not same), found)


def _latest(event: AgreementEvent, on: date) -> Latest | None:
    match event:
        case RoomReserved():
            return Latest(kind="ordered", name=event.order, on=on)
        case RoomMoved():
            asked = (sum(one.total for one in some) for some in _in_units(event))
            larger = any(more > 0 for more in asked)
            if event.cause not in ENLARGING or not larger:
                return None
            return Latest(kind="enlarged", name=event.order, on=on)
        case CompetitionOpened():
            return Latest(kind="competition", name=str(event.number), on=on)
        case AgreementReopened():
            return Latest(kind="reopened", name="", on=on)
        case AgreementAmended():
            return Latest(kind="amended", name=event.decision, on=event.decided_on)
        case AgreementExtended():
            return Latest(kind="extended", name=event.decision, on=event.decided_on)
        case ShareMoveProposed() | ShareMoveAccepted():
            return Latest(kind="share-move", name=str(event.number), on=on)
        case _:
            return None


def _in_units(event: RoomMoved) -> tuple[list[Use], list[Use]]:
    """What moved, in öre and in seats."""
    return [move.use for move in event.moves], [move.seats for move in event.moves]
