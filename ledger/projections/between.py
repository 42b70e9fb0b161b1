"""What came between two views of an agreement, fact by fact."""

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, case, not_, or_, select, true

from ledger.domain.limits import DIMENSIONS, Dimensions, Limit, Unit, Use
from ledger.projections.database import postings, timeline
from ledger.projections.explaining import Step
from ledger.projections.postings import LimitBalance
from ledger.projections.seeing import ITSELF, Part
from ledger.projections.then import Then
from ledger.projections.timeline import unopened

Stepped = tuple[list[Step], list[Step]]
"""What made a limit's amount in the one view, and in the other."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """How much a limit changed; `amount` is None where what it may hold is unknown.

    `in_part` as in `LimitBalance`: the use is one supplier's, and what remains is not told.
    """

    limit: str
    amount: int | None
    use: Use
    in_part: bool = False
    unit: Unit = "money"

    @property
    def remaining(self) -> int | None:
        if self.amount is None or self.in_part:
            return None
        return self.amount - self.use.total

    def __bool__(self) -> bool:
        return self.amount != 0 or bool(self.use)


class Between(msgspec.Struct, frozen=True, kw_only=True):
    """A command that is in one view alone ("to": it came in, "from": it went), or counts otherwise.

    `fact` is the first of its facts there, a row of the timeline.
    """

    fact: dict[str, Any]
    position: int
    side: str
    moved: tuple[Change, ...]


def change(before: LimitBalance, after: LimitBalance) -> Change:
    amount = None
    if before.amount is not None and after.amount is not None:
        amount = after.amount - before.amount
    return Change(
        limit=before.name,
        amount=amount,
        use=after.use - before.use,
        in_part=after.in_part,
        unit=after.unit,
    )


def came_between(
    connection: Connection,
    number: str,
    first: Then,
    second: Then,
    stepped: dict[str, Stepped],
    at: int,
    after: int,
    count: int,
    only: Part,
) -> tuple[list[list[dict[str, Any]]], bool]:
    """Facts command by command, in the order of the log, and whether there are more of them."""
    t = timeline.c
    in_first, in_second = _in(first, timeline), _in(second, timeline)
    came, went = and_(in_second, not_(in_first)), and_(in_first, not_(in_second))
    counts_otherwise = t.position.in_(set(_differing(stepped)))
    query = (
        select(timeline, case((came, "to"), (went, "from"), else_="both").label("side"))
        .where(t.agreement == number, t.position > after, t.position <= at)
        .where(or_(came, went, counts_otherwise))
        .order_by(t.position)
    )
    if only is not None:
        query = query.where(or_(t.supplier.in_(sorted(only)), t.name.in_(ITSELF)))
    groups: list[list[dict[str, Any]]] = []
    more = False
    with connection.execute(query.execution_options(yield_per=count * 4)) as result:
        for row in result.mappings():
            last = groups[-1][0] if groups else None
            if last and (last["request"], last["side"]) == (row["request"], row["side"]):
                groups[-1].append(dict(row))
            elif len(groups) == count:
                more = True
                break
            else:
                groups.append([dict(row)])
    return [unopened(connection, rows, only) for rows in groups], more


def _in(then: Then, table: Any) -> ColumnElement[bool]:
    return and_(true(), *then.of(table))


def _differing(stepped: dict[str, Stepped]) -> dict[int, dict[str, int | None]]:
    """Position → limit → by how much more a fact raises its amount in the second view.

    None: it makes the amount unknown, or known again, in one view alone.
    """
    found: dict[int, dict[str, int | None]] = {}
    for name, (first, second) in stepped.items():
        old = {step.fact["position"]: step for step in first}
        new = {step.fact["position"]: step for step in second}
        for position in {*old, *new}:
            was, now = old.get(position), new.get(position)
            change = (now.amount if now else 0) - (was.amount if was else 0)
            unknown = bool(was and was.unknown) != bool(now and now.unknown)
            if change or unknown:
                found.setdefault(position, {})[name] = change or None
    return found


def moved_by(
    connection: Connection,
    limits: Iterable[Limit],
    groups: list[list[dict[str, Any]]],
    first: Then,
    second: Then,
    stepped: dict[str, Stepped],
) -> dict[int, dict[str, Change]]:
    """Position → limit → what it changed from the first view to the second."""
    positions = [row["position"] for rows in groups for row in rows]
    amounts = _differing(stepped)
    limits = tuple(limits)
    units = {limit.name: limit.unit for limit in limits}
    found: dict[int, dict[str, Change]] = {
        position: {
            name: Change(limit=name, amount=amount, use=Use(), unit=units[name])
            for name, amount in amounts[position].items()
        }
        for position in positions
        if position in amounts
    }
    p = postings.c
    sign = case((_in(second, postings), 1), else_=0) - case((_in(first, postings), 1), else_=0)
    for start in range(0, len(positions), 500):
        query = select(postings, sign.label("sign")).where(
            p.position.in_(positions[start : start + 500]), p.order.is_not(None), sign != 0
        )
        for row in connection.execute(query).mappings():
            dimensions = Dimensions(**{name: row[name] for name in DIMENSIONS})
            use = Use(*(row["sign"] * row[name] for name in ("reserved", "committed", "drawn")))
            seats = Use(*(row["sign"] * row[f"seats_{name}"] for name in ("reserved", "committed")))
            by_limit = found.setdefault(row["position"], {})
            for limit in limits:
                if limit.matches(dimensions):
                    moved = use if limit.unit == "money" else seats
                    change = Change(limit=limit.name, amount=0, use=moved, unit=limit.unit)
                    by_limit[limit.name] = _added(by_limit.get(limit.name), change)
    return found


def _added(one: Change | None, other: Change) -> Change:
    if one is None:
        return other
    known = one.amount is not None and other.amount is not None
    amount = (one.amount or 0) + (other.amount or 0) if known else None
    return Change(limit=one.limit, amount=amount, use=one.use + other.use, unit=one.unit)


def summed(
    moved: dict[int, dict[str, Change]], limits: Iterable[str], positions: list[int]
) -> Iterable[Change]:
    """What facts moved together, by limit; limits that did not change are left out."""
    for name in limits:
        total: Change | None = None
        for position in positions:
            if name in moved.get(position, {}):
                total = _added(total, moved[position][name])
        if total:
            yield total
