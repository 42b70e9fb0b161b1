"""Drawdowns, invoices and credits, as they are now, or as they were."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection, func, or_, select

from ledger.bounds import ALIKE, CHOSEN, PAGE
from ledger.domain import drawdown, organisation
from ledger.domain.events import Allocation, DrawdownRecorded, Fact, TakenBack
from ledger.domain.spelling import fold_number
from ledger.projections import formerly, sorting
from ledger.projections.database import drawdowns, postings
from ledger.projections.seeing import Visible, seen_by
from ledger.projections.states import fold_rows, replace_rows, to_json
from ledger.projections.then import NOW, Then

KIND = formerly.Kind(
    prefix="drawdown/",
    first=DrawdownRecorded,
    evolve=drawdown.evolve,
    counted_from=drawdown.counted_from,
)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    state: drawdown.State
    version: int


def project(connection: Connection, facts: Sequence[Fact]) -> None:
    after = fold_rows(
        connection, drawdowns, "id", facts, "drawdown/", drawdown.State, drawdown.evolve
    )
    latest = formerly.latest_of(connection, drawdowns, "id", after)
    ever_of = _ever_of(connection, {id: some for id, (_, some) in after.items()})
    rows = [
        {
            "id": id,
            "latest_on": latest[id],
            "agreement": state.agreement,
            "buyer": state.buyer,
            "supplier": state.supplier,
            "invoice": state.invoice,
            "folded": fold_number(state.invoice),
            "amount": state.amount,
            "currency": state.currency,
            "issued_on": sorting.written(state.issued_on),
            "due_on": sorting.written(state.due_on),
            "sought": _text(state),
            "status": state.status,
            "orders": _listed(state.orders),
            "ever_of": _listed(ever_of[id]),
            "carriers": _listed(state.carriers),
            "replaces": _listed(state.replaces),
            "paid_before": state.paid_before,
            "paid_by": _listed(state.paid_by),
            "version": some[-1].version,
            "position": some[-1].position,
            "state": to_json(state),
        }
        for id, (state, some) in after.items()
    ]
    replace_rows(connection, drawdowns, "id", rows, after)


def _listed(names: Iterable[str]) -> str:
    return "".join(f" {name} " for name in names)


def _ever_of(
    connection: Connection, facts: Mapping[str, Sequence[Fact]]
) -> dict[str, dict[str, None]]:
    """The orders that each has drawn since it came, those that it was moved from too."""
    found: dict[str, dict[str, None]] = {id: {} for id in facts}
    columns, ids = drawdowns.c, list(facts)
    for at in range(0, len(ids), CHOSEN):
        query = select(columns.id, columns.ever_of).where(columns.id.in_(ids[at : at + CHOSEN]))
        for row in connection.execute(query):
            found[row.id] |= dict.fromkeys(row.ever_of.split())
    for id, some in facts.items():
        for event in (fact.event for fact in some):
            parts: Iterable[Allocation] = getattr(event, "allocations", ())
            deducts: Iterable[TakenBack] = getattr(event, "deducts", ())
            lines = (line for one in deducts for line in one.lines)
            found[id] |= dict.fromkeys(part.order for part in (*parts, *lines))
    return found


def _text(state: drawdown.State) -> str:
    """What an invoice is looked for by."""
    return sorting.folded(f"{state.invoice} {state.supplier} {' '.join(state.orders)}")


SORTS = {
    "issued_on": sorting.By(
        column=drawdowns.c.issued_on, of=lambda one: sorting.written(one.issued_on)
    ),
    "due_on": sorting.By(column=drawdowns.c.due_on, of=lambda one: sorting.written(one.due_on)),
    "amount": sorting.By(column=drawdowns.c.amount, of=lambda one: one.amount),
}
"""What a list of invoices may be in order of, besides their ids: each has an index."""


def lot(
    connection: Connection,
    *,
    id: str | None = None,
    agreement: str | None = None,
    order: str | None = None,
    supplier: str | None = None,
    party: str | None = None,
    visible_to: Visible = None,
    invoice: str | None = None,
    status: str | None = None,
    sought: str = "",
    then: Then = NOW,
) -> sorting.Lot:
    """Drawdowns narrowed by what is given; `sought` are words of the invoice's number, its supplier
    or its orders.

    A `party` that only carries a part of one sees its own share, and nobody else's.
    """
    d = drawdowns.c
    query = select(drawdowns)
    of_order = [] if order is None else [d.orders.contains(f" {order} ", autoescape=True)]
    if order is not None:
        query = query.where(d.ever_of.contains(f" {order} ", autoescape=True))
    if visible_to is not None:
        query = query.where(seen_by(visible_to, drawdowns))
    mine = (d.buyer == party) | (d.supplier == party)
    if party is not None:
        query = query.where(mine | d.carriers.contains(f" {party} ", autoescape=True))
    for name, value in {
        "id": id,
        "agreement": agreement,
        "supplier": supplier,
        "invoice": invoice,
    }.items():
        if value is not None:
            query = query.where(d[name] == value)
    return sorting.Lot(
        table=drawdowns,
        key=d.id,
        place=d.id,
        query=query,
        held=[
            *of_order,
            *([] if status is None else [d.status == status]),
            *sorting.holds(d.sought, sought),
        ],
        keep=lambda state: (
            (order is None or order in state.orders)
            and status in (None, state.status)
            and sorting.is_in(_text(state), sought)
        ),
        read=_read,
        former=lambda rows: formerly.states_of(connection, KIND, rows, "id", then, _read),
        then=then,
        as_stored=[] if party is None else [mine],
        seen=lambda state: state if party is None else drawdown.as_seen_by(state, party),
    )


def listed(
    connection: Connection, *, after: str = "", limit: int = PAGE, **narrowing: Any
) -> list[Row]:
    """Drawdowns by id, after an id (the cursor), narrowed as a `lot` is."""
    return page(connection, lot(connection, **narrowing), after=after, limit=limit)


def page(
    connection: Connection, some: sorting.Lot, *, sort: str = "", after: str = "", limit: int = PAGE
) -> list[Row]:
    """So many of a lot after an id, by id, or in an order of SORTS ("-" before it: the greatest
    first). Raises sorting.TooMuchChanged."""
    found = sorting.page(connection, some, SORTS, sort, after, limit)
    return [
        Row(
            state=some.seen(one.state),
            version=row["version"] if some.then.current else one.version,
        )
        for row, one in found
    ]


def totals(connection: Connection, some: sorting.Lot) -> list[sorting.Total] | None:
    """The amounts of a lot by currency, in öre; None: it is longer than what is summed at once."""
    return sorting.totals(connection, some, drawdowns.c.currency, {"amount": SORTS["amount"]})


def alike(connection: Connection, supplier: str, invoice: str, amount: int) -> tuple[str, ...]:
    """The newest drawdowns that stand, over all agreements, with the same supplier and its number
    or amount (öre), by id: what another one may be twice. Those that are in the place of that
    number too, those that name it as paid before, and those that say that something was, of which
    no advance was named."""
    d = drawdowns.c
    stands = select(d.id).where(d.supplier == supplier, d.status.not_in(drawdown.FREED))
    folded, found = fold_number(invoice), list[str]()
    in_its_place = (d.replaces > "") & d.replaces.contains(f" {folded} ", autoescape=True)
    paid_by = (d.paid_before > 0) & d.paid_by.contains(f" {folded} ", autoescape=True)
    for same in (d.folded == folded, d.amount == amount, in_its_place, paid_by, d.paid_before > 0):
        newest = stands.where(same).order_by(d.position.desc(), d.id).limit(ALIKE)
        found += connection.execute(newest).scalars()
    return tuple(dict.fromkeys(found))


def numbered(
    connection: Connection, supplier: str, invoices: Sequence[str], visible_to: Visible = None
) -> dict[str, list[drawdown.State]]:
    """A supplier's drawdowns that stand of each of some numbers, however it is spelt, by the number
    as it is asked for."""
    d = drawdowns.c
    folded = list(dict.fromkeys(map(fold_number, invoices)))
    found: dict[str, list[drawdown.State]] = {}
    for at in range(0, len(folded), CHOSEN):
        query = select(d.folded, d.state).where(
            d.supplier == supplier,
            d.folded.in_(folded[at : at + CHOSEN]),
            d.status.not_in(drawdown.FREED),
        )
        if visible_to is not None:
            query = query.where(seen_by(visible_to, drawdowns))
        for row in connection.execute(query.order_by(d.id)):
            found.setdefault(row.folded, []).append(_read(row.state))
    return {one: found.get(fold_number(one), []) for one in invoices}


def unmatched(connection: Connection, supplier: str, invoice: str) -> list[drawdown.State]:
    """A supplier's credits that are tied to no invoice and name one of this number, by id."""
    d = drawdowns.c
    query = select(drawdowns).where(
        d.supplier == supplier,
        d.status.in_(("recorded", "approved")),
        or_(*(d.state.contains(f'"{one}:', autoescape=True) for one in drawdown.UNTIED)),
    )
    found = (_read(row.state) for row in connection.execute(query.order_by(d.id)))
    return [one for one in found if fold_number(invoice) in one.unmatched]


def attested(
    connection: Connection, buyer: str, after: date, under: organisation.Right | organisation.Deputy
) -> tuple[str, ...]:
    """A buyer's drawdowns that stand approved on a day after one, under a right or by a deputy: by
    the day of that, the latest first, so many as are asked about."""
    d = drawdowns.c
    mine: dict[str, int | str] = {"right": under.number}
    if isinstance(under, organisation.Deputy):
        mine = {"deputy_for": under.person, "decided_by": under.deputy}
    said = [d.state.contains(to_json(mine)[1:-1].partition(",")[0], autoescape=True)]
    query = select(d.state).where(
        d.buyer == buyer, d.status.in_(("approved", "reversed")), d.latest_on > after, *said
    )
    found = [
        (one.decided_on, one.id)
        for one in (_read(state) for state in connection.execute(query).scalars())
        if all(getattr(one, name) == value for name, value in mine.items())
        and one.decided_on is not None
        and one.decided_on > after
    ]
    return tuple(id for _, id in sorted(found, reverse=True)[:ALIKE])


def pairs(connection: Connection, agreements: Sequence[str]) -> set[tuple[str, str]]:
    """The buyers and suppliers of the invoices under agreements."""
    columns, found = drawdowns.c, set[tuple[str, str]]()
    for at in range(0, len(agreements), CHOSEN):
        query = (
            select(columns.buyer, columns.supplier)
            .where(columns.agreement.in_(agreements[at : at + CHOSEN]))
            .distinct()
        )
        found |= {(row.buyer, row.supplier) for row in connection.execute(query)}
    return found


def _read(state: str) -> drawdown.State:
    return msgspec.json.decode(state, type=drawdown.State)


def drawn_then(connection: Connection, agreement: str, then: Then) -> frozenset[str]:
    """Which of an agreement's invoices and credits were drawn then, as the balance has them: from
    their own day, whenever they were approved."""
    p = postings.c
    query = (
        select(p.drawdown)
        .where(p.agreement == agreement, p.drawdown.is_not(None), *then.of(postings))
        .group_by(p.drawdown)
        .having(func.sum(p.drawn) != 0)
    )
    return frozenset(connection.scalars(query))
