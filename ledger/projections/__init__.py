"""Read models: all may be dropped and rebuilt. Here is the list of them, catch-up and rebuild."""

import threading
from collections.abc import Callable, Sequence

from sqlalchemy import Connection, delete, insert

from ledger import deadline
from ledger.bounds import BATCH, FOLLOW_SECONDS
from ledger.domain.events import Fact
from ledger.domain.refusals import Unavailable
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
from ledger.projections.database import SHAPE, Database, metadata, position_of, positions
from ledger.store import Store

Project = Callable[[Connection, Sequence[Fact]], None]

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


class Views:
    """The read models of one ledger, kept up with its log."""

    def __init__(self, store: Store, database: Database) -> None:
        self.store = store
        self.database = database
        self._seen = -1
        self._stop = threading.Event()

    def create(self) -> None:
        self.database.create()

    def catch_up(self, progress: Callable[[int, int], None] | None = None) -> int:
        """Project what is new and give the position come to. Cheap where nothing is new. Raises
        Unmade."""
        newest = self.store.position()
        if newest == self._seen:
            return newest
        done = self._seen
        while done < newest:
            deadline.look()
            with self.database.writing() as connection:
                done, shape = position_of(connection)
                if shape != SHAPE:
                    metadata.drop_all(connection)
                    metadata.create_all(connection)
                    done = 0
                facts = self._projected(connection, done)
                if facts:
                    done = facts[-1].position
                    connection.execute(delete(positions))
                    connection.execute(
                        insert(positions), {"name": "all", "position": done, "shape": SHAPE}
                    )
            if progress:
                progress(done, max(done, newest))
            if not facts:
                break
        self._seen = max(done, newest)
        return self._seen

    def _projected(self, connection: Connection, after: int) -> list[Fact]:
        try:
            facts = self.store.follow(after, BATCH)
            for project in PROJECTIONS if facts else ():
                project(connection, facts)
        except UNFOLDED as error:
            raise Unmade(f"{type(error).__name__} after position {after}: {error}") from error
        return facts

    def rebuild(self, progress: Callable[[int, int], None] | None = None) -> int:
        """Drop everything and project the whole log anew. Raises Unmade."""
        self.database.drop()
        self.database.create()
        self._seen = -1
        return self.catch_up(progress)

    def follow(self) -> threading.Thread:
        """Keep near the log in a thread of its own, until `close`."""

        def run() -> None:
            while not self._stop.wait(FOLLOW_SECONDS):
                try:
                    self.catch_up()
                except Unavailable:
                    self._seen = -1

        thread = threading.Thread(target=run, name="follower", daemon=True)
        thread.start()
        return thread

    def close(self) -> None:
        self._stop.set()
        self.database.close()
