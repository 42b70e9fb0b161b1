"""The received files that wait, or that were discarded: those that concern an organisation."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec
from sqlalchemy import Select, and_, or_, select

from ledger.registry import Registry, enclosed
from ledger.registry.tables import headings, received, takers

_HEAD = ("invoice", "supplier", "amount", "currency", "due_on")
_COLUMNS = ("sha256", "format", "status", "buyer", "reason", "refusal", "figures", "received_at")


def files(
    registry: Registry,
    organisations: Collection[str] | None,
    statuses: Collection[str] = ("queued",),
    after: str = "",
    limit: int | None = None,
    sought: Collection[str] = (),
) -> list[dict[str, Any]]:
    """Files of some statuses, the oldest first, with the reason and what each says at its head:
    those made out to one of the organisations or taken in for it, or all of them (None). `after` is
    the `place_of` one; `sought` are words, folded, each of which stands in its name or its head."""
    c = received.c
    query = select(*(c[name] for name in _COLUMNS)).where(c.status.in_(statuses))
    if organisations is not None:
        some = sorted(organisations)
        mine = select(takers.c.sha256).where(takers.c.organisation.in_(some))
        query = query.where(or_(c.buyer.in_(some), c.sha256.in_(mine)))
    if after:
        came, _, sha256 = after.rpartition("~")
        later = and_(c.received_at == came, c.sha256 > sha256)
        query = query.where(or_(c.received_at > came, later))
    query = query.order_by(c.received_at, c.sha256).limit(limit)
    with registry.transaction() as connection:
        rows = connection.execute(_headed(query, sought)).mappings().all()
    called = enclosed.names(registry, [row["sha256"] for row in rows])
    return [
        {
            **row,
            "figures": msgspec.json.decode(row["figures"]),
            "name": called.get(row["sha256"], ""),
        }
        for row in rows
    ]


def _headed(query: Select[Any], sought: Collection[str]) -> Select[Any]:
    """With what each says at its head; of one that an earlier version took that is nothing."""
    h = headings.c
    query = query.add_columns(*(h[name] for name in _HEAD))
    query = query.outerjoin(headings, h.sha256 == received.c.sha256)
    return query.where(*(h.sought.contains(word, autoescape=True) for word in sought))


def place_of(row: dict[str, Any]) -> str:
    """Where a file stands among those that wait."""
    return f"{row['received_at']}~{row['sha256']}"
