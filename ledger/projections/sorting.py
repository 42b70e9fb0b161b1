"""A list in the order that a reader chose, narrowed by text, and its sums: as of any day.

Of what has no fact that counts later than the day, the row is as it was then: the database narrows,
orders and sums it. The others are folded, every one, and put in among those. Where they are more
than MOST_FOLDED a list has its own order only, and no sum.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any
from unicodedata import normalize

import msgspec
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    and_,
    false,
    func,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy import Table as Kept

from ledger.bounds import MOST_FOLDED, MOST_SUMMED
from ledger.projections import formerly
from ledger.projections.formerly import Former
from ledger.projections.then import Then


class TooMuchChanged(Exception):
    """More has changed since that day than is folded for one list."""


class By(msgspec.Struct, frozen=True, kw_only=True):
    """What a list is in order of: a column, which has no NULL, and what a state has of it."""

    column: Column[Any]
    of: Callable[[Any], Any]


class Lot(msgspec.Struct, frozen=True, kw_only=True):
    """What is listed. `query` narrows by what never changes; `held` is what must hold of a row as
    it stands in the table, and `keep` the same of a state as it was.

    `place` is the column that a list stands by, and `place_of` how a key comes to it. Rows for
    which `as_stored` does not hold are folded whenever they are asked about. `seen` is a state as
    the reader may see it.
    """

    table: Kept
    key: Column[str]
    place: Column[str]
    query: Select[Any]
    held: Sequence[ColumnElement[bool]]
    keep: Callable[[Any], bool]
    read: Callable[[str], Any]
    former: Callable[[Sequence[RowMapping]], dict[str, Former]]
    then: Then
    place_of: Callable[[str], str] = str
    as_stored: Sequence[ColumnElement[bool]] = ()
    seen: Callable[[Any], Any] = lambda state: state

    @property
    def of_then(self) -> ColumnElement[bool] | None:
        """What holds of the rows that are as they were then; None: of none."""
        if self.then.known_at is not None:
            return None
        latest = self.table.c.latest_on
        day = [] if self.then.as_of is None else [latest <= self.then.as_of]
        return and_(true(), *day, *self.as_stored)

    @property
    def of_others(self) -> ColumnElement[bool]:
        """What holds of all other rows, said so that the index of their latest days is of use."""
        if self.then.known_at is not None:
            return true()
        latest = self.table.c.latest_on
        day = [] if self.then.as_of is None else [latest > self.then.as_of]
        return or_(false(), *day, *(not_(one) for one in self.as_stored))

    def others(self, connection: Connection) -> ColumnElement[bool] | None:
        """The same of other rows by their keys, where they are few in the whole ledger: so the
        index of latest days is used, whatever else a query narrows by. None: there are none."""
        if self.then.known_at is not None or self.as_stored:
            return self.of_others
        some = select(self.key).where(self.of_others).limit(MOST_FOLDED + 1)
        keys = connection.execute(some).scalars().all()
        if len(keys) > MOST_FOLDED:
            return self.of_others
        return self.key.in_(keys) if keys else None

    def narrowed(self, connection: Connection) -> Select[Any]:
        """Without the rows that are as they were then and do not hold."""
        if self.of_then is None or not self.held:
            return self.query
        others = self.others(connection)
        held = and_(*self.held)
        return self.query.where(held if others is None else held | others)


class Total(msgspec.Struct, frozen=True, kw_only=True):
    """How many rows there are in a currency, and their sums by name, in öre."""

    currency: str
    rows: int
    sums: Mapping[str, int]


def folded(text: str) -> str:
    """Text as it is looked for, whatever its case."""
    return normalize("NFC", text).casefold()


def written(day: date | None) -> str:
    """A day as it stands in order; what has none comes before those that have."""
    return "" if day is None else day.isoformat()


def holds(column: Column[str], sought: str) -> list[ColumnElement[bool]]:
    """What holds of rows in whose text each word that is looked for stands."""
    return [column.contains(word, autoescape=True) for word in folded(sought).split()]


def is_in(text: str, sought: str) -> bool:
    return all(word in text for word in folded(sought).split())


def page(
    connection: Connection, lot: Lot, sorts: Mapping[str, By], sort: str, after: str, limit: int
) -> list[tuple[Any, Former]]:
    """So many of a lot after a key: in its own order, or in one of those that there are ("-" before
    its name: the greatest first). Raises TooMuchChanged."""
    by = sorts.get(sort.removeprefix("-"))
    if by is None:
        return _in_own_order(connection, lot, after, limit)
    return _in_order(connection, lot, by, sort.startswith("-"), after, limit)


def _in_own_order(
    connection: Connection, lot: Lot, after: str, limit: int
) -> list[tuple[Any, Former]]:
    """Rows after a key in the order that the list has by itself."""
    return formerly.listed(
        connection,
        lot.narrowed(connection),
        lot.key,
        lot.former,
        lot.keep,
        after=after,
        limit=limit,
        place=(lot.place, lot.place_of),
    )


def _in_order(
    connection: Connection, lot: Lot, by: By, descending: bool, after: str, limit: int
) -> list[tuple[Any, Former]]:
    """Rows after a key, in order of a column, and of their place where that is the same."""
    late = [
        ((by.of(lot.seen(one.state)), lot.place_of(row[lot.key.name])), row, one)
        for row, one in _changed(connection, lot)
    ]
    settled, start = lot.of_then, None
    if after:
        start = next((key for key, row, _ in late if row[lot.key.name] == after), None)
    found: list[tuple[tuple[Any, str], Any, Former]] = []
    if settled is not None:
        query = lot.query.where(settled, *lot.held)
        if after and start is None:
            start = _start(connection, by.column, lot, after)
        if start is not None:
            query = query.where(*_beyond(by.column, lot.place, start, descending=descending))
        ends = (by.column.desc(), lot.place.desc()) if descending else (by.column, lot.place)
        for row in connection.execute(query.order_by(*ends).limit(limit)).mappings():
            former = Former(lot.read(row["state"]), row["version"])
            found.append(((row[by.column.name], row[lot.place.name]), row, former))
    found += [
        one for one in late if start is None or (one[0] < start if descending else one[0] > start)
    ]
    found.sort(key=lambda one: one[0], reverse=descending)
    return [(row, former) for _, row, former in found[:limit]]


def totals(
    connection: Connection,
    lot: Lot,
    currency: Column[str],
    sums: Mapping[str, By],
) -> list[Total] | None:
    """The sums of the whole list by currency; None: it is longer than what is summed at once."""
    counted: dict[str, list[int]] = {}
    settled = lot.of_then
    if settled is not None:
        columns = [by.column.label(f"sum_{name}") for name, by in sums.items()]
        some = lot.query.where(settled, *lot.held).with_only_columns(
            currency.label("currency"), *columns
        )
        rows = some.limit(MOST_SUMMED + 1).subquery()
        query = select(
            rows.c.currency, func.count(), *(func.sum(rows.c[f"sum_{name}"]) for name in sums)
        )
        for row in connection.execute(query.group_by(rows.c.currency)):
            counted[row[0]] = [int(number) for number in row[1:]]
    try:
        late = _changed(connection, lot)
    except TooMuchChanged:
        return None
    for _, one in late:
        state = lot.seen(one.state)
        so_far = counted.setdefault(state.currency, [0] * (len(sums) + 1))
        for at, number in enumerate((1, *(by.of(state) for by in sums.values()))):
            so_far[at] += number
    if sum(numbers[0] for numbers in counted.values()) > MOST_SUMMED:
        return None
    return [
        Total(currency=name, rows=numbers[0], sums=dict(zip(sums, numbers[1:], strict=True)))
        for name, numbers in sorted(counted.items())
    ]


def _changed(connection: Connection, lot: Lot) -> list[tuple[RowMapping, Former]]:
    """The rows that are not as they were then, each with what it was. Raises TooMuchChanged."""
    others = lot.others(connection)
    if others is None:
        return []
    query = lot.query.where(others)
    rows = connection.execute(query.limit(MOST_FOLDED + 1)).mappings().all()
    if len(rows) > MOST_FOLDED:
        raise TooMuchChanged
    then = lot.former(rows)
    named = ((row, then.get(str(row[lot.key.name]))) for row in rows)
    return [(row, one) for row, one in named if one is not None and lot.keep(one.state)]


def _start(
    connection: Connection, column: Column[Any], lot: Lot, after: str
) -> tuple[Any, str] | None:
    """Where the row of a key stands; None where there is none: the list then begins anew."""
    row = connection.execute(select(column, lot.place).where(lot.key == after)).first()
    return None if row is None else (row[0], row[1])


def _beyond(
    column: Column[Any], place: Column[str], start: tuple[Any, str], *, descending: bool
) -> list[ColumnElement[bool]]:
    """What holds of the rows after one. The first part is for the index."""
    value, at = start
    if descending:
        return [column <= value, (column < value) | (place < at)]
    return [column >= value, (column > value) | (place > at)]
