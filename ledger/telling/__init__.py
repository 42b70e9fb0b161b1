"""A fact of the log as a sentence for people: one for each, so that a timeline reads as a story."""

from collections.abc import Callable
from typing import Any

from ledger.domain.events import Event
from ledger.telling.access import tell_access
from ledger.telling.agreements import tell_agreement
from ledger.telling.drawdowns import tell_drawdown
from ledger.telling.files import tell_file
from ledger.telling.links import tell_link
from ledger.telling.log import tell_log
from ledger.telling.numbers import tell_number
from ledger.telling.orders import tell_order
from ledger.telling.organisations import tell_organisation
from ledger.wording import Sentence

__all__ = ["tell"]


def tell(event: Event, stream: str, currency: str) -> Sentence:
    """What happened, in words. `currency` is the agreement's."""
    noun, _, name = stream.partition("/")
    return _TELLERS[noun](event, name, currency)


_TELLERS: dict[str, Callable[[Any, str, str], Sentence]] = {
    "agreement": tell_agreement,
    "order": tell_order,
    "drawdown": tell_drawdown,
    "organisation": tell_organisation,
    "access": tell_access,
    "file": tell_file,
    "link": tell_link,
    "number": tell_number,
    "log": tell_log,
}
"""First part of a stream's id → how its facts are told: the fact, the rest of the id, currency."""
