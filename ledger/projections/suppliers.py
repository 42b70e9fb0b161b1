"""How each supplier of an agreement stands: what was ordered of it, when it was passed over."""

from collections.abc import Collection, Iterator
from datetime import date

import msgspec
from sqlalchemy import Connection, func, select

from ledger.domain import agreement
from ledger.domain.events import NAME_OF, CounterRejected, OrderDeclined, OrderLapsed
from ledger.domain.selection import PassedOver
from ledger.projections.database import postings, timeline
from ledger.projections.then import Then

DECLINED = (NAME_OF[OrderDeclined], NAME_OF[CounterRejected])
LAPSED = (NAME_OF[OrderLapsed],)


class Passing(msgspec.Struct, frozen=True, kw_only=True):
    """When a supplier was passed over, in which order, and why."""

    order: str
    on: date
    over: PassedOver


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What counts for a supplier, in öre, and what it declined or left unanswered.

    `orders` are those that it was asked for, whatever became of them.
    """

    supplier: str
    ordered: int
    drawn: int
    orders: int
    declined: int
    lapsed: int
    passed_over: tuple[Passing, ...]


def standings(connection: Connection, state: agreement.State, then: Then) -> list[Standing]:
    """Every supplier of the agreement, in the order that it names them."""
    used = _used(connection, state.number, then)
    ended = _ended(connection, state.number, then)
    passings = list(_passings(connection, state.number, then))
    found = []
    for party in state.suppliers:
        name = party.organisation
        ordered, drawn, orders = used.get(name, (0, 0, 0))
        found.append(
            Standing(
                supplier=name,
                ordered=ordered,
                drawn=drawn,
                orders=orders,
                declined=sum(ended.get((name, fact), 0) for fact in DECLINED),
                lapsed=sum(ended.get((name, fact), 0) for fact in LAPSED),
                passed_over=tuple(one for one in passings if one.over.supplier == name),
            )
        )
    return found


def orders_of(connection: Connection, number: str, suppliers: Collection[str], then: Then) -> int:
    """How many orders under an agreement some suppliers were asked for."""
    p = postings.c
    query = select(func.count(p.order.distinct())).where(p.agreement == number, *then.of(postings))
    return connection.execute(query.where(p.supplier.in_(sorted(suppliers)))).scalar_one()


def _used(connection: Connection, number: str, then: Then) -> dict[str, tuple[int, int, int]]:
    p = postings.c
    query = (
        select(
            p.supplier,
            func.sum(p.reserved + p.committed + p.drawn),
            func.sum(p.drawn),
            func.count(p.order.distinct()),
        )
        .where(p.agreement == number, p.order.is_not(None), *then.of(postings))
        .group_by(p.supplier)
    )
    return {row[0]: (int(row[1]), int(row[2]), row[3]) for row in connection.execute(query)}


def _ended(connection: Connection, number: str, then: Then) -> dict[tuple[str, str], int]:
    t = timeline.c
    query = (
        select(t.supplier, t.name, func.count())
        .where(t.agreement == number, t.name.in_([*DECLINED, *LAPSED]), *then.of(timeline))
        .group_by(t.supplier, t.name)
    )
    return {(row[0], row[1]): row[2] for row in connection.execute(query)}


class _Data(msgspec.Struct, frozen=True):
    passed_over: tuple[PassedOver, ...] = ()


def _passings(connection: Connection, number: str, then: Then) -> Iterator[Passing]:
    t = timeline.c
    query = (
        select(t.stream, t.effective_on, t.data)
        .where(t.agreement == number, t.stream.startswith("order/"), *then.of(timeline))
        .where(t.data.contains('"passed_over":[{'))
        .order_by(t.position)
    )
    for row in connection.execute(query):
        for over in msgspec.json.decode(row.data, type=_Data).passed_over:
            order = row.stream.removeprefix("order/")
            yield Passing(order=order, on=row.effective_on, over=over)
