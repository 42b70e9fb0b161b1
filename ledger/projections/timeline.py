"""The timeline: every fact of an agreement and its orders and invoices, readable, in order."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, insert, select

from ledger.domain.events import NAME_OF, Fact
from ledger.projections.database import drawdowns, orders, parties, timeline
from ledger.projections.postings import micros


def project(connection: Connection, facts: Sequence[Fact]) -> None:
    """Runs after orders and drawdowns, whose rows say which agreement a stream belongs to."""
    known: dict[str, str] = {}
    for table, key, prefix in ((orders, "number", "order/"), (drawdowns, "id", "drawdown/")):
        names = {f.stream.removeprefix(prefix) for f in facts if f.stream.startswith(prefix)}
        for name in _chunks(sorted(names)):
            query = select(table.c[key], table.c.agreement).where(table.c[key].in_(name))
            known.update({prefix + row[0]: row[1] for row in connection.execute(query)})
    rows = [
        {
            "position": fact.position,
            "agreement": known.get(fact.stream) or fact.stream.removeprefix("agreement/"),
            "stream": fact.stream,
            "version": fact.version,
            "name": NAME_OF[type(fact.event)],
            "person": fact.by.person,
            "organisation": fact.by.organisation,
            "role": fact.by.role,
            "effective_on": fact.effective_on,
            "recorded_at": micros(fact.recorded_at),
            "data": msgspec.json.encode(fact.event, order="sorted").decode(),
        }
        for fact in facts
    ]
    if rows:
        connection.execute(insert(timeline), rows)


def _chunks(names: list[str]) -> list[list[str]]:
    return [names[i : i + 500] for i in range(0, len(names), 500)]


def of(
    connection: Connection,
    *,
    agreement: str | None = None,
    stream: str | None = None,
    visible_to: str | None = None,
    after: int = 0,
    limit: int = 50,
) -> list[dict[str, Any]]:
    """Facts after a position, of an agreement, of one stream, or of the whole ledger."""
    query = (
        select(timeline)
        .where(timeline.c.position > after)
        .order_by(timeline.c.position)
        .limit(limit)
    )
    if visible_to is not None:
        mine = select(parties.c.agreement).where(parties.c.organisation == visible_to)
        query = query.where(timeline.c.agreement.in_(mine))
    if agreement is not None:
        query = query.where(timeline.c.agreement == agreement)
    if stream is not None:
        query = query.where(timeline.c.stream == stream)
    return [dict(row) for row in connection.execute(query).mappings()]
