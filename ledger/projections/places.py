"""The places of facts in an agreement's stream, as one supplier of several counts them.

A version counts all facts of a stream: to a supplier that sees its own part of an agreement it
would tell how much the others do there. It counts what it sees instead.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, or_, select

from ledger.projections.database import timeline
from ledger.projections.seeing import ITSELF, Part

_PREFIX = "agreement/"


def newest(connection: Connection, number: str, part: Part) -> tuple[int, int]:
    """An agreement's version, and its place among what is seen of its stream."""
    t = timeline.c
    query = select(func.max(t.version)).where(t.stream == _PREFIX + number)
    version: int = connection.execute(query).scalar() or 0
    return version, place(connection, number, part, version)


def place(connection: Connection, number: str, part: Part, version: int) -> int:
    """How many facts of an agreement's stream are seen, up to a version; of who sees all of it, the
    version itself."""
    if part is None:
        return version
    t = timeline.c
    query = select(func.count()).where(
        t.stream == _PREFIX + number, t.version <= version, _is_seen(part)
    )
    found: int = connection.execute(query).scalar_one()
    return found


def counted(
    connection: Connection, rows: Sequence[dict[str, Any]], parts: Mapping[str, Part]
) -> list[dict[str, Any]]:
    """Rows of the timeline, those of an agreement's stream at the place that who sees a part of it
    (`parts`, by agreement) counts."""
    known: dict[str, dict[int, int]] = {}
    for row in rows:
        if row["stream"].startswith(_PREFIX) and parts.get(row["agreement"]) is not None:
            known.setdefault(row["agreement"], {})[row["version"]] = 0
    for number, versions in known.items():
        part, least, most = parts[number], min(versions), max(versions)
        before = place(connection, number, part, least - 1)
        t = timeline.c
        query = select(t.version).where(
            t.stream == _PREFIX + number, t.version.between(least, most), _is_seen(part)
        )
        seen = connection.execute(query.order_by(t.version)).scalars()
        versions.update({version: at for at, version in enumerate(seen, before + 1)})
    return [
        {**row, "version": known[row["agreement"]][row["version"]]}
        if row["stream"].startswith(_PREFIX) and row["agreement"] in known
        else row
        for row in rows
    ]


def _is_seen(part: Part) -> ColumnElement[bool]:
    t = timeline.c
    return or_(t.supplier.in_(sorted(part or ())), t.name.in_(ITSELF))
