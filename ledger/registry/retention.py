"""How long received files are kept, and what is kept of them besides what was read."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

import msgspec
from sqlalchemy import func, select

from ledger.bounds import ACCOUNTING_YEARS
from ledger.domain.calendar import SWEDEN
from ledger.registry import Registry
from ledger.registry.tables import received


class KeptFile(msgspec.Struct, frozen=True, kw_only=True):
    """A received file without what it holds: how many bytes, and when it came."""

    bytes: int
    received_at: datetime

    @property
    def received_on(self) -> date:
        """The day on which it came, in Sweden."""
        return self.received_at.astimezone(SWEDEN).date()

    @property
    def until(self) -> int:
        """The year to whose end it has to be kept, by LKBR; nothing removes it by itself then."""
        return self.received_on.year + ACCOUNTING_YEARS


def kept(registry: Registry, digests: Collection[str]) -> dict[str, KeptFile]:
    """Received files by SHA-256; one that was removed is absent."""
    columns = received.c
    query = select(columns.sha256, func.length(columns.content), columns.received_at)
    with registry.transaction() as connection:
        rows = connection.execute(query.where(columns.sha256.in_(sorted(digests)))).all()
    return {
        sha256: KeptFile(bytes=size, received_at=datetime.fromisoformat(came))
        for sha256, size, came in rows
    }
