"""What people ask of an order's plan: its sessions and instalments."""

from datetime import date
from typing import Literal

import msgspec


class SessionTerms(msgspec.Struct, frozen=True, kw_only=True):
    """A session as somebody asks for it. Without an amount it shares what its line has left."""

    on: date
    number: int | None = None
    line: int | None = None
    amount: int | None = None


class InstalmentTerms(msgspec.Struct, frozen=True, kw_only=True):
    """An instalment as somebody asks for it: öre of a line, due on a day or with a session."""

    amount: int
    number: int | None = None
    line: int | None = None
    due_on: date | None = None
    session: int | None = None


class MoveSession(msgspec.Struct, frozen=True, kw_only=True):
    """Hold a session on another day."""

    order: str
    session: int
    on: date
    to: date
    reason: str = ""


class HoldSession(msgspec.Struct, frozen=True, kw_only=True):
    """Report a session as counts: how many took part, and how many mentors beside them.

    `reason` says why it is reported again.
    """

    order: str
    session: int
    on: date
    participants: int
    mentors: int = 0
    reason: str = ""


class CancelSession(msgspec.Struct, frozen=True, kw_only=True):
    """Not hold a session. Without a `fee` (öre), the agreement's tariff gives it."""

    order: str
    session: int
    on: date
    fee: int | None = None
    cancelled_by: Literal["buyer", "supplier"] = "buyer"
    reason: str = ""
