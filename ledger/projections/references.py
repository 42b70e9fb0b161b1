"""What orders and agreements are named by, however it is spelt: an index of folded references.

An invoice names its order by its number, the buyer's reference or the number that the supplier
confirmed it with, and its agreement by its own number or a further one. What it costs to look one
up does not grow with the orders.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, select

from ledger.bounds import CHOSEN, SPELT
from ledger.domain.events import (
    AgreementNumbersGiven,
    AgreementSigned,
    CounterAccepted,
    Fact,
    FurtherNumber,
    OrderConfirmed,
    OrderPlaced,
)
from ledger.domain.spelling import fold, without_hyphens
from ledger.projections.database import (
    agreement_references,
    insert_rows,
    order_references,
    orders,
)
from ledger.projections.orders import shown_to
from ledger.projections.seeing import Visible, is_visible


class Named(NamedTuple):
    """An order that goes by a reference. `kind` says what that is of it: "number", "reference" (the
    buyer's own) or "confirmation" (the supplier's own); `written` is how it stands there."""

    order: str
    kind: str
    written: str
    agreement: str
    supplier: str
    folded: str


def project(connection: Connection, facts: Sequence[Fact]) -> None:
    rows: list[dict[str, Any]] = []
    confirmed: dict[str, list[dict[str, Any]]] = {}
    agreements: dict[str, list[dict[str, Any]]] = {}
    for fact in facts:
        event = fact.event
        name = fact.stream.partition("/")[2]
        if isinstance(event, OrderPlaced):
            rows += _row("number", name, event.number) + _row("reference", name, event.reference)
        elif isinstance(event, OrderConfirmed | CounterAccepted):
            confirmed[name] = _row("confirmation", name, event.reference)
        elif isinstance(event, AgreementSigned | AgreementNumbersGiven):
            agreements[name] = _numbers(name, event.numbers)
    _forget(connection, order_references.c.order, confirmed, order_references.c.kind)
    _forget(connection, agreement_references.c.agreement, agreements)
    rows += [row for some in confirmed.values() for row in some]
    insert_rows(connection, order_references, rows)
    insert_rows(
        connection, agreement_references, [row for some in agreements.values() for row in some]
    )


def _row(kind: str, order: str, written: str) -> list[dict[str, Any]]:
    folded = fold(written)
    bare = without_hyphens(folded)
    row = {"folded": folded, "order": order, "kind": kind, "written": written, "bare": bare}
    return [row] if folded else []


def _numbers(agreement: str, further: Iterable[FurtherNumber]) -> list[dict[str, Any]]:
    """Each spelling once: its own number first."""
    found = {fold(one.number): one.number for one in further} | {fold(agreement): agreement}
    return [
        {"folded": folded, "agreement": agreement, "written": written}
        for folded, written in found.items()
        if folded
    ]


def _forget(connection: Connection, column: Any, names: Iterable[str], kind: Any = None) -> None:
    some = sorted(names)
    for at in range(0, len(some), CHOSEN):
        gone = delete(column.table).where(column.in_(some[at : at + CHOSEN]))
        connection.execute(gone if kind is None else gone.where(kind == "confirmation"))


def orders_named(
    connection: Connection,
    folded: Sequence[str],
    visible_to: Visible,
    agreements: Sequence[str] = (),
    exactly: str = "",
    *,
    bare: bool = False,
) -> list[Named]:
    """Orders that go by one of some folded references, and may be seen: at most SPELT, those that
    go by `exactly` that text first. `agreements` narrows them, where any are given; `bare`: the
    references are without hyphens, and so are looked up."""
    r = order_references.c
    spelt = r.bare if bare else r.folded
    query = (
        select(r.order, r.kind, r.written, orders.c.agreement, orders.c.supplier, r.folded)
        .join(orders, orders.c.number == r.order)
        .where(spelt.in_(folded), *shown_to(visible_to))
        .order_by(r.written != exactly, orders.c.place, r.kind)
        .limit(SPELT)
    )
    if agreements:
        query = query.where(orders.c.agreement.in_(agreements))
    return [Named(*row) for row in connection.execute(query)]


def agreements_named(connection: Connection, folded: str, visible_to: Visible) -> list[str]:
    """Agreements that go by a folded number, and may be seen: at most SPELT."""
    r = agreement_references.c
    query = (
        select(r.agreement)
        .where(r.folded == folded, *is_visible(r.agreement, visible_to))
        .distinct()
        .order_by(r.agreement)
        .limit(SPELT)
    )
    return list(connection.execute(query).scalars())
