"""Work that takes longer than anybody waits for: what, how far, who asked, and what came of it.

It goes after a day; who was given what stands in the log where that matters."""

import secrets
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Any, BinaryIO, Literal

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from ledger.bounds import JOB_HOURS, JOB_PART, JOB_SILENT, JOB_WAITS
from ledger.registry import Registry
from ledger.registry.sessions import written
from ledger.registry.tables import job_parts, jobs

Status = Literal["waiting", "running", "done", "failed", "cancelled"]
SILENT = {"waiting": JOB_WAITS, "running": JOB_SILENT}
"""What is under way → the seconds without a word after which nobody is at it. One waits until the
worker takes it; where no worker runs it is begun at once."""


class Cancelled(Exception):
    """Whoever asked for the work wants it no more, or it is gone."""


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """`what` is the kind of work and `about` what it is done for; `done` of `total` is how far it
    is; `because` why it failed, in words; `size` the bytes of what came of it."""

    id: str
    person: str
    organisation: str
    what: str
    about: str
    status: Status
    done: int
    total: int
    because: str
    name: str
    size: int
    began_at: datetime
    seen_at: datetime

    @property
    def until(self) -> datetime:
        """When it goes, with what came of it."""
        return self.began_at + timedelta(hours=JOB_HOURS)

    @property
    def is_under_way(self) -> bool:
        return self.status in SILENT

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // self.total) if self.total else 0


def begin(
    registry: Registry,
    person: str,
    organisation: str,
    what: str,
    about: str,
    *,
    waits: bool = False,
) -> Job | None:
    """A new one, which runs, or `waits` to be taken; None where the person has one under way."""
    now = registry.now()
    row = {
        "id": secrets.token_hex(16),
        "person": person,
        "organisation": organisation,
        "what": what,
        "about": about,
        "status": "waiting" if waits else "running",
        "done": 0,
        "total": 0,
        "because": "",
        "name": "",
        "size": 0,
        "began_at": written(now),
        "seen_at": written(now),
    }
    with registry.transaction() as connection:
        _forget(connection, now)
        running = select(func.count()).where(jobs.c.person == person, _under_way(now))
        if connection.execute(running).scalar_one():
            return None
        connection.execute(insert(jobs), row)
    return _job(row, now)


def take(registry: Registry, whats: Collection[str]) -> Job | None:
    """The one of these kinds that waits longest, which runs from now on; None where none does."""
    now = registry.now()
    fresh = jobs.c.seen_at >= _silent(now, JOB_WAITS)
    waiting = (jobs.c.status == "waiting", jobs.c.what.in_(sorted(whats)), fresh)
    query = select(jobs).where(*waiting).order_by(jobs.c.began_at, jobs.c.id).limit(1)
    with registry.transaction() as connection:
        row = connection.execute(query).mappings().first()
        if row is None:
            return None
        mine = update(jobs).where(jobs.c.id == row["id"], jobs.c.status == "waiting")
        taken = mine.values(status="running", seen_at=written(now))
        if not connection.execute(taken).rowcount:
            return None
    return _job({**row, "status": "running", "seen_at": written(now)}, now)


def put_back(registry: Registry, id: str) -> None:
    """Whoever had taken it ends: it waits again. Raises Cancelled."""
    _change(registry, id, status="waiting", done=0)


def of(registry: Registry, person: str, organisation: str, limit: int) -> list[Job]:
    """A person's own for an organisation, the newest first."""
    now = registry.now()
    query = select(jobs).where(jobs.c.person == person, jobs.c.organisation == organisation)
    query = query.order_by(jobs.c.began_at.desc()).limit(limit)
    with registry.transaction() as connection:
        _forget(connection, now)
        return [_job(dict(row), now) for row in connection.execute(query).mappings()]


def find(registry: Registry, id: str, person: str, organisation: str) -> Job | None:
    """One of a person's own."""
    now = registry.now()
    mine = (jobs.c.id == id, jobs.c.person == person, jobs.c.organisation == organisation)
    with registry.transaction() as connection:
        _forget(connection, now)
        row = connection.execute(select(jobs).where(*mine)).mappings().first()
    return None if row is None else _job(dict(row), now)


def went_on(registry: Registry, id: str, done: int, total: int) -> None:
    """How far it is. Raises Cancelled."""
    _change(registry, id, done=done, total=total)


def ended(registry: Registry, id: str, name: str, parts: Iterator[bytes]) -> None:
    """What came of it is kept, part by part, so that others write between. Raises Cancelled."""
    size = 0
    try:
        for number, part in enumerate(parts):
            with registry.transaction() as connection:
                row = {"job": id, "number": number, "content": part}
                connection.execute(insert(job_parts), row)
                _changed(connection, registry, id)
            size += len(part)
        _change(registry, id, status="done", name=name, size=size)
    except Cancelled:
        with registry.transaction() as connection:
            connection.execute(delete(job_parts).where(job_parts.c.job == id))
        raise


def failed(registry: Registry, id: str, because: str) -> None:
    """Raises Cancelled."""
    _change(registry, id, status="failed", because=because)


def cancel(registry: Registry, id: str, person: str) -> None:
    """One that runs stops at its next step, and what was made is not kept."""
    mine = (jobs.c.id == id, jobs.c.person == person, jobs.c.status.in_(SILENT))
    with registry.transaction() as connection:
        connection.execute(update(jobs).where(*mine).values(status="cancelled"))


def content(registry: Registry, id: str) -> Iterator[bytes]:
    """What came of it, part by part."""
    number = 0
    while True:
        query = select(job_parts.c.content).where(
            job_parts.c.job == id, job_parts.c.number == number
        )
        with registry.transaction() as connection:
            part = connection.execute(query).scalar()
        if part is None:
            return
        yield bytes(part)
        number += 1


def in_parts(file: BinaryIO) -> Iterator[bytes]:
    """A file that is read from where it stands, in parts of the size that is kept."""
    while part := file.read(JOB_PART):
        yield part


def _change(registry: Registry, id: str, **values: object) -> None:
    with registry.transaction() as connection:
        _changed(connection, registry, id, **values)


def _changed(connection: Connection, registry: Registry, id: str, **values: object) -> None:
    running = update(jobs).where(jobs.c.id == id, jobs.c.status == "running")
    if not connection.execute(running.values(seen_at=written(registry.now()), **values)).rowcount:
        raise Cancelled


def _forget(connection: Connection, now: datetime) -> None:
    old = select(jobs.c.id).where(jobs.c.began_at < written(now - timedelta(hours=JOB_HOURS)))
    connection.execute(delete(job_parts).where(job_parts.c.job.in_(old)))
    connection.execute(delete(jobs).where(jobs.c.id.in_(old)))


def _under_way(now: datetime) -> ColumnElement[bool]:
    return or_(
        *(
            and_(jobs.c.status == status, jobs.c.seen_at >= _silent(now, seconds))
            for status, seconds in SILENT.items()
        )
    )


def _silent(now: datetime, seconds: float) -> str:
    return written(now - timedelta(seconds=seconds))


def _job(row: dict[str, Any], now: datetime) -> Job:
    """One that runs and was not heard of for long has stopped with the process that it was in; one
    that waits so long is taken by nobody."""
    read = dict(row)
    for moment in ("began_at", "seen_at"):
        read[moment] = datetime.fromisoformat(str(row[moment]))
    silent = SILENT.get(read["status"])
    if silent is not None and str(row["seen_at"]) < _silent(now, silent):
        read["status"] = "failed"
    return Job(**read)
