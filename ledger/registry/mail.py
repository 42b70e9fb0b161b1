"""By which address a person or an organisation is written to, in which language, how often."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, insert, select

from ledger.registry import Registry
from ledger.registry.tables import mail_ways


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """Where somebody (a person's id, an organisation's number) is written to, and `often` how
    often: an organisation at once. `salt` is that of the digest that the log has of its address."""

    whose: str
    address: str
    often: str = "at-once"
    language: str = "sv"
    salt: str = ""


def keep(registry: Registry, way: Way) -> None:
    """In place of what was; an empty address: nothing is sent to them any more."""
    with registry.transaction() as connection:
        connection.execute(delete(mail_ways).where(mail_ways.c.whose == way.whose))
        if way.address:
            connection.execute(insert(mail_ways), msgspec.structs.asdict(way))


def of(registry: Registry, whose: str) -> Way | None:
    """None where nobody has said an address."""
    return ways(registry, [whose]).get(whose)


def ways(registry: Registry, some: Collection[str]) -> dict[str, Way]:
    """The same of several, by whose they are."""
    with registry.transaction() as connection:
        return ways_in(connection, some)


def ways_in(connection: Connection, some: Collection[str]) -> dict[str, Way]:
    query = select(mail_ways).where(mail_ways.c.whose.in_(sorted(some)))
    return {row.whose: _way(row) for row in connection.execute(query)}


def new_salt() -> str:
    return secrets.token_hex(16)


def _way(row: Any) -> Way:
    return Way(
        whose=row.whose,
        address=row.address,
        often=row.often,
        language=row.language,
        salt=row.salt,
    )
