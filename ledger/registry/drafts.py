"""Orders and agreements that somebody has begun to write: no facts yet, kept for a month, and gone
with whom they are by."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import delete, insert, select, update

from ledger.bounds import DRAFT_DAYS, DRAFTS
from ledger.registry import Registry
from ledger.registry.tables import drafts


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What was typed of an order under an agreement, or of a new agreement (`agreement` is then
    empty), when it was kept last, and until when."""

    id: str
    agreement: str
    typed: dict[str, str]
    kept_at: datetime

    @property
    def until(self) -> datetime:
        return self.kept_at + timedelta(days=DRAFT_DAYS)


def keep(
    registry: Registry,
    person: str,
    organisation: str,
    agreement: str,
    typed: Mapping[str, str],
    id: str = "",
) -> Draft:
    """Keep a draft, in place of the person's own of that id where there is one. Of very many of a
    person's the oldest go."""
    now = registry.now()
    row = {"agreement": agreement, "typed": json.dumps(dict(typed)), "kept_at": now.isoformat()}
    mine = (drafts.c.person == person) & (drafts.c.organisation == organisation)
    with registry.transaction() as connection:
        change = update(drafts).where(mine, drafts.c.id == id).values(**row)
        if not id or not connection.execute(change).rowcount:
            id = secrets.token_hex(16)
            whose = {"id": id, "person": person, "organisation": organisation}
            connection.execute(insert(drafts), {**whose, **row})
        newest = select(drafts.c.id).where(mine).order_by(drafts.c.kept_at.desc()).limit(DRAFTS)
        connection.execute(delete(drafts).where(mine, drafts.c.id.not_in(newest)))
    return Draft(id=id, agreement=agreement, typed=dict(typed), kept_at=now)


def of(registry: Registry, person: str, organisation: str) -> list[Draft]:
    """A person's own for an organisation, the newest first; those past their time are removed."""
    oldest = (registry.now() - timedelta(days=DRAFT_DAYS)).isoformat()
    columns = drafts.c
    query = (
        select(columns.id, columns.agreement, columns.typed, columns.kept_at)
        .where(columns.person == person, columns.organisation == organisation)
        .order_by(columns.kept_at.desc())
    )
    with registry.transaction() as connection:
        connection.execute(delete(drafts).where(columns.kept_at < oldest))
        rows = connection.execute(query).all()
    return [
        Draft(id=id, agreement=agreement, typed=json.loads(typed),
              kept_at=datetime.fromisoformat(kept_at))
        for id, agreement, typed, kept_at in rows
    ]  # fmt: skip


def drop(registry: Registry, person: str, id: str) -> None:
    """A draft that became an order, or is wanted no more; nobody's but the person's own."""
    with registry.transaction() as connection:
        connection.execute(delete(drafts).where(drafts.c.person == person, drafts.c.id == id))
