"""What is recorded beside every fact: who, when, which day it counts for, which request."""

from datetime import date, datetime

import msgspec

from ledger.domain.events.parts import Event

BUYER_ROLES = ("orderer", "approver", "finance", "manager")
"""Roles that act for a buyer: whoever holds one for the university writes nothing with it."""
ROLES = ("orderer", "approver", "finance", "manager", "supplier", "auditor", "admin")
"""The roles that a person can hold."""


class By(msgspec.Struct, frozen=True, kw_only=True):
    """Who: an opaque person id, the organisation they act for, and the role they used."""

    person: str
    organisation: str
    role: str


NOBODY = By(person="", organisation="", role="")
"""For folding a fact in thought: who did it does not change what it moves."""


class New(msgspec.Struct, frozen=True):
    """A fact that a decision made, not yet stored: its stream, the fact, and the day it counts.

    `seal` is given by whoever records it: see `Fact`.
    """

    stream: str
    event: Event
    effective_on: date
    seal: str = ""


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """A stored fact with its envelope. `position` is its place in the whole log.

    `receipt` is there when it has just been recorded: the number of its leaf in the log's hash
    tree, a colon, and the leaf's hash in hexadecimal. `seal` is there now and then: the SHA-256, in
    hexadecimal, of its stream's state before it as that is kept, so that a kept state can be held
    to the log.
    """

    stream: str
    version: int
    event: Event
    by: By
    recorded_at: datetime
    effective_on: date
    request: str
    rules: int = 1
    position: int = 0
    receipt: str = ""
    seal: str = ""
