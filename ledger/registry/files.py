"""Received files, and for whom they were taken in."""

import hashlib
from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, LargeBinary, cast, delete, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from ledger.domain.refusals import Unavailable
from ledger.registry.opened import Opened
from ledger.registry.tables import Document, received, takers


class Files(Opened):
    """Received files by their SHA-256, never lost."""

    def keep(self, document: Document) -> None:
        """Keep a received file by its SHA-256, with what became of it; never lost.

        A file that came before keeps the moment that it first came.
        """
        row = msgspec.structs.asdict(document)
        del row["received_at"]
        change = update(received).where(received.c.sha256 == document.sha256).values(row)
        try:
            with self._engine.begin() as connection:
                if not connection.execute(change).rowcount:
                    came = self.now().isoformat()
                    connection.execute(insert(received), {**row, "received_at": came})
        except IntegrityError:  # another process keeps it at this moment
            with self._engine.begin() as connection:
                connection.execute(change)

    def take_in(self, sha256: str, organisation: str) -> bool:
        """Note for whom a file was taken in: it sees it in the queue, whoever it is made out to.
        False where that was noted before."""
        row = {"sha256": sha256, "organisation": organisation}
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(takers), row)
        except IntegrityError:
            return False
        return True

    def let_go(self, sha256: str, organisation: str) -> None:
        """A file that was taken in for an organisation is no longer its."""
        mine = (takers.c.sha256 == sha256) & (takers.c.organisation == organisation)
        with self._engine.begin() as connection:
            connection.execute(delete(takers).where(mine))

    def taken_in_for(self, sha256: str) -> frozenset[str]:
        """The organisations that a file was taken in for."""
        query = select(takers.c.organisation).where(takers.c.sha256 == sha256)
        with self._engine.connect() as connection:
            return frozenset(connection.execute(query).scalars())

    def is_for(self, document: Document, organisation: str) -> bool:
        """Whether a file is made out to an organisation, or was taken in for it."""
        return organisation in (document.buyer, *self.taken_in_for(document.sha256))

    def received(self, sha256: str) -> Document | None:
        """A received file."""
        query = select(received).where(received.c.sha256 == sha256)
        with self._engine.connect() as connection:
            row = connection.execute(query).mappings().first()
        return None if row is None else Document(**row)

    def digests(self) -> Iterator[tuple[str, str]]:
        """Of every received file what it is kept by, and the SHA-256 of what it holds. Raises
        Unavailable."""
        columns: list[ColumnElement[Any]] = [received.c.sha256, received.c.content]
        if self._on_sqlite:  # which keeps values of any type, and texts that are none
            columns = [cast(column, LargeBinary) for column in columns]
        try:
            with self._engine.connect() as connection:
                for key, content in connection.execute(select(*columns)).yield_per(20):
                    name = key.decode(errors="replace") if isinstance(key, bytes) else key
                    yield name, hashlib.sha256(content).hexdigest()
        except DBAPIError as error:
            raise Unavailable from error

    def discard(self, sha256: str, reason: str, person: str) -> bool:
        """Take a file out of the queue for good; False where it is not in it any more."""
        change = (
            update(received)
            .where(received.c.sha256 == sha256, received.c.status == "queued")
            .values(
                status="discarded",
                reason=reason,
                refusal="",
                figures="{}",
                decided_by=person,
                decided_at=self.now().isoformat(),
            )
        )
        with self._engine.begin() as connection:
            return connection.execute(change).rowcount == 1
