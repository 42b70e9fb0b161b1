"""Course orders as they are now."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from ledger.bounds import PAGE
from ledger.domain import order
from ledger.domain.events import NAME_OF, By, Fact, OrderPlaced
from ledger.projections.database import orders, parties, timeline
from ledger.projections.states import fold_rows, replace_rows, to_json
from ledger.projections.then import micros
from ledger.projections.timeline import event_of


class Row(msgspec.Struct, frozen=True, kw_only=True):
    state: order.State
    version: int


def project(connection: Connection, facts: Sequence[Fact]) -> None:
    after = fold_rows(connection, orders, "number", facts, "order/", order.State, order.evolve)
    rows = [
        {
            "number": number,
            "agreement": state.agreement,
            "buyer": state.buyer,
            "supplier": state.supplier,
            "status": state.status,
            "unit": state.unit,
            "reference": state.reference,
            "version": some[-1].version,
            "position": some[-1].position,
            "state": to_json(state),
        }
        for number, (state, some) in after.items()
    ]
    replace_rows(connection, orders, "number", rows, after)


def listed(
    connection: Connection,
    *,
    number: str | None = None,
    agreement: str | None = None,
    buyer: str | None = None,
    supplier: str | None = None,
    party: str | None = None,
    visible_to: str | None = None,
    status: str | None = None,
    unit: str | None = None,
    reference: str | None = None,
    after: str = "",
    limit: int = 50,
) -> list[Row]:
    """Orders by number, after a number (the cursor), narrowed by what is given."""
    query = select(orders).order_by(orders.c.number).limit(limit)
    if after:
        query = query.where(orders.c.number > after)
    if visible_to is not None:
        mine = select(parties.c.agreement).where(parties.c.organisation == visible_to)
        query = query.where(orders.c.agreement.in_(mine))
    if party is not None:
        query = query.where((orders.c.buyer == party) | (orders.c.supplier == party))
    for name, value in {
        "number": number,
        "agreement": agreement,
        "buyer": buyer,
        "supplier": supplier,
        "status": status,
        "unit": unit,
        "reference": reference,
    }.items():
        if value is not None:
            query = query.where(orders.c[name] == value)
    return [
        Row(state=msgspec.json.decode(row.state, type=order.State), version=row.version)
        for row in connection.execute(query)
    ]


def listed_then(
    connection: Connection,
    agreement: str,
    *,
    party: str | None = None,
    as_of: date | None = None,
    known_at: datetime | None = None,
    after: str = "",
    limit: int = PAGE,
) -> list[order.State]:
    """Orders by number as they were as of a business date, as known at a moment."""
    t = timeline.c
    then = []
    if as_of is not None:
        then.append(t.effective_on <= as_of)
    if known_at is not None:
        then.append(t.recorded_at <= micros(known_at))
    placed = (
        select(t.stream)
        .where(t.agreement == agreement, t.name == NAME_OF[OrderPlaced], *then)
        .where(t.stream > f"order/{after}")
        .order_by(t.stream)
        .limit(limit)
    )
    if party is not None:
        own = (orders.c.buyer == party) | (orders.c.supplier == party)
        mine = select("order/" + orders.c.number).where(orders.c.agreement == agreement, own)
        placed = placed.where(t.stream.in_(mine))
    streams = list(connection.execute(placed).scalars())
    facts = select(timeline).where(t.stream.in_(streams), *then).order_by(t.position)
    states: dict[str, order.State] = {}
    for row in connection.execute(facts).mappings():
        by = By(person=row["person"], organisation=row["organisation"], role=row["role"])
        event: Any = event_of(dict(row))
        stream = row["stream"]
        states[stream] = order.evolve(states.get(stream), event, row["effective_on"], by)
    return [states[stream] for stream in streams]
