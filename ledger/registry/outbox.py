"""Messages that wait to be sent, that were, and that nobody could deliver; and how far the log has
been looked through for what is to be told."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, update

from ledger.bounds import MAIL_KEPT, MAX_PAGE, PAGE
from ledger.registry import Registry, tables
from ledger.registry.links import Link
from ledger.registry.opened import digest_of
from ledger.registry.tables import followed, mail_ways, outbox, persons

MAIL = "mail"
"""What `followed` calls the log's facts that are told by mail."""
STATES = ("waiting", "daily", "gathered", "sent", "dead")
"""A message waits; or waits for the day's one mail, and was gathered into it; was sent; or is dead
until somebody has it tried again."""


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be told to whom (`whose`: a person's id or an organisation's number). Its words
    are said when it is sent. `id` names it for good, also to the servers that it goes by."""

    id: str
    kind: str
    whose: str
    figures: Mapping[str, Any] = {}
    secret: str = ""
    state: str = "waiting"
    made_at: str = ""
    next_at: str = ""
    attempts: int = 0
    failure: str = ""
    done_at: str = ""


def moment(at: datetime) -> str:
    """A moment as it is kept: all in one time zone, so that they stand in order as text."""
    return at.astimezone(UTC).isoformat()


def id_of(*parts: object) -> str:
    """What names a message: the same parts, as the fact that it tells of, its kind and whose it is,
    always make the same."""
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:32]


# ── What is made of the log ───────────────────────────────────────────────────────────────────


def begin(registry: Registry, position: int) -> None:
    """Begin to follow the log after a position, where nobody has yet."""
    with registry.transaction() as connection:
        if _place(connection, MAIL) is None:
            connection.execute(insert(followed), {"what": MAIL, "position": position})


def position(registry: Registry) -> int | None:
    """Up to where the log was followed; None where nobody has begun."""
    with registry.transaction() as connection:
        return _place(connection, MAIL)


def _place(connection: Connection, what: str) -> int | None:
    query = select(followed.c.position).where(followed.c.what == what)
    return connection.execute(query).scalar()


def keep(
    registry: Registry,
    messages: Sequence[Message],
    made: Iterable[tuple[str, Link]] = (),
    *,
    followed_to: int | None = None,
) -> int:
    """Keep messages, the links that they carry (each with its secret), and how far the log was
    followed, at once. What is there already stays as it is. How many are new."""
    now, new = moment(registry.now()), 0
    by_id = {link.id: (secret, link) for secret, link in made}
    with registry.transaction() as connection:
        for one in messages:
            if connection.execute(select(outbox.c.id).where(outbox.c.id == one.id)).first():
                continue
            link = by_id.get(str(one.figures.get("link", "")))
            secret = "" if link is None else link[0]
            if link is not None:
                _keep_link(connection, *link)
            timed = msgspec.structs.replace(
                one, secret=secret, made_at=now, next_at=one.next_at or now
            )
            _insert(connection, timed, one.figures)
            new += 1
        if followed_to is not None:
            change = update(followed).where(followed.c.what == MAIL)
            connection.execute(change.values(position=followed_to))
    return new


def _insert(connection: Connection, one: Message, figures: Mapping[str, Any]) -> None:
    row = {**msgspec.structs.asdict(one), "figures": msgspec.json.encode(figures).decode()}
    connection.execute(insert(outbox), row)


def keep_again(registry: Registry, message: Message, made: tuple[str, Link] | None) -> None:
    """Keep a message that waits with another link than it had, or with none."""
    figures = msgspec.json.encode(message.figures).decode()
    change = update(outbox).where(outbox.c.id == message.id)
    with registry.transaction() as connection:
        if made is not None:
            _keep_link(connection, *made)
        connection.execute(change.values(secret=message.secret, figures=figures))


def has(registry: Registry, id: str) -> bool:
    """Whether a message of that id was ever made."""
    with registry.transaction() as connection:
        return connection.execute(select(outbox.c.id).where(outbox.c.id == id)).first() is not None


def _keep_link(connection: Connection, secret: str, link: Link) -> None:
    """In place of one of the same id, whose secret nobody was sent."""
    connection.execute(delete(tables.links).where(tables.links.c.id == link.id))
    row = {**msgspec.structs.asdict(link), "digest": digest_of(secret)}
    connection.execute(insert(tables.links), row)


# ── What is sent ──────────────────────────────────────────────────────────────────────────────


def due(registry: Registry, limit: int) -> list[Message]:
    """What waits and may be tried now, what waits longest first."""
    now = moment(registry.now())
    query = select(outbox).where(outbox.c.state == "waiting", outbox.c.next_at <= now)
    with registry.transaction() as connection:
        rows = connection.execute(query.order_by(outbox.c.next_at, outbox.c.id).limit(limit)).all()
    return [_message(row) for row in rows]


def sent(registry: Registry, id: str) -> None:
    """A server has taken it: from here on nobody has the secret of its link but its reader."""
    _change(registry, id, state="sent", secret="", failure="", done_at=moment(registry.now()))


def failed(registry: Registry, message: Message, why: str, next_at: datetime | None) -> None:
    """It was not taken, for a reason in words; None: it is not tried again by itself."""
    now = registry.now()
    values = {"state": "dead", "done_at": moment(now)} if next_at is None else {}
    then, attempts = moment(next_at or now), message.attempts + 1
    _change(registry, message.id, failure=why, attempts=attempts, next_at=then, **values)


def retry(registry: Registry, id: str) -> bool:
    """Let a dead message wait again. False where there is none of that id."""
    change = update(outbox).where(outbox.c.id == id, outbox.c.state == "dead")
    values = {"state": "waiting", "attempts": 0, "next_at": moment(registry.now())}
    with registry.transaction() as connection:
        found = connection.execute(change.values(done_at="", **values))
    return found.rowcount == 1


def _change(registry: Registry, id: str, **values: Any) -> None:
    with registry.transaction() as connection:
        connection.execute(update(outbox).where(outbox.c.id == id).values(**values))


def gather(registry: Registry) -> int:
    """Make one message of what waits for each person's daily one. How many were made."""
    now = moment(registry.now())
    query = select(outbox).where(outbox.c.state == "daily", outbox.c.next_at <= now)
    with registry.transaction() as connection:
        by_person: dict[str, list[Message]] = {}
        for row in connection.execute(query.order_by(outbox.c.made_at, outbox.c.id)):
            by_person.setdefault(row.whose, []).append(_message(row))
        for whose, some in by_person.items():
            ids = [one.id for one in some]
            items = [{"kind": one.kind, "figures": one.figures} for one in some]
            daily = Message(
                id=id_of("daily", *ids), kind="daily", whose=whose, made_at=now, next_at=now
            )
            _insert(connection, daily, {"items": items})
            change = update(outbox).where(outbox.c.id.in_(ids))
            connection.execute(change.values(state="gathered", done_at=now))
    return len(by_person)


def forget(registry: Registry) -> None:
    """Remove what was sent or given up long ago, and messages whose reader is gone."""
    oldest = moment(registry.now() - timedelta(days=MAIL_KEPT))
    with registry.transaction() as connection:
        done = outbox.c.state.in_(("sent", "gathered", "dead"))
        connection.execute(delete(outbox).where(done, outbox.c.done_at < oldest))
        there = select(mail_ways.c.whose)
        waiting = outbox.c.state.in_(("waiting", "daily"))
        connection.execute(delete(outbox).where(waiting, outbox.c.whose.not_in(there)))


# ── What is looked at ─────────────────────────────────────────────────────────────────────────


def listed(
    registry: Registry, states: Sequence[str] = ("dead",), after: str = "", limit: int = PAGE
) -> list[Message]:
    """Messages of some states by id, after one, without their secrets."""
    query = select(outbox).where(outbox.c.state.in_(states), outbox.c.id > after)
    with registry.transaction() as connection:
        rows = connection.execute(query.order_by(outbox.c.id).limit(limit)).all()
    return [msgspec.structs.replace(_message(row), secret="") for row in rows]


def every(registry: Registry, states: Sequence[str]) -> list[Message]:
    """All messages of some states, as `listed` gives a page of them."""
    found: list[Message] = []
    while some := listed(registry, states, found[-1].id if found else "", MAX_PAGE):
        found += some
    return found


def find(registry: Registry, id: str) -> Message | None:
    """One message, without its secret."""
    with registry.transaction() as connection:
        row = connection.execute(select(outbox).where(outbox.c.id == id)).first()
    return None if row is None else msgspec.structs.replace(_message(row), secret="")


def counts(registry: Registry, organisation: str | None = None) -> dict[str, int]:
    """How many messages are in each state; to an organisation and its people, or all."""
    query = select(outbox.c.state, func.count()).group_by(outbox.c.state)
    if organisation is not None:
        its_own = select(persons.c.id).where(persons.c.organisation == organisation)
        query = query.where((outbox.c.whose == organisation) | outbox.c.whose.in_(its_own))
    with registry.transaction() as connection:
        return {row[0]: int(row[1]) for row in connection.execute(query)}


def _message(row: Any) -> Message:
    members = {name: getattr(row, name) for name in Message.__struct_fields__}
    return Message(**{**members, "figures": msgspec.json.decode(row.figures)})
