"""The name that every fact is stored under: each says its own, beside its shape."""

from collections.abc import Iterator
from types import UnionType
from typing import get_args

from ledger.domain.events.access import AccessEvent
from ledger.domain.events.agreement import AgreementEvent
from ledger.domain.events.drawdown import DrawdownEvent
from ledger.domain.events.file import FileEvent
from ledger.domain.events.link import LinkEvent
from ledger.domain.events.log import LogRestored
from ledger.domain.events.number import NumberTaken
from ledger.domain.events.order import OrderEvent
from ledger.domain.events.organisation import OrganisationEvent
from ledger.domain.events.parts import Event

FACTS: tuple[UnionType | type[Event], ...] = (
    AgreementEvent,
    OrderEvent,
    DrawdownEvent,
    OrganisationEvent,
    AccessEvent,
    FileEvent,
    LinkEvent,
    NumberTaken,
    LogRestored,
)
"""What can happen to each noun: the type checker names the fact that somebody forgot."""


def _kinds() -> Iterator[type[Event]]:
    for facts in FACTS:
        yield from get_args(facts) or (facts,)


NAMES: dict[str, type[Event]] = {kind.stored: kind for kind in _kinds()}
"""Stored name → fact."""
NAME_OF = {event: name for name, event in NAMES.items()}
