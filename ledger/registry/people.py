"""Who is in the registry, and forgetting one of them: what goes, and what the law makes us keep."""

import html
import re
from datetime import date, datetime
from typing import Literal

import msgspec
from sqlalchemy import Connection, RowMapping, delete, func, select

from ledger.bounds import ACCOUNTING_YEARS
from ledger.registry.sign_ins import forget_person
from ledger.registry.tables import (
    OF_FILES,
    drafts,
    invitations,
    last_signed_in,
    links,
    mail_ways,
    outbox,
    persons,
    received,
    sessions,
    sole_traders,
    tokens,
)
from ledger.registry.tokens import revoking

Kind = Literal["person", "sole trader"]


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody whom facts name by an opaque id. A sole trader has a number, perhaps no name.

    `organisation` is a person's, "" of the ledger's own; `tokens` are those that still work.
    """

    id: str
    kind: Kind
    name: str
    number: str | None
    tokens: int
    organisation: str = ""


class Erased(msgspec.Struct, frozen=True, kw_only=True):
    """What went with somebody, and what stayed: counts.

    `files_kept` are received files that name them and that accounting rules keep to the end of
    `files_kept_until`; `files_removed` were older.
    """

    id: str
    kind: Kind
    tokens_ended: int
    sessions_ended: int
    files_removed: int
    files_kept: int
    files_kept_until: int | None


def listed(
    connection: Connection, after: str, limit: int, organisation: str | None = None
) -> list[Person]:
    """People and sole traders by id, after an id: of one organisation, or all."""
    found: list[Person] = []
    for table in (sole_traders, persons):  # the order of their ids: N… before p-…
        query = select(table).where(table.c.id > after).order_by(table.c.id).limit(limit)
        if organisation is not None and table is persons:
            query = query.where(persons.c.organisation == organisation)
        found += [_person(row) for row in connection.execute(query).mappings()]
    return _with_tokens(connection, found[:limit])


def find(connection: Connection, id: str) -> Person | None:
    """None where nobody has the id, or not any more."""
    for table in (persons, sole_traders):
        row = connection.execute(select(table).where(table.c.id == id)).mappings().first()
        if row is not None:
            return _with_tokens(connection, [_person(row)])[0]
    return None


def _person(row: RowMapping) -> Person:
    number = row.get("number")
    return Person(
        id=row["id"],
        kind="person" if number is None else "sole trader",
        name=row["name"],
        number=number,
        tokens=0,
        organisation=row.get("organisation", ""),
    )


def _with_tokens(connection: Connection, people: list[Person]) -> list[Person]:
    query = (
        select(tokens.c.person, func.count())
        .where(tokens.c.revoked_at.is_(None))
        .where(tokens.c.person.in_([one.id for one in people]))
        .group_by(tokens.c.person)
    )
    counted = {row[0]: int(row[1]) for row in connection.execute(query)}
    return [msgspec.structs.replace(one, tokens=counted.get(one.id, 0)) for one in people]


def erase(connection: Connection, one: Person, today: date, now: datetime) -> Erased:
    """Forget who it is, end what was opened for them, remove files that need not be kept.

    For a sole trader that is also whatever acts for them: nobody can tell any more for whom.
    """
    for table in (persons, sole_traders):
        connection.execute(delete(table).where(table.c.id == one.id))
    forget_person(connection, one.id)
    connection.execute(delete(invitations).where(invitations.c.person == one.id))
    connection.execute(delete(last_signed_in).where(last_signed_in.c.owner == one.id))
    theirs = (tokens.c.person == one.id) | (tokens.c.organisation == one.id)
    ended = connection.execute(revoking(theirs, now)).rowcount
    closed = connection.execute(
        delete(sessions).where((sessions.c.person == one.id) | (sessions.c.organisation == one.id))
    ).rowcount
    connection.execute(
        delete(drafts).where((drafts.c.person == one.id) | (drafts.c.organisation == one.id))
    )
    for table, whose in (
        (mail_ways, mail_ways.c.whose),
        (outbox, outbox.c.whose),
        (links, links.c.person),
    ):
        connection.execute(delete(table).where(whose == one.id))
    old, kept = _files(connection, one, today)
    for sha256 in old:
        for table in (received, *OF_FILES):
            connection.execute(delete(table).where(table.c.sha256 == sha256))
    return Erased(
        id=one.id,
        kind=one.kind,
        tokens_ended=ended,
        sessions_ended=closed,
        files_removed=len(old),
        files_kept=len(kept),
        files_kept_until=max(kept) + ACCOUNTING_YEARS if kept else None,
    )


def _files(connection: Connection, one: Person, today: date) -> tuple[list[str], list[int]]:
    """Received files that name somebody: digests of those that may go, years of those that stay.

    LKBR 2018:597 3 kap.: accounting material is kept to the end of the seventh year after the one
    that it belongs to; that is taken to be the one in which the file came. One that waits in the
    queue is not yet accounted for and stays.
    """
    columns = received.c
    query = select(columns.sha256, columns.received_at, columns.status, columns.content)
    old, kept = [], []
    with connection.execute(query.execution_options(yield_per=20)) as result:
        for sha256, received_at, status, content in result:
            if not _names(content, one):
                continue
            year = int(received_at[:4])
            if year + ACCOUNTING_YEARS < today.year and status != "queued":
                old.append(sha256)
            else:
                kept.append(year)
    return old, kept


def _names(content: bytes, one: Person) -> bool:
    """Whether a file holds the name or the number, as whole words, however they are escaped."""
    sought = [re.escape(one.name)] if one.name else []
    if one.number is not None:
        sought.append(rf"(?:SE|16|19|20)?{one.number[:6]}[-+]?{one.number[6:]}(?:01)?")
    if not sought:
        return False
    pattern = rf"(?<!\w)(?:{'|'.join(sought)})(?!\w)"
    return re.search(pattern, html.unescape(_text(content)), re.IGNORECASE) is not None


def _text(content: bytes) -> str:
    """A received file in whichever of the encodings that are taken in."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("iso-8859-1")
