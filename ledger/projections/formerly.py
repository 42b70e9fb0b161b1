"""Agreements, orders and drawdowns as they were: folded from the facts that were there then."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Column, ColumnElement, Connection, RowMapping, Select, select, true

from ledger.domain.events import By, Event, Fact
from ledger.projections.database import timeline
from ledger.projections.then import Then
from ledger.projections.timeline import event_of


class Former(msgspec.Struct, frozen=True):
    """A state as it was, and the version of the newest fact in it."""

    state: Any
    version: int


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """What is folded: what its streams' ids begin with, its first fact, and how a fact changes it.

    Facts that are not `within` are passed over: they change only what is asked of sums instead.
    What `is_retold` does not read as it was recorded: of a day it is told by `as_of`, which is None
    where it had not begun. `counted_from` says of the facts of a stream from which day each counts,
    as it is told now (None: on no day), where that is not its own.
    """

    prefix: str
    first: type[Event]
    evolve: Callable[..., Any]
    within: ColumnElement[bool] = true()
    is_retold: Callable[[Any], bool] = lambda state: False
    as_of: Callable[[Any, date], Any] | None = None
    counted_from: Callable[[Sequence[tuple[Any, date]]], Sequence[date | None]] | None = None


class Read(NamedTuple):
    """A fact of a stream as it was read, and its version."""

    event: Event
    on: date
    by: By
    version: int


def states(
    connection: Connection,
    kind: Kind,
    names: Sequence[str],
    then: Then,
    until: Callable[[Event], bool] | None = None,
) -> dict[str, Former]:
    """The states by name; what had not begun, or was not yet known, is not among them.

    From a fact `until` which a stream is asked about, nothing more of it counts.
    """
    found: dict[str, Former] = {}
    for name, facts in _facts(connection, kind, names, then, until).items():
        state, version = None, 0
        for fact in _counting(kind, facts, then):
            state, version = kind.evolve(state, fact.event, fact.on, fact.by), fact.version
        if state is not None:
            found[name] = Former(state, version)
    return found


def _facts(
    connection: Connection,
    kind: Kind,
    names: Sequence[str],
    then: Then,
    until: Callable[[Event], bool] | None,
) -> dict[str, list[Read]]:
    """The facts of each stream that were there, from its first one on."""
    t = timeline.c
    known = then if kind.counted_from is None else Then(known_at=then.known_at)
    query = (
        select(timeline)
        .where(t.stream.in_([kind.prefix + name for name in names]), *known.of(timeline))
        .where(kind.within)
        .order_by(t.position)
    )
    found: dict[str, list[Read]] = {}
    ended: set[str] = set()
    for row in connection.execute(query).mappings():
        name = row["stream"].removeprefix(kind.prefix)
        event = event_of(dict(row))
        if name in ended or (until is not None and until(event)):
            ended.add(name)
            continue
        if name not in found and not isinstance(event, kind.first):
            continue  # it counts from before its first fact does: a decision dated backwards
        by = By(person=row["person"], organisation=row["organisation"], role=row["role"])
        fact = Read(event, row["effective_on"], by, row["version"])
        found.setdefault(name, []).append(fact)
    return found


def _counting(kind: Kind, facts: Sequence[Read], then: Then) -> Sequence[Read]:
    """Those that count then; none where the first of them does not."""
    if kind.counted_from is None:
        return facts
    until = then.as_of or date.max
    if facts[0].on > until:
        return []
    days = kind.counted_from([(fact.event, fact.on) for fact in facts])
    return [f for f, day in zip(facts, days, strict=True) if day is not None and day <= until]


def states_of(
    connection: Connection, kind: Kind, rows: Sequence[RowMapping], key: str, then: Then, now: Any
) -> dict[str, Former]:
    """The states of rows of a read model by key: as they are `now` (how one is read) where nothing
    of them counts later, else folded."""
    found = {
        str(row[key]): Former(now(row["state"]), row["version"])
        for row in rows
        if then.counts_all(row["latest_on"])
    }
    others = {str(row[key]): row["state"] for row in rows if str(row[key]) not in found}
    retold = [name for name, state in others.items() if kind.as_of and kind.is_retold(now(state))]
    plain = [name for name in others if name not in retold]
    found |= states(connection, kind, plain, then) if plain else {}
    return found | (_retold(connection, kind, retold, then) if retold else {})


def _retold(
    connection: Connection, kind: Kind, names: Sequence[str], then: Then
) -> dict[str, Former]:
    """What was told anew, as of a day: by all that was known of it, whenever that counts."""
    assert kind.as_of is not None, "it can be told of a day"
    known = states(connection, kind, names, Then(known_at=then.known_at))
    if then.as_of is None:
        return known
    cut = {name: (kind.as_of(one.state, then.as_of), one.version) for name, one in known.items()}
    return {name: Former(*one) for name, one in cut.items() if one[0] is not None}


def latest_of(
    connection: Connection, table: Any, key: str, after: Mapping[str, tuple[Any, Sequence[Fact]]]
) -> dict[str, date]:
    """The latest day that any fact of each stream counts, those that were projected before too."""
    column = table.c[key]
    names = list(after)
    found: dict[str, date] = {}
    for start in range(0, len(names), 500):
        query = select(column, table.c.latest_on).where(column.in_(names[start : start + 500]))
        found.update({row[0]: row[1] for row in connection.execute(query)})
    return {
        name: max([fact.effective_on for fact in some] + ([found[name]] if name in found else []))
        for name, (_, some) in after.items()
    }


def listed(
    connection: Connection,
    query: Select[Any],
    key: Column[str],
    former: Callable[[Sequence[RowMapping]], dict[str, Former]],
    keep: Callable[[Any], bool],
    *,
    after: str,
    limit: int,
    place: tuple[Column[str], Callable[[str], str]] | None = None,
) -> list[tuple[Any, Former]]:
    """Rows of a read model by key, after one of them, each with what it was then.

    `query` narrows by what never changes, `keep` by what did. `place` is another column that
    they stand by, and how a key comes to it.
    """
    column, place_of = place or (key, str)
    found: list[tuple[Any, Former]] = []
    while True:
        some = query.where(column > place_of(after)) if after else query
        rows = connection.execute(some.order_by(column).limit(limit)).mappings().all()
        names = [row[key] for row in rows]
        then = former(rows)
        found += [
            (row, then[name])
            for row, name in zip(rows, names, strict=True)
            if name in then and keep(then[name].state)
        ]
        if len(rows) < limit or len(found) >= limit:
            return found[:limit]
        after = names[-1]
