"""Agreements, orders and drawdowns as they were: folded from the facts that were there then."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Column, Connection, RowMapping, Select, select

from ledger.domain.events import NAME_OF, By, Event, Fact
from ledger.projections.database import timeline
from ledger.projections.then import Then
from ledger.projections.timeline import event_of


class Former(msgspec.Struct, frozen=True):
    """A state as it was, and the version of the newest fact in it."""

    state: Any
    version: int


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """What is folded: what its streams' ids begin with, its first fact, and how a fact changes it.

    Facts in `without` are passed over: those that change only what is asked of postings instead.
    What `is_retold` does not read as it was recorded: of a day it is told by `as_of`, which is None
    where it had not begun.
    """

    prefix: str
    first: type[Event]
    evolve: Callable[..., Any]
    without: tuple[type[Event], ...] = ()
    is_retold: Callable[[Any], bool] = lambda state: False
    as_of: Callable[[Any, date], Any] | None = None


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
    t = timeline.c
    facts = (
        select(timeline)
        .where(t.stream.in_([kind.prefix + name for name in names]), *then.of(timeline))
        .where(t.name.not_in([NAME_OF[event] for event in kind.without]))
        .order_by(t.position)
    )
    found: dict[str, Former] = {}
    ended: set[str] = set()
    for row in connection.execute(facts).mappings():
        name = row["stream"].removeprefix(kind.prefix)
        event = event_of(dict(row))
        if name in ended or (until is not None and until(event)):
            ended.add(name)
            continue
        if name not in found and not isinstance(event, kind.first):
            continue  # it counts from before its first fact does: a decision dated backwards
        by = By(person=row["person"], organisation=row["organisation"], role=row["role"])
        before = found[name].state if name in found else None
        found[name] = Former(kind.evolve(before, event, row["effective_on"], by), row["version"])
    return found


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
