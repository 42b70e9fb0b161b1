"""The statement of an agreement: its postings in the order that they count, and what each left.

What sets the cap is told as how much it moved it. Amounts in öre excluding VAT; what moved nothing
but seats is passed over.
"""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, and_, func, not_, or_, select

from ledger.domain.limits import NOTHING, Use
from ledger.projections import sums
from ledger.projections.database import postings
from ledger.projections.seeing import Part, is_hidden
from ledger.projections.then import Then


class Place(NamedTuple):
    """Where a posting stands in a statement."""

    day: date
    position: int
    number: int


class Carried(msgspec.Struct, frozen=True, kw_only=True):
    """What a statement has come to, in öre: the cap (None: unknown), what it was when it was last
    known, and what is in use."""

    cap: int | None = None
    last_known: int = 0
    use: Use = Use()

    @property
    def remaining(self) -> int | None:
        """What is left of the cap; None where that is unknown."""
        return None if self.cap is None else self.cap - self.use.total


def statement(
    connection: Connection,
    number: str,
    as_of: date | None = None,
    known_at: datetime | None = None,
    only: Part = None,
    *,
    since: date | None = None,
    after: Place | None = None,
    limit: int | None = None,
) -> list[dict[str, Any]]:
    """Postings in the order that they count, each with what remains after it (None: unknown).

    `only` leaves out what moved other suppliers' money, and then what remains is not told. With
    `since` those from that day on, and with `after` those beyond a place, after what was `carried`
    to it; at most `limit` of them.
    """
    p = postings.c
    query = _counted(select(postings), number, Then(as_of=as_of, known_at=known_at), only)
    query = query.where(or_(p.order.is_(None), p.reserved != 0, p.committed != 0, p.drawn != 0))
    query = query.order_by(p.effective_on, p.position, p.number).limit(limit)
    at = Carried()
    if since is not None:
        query = query.where(p.effective_on >= since)
        at = carried(connection, number, since, known_at, only)
    if after is not None:
        query = query.where(not_(_up_to(after)))
        at = carried(connection, number, after, known_at, only)
    cap, last_known, use = at.cap, at.last_known, at.use.total
    rows = []
    for posting in connection.execute(query).mappings():
        row = dict(posting)
        cap = _cap_after(cap, row)
        if row.pop("sets_cap"):
            row["cap"] = None if cap is None else cap - last_known
        last_known = last_known if cap is None else cap
        use += row["reserved"] + row["committed"] + row["drawn"]
        told = cap is not None and only is None
        rows.append({**row, "remaining": cap - use if told else None})
    return rows


def carried(
    connection: Connection,
    number: str,
    before: date | Place | None,
    known_at: datetime | None = None,
    only: Part = None,
) -> Carried:
    """What everything before a day, or up to and with a place, came to (None: everything): summed
    by the database, however many orders there are."""
    p = postings.c
    steps: Select[Any] = select(p.cap, p.sets_cap).order_by(p.effective_on, p.position, p.number)
    then = Then(known_at=known_at)
    steps = _counted(steps, number, then, only).where(p.order.is_(None))
    if before is not None:
        steps = steps.where(
            _up_to(before) if isinstance(before, Place) else p.effective_on < before
        )
    cap, last_known = None, 0
    for row in connection.execute(steps).mappings():
        cap = _cap_after(cap, row)
        last_known = last_known if cap is None else cap
    return Carried(
        cap=cap, last_known=last_known, use=_in_use(connection, number, before, then, only)
    )


def _in_use(
    connection: Connection, number: str, before: date | Place | None, then: Then, only: Part
) -> Use:
    """By the sums of the days, and what the last of them moved up to a place in it."""
    day = before.day if isinstance(before, Place) else before
    until = None if day is None else day - timedelta(days=1)
    found = sums.totals(sums.moved(connection, number, then.known_at), until)
    use = [one.use for one in found if not is_hidden(only, one.dimensions.supplier)]
    if isinstance(before, Place):
        p = postings.c
        query: Select[Any] = select(*(func.coalesce(func.sum(p[name]), 0) for name in PLACES))
        query = _counted(query, number, then, only).where(p.order.is_not(None))
        query = query.where(p.effective_on == before.day, _up_to(before))
        use.append(Use(*map(int, connection.execute(query).one())))
    return sum(use, start=NOTHING)


def _up_to(place: Place) -> ColumnElement[bool]:
    p = postings.c
    on_the_day = and_(p.position == place.position, p.number <= place.number)
    return or_(
        p.effective_on < place.day,
        and_(p.effective_on == place.day, or_(p.position < place.position, on_the_day)),
    )


PLACES = ("reserved", "committed", "drawn")


def _counted(query: Select[Any], number: str, then: Then, only: Part) -> Select[Any]:
    """Of postings those that a statement of an agreement tells."""
    p = postings.c
    if only is not None:
        query = query.where(p.supplier.in_(sorted(only)) | p.order.is_(None))
    query = query.where(p.agreement == number, *then.of(postings))
    return query.where(as_signed(number, then.known_at))


def as_signed(number: str, known_at: datetime | None) -> ColumnElement[bool]:
    """Whether a posting counts where the signing was put right: the agreement is as if it had been
    signed so, on whatever day it then begins, and what was signed before counts on none."""
    p = postings.c
    right = select(func.max(p.position)).where(p.agreement == number, p.cause == "rectified")
    right = right.where(p.order.is_(None), *Then(known_at=known_at).of(postings))
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
