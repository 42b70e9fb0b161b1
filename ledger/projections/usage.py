"""What is in use of agreements by year of delivery, buyer and unit: sums of postings."""

from collections.abc import Mapping

import msgspec
from sqlalchemy import Connection, func, or_, select

from ledger.domain.limits import Use
from ledger.projections.database import orders, postings
from ledger.projections.seeing import Visible, seen_by
from ledger.projections.then import Then


class Used(msgspec.Struct, frozen=True, kw_only=True):
    """What one unit's orders for a year hold of an agreement, in öre; `orders` is how many have
    been placed, whatever became of them."""

    agreement: str
    year: int
    buyer: str
    unit: str
    orders: int
    use: Use


def used(
    connection: Connection, visible: Visible, then: Then, narrowed: Mapping[str, str | int]
) -> list[Used]:
    """By agreement, year, buyer and unit; of those orders alone that are seen.

    `narrowed` are an agreement, a buyer, a year, a unit, or some of them. An order's unit is said
    when it is placed, and never changes.
    """
    p = postings.c
    keys = {"agreement": p.agreement, "year": p.year, "buyer": p.buyer, "unit": orders.c.unit}
    sums = [func.sum(money) for money in (p.reserved, p.committed, p.drawn)]
    query = (
        select(*keys.values(), func.count(p.order.distinct()), *sums)
        .join(orders, orders.c.number == p.order)
        .where(*then.of(postings), *(keys[name] == value for name, value in narrowed.items()))
        .group_by(*keys.values())
        .having(or_(*(total != 0 for total in sums)))
        .order_by(*keys.values())
    )
    if visible is not None:
        query = query.where(seen_by(visible, postings))
    return [
        Used(
            agreement=row[0],
            year=row[1],
            buyer=row[2],
            unit=row[3],
            orders=row[4],
            use=Use(*map(int, row[5:])),
        )
        for row in connection.execute(query)
    ]
