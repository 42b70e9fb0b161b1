"""What the official rules found in files, and by which release: the newest check of each."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import delete, insert, select

from ledger.registry import Registry
from ledger.registry.tables import checks


class Kept(NamedTuple):
    """`outcome` is the JSON that was kept."""

    release: str
    checked_at: str
    outcome: str


def keep(registry: Registry, sha256: str, release: str, outcome: str) -> None:
    """Keep a check by the SHA-256 of the file, in place of an earlier one."""
    moment = registry.now().isoformat()
    row = {"sha256": sha256, "release": release, "checked_at": moment, "outcome": outcome}
    with registry.transaction() as connection:
        connection.execute(delete(checks).where(checks.c.sha256 == sha256))
        connection.execute(insert(checks), row)


def kept(registry: Registry, sha256: str) -> Kept | None:
    """The newest check of a file."""
    columns = (checks.c.release, checks.c.checked_at, checks.c.outcome)
    query = select(*columns).where(checks.c.sha256 == sha256)
    with registry.transaction() as connection:
        row = connection.execute(query).first()
    return None if row is None else Kept(*row)
