"""Where an organisation's other programs are told of facts, and what waits, was sent, or failed."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, update

from ledger.bounds import MAIL_KEPT, MAX_HOOKS, MAX_PAGE, PAGE
from ledger.registry import Registry
from ledger.registry.outbox import id_of, moment
from ledger.registry.tables import deliveries, followed, webhooks

PREFIX = "whsec_"
"""What a secret begins with, as Standard Webhooks writes it: the rest is base64 of its bytes."""


class Webhook(msgspec.Struct, frozen=True, kw_only=True):
    """`facts` are the names of those that it is told of, or the nouns that they are of ("order");
    none: all that its organisation may see."""

    id: str
    organisation: str
    address: str
    facts: tuple[str, ...] = ()
    secret: str = ""
    made_by: str = ""
    made_at: str = ""
    gone_at: str = ""


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """A fact, by its position and name, on its way to a webhook."""

    id: str
    webhook: str
    position: int
    fact: str
    state: str = "waiting"
    made_at: str = ""
    next_at: str = ""
    attempts: int = 0
    failure: str = ""
    done_at: str = ""


def add(
    registry: Registry,
    organisation: str,
    address: str,
    facts: Sequence[str],
    made_by: str,
    position: int,
) -> Webhook | None:
    """A new one, told of what comes after a position of the log; None where there are as many as an
    organisation may have."""
    made = Webhook(
        id=secrets.token_hex(8),
        organisation=organisation,
        address=address,
        facts=tuple(facts),
        secret=PREFIX + base64.b64encode(secrets.token_bytes(32)).decode(),
        made_by=made_by,
        made_at=moment(registry.now()),
    )
    own = select(func.count()).where(webhooks.c.organisation == organisation)
    with registry.transaction() as connection:
        if connection.execute(own).scalar_one() >= MAX_HOOKS:
            return None
        row = {**msgspec.structs.asdict(made), "facts": " ".join(made.facts)}
        connection.execute(insert(webhooks), row)
        connection.execute(insert(followed), {"what": _place_of(made.id), "position": position})
    return made


def remove(registry: Registry, id: str, organisation: str) -> bool:
    """With all that waits for it. False where the organisation has none of that id."""
    mine = (webhooks.c.id == id, webhooks.c.organisation == organisation)
    with registry.transaction() as connection:
        if not connection.execute(delete(webhooks).where(*mine)).rowcount:
            return False
        connection.execute(delete(deliveries).where(deliveries.c.webhook == id))
        connection.execute(delete(followed).where(followed.c.what == _place_of(id)))
    return True


def of(registry: Registry, organisation: str | None) -> list[Webhook]:
    """An organisation's, or (None) all, the oldest first."""
    query = select(webhooks).order_by(webhooks.c.made_at, webhooks.c.id)
    if organisation is not None:
        query = query.where(webhooks.c.organisation == organisation)
    with registry.transaction() as connection:
        return [_webhook(row) for row in connection.execute(query)]


def gone(registry: Registry, id: str) -> None:
    """Nobody is there any more, says its server: nothing more is sent to it."""
    change = update(webhooks).where(webhooks.c.id == id)
    with registry.transaction() as connection:
        connection.execute(change.values(gone_at=moment(registry.now())))


# ── What is made of the log ───────────────────────────────────────────────────────────────────


def position(registry: Registry, id: str) -> int | None:
    """Up to where the log was looked through for a webhook; None of one that is not there."""
    query = select(followed.c.position).where(followed.c.what == _place_of(id))
    with registry.transaction() as connection:
        return connection.execute(query).scalar()


def keep(registry: Registry, id: str, facts: Sequence[tuple[int, str]], followed_to: int) -> int:
    """Keep what a webhook is to be told, as positions and names, and how far the log was followed,
    at once. How many are new."""
    now, new = moment(registry.now()), 0
    with registry.transaction() as connection:
        change = update(followed).where(followed.c.what == _place_of(id))
        if not connection.execute(change.values(position=followed_to)).rowcount:
            return 0  # it was removed meanwhile: nothing waits for one that is not there
        for place, name in facts:
            made = Delivery(
                id=f"msg_{id_of(id, place, name)}",
                webhook=id,
                position=place,
                fact=name,
                made_at=now,
                next_at=now,
            )
            known = select(deliveries.c.id).where(deliveries.c.id == made.id)
            if connection.execute(known).first() is None:
                connection.execute(insert(deliveries), msgspec.structs.asdict(made))
                new += 1
    return new


# ── What is sent ──────────────────────────────────────────────────────────────────────────────


def due(registry: Registry, id: str, limit: int) -> list[Delivery]:
    """What waits for a webhook and may be tried now, in the order of the log."""
    query = select(deliveries).where(
        deliveries.c.webhook == id,
        deliveries.c.state == "waiting",
        deliveries.c.next_at <= moment(registry.now()),
    )
    with registry.transaction() as connection:
        rows = connection.execute(query.order_by(deliveries.c.position).limit(limit)).all()
    return [_delivery(row) for row in rows]


def sent(registry: Registry, id: str) -> None:
    _change(registry, id, state="sent", failure="", done_at=moment(registry.now()))


def failed(registry: Registry, one: Delivery, why: str, next_at: datetime | None) -> None:
    """Why it was not taken, and when it may be tried again; None: never by itself."""
    now = registry.now()
    values = {"state": "dead", "done_at": moment(now)} if next_at is None else {}
    then = moment(next_at or now)
    _change(registry, one.id, failure=why, attempts=one.attempts + 1, next_at=then, **values)


def retry(registry: Registry, id: str, organisation: str | None) -> bool:
    """Let one that failed wait again; and its webhook, if it was gone, be told again. False where
    the organisation (None: any) has none of that id."""
    own = select(webhooks.c.id)
    if organisation is not None:
        own = own.where(webhooks.c.organisation == organisation)
    mine = (deliveries.c.id == id, deliveries.c.state == "dead", deliveries.c.webhook.in_(own))
    values = {"state": "waiting", "attempts": 0, "next_at": moment(registry.now()), "done_at": ""}
    with registry.transaction() as connection:
        if not connection.execute(update(deliveries).where(*mine).values(**values)).rowcount:
            return False
        its = select(deliveries.c.webhook).where(deliveries.c.id == id).scalar_subquery()
        connection.execute(update(webhooks).where(webhooks.c.id == its).values(gone_at=""))
    return True


def dead(
    registry: Registry, organisation: str | None, after: str = "", limit: int = PAGE
) -> list[Delivery]:
    """What an organisation's (None: any) webhooks did not take, by id, after one."""
    own = select(webhooks.c.id)
    if organisation is not None:
        own = own.where(webhooks.c.organisation == organisation)
    query = select(deliveries).where(
        deliveries.c.state == "dead", deliveries.c.webhook.in_(own), deliveries.c.id > after
    )
    with registry.transaction() as connection:
        rows = connection.execute(query.order_by(deliveries.c.id).limit(min(limit, MAX_PAGE)))
        return [_delivery(row) for row in rows]


def counts(registry: Registry, id: str) -> dict[str, int]:
    """How many deliveries of a webhook are in each state."""
    query = select(deliveries.c.state, func.count()).where(deliveries.c.webhook == id)
    with registry.transaction() as connection:
        return {row[0]: int(row[1]) for row in connection.execute(query.group_by("state"))}


def forget(registry: Registry) -> None:
    """Remove what was sent or given up long ago."""
    oldest = moment(registry.now() - timedelta(days=MAIL_KEPT))
    done = deliveries.c.state.in_(("sent", "dead"))
    with registry.transaction() as connection:
        connection.execute(delete(deliveries).where(done, deliveries.c.done_at < oldest))


def _change(registry: Registry, id: str, **values: Any) -> None:
    with registry.transaction() as connection:
        _changed(connection, id, **values)


def _changed(connection: Connection, id: str, **values: Any) -> None:
    connection.execute(update(deliveries).where(deliveries.c.id == id).values(**values))


def _place_of(id: str) -> str:
    return f"webhook {id}"


def _webhook(row: Any) -> Webhook:
    members = {name: getattr(row, name) for name in Webhook.__struct_fields__}
    return Webhook(**{**members, "facts": tuple(row.facts.split())})


def _delivery(row: Any) -> Delivery:
    return Delivery(**{name: getattr(row, name) for name in Delivery.__struct_fields__})
