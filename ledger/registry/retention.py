"""How long received files are kept, and what is kept of them besides what was read."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

import msgspec
from sqlalchemy import delete, func, select

from ledger.bounds import ACCOUNTING_YEARS
from ledger.domain.calendar import SWEDEN
from ledger.registry import Registry
from ledger.registry.tables import OF_FILES, received, takers


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


class OldFile(KeptFile, frozen=True, kw_only=True):
    """One by its SHA-256, with what became of it: its drawdown, where it became one."""

    sha256: str
    status: str
    drawdown: str


def received_before(registry: Registry, day: date) -> list[OldFile]:
    """Files that came before a day and do not wait in the queue, the oldest first."""
    columns = received.c
    query = (
        select(
            columns.sha256,
            columns.status,
            columns.drawdown,
            columns.received_at,
            func.length(columns.content).label("bytes"),
        )
        .where(columns.received_at < f"{day + timedelta(days=1)}", columns.status != "queued")
        .order_by(columns.received_at, columns.sha256)
    )
    with registry.transaction() as connection:
        rows = connection.execute(query).all()
    found = [
        OldFile(
            sha256=row.sha256,
            status=row.status,
            drawdown=row.drawdown,
            bytes=row.bytes,
            received_at=datetime.fromisoformat(row.received_at),
        )
        for row in rows
    ]
    return [one for one in found if one.received_on < day]


def forget(registry: Registry, sha256: str) -> None:
    """Remove what is kept of a file, and beside it."""
    with registry.transaction() as connection:
        for table in (received, takers, *OF_FILES):
            connection.execute(delete(table).where(table.c.sha256 == sha256))


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
