"""What was read of received files, as it was when they came: no look at one reads it anew."""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from ledger.registry import Registry
from ledger.registry.tables import readings


def keep(registry: Registry, sha256: str, reader: str, reading: bytes) -> None:
    """Keep what a reader found in a file, in place of what another one did."""
    row = {"sha256": sha256, "reader": reader, "reading": reading}
    # Another process may keep the same of the same file at this moment.
    with suppress(IntegrityError), registry.transaction() as connection:
        connection.execute(delete(readings).where(readings.c.sha256 == sha256))
        connection.execute(insert(readings), row)


def kept(registry: Registry, sha256: str, reader: str) -> bytes | None:
    """What this reader found in a file; None where it has not read it."""
    r = readings.c
    query = select(r.reading).where(r.sha256 == sha256, r.reader == reader)
    with registry.transaction() as connection:
        found: bytes | None = connection.execute(query).scalar()
    return found
