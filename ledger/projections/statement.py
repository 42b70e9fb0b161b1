"""The statement of an agreement: its postings in the order that they count, and what each left.

What sets the cap is told as how much it moved it. Amounts in öre excluding VAT; what moved nothing
but seats is passed over.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, not_, or_, select

from ledger.projections.database import postings
from ledger.projections.seeing import Part
from ledger.projections.then import Then


def statement(
    connection: Connection,
    number: str,
    as_of: date | None = None,
    known_at: datetime | None = None,
    only: Part = None,
) -> list[dict[str, Any]]:
    """Postings in the order that they count, each with what remains after it (None: unknown).

    `only` leaves out what moved other suppliers' money, and then what remains is not told.
    """
    p = postings.c
    query = select(postings).where(p.agreement == number)
    if only is not None:
        query = query.where(p.supplier.in_(sorted(only)) | p.order.is_(None))
    query = query.where(*Then(as_of=as_of, known_at=known_at).of(postings))
    query = query.where(as_signed(number, known_at))
    query = query.order_by(p.effective_on, p.position, p.number)
    cap: int | None = None
    last_known, use = 0, 0
    rows = []
    for posting in connection.execute(query).mappings():
        row = dict(posting)
        moved = row["reserved"], row["committed"], row["drawn"]
        if row["order"] is not None and not any(moved):
            continue
        cap = _cap_after(cap, row)
        if row.pop("sets_cap"):
            row["cap"] = None if cap is None else cap - last_known
        last_known = last_known if cap is None else cap
        use += row["reserved"] + row["committed"] + row["drawn"]
        told = cap is not None and only is None
        rows.append({**row, "remaining": cap - use if told else None})
    return rows


def as_signed(number: str, known_at: datetime | None) -> ColumnElement[bool]:
    """Whether a posting counts where the signing was put right: the agreement is as if it had been
    signed so, on whatever day it then begins, and what was signed before counts on none."""
    p = postings.c
    right = select(func.max(p.position)).where(p.agreement == number, p.cause == "rectified")
    right = right.where(*Then(known_at=known_at).of(postings))
    of_signing = p.cause.in_(("signed", "rectified"))
    return or_(not_(of_signing), p.position >= func.coalesce(right.scalar_subquery(), 0))


def _cap_after(cap: int | None, row: Any) -> int | None:
    if row["sets_cap"]:
        amount: int | None = row["cap"]
        return amount
    return None if cap is None else cap + row["cap"]


def cap_moves(connection: Connection, number: str, then: Then) -> dict[int, int]:
    """How much each fact moved the cap, in öre by its position; one that made it unknown: 0."""
    p = postings.c
    query = select(p.position, p.cap, p.sets_cap).where(p.agreement == number, p.order.is_(None))
    query = query.where(*then.of(postings), as_signed(number, then.known_at))
    query = query.order_by(p.effective_on, p.position, p.number)
    found: dict[int, int] = {}
    cap, last_known = None, 0
    for row in connection.execute(query).mappings():
        cap = _cap_after(cap, row)
        change = 0 if cap is None else cap - last_known
        found[row["position"]] = found.get(row["position"], 0) + change
        last_known += change
    return found
