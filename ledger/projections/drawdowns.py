"""Drawdowns, invoices and credits, as they are now."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, select

from ledger.domain import drawdown
from ledger.domain.events import Fact
from ledger.projections.database import drawdowns, parties
from ledger.projections.states import fold_rows, replace_rows, to_json


class Row(msgspec.Struct, frozen=True, kw_only=True):
    state: drawdown.State
    version: int


def project(connection: Connection, facts: Sequence[Fact]) -> None:
    after = fold_rows(
        connection, drawdowns, "id", facts, "drawdown/", drawdown.State, drawdown.evolve
    )
    rows = [
        {
            "id": id,
            "agreement": state.agreement,
            "buyer": state.buyer,
            "supplier": state.supplier,
            "invoice": state.invoice,
            "status": state.status,
            "orders": "".join(f" {name} " for name in state.orders),
            "version": some[-1].version,
            "position": some[-1].position,
            "state": to_json(state),
        }
        for id, (state, some) in after.items()
    ]
    replace_rows(connection, drawdowns, "id", rows, after)


def listed(
    connection: Connection,
    *,
    id: str | None = None,
    agreement: str | None = None,
    order: str | None = None,
    supplier: str | None = None,
    party: str | None = None,
    visible_to: str | None = None,
    invoice: str | None = None,
    status: str | None = None,
    after: str = "",
    limit: int = 50,
) -> list[Row]:
    """Drawdowns by id, after an id (the cursor), narrowed by what is given."""
    query = select(drawdowns).order_by(drawdowns.c.id).limit(limit)
    if after:
        query = query.where(drawdowns.c.id > after)
    if order is not None:
        query = query.where(drawdowns.c.orders.contains(f" {order} ", autoescape=True))
    if visible_to is not None:
        mine = select(parties.c.agreement).where(parties.c.organisation == visible_to)
        query = query.where(drawdowns.c.agreement.in_(mine))
    if party is not None:
        query = query.where((drawdowns.c.buyer == party) | (drawdowns.c.supplier == party))
    for name, value in {
        "id": id,
        "agreement": agreement,
        "supplier": supplier,
        "invoice": invoice,
        "status": status,
    }.items():
        if value is not None:
            query = query.where(drawdowns.c[name] == value)
    return [
        Row(state=msgspec.json.decode(row.state, type=drawdown.State), version=row.version)
        for row in connection.execute(query)
    ]
