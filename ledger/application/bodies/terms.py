"""What the shapes of several nouns share."""

from typing import Any, get_args

from marshmallow import fields

from ledger.application.bodies.fields import (
    CREDITS,
    matching,
    whole,
)
from ledger.bounds import (
    MAX_SEATS,
)
from ledger.documents.currencies import IN_FORCE
from ledger.domain import agreement, drawdown, order
from ledger.domain.events import NumberKind, PartyRole

NUMBER = "[A-Za-z0-9][A-Za-z0-9_-]{0,39}"
"""An agreement's number: it stands in addresses, and in the numbers of its orders."""
CURRENCY = f"^(?:{'|'.join(sorted(IN_FORCE))})$"
"""A currency that is in force; what was recorded may be in one that no longer is."""
EFFECTS = ("hard", "soft", "informational")
ROOMS = ("cap", "order")
PARTY_ROLES: tuple[str, ...] = get_args(PartyRole)
NUMBER_KINDS: tuple[str, ...] = get_args(NumberKind)
TYPES = ("380", "381", "386")
AGREEMENT: tuple[str, ...] = get_args(agreement.Status)
ORDER: tuple[str, ...] = get_args(order.Status)
DRAWDOWN: tuple[str, ...] = get_args(drawdown.Status)
"""Statuses."""
AGREEMENT_STANDING = (*AGREEMENT, agreement.ENDED)
ORDER_STANDING = (*ORDER, order.OVERDUE, order.NOT_ENDED, order.TO_INVOICE)
"""Statuses, and what the day alone makes of one, whether that is recorded or not."""
REASON = "Why, in words."
ROOM = "Where the room of a credit goes: back to the cap, or back to its order."
TODAY = "left out, today in Sweden"


def currency_code(**kwargs: Any) -> fields.String:
    error = "A currency is one that is in force, by its three letters in ISO 4217, as SEK."
    return matching("ISO 4217.", CURRENCY, error, **kwargs)


def credits_field() -> fields.String:
    error = 'Credits are given in steps of 0.5, as "7.5".'
    return matching("Higher education credits (hp); a course without has none.", CREDITS, error)


def seats_field() -> fields.Integer:
    return whole("Seats ordered; participants are counts, never names.", 1, MAX_SEATS)
