"""What came with a received file: its name, its attachments by digest, the envelope it came in,
and what it says at its head.

The bytes of an attachment stand in the file itself, which is kept whole; here is what they are.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress

import msgspec
from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from ledger.registry import Registry
from ledger.registry.tables import attachments, called, envelopes, headings


class Enclosed(msgspec.Struct, frozen=True, kw_only=True):
    """An attachment. `digest` is the SHA-256 of its bytes, of which there are `bytes`; `name` and
    `media_type` are the sender's words for it; `place` counts those of a file from 1."""

    digest: str
    bytes: int
    name: str
    media_type: str
    reference: str = ""
    description: str = ""


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """Who sent a file to whom in which message, by its envelope; "" where that does not say."""

    sender: str
    receiver: str
    message: str
    created_at: str


def keep(registry: Registry, sha256: str, some: Sequence[Enclosed], sent: Sent | None) -> None:
    """Keep what came with a file, in place of what was kept of it."""
    with suppress(IntegrityError):  # another process keeps the same of the same file at this moment
        _keep(registry, sha256, some, sent)


def _keep(registry: Registry, sha256: str, some: Sequence[Enclosed], sent: Sent | None) -> None:
    with registry.transaction() as connection:
        for table in (attachments, envelopes):
            connection.execute(delete(table).where(table.c.sha256 == sha256))
        rows = [
            {"sha256": sha256, "place": place, **msgspec.structs.asdict(one)}
            for place, one in enumerate(some, 1)
        ]
        if rows:
            connection.execute(insert(attachments), rows)
        if sent is not None:
            connection.execute(
                insert(envelopes), {"sha256": sha256, **msgspec.structs.asdict(sent)}
            )


class Heading(msgspec.Struct, frozen=True, kw_only=True):
    """What a file says at its head, for lists: its number, who sent it, its amount in öre excluding
    VAT, when it is to be paid ("": it does not say); and what it is looked for by, folded."""

    invoice: str
    supplier: str
    amount: int
    currency: str
    due_on: str
    sought: str


def head(registry: Registry, sha256: str, heading: Heading) -> None:
    """Keep what a file says at its head, once."""
    with suppress(IntegrityError), registry.transaction() as connection:
        found = select(headings.c.sha256).where(headings.c.sha256 == sha256)
        if connection.execute(found).first() is None:
            connection.execute(
                insert(headings), {"sha256": sha256, **msgspec.structs.asdict(heading)}
            )


def call(registry: Registry, sha256: str, name: str) -> None:
    """Keep what a file was called when it came: the first name that it came by."""
    with suppress(IntegrityError), registry.transaction() as connection:
        found = connection.execute(select(called.c.name).where(called.c.sha256 == sha256)).first()
        if found is None:
            connection.execute(insert(called), {"sha256": sha256, "name": name})


def names(registry: Registry, digests: Collection[str]) -> dict[str, str]:
    """What files were called, by SHA-256; one that came without a name is absent."""
    query = select(called).where(called.c.sha256.in_(sorted(digests)))
    if not digests:
        return {}
    with registry.transaction() as connection:
        return {row.sha256: row.name for row in connection.execute(query)}


def attached(registry: Registry, sha256: str) -> list[Enclosed]:
    """The attachments of a file, in its order."""
    columns = [attachments.c[name] for name in Enclosed.__struct_fields__]
    query = select(*columns).where(attachments.c.sha256 == sha256).order_by(attachments.c.place)
    with registry.transaction() as connection:
        return [Enclosed(**row) for row in connection.execute(query).mappings()]


def sent(registry: Registry, sha256: str) -> Sent | None:
    """The envelope that a file came in."""
    columns = [envelopes.c[name] for name in Sent.__struct_fields__]
    query = select(*columns).where(envelopes.c.sha256 == sha256)
    with registry.transaction() as connection:
        row = connection.execute(query).mappings().first()
    return None if row is None else Sent(**row)
