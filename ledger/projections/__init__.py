"""Read models: all may be dropped and rebuilt. Here is the list of them, catch-up and rebuild."""

import threading
from collections.abc import Callable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, select

from ledger import deadline, faults, logs
from ledger.bounds import BATCH, FOLLOW_SECONDS
from ledger.domain.events import Fact
from ledger.domain.refusals import BeingMade, Unavailable
from ledger.projections import (
    access,
    agreements,
    drawdowns,
    orders,
    postings,
    references,
    sums,
    timeline,
)
from ledger.projections.database import Mark, mark_of, metadata, set_mark
from ledger.projections.opened import Database, damage
from ledger.store import Store, Unreadable

Project = Callable[[Connection, Sequence[Fact]], None]
Progress = Callable[[int, int], None]
"""Hears of the position come to, and of the newest."""

PROJECTIONS: tuple[Project, ...] = (
    agreements.project,
    orders.project,
    references.project,
    drawdowns.project,
    postings.project,
    timeline.project,
    sums.project,
    access.project,
)
"""Each takes a batch of facts, in order, into its tables."""


UNFOLDED = (AssertionError, AttributeError, LookupError, TypeError, ValueError)
"""What folding raises over events that no decision made: `evolve` is written for those alone."""


class Unmade(Exception):
    """The log, or what was made from it, is such that no read models can be made from it."""


class Stopped(NamedTuple):
    """The first fact that this version of the program does not know: where following ends."""

    position: int
    name: str


class State(NamedTuple):
    """The position that read models have come to, how far that is behind the log, whether they are
    of this log, and where following ended, if it did."""

    position: int
    lag: int
    is_of_log: bool
    stopped: Stopped | None


class Views:
    """The read models of one ledger, kept up with its log."""

    def __init__(self, store: Store, database: Database) -> None:
        self.store = store
        self.database = database
        self.stopped: Stopped | None = None
        self.short: int | None = None
        """As of which position is read what is short of the log, as a fact is not known to this
        version or nothing can be written; None where all of the log is read."""
        self._seen = -1
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._follower: threading.Thread | None = None

    def create(self) -> None:
        self.database.create()

    @property
    def seen(self) -> int:
        """The position that they had come to when that was last asked; -1 before that."""
        return self._seen

    def catch_up(self, progress: Progress | None = None) -> int:
        """Project what is new and give the position come to: short of the newest where a fact is
        not known to this version. Cheap where nothing is new. Raises Unmade; BeingMade where they
        are made anew meanwhile, for whoever would not wait for it."""
        newest = self.store.position()
        if newest == self._seen or (self.stopped and newest > self._seen):
            return self._seen
        mark = self._found()
        if not self._is_of_log(mark):
            return self._made_anew(progress)
        before = Mark(-1)
        while mark.position < newest and mark != before:
            deadline.look()
            before = mark
            try:
                mark = self._batch(before)
            except Unavailable as error:
                if not mark.position or faults.kind_of(error) not in faults.CANNOT_WRITE:
                    raise
                self._cannot_write(error, mark.position)
                return mark.position
            if progress:
                progress(mark.position, max(mark.position, newest))
        return self._come_to(mark.position, newest)

    def _come_to(self, position: int, newest: int) -> int:
        self._seen = position if self.stopped else max(position, newest)
        self.short = position if self.stopped else None
        self.database.come_to = position
        return self._seen

    def _batch(self, before: Mark) -> Mark:
        with self.database.writing() as connection:
            mark = mark_of(connection)
            # Somebody else may have done it meanwhile, for this log or for another.
            if mark == before or self._is_of_log(mark):
                mark = self._projected(connection, mark)
        return mark

    def _cannot_write(self, error: Unavailable, position: int) -> None:
        """What is projected is read all the same, and it is said how far that goes."""
        self.short = position
        why = faults.said(error)
        logs.log().error("the read models cannot be written", why=why, exc_info=error)

    def _found(self) -> Mark:
        """Where they have come to; where there is nothing at all they are begun, by whoever may."""
        try:
            with self.database.reading_here() as connection:
                return mark_of(connection)
        except Unavailable as error:
            if faults.kind_of(error) != faults.MISSING or not self.database.is_empty():
                raise
        self.database.create()
        return Mark()

    def _is_of_log(self, mark: Mark) -> bool:
        """Whether they were made from this log: the leaf that they were made up to is in it."""
        return not mark.position or self.store.leaves.at(mark.position) == mark[1:]

    def _projected(self, connection: Connection, mark: Mark) -> Mark:
        """Project a batch; where that leads to."""
        try:
            facts = self._followed(mark.position)
            for project in PROJECTIONS if facts else ():
                project(connection, facts)
        except UNFOLDED as error:
            after = mark.position
            raise Unmade(f"{type(error).__name__} after position {after}: {error}") from error
        if not facts:
            return mark
        position = facts[-1].position
        mark = Mark(position, *(self.store.leaves.at(position) or (-1, "")))
        set_mark(connection, mark)
        return mark

    def _followed(self, after: int) -> list[Fact]:
        try:
            return self.store.follow(after, BATCH)
        except Unreadable as error:
            if self.stopped is None:
                self.stopped = Stopped(error.position, error.name)
                logs.log().error(
                    "a fact of a newer version: what follows it is not shown",
                    **self.stopped._asdict(),
                )
            return error.before

    def state(self) -> State | None:
        """Where they are, as it is written; nothing is projected. None where there are none. Raises
        Unavailable."""
        newest = self.store.position()
        if not self.database.is_there():
            return None
        with self.database.reading_here() as connection:
            mark = mark_of(connection)
        lag = max(0, newest - mark.position)
        return State(mark.position, lag, self._is_of_log(mark), self.stopped)

    def require_readable(self) -> None:
        """Raises Unavailable where a question would fail."""
        self.catch_up()
        with self.database.reading_here() as connection:
            for table in metadata.sorted_tables:
                connection.execute(select(table).limit(1)).first()

    def rebuild(self, progress: Progress | None = None) -> int:
        """Project the whole log anew, in one transaction: until it ends, and where it does not,
        they are what they were. A file that cannot be read is thrown away. Raises Unmade."""
        try:
            self.database.create()
            return self._anew(progress)
        except Unavailable as error:
            if not (self.database.on_sqlite and damage(error)):
                raise
        self.database.remove()
        self.database.create()
        return self._anew(progress)

    def _made_anew(self, progress: Progress | None) -> int:
        """They are of another log: an older one was put back, or this one was changed. Whoever is
        waited for by somebody leaves it to the thread that follows."""
        if self._follower not in (None, threading.current_thread()):
            self._wake.set()
            raise BeingMade
        logs.log().warning(
            "the read models are of another log: they are made anew", place=self.database.place
        )
        return self._anew(progress)

    def _anew(self, progress: Progress | None) -> int:
        newest = self.store.position()
        self._seen, mark, before = -1, Mark(), Mark(-1)
        with self.database.anew() as connection:
            while mark != before:
                before, mark = mark, self._projected(connection, mark)
                if progress:
                    progress(mark.position, max(mark.position, newest))
        return self._come_to(mark.position, newest)

    def follow(self) -> threading.Thread:
        """Keep near the log in a thread of its own, until `close`."""

        def run() -> None:
            while not self._stop.is_set():
                try:
                    self.catch_up()
                except Unavailable:
                    self._seen = -1
                except Exception as error:  # whatever it is, the next fact may be read again
                    self._seen = -1
                    logs.log().error("the read models do not follow the log", exc_info=error)
                self._wake.wait(FOLLOW_SECONDS)
                self._wake.clear()

        self._follower = threading.Thread(target=run, name="follower", daemon=True)
        self._follower.start()
        return self._follower

    def close(self) -> None:
        self._stop.set()
        self._wake.set()
        self.database.close()
