"""Links by which an order is answered: whose each is, by its secret, which is kept nowhere."""

from __future__ import annotations

from hashlib import sha256

import msgspec
from sqlalchemy import delete, insert, select, update

from ledger.bounds import LINK_HOUR, LINK_TRIES
from ledger.registry import Registry
from ledger.registry.opened import digest_of
from ledger.registry.tables import links, tries


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """A link by which a person answers an order: `id` names it in the log, which says until when it
    may be used, and whether it was."""

    id: str
    order: str
    person: str


def find(registry: Registry, secret: str) -> Link | None:
    query = select(links).where(links.c.digest == digest_of(secret))
    with registry.transaction() as connection:
        row = connection.execute(query).first()
    return None if row is None else Link(id=row.id, order=row.order, person=row.person)


def of_order(registry: Registry, number: str) -> list[Link]:
    """All that were made of an order, by id."""
    query = select(links).where(links.c.order == number).order_by(links.c.id)
    with registry.transaction() as connection:
        rows = connection.execute(query).all()
    return [Link(id=row.id, order=row.order, person=row.person) for row in rows]


def may_try(registry: Registry, address: str) -> bool:
    """Whether somebody at an address, who has tried links that are none, may try another."""
    query = select(tries).where(tries.c.who == _key(address))
    with registry.transaction() as connection:
        row = connection.execute(query).first()
    if row is None or registry.now().timestamp() - row.last_at >= LINK_HOUR:
        return True
    return int(row.tried) < LINK_TRIES


def missed(registry: Registry, address: str) -> None:
    """Somebody at an address tried a link that is none."""
    now, key = registry.now().timestamp(), _key(address)
    with registry.transaction() as connection:
        old = tries.c.last_at <= now - LINK_HOUR
        connection.execute(delete(tries).where(tries.c.who == key, old))
        more = update(tries).where(tries.c.who == key).values(tried=tries.c.tried + 1)
        if not connection.execute(more).rowcount:
            connection.execute(insert(tries), {"who": key, "tried": 1, "last_at": now})


def _key(address: str) -> str:
    return sha256(f"links from {address}".encode()).hexdigest()
