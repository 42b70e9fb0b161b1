"""Mail as an administrator looks after it: what is for their organisation and its people, and what
tells others of its orders."""

from __future__ import annotations

import re

from msgspec.structs import replace

from ledger.application.asker import Asker
from ledger.bounds import MAX_PAGE
from ledger.domain import order
from ledger.domain.personal import without
from ledger.domain.refusals import NotFound
from ledger.registry import outbox
from ledger.registry.outbox import Message


def listed(asker: Asker, limit: int) -> list[Message]:
    """What could not be delivered, without the addresses of others."""
    found: list[Message] = []
    after = ""
    while len(found) < limit and (
        some := outbox.listed(asker.ledger.registry, after=after, limit=MAX_PAGE)
    ):
        found += [_told(asker, one) for one in some if _is_theirs(asker, one)]
        after = some[-1].id
    return found[:limit]


def retry(asker: Asker, id: str) -> None:
    """Let one of them wait again. Raises NotFound."""
    registry = asker.ledger.registry
    found = outbox.find(registry, id) if re.fullmatch(r"[0-9a-f]{32}", id) else None
    if found is None or not _is_theirs(asker, found) or not outbox.retry(registry, id):
        raise NotFound(what="message", name=id[:32])


def counts(asker: Asker) -> dict[str, int]:
    """How many messages to the asker's organisation and its people are in each state."""
    return outbox.counts(asker.ledger.registry, asker.by.organisation)


def _is_theirs(asker: Asker, message: Message) -> bool:
    own = asker.by.organisation
    if _is_to(asker, message):
        return True
    number = message.figures.get("order")
    if number is None:
        return False
    state: order.State | None = asker.ledger.service.load(order.stream(str(number)))[1]
    return state is not None and state.buyer == own


def _is_to(asker: Asker, message: Message) -> bool:
    own, whose = asker.by.organisation, message.whose
    return own == whose or own == asker.ledger.registry.organisation_of(whose)


def _told(asker: Asker, message: Message) -> Message:
    """What a server says of an address names it."""
    if _is_to(asker, message):
        return message
    return replace(message, failure=without(message.failure))
