"""Course orders as they are now, or as they were."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, RowMapping, and_, false, or_, select

from ledger.bounds import PAGE
from ledger.domain import order
from ledger.domain.events import Event, Fact, OrderPassedOn, OrderPlaced
from ledger.domain.limits import Use
from ledger.domain.order.state import OPEN
from ledger.domain.position import position
from ledger.projections import formerly, sorting
from ledger.projections.database import IS_SILENT, orders
from ledger.projections.seeing import Visible, in_part, organisations, seen_by
from ledger.projections.states import fold_rows, replace_rows, to_json
from ledger.projections.then import NOW, Then

KIND = formerly.Kind(
    prefix="order/",
    first=OrderPlaced,
    evolve=order.evolve,
    is_retold=order.is_retold,
    as_of=order.as_of,
)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    state: order.State
    version: int


def project(connection: Connection, facts: Sequence[Fact]) -> None:
    after = fold_rows(connection, orders, "number", facts, "order/", order.State, order.evolve)
    latest = formerly.latest_of(connection, orders, "number", after)
    used = {number: use_of(state) for number, (state, _) in after.items()}
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
            "currency": state.currency,
            "starts_on": sorting.written(state.starts_on),
            "answer_by": sorting.written(state.respond_by) if _is_silent(state) else "",
            "amount": state.amount,
            "drawn": used[number].drawn,
            "to_invoice": order.left(state),
            "sought": _text(state),
            "version": some[-1].version,
            "position": some[-1].position,
            "state": to_json(state),
        }
        for number, (state, some) in after.items()
    ]
    replace_rows(connection, orders, "number", rows, after)


def use_of(state: order.State) -> Use:
    """What an order holds of the cap, in öre."""
    return sum(position(order.holding(state)).values(), start=Use())


def _is_silent(state: order.State) -> bool:
    """Whether it is unanswered once its last day to answer has passed."""
    return order.is_unanswered(state, date.max)


def _text(state: order.State) -> str:
    """What an order is looked for by."""
    return sorting.folded(f"{state.number} {state.course} {state.unit} {state.reference}")


SORTS = {
    "starts_on": sorting.By(
        column=orders.c.starts_on, of=lambda one: sorting.written(one.starts_on)
    ),
    "amount": sorting.By(column=orders.c.amount, of=lambda state: state.amount),
    "to_invoice": sorting.By(column=orders.c.to_invoice, of=order.left),
}
"""What a list of orders may be in order of, besides their numbers: each has an index."""
SUMS = {
    "amount": SORTS["amount"],
    "drawn": sorting.By(column=orders.c.drawn, of=lambda state: use_of(state).drawn),
    "to_invoice": SORTS["to_invoice"],
}


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


def lot(
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
    starts_from: date | None = None,
    sought: str = "",
    then: Then = NOW,
) -> sorting.Lot:
    """Orders narrowed by what is given; `status` may be what the day makes of one, overdue, or
    several, `starts_from` a day on which or later its course starts, and `sought` are words of its
    number, course, unit or reference.

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
    stands = () if status is None else (status,) if isinstance(status, str) else status
    parts = in_part(connection, visible_to)
    ours = () if visible_to is None else organisations(visible_to)

    def former(rows: Sequence[RowMapping]) -> dict[str, formerly.Former]:
        if not parts:
            return formerly.states_of(connection, KIND, rows, "number", then, _read)
        names = [str(row["number"]) for row in rows]
        return formerly.states(connection, KIND, names, then, _left_by(ours))

    return sorting.Lot(
        table=orders,
        key=orders.c.number,
        place=orders.c.place,
        place_of=place_of,
        query=query,
        held=[
            *_stand(stands, then.as_of),
            *_starting(starts_from),
            *sorting.holds(orders.c.sought, sought),
        ],
        keep=lambda state: (
            (not stands or any(order.is_in(state, one, then.as_of) for one in stands))
            and (starts_from is None or (state.starts_on or date.min) >= starts_from)
            and (state.agreement not in parts or state.supplier in ours)
            and sorting.is_in(_text(state), sought)
        ),
        read=_read,
        former=former,
        then=then,
        as_stored=[orders.c.agreement.not_in(parts)] if parts else [],
    )


def _stand(stands: Sequence[str], on: date | None) -> list[ColumnElement[bool]]:
    """What holds of the rows of orders that stand in one of some ways on a day."""
    return [or_(*(_stands(status, on) for status in stands))] if stands else []


def _starting(from_day: date | None) -> list[ColumnElement[bool]]:
    return [] if from_day is None else [orders.c.starts_on >= from_day.isoformat()]


def _stands(status: str, on: date | None) -> ColumnElement[bool]:
    if status == order.NOT_ENDED:
        return orders.c.status.not_in(order.ENDED)
    if status == order.TO_INVOICE:
        return and_(orders.c.status == "delivered", orders.c.to_invoice > 0)
    if status != order.OVERDUE:
        return orders.c.status == status
    answer_by = orders.c.answer_by
    return false() if on is None else and_(IS_SILENT, answer_by < on.isoformat())


def listed(
    connection: Connection, *, after: str = "", limit: int = PAGE, **narrowing: Any
) -> list[Row]:
    """Orders by number, after a number (the cursor), narrowed as a `lot` is."""
    return page(connection, lot(connection, **narrowing), after=after, limit=limit)


def buyers_of(
    connection: Connection, agreement: str, programme: str, round: int | None
) -> tuple[str, ...]:
    """Whose orders of a round stand. Stored JSON is searched as text before any of it is read."""
    named = f'"programme":{to_json(programme)}'
    query = select(orders.c.buyer, orders.c.state).where(
        orders.c.agreement == agreement,
        orders.c.status.not_in(("declined", "lapsed", "cancelled")),
        orders.c.state.contains(named, autoescape=True),
    )
    if round is not None:
        query = query.where(orders.c.state.contains(f'"round":{round}', autoescape=True))
    found: dict[str, None] = {}
    for buyer, state in connection.execute(query.order_by(orders.c.number)):
        if buyer not in found:
            one = _read(state)
            if (one.programme, one.round) == (programme, round):
                found[buyer] = None
    return tuple(found)


def page(
    connection: Connection, some: sorting.Lot, *, sort: str = "", after: str = "", limit: int = PAGE
) -> list[Row]:
    """So many of a lot after a number, by number, or in an order of SORTS ("-" before it: the
    greatest first). Raises sorting.TooMuchChanged."""
    found = sorting.page(connection, some, SORTS, sort, after, limit)
    return [
        Row(
            state=one.state,
            version=row["version"] if some.then.current and not some.as_stored else one.version,
        )
        for row, one in found
    ]


def totals(connection: Connection, some: sorting.Lot) -> list[sorting.Total] | None:
    """What a lot comes to by currency: amount, drawn, and left to invoice, in öre; None: it is
    longer than what is summed at once."""
    return sorting.totals(connection, some, orders.c.currency, SUMS)


def _read(state: str) -> order.State:
    return msgspec.json.decode(state, type=order.State)


def _left_by(suppliers: Sequence[str]) -> Callable[[Event], bool]:
    """Whether an order leaves suppliers by a fact."""
    return lambda event: (
        isinstance(event, OrderPassedOn)
        and event.giver in suppliers
        and event.supplier not in suppliers
    )
