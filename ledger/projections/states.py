"""What agreements, orders and drawdowns have in common as rows: a folded state and its version."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, Table, delete, select

from ledger.domain.events import Fact
from ledger.projections.database import insert_rows

S = TypeVar("S")


def fold_rows(
    connection: Connection,
    table: Table,
    key: str,
    facts: Sequence[Fact],
    prefix: str,
    kind: type[S],
    evolve: Callable[..., S],
) -> dict[str, tuple[S, list[Fact]]]:
    """The states after a batch, by key, of the streams that it touches."""
    by_key: dict[str, list[Fact]] = {}
    for fact in facts:
        if fact.stream.startswith(prefix):
            by_key.setdefault(fact.stream.removeprefix(prefix), []).append(fact)
    old = [name for name, some in by_key.items() if not _is_new(some)]
    states: dict[str, S] = {}
    for start in range(0, len(old), 500):
        rows = connection.execute(
            select(table.c[key], table.c.state).where(table.c[key].in_(old[start : start + 500]))
        )
        states.update({row[0]: msgspec.json.decode(row[1], type=kind) for row in rows})
    result = {}
    for name, some in by_key.items():
        state = states.get(name)
        for fact in some:
            state = evolve(state, fact.event, fact.effective_on, fact.by)
        assert state is not None, "a stream in a batch has at least one fact"
        result[name] = (state, some)
    return result


def replace_rows(
    connection: Connection,
    table: Table,
    key: str,
    rows: list[dict[str, Any]],
    after: dict[str, tuple[Any, list[Fact]]],
) -> None:
    """Write whole rows in place of those with the same key; `after` is what they were made of."""
    old = [name for name, (_, some) in after.items() if not _is_new(some)]
    for start in range(0, len(old), 500):
        connection.execute(delete(table).where(table.c[key].in_(old[start : start + 500])))
    insert_rows(connection, table, rows)


def _is_new(facts: list[Fact]) -> bool:
    """Whether a stream begins with these facts, so that there is no row of it yet."""
    return facts[0].version == 1


_ENCODER = msgspec.json.Encoder()


def to_json(state: object) -> str:
    return _ENCODER.encode(state).decode()
