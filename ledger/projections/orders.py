"""Course orders as they are now, or as they were."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, RowMapping, Select, or_, select

from ledger.bounds import PAGE
from ledger.domain import order
from ledger.domain.events import Event, Fact, OrderPassedOn, OrderPlaced
from ledger.domain.order.state import OPEN
from ledger.projections import formerly
from ledger.projections.database import orders
from ledger.projections.seeing import Visible, in_part, organisations, seen_by
from ledger.projections.states import fold_rows, replace_rows, to_json
from ledger.projections.then import NOW, Then

KIND = formerly.Kind(prefix="order/", first=OrderPlaced, evolve=order.evolve)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    state: order.State
    version: int


def project(connection: Connection, facts: Sequence[Fact]) -> None:
    after = fold_rows(connection, orders, "number", facts, "order/", order.State, order.evolve)
    latest = formerly.latest_of(connection, orders, "number", after)
    rows = [
        {
            "number": number,
            "latest_on": latest[number],
            "place": place_of(number),
            "agreement": state.agreement,
            "buyer": state.buyer,
            "supplier": state.supplier,
            "status": state.status,
            "unit": state.unit,
            "reference": state.reference,
            "carriers": "".join(f" {name} " for name in state.carriers),
            "earlier": "".join(f" {one.supplier} " for one in state.earlier),
            "version": some[-1].version,
            "position": some[-1].position,
            "state": to_json(state),
        }
        for number, (state, some) in after.items()
    ]
    replace_rows(connection, orders, "number", rows, after)


def place_of(number: str) -> str:
    """Where an order stands in lists: by its number within its agreement, also past 9999."""
    agreement, _, sequence = number.rpartition("-")
    return f"{agreement}-{sequence:0>12}" if sequence.isdecimal() else number


def concerns(party: str) -> ColumnElement[bool]:
    """Orders that an organisation placed, gives, or carries a part of."""
    carried = orders.c.carriers.contains(f" {party} ", autoescape=True)
    return (orders.c.buyer == party) | (orders.c.supplier == party) | carried | _had(party)


def _had(supplier: str) -> ColumnElement[bool]:
    """Orders that a supplier had, and that were passed on."""
    return orders.c.earlier.contains(f" {supplier} ", autoescape=True)


def shown_to(visible_to: Visible) -> list[ColumnElement[bool]]:
    """What holds of the orders that are seen: a supplier also sees those that it had."""
    if visible_to is None:
        return []
    had = (_had(name) for name in organisations(visible_to))
    return [or_(seen_by(visible_to, orders), *had)]


def newest_open(
    connection: Connection, visible_to: Visible, supplier: str | None, limit: int
) -> list[order.State]:
    """The newest orders that can be invoiced; one supplier's, or everybody's."""
    query = select(orders.c.state).where(orders.c.status.in_(OPEN), *shown_to(visible_to))
    if supplier is not None:
        query = query.where(orders.c.supplier == supplier)
    rows = connection.execute(query.order_by(orders.c.position.desc()).limit(limit))
    return [_read(row.state) for row in rows]


def states(
    connection: Connection, numbers: Sequence[str], then: Then = NOW
) -> dict[str, order.State]:
    """Orders by number, as they are or as they were; what was not there then is left out."""
    found: dict[str, order.State] = {}
    for start in range(0, len(numbers), 500):
        some = list(numbers[start : start + 500])
        query = select(orders).where(orders.c.number.in_(some))
        rows = connection.execute(query).mappings().all()
        former = formerly.states_of(connection, KIND, rows, "number", then, _read)
        found |= {number: one.state for number, one in former.items()}
    return found


def listed(
    connection: Connection,
    *,
    number: str | None = None,
    agreement: str | None = None,
    buyer: str | None = None,
    supplier: str | None = None,
    party: str | None = None,
    visible_to: Visible = None,
    status: str | Sequence[str] | None = None,
    unit: str | None = None,
    reference: str | None = None,
    then: Then = NOW,
    after: str = "",
    limit: int = PAGE,
) -> list[Row]:
    """Orders by number, after a number (the cursor), narrowed by what is given; `status` may be
    what the day makes of one, overdue, or several.

    One supplier of several, as `visible_to`, sees its own: one that was passed on as it left it.
    """
    query = select(orders).where(*shown_to(visible_to))
    if party is not None:
        query = query.where(concerns(party))
    for name, value in {
        "number": number,
        "agreement": agreement,
        "buyer": buyer,
        "supplier": supplier,
        "unit": unit,
        "reference": reference,
    }.items():
        if value is not None:
            query = query.where(orders.c[name] == value)
    parts = in_part(connection, visible_to)
    ours = () if visible_to is None else organisations(visible_to)
    some = () if status is None else (status,) if isinstance(status, str) else status
    stored = ["placed" if one == order.OVERDUE else one for one in some]
    if then.is_now and not parts:
        return _as_they_are(connection, query, some, after, limit)
    if some and then.known_at is None and not parts:
        later = orders.c.latest_on > then.as_of
        query = query.where(or_(orders.c.status.in_(stored), later))

    def former(rows: Sequence[RowMapping]) -> dict[str, formerly.Former]:
        if not parts:
            return formerly.states_of(connection, KIND, rows, "number", then, _read)
        names = [str(row["number"]) for row in rows]
        return formerly.states(connection, KIND, names, then, _left_by(ours))

    found = formerly.listed(
        connection,
        query,
        orders.c.number,
        former,
        lambda state: (
            (not some or any(order.is_in(state, one, then.as_of) for one in some))
            and (state.agreement not in parts or state.supplier in ours)
        ),
        after=after,
        limit=limit,
        place=(orders.c.place, place_of),
    )
    return [
        Row(
            state=one.state,
            version=row["version"] if then.current and not parts else one.version,
        )
        for row, one in found
    ]


def _read(state: str) -> order.State:
    return msgspec.json.decode(state, type=order.State)


def _as_they_are(
    connection: Connection, query: Select[Any], some: Sequence[str], after: str, limit: int
) -> list[Row]:
    if some:
        query = query.where(orders.c.status.in_(some))
    if after:
        query = query.where(orders.c.place > place_of(after))
    return [
        Row(state=_read(row.state), version=row.version)
        for row in connection.execute(query.order_by(orders.c.place).limit(limit))
    ]


def _left_by(suppliers: Sequence[str]) -> Callable[[Event], bool]:
    """Whether an order leaves suppliers by a fact."""
    return lambda event: (
        isinstance(event, OrderPassedOn)
        and event.giver in suppliers
        and event.supplier not in suppliers
    )
