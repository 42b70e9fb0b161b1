"""What is recorded of an order's sessions, and what its sessions and instalments are made of."""

from datetime import date
from typing import ClassVar, Literal

import msgspec

from ledger.domain.events.parts import Dated, OrderLine


class PlannedSession(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A meeting of the course as it was agreed: its day, and what it is worth of which line, öre.

    The sessions of a line add up to it.
    """

    number: int
    on: date
    line: int
    amount: int


class Instalment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a line, in öre, that falls due on a day or with a session.

    The instalments of a line add up to it.
    """

    number: int
    line: int
    amount: int
    due_on: date | None = None
    session: int | None = None


class SessionMoved(Dated, frozen=True, kw_only=True, omit_defaults=True):
    """A session changed day. Into another year, its amount goes to a `line` of that year.

    `lines` are the order's lines from here on, where they changed.
    """

    stored: ClassVar[str] = "session-moved"
    session: int
    moved_from: date
    moved_to: date
    line: int
    lines: tuple[OrderLine, ...] | None = None
    reason: str = ""
    flags: tuple[str, ...] = ()


class SessionHeld(Dated, frozen=True, kw_only=True, omit_defaults=True):
    """A session was held: how many took part, and how many mentors. Counts only.

    `held_on` is the day where the fact counts from a later one, after what had moved by then.
    Reported again, the last one counts; `reason` says why.
    """

    stored: ClassVar[str] = "session-held"
    session: int
    participants: int
    mentors: int = 0
    held_on: date | None = None
    reason: str = ""


class SessionCancelled(Dated, frozen=True, kw_only=True, omit_defaults=True):
    """A session will not be held: the fee stays committed on its line, the rest is released.

    `percent` is what the tariff took of what was cancelled, None where the fee was stated.
    """

    stored: ClassVar[str] = "session-cancelled"
    session: int
    by: Literal["buyer", "supplier"]
    fee: int
    released: int
    lines: tuple[OrderLine, ...]
    reason: str = ""
    flags: tuple[str, ...] = ()
    percent: int | None = None
