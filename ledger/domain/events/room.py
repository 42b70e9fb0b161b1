"""Facts of the room under an agreement's limits: money that moves, and what is said of it."""

from datetime import date
from typing import ClassVar

from ledger.domain.events.parts import Event
from ledger.domain.limits import Move, Unit


class RoomReserved(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A new order took its number and its room. `sequence` counts the agreement's orders.

    `competition` is the one that it was won in, by which nothing more is then ordered.
    """

    stored: ClassVar[str] = "room-reserved"
    order: str
    sequence: int
    moves: tuple[Move, ...]
    competition: int | None = None


OPENING = "opening-balance"
"""The cause of what an opening balance moved."""


class RoomMoved(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Money of one order moved between reserved, committed, drawn and remaining."""

    stored: ClassVar[str] = "room-moved"
    order: str
    cause: str
    moves: tuple[Move, ...]
    drawdown: str | None = None


class ThresholdCrossed(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Use of a limit rose past a share of its `amount`: said once of each amount in force.

    Both in the limit's unit.
    """

    stored: ClassVar[str] = "threshold-crossed"
    limit: str
    percent: int
    used: int
    amount: int
    unit: Unit = "money"


class UnderUseAlertRaised(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Less than `percent` % of what was `planned` by a quarter's end, `planned_by`, is in use.

    Said of a limit once a quarter, while it is so. Amounts in öre; `amount` is the limit's.
    """

    stored: ClassVar[str] = "under-use-alert-raised"
    limit: str
    percent: int
    planned_by: date
    planned: int
    used: int
    amount: int
