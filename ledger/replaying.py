"""History stepped through: each fact of an agreement in turn, and the state after it.

Folded from the log itself by the domain's own `evolve`, never from a read model, so that what the
ledger shows can be held against it.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec

from ledger.bounds import BATCH
from ledger.domain import agreement, order
from ledger.domain.events import AgreementSigned, Fact, RoomReserved
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
    """The facts of an agreement up to a position, in the order of the log; none of others is read.

    None is missing, as the log itself names the streams. An order takes its number by a
    RoomReserved on the agreement's stream, in the transaction of its own first fact; a drawdown's
    first fact says which agreement it is about. What is recorded meanwhile is left out whole.
    """
    newest = store.position()
    end = newest if last is None else min(last, newest)
    positions = store.chosen.positions(list(_streams(store, number)))
    return store.chosen.facts([position for position in positions if position <= end])


def _streams(store: Store, number: str) -> Iterator[str]:
    own, version = agreement.stream(number), 0
    yield own
    while facts := store.history(own, after=version, to=version + BATCH):
        version = facts[-1].version
        for fact in facts:
            if isinstance(fact.event, RoomReserved):
                yield order.stream(fact.event.order)
    yield from store.chosen.drawdowns(number)
