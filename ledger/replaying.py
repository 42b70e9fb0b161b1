"""History stepped through: each fact of an agreement in turn, and the state after it.

Folded from the log itself by the domain's own `evolve`, never from a read model, so that what the
ledger shows can be held against it.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec

from ledger import codec
from ledger.bounds import BATCH
from ledger.domain import agreement
from ledger.domain.events import AgreementSigned, DrawdownRecorded, Fact
from ledger.domain.refusals import NotFound
from ledger.store import Store

Until = int | date
"""A position in the log, or a business date: only what counts by then is folded."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A fact, and the agreement after it."""

    fact: Fact
    state: agreement.State


def replay(store: Store, number: str, to: Until | None = None) -> Iterator[Step]:
    """Every fact of an agreement, its orders and its invoices, in the order of the log.

    Raises NotFound where the log, up to a position, has no such agreement.
    """
    last = to if isinstance(to, int) else None
    day = to if isinstance(to, date) else date.max
    state: agreement.State | None = None
    found = False
    for fact in facts_of(store, number, last):
        found = True
        signed = state is not None or isinstance(fact.event, AgreementSigned)
        if fact.effective_on > day or not signed:
            continue
        if fact.stream == agreement.stream(number):
            event: Any = fact.event
            state = agreement.evolve(state, event, fact.effective_on, fact.by)
        assert state is not None, "nothing is folded before the signing"
        yield Step(fact=fact, state=state)
    if not found:
        raise NotFound(what="agreement", name=number)


def facts_of(store: Store, number: str, last: int | None = None) -> Iterator[Fact]:
    """The facts of an agreement up to a position; those of others are passed over unread.

    What a drawdown is about stands in its first fact alone, so that one is read of each.
    """
    orders = re.compile(rf"order/{re.escape(number)}-\d+")
    drawdowns: set[str] = set()
    after = 0
    while rows := store.follow_stored(after, BATCH):
        for row in rows:
            after = row.id
            if last is not None and after > last:
                return
            stream = str(row.originator_id)
            first_of_drawdown = row.originator_version == 1 and stream.startswith("drawdown/")
            own = stream == agreement.stream(number) or stream in drawdowns
            if not (own or first_of_drawdown or orders.fullmatch(stream)):
                continue
            fact = codec.decode(stream, row.originator_version, row.topic, row.state, after)
            if first_of_drawdown:
                event = fact.event
                assert isinstance(event, DrawdownRecorded), "a drawdown's first fact"
                if event.agreement != number:
                    continue
                drawdowns.add(stream)
            yield fact
