"""`avrop worker`: one process with several parts under one supervisor: mail, webhooks, the
calendar, work that somebody waits for, and where it is asked for the notary.

Each part has a thread of its own. One that fails is said in one line and begun again, later and
later; the others go on meanwhile. That it is well it notes in the registry, where `/readyz` reads.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import date
from pathlib import Path
from types import FrameType

import msgspec
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from ledger import logs, tick
from ledger.alone import Served, held
from ledger.application import jobs
from ledger.bounds import (
    JOB_PAUSE,
    MAIL_AT_ONCE,
    NOTARY_SECONDS,
    PART_PAUSE,
    PART_PAUSE_MOST,
    TICK_DAYS,
    WORKER_NOTES,
    WORKER_PAUSE,
    WORKER_STOPS,
)
from ledger.clock import day_of
from ledger.opening import Ledger
from ledger.outbox import following, hooks, sending
from ledger.registry import Registry, outbox, webhooks
from ledger.registry.happened import FAILING, TICKED, WORKER


class Occupied(Exception):
    """Another worker has the ledger."""


class Round(msgspec.Struct, kw_only=True):
    """What one look came to."""

    looked: int = 0
    sent: int = 0
    missed: int = 0


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the worker: what one look of it does, and after how many seconds it looks again.
    It answers whether there is more to do at once."""

    name: str
    look: Callable[[Round], bool]
    pause: float


class Worker:
    """Works on a ledger until it is asked to stop."""

    def __init__(
        self,
        ledger: Ledger,
        *,
        pause: float = WORKER_PAUSE,
        notary: Callable[[], None] | None = None,
    ) -> None:
        """`notary` is one cycle of it, where it is asked for. Raises ValueError where the mail
        server's password cannot be read."""
        self.ledger = ledger
        self.server = sending.server_of(ledger.settings)
        self.done_on: date | None = None
        self._asked = False
        self._stop = threading.Event()
        self._noted: dict[str, float] = {}
        self.parts = [Part(name="calendar", look=self._daily, pause=pause)]
        if self.server is not None:
            self.parts.append(Part(name="mail", look=self._mail, pause=pause))
        self.parts.append(Part(name="webhooks", look=self._webhooks, pause=pause))
        self.parts.append(Part(name=jobs.TAKING, look=self._jobs, pause=min(pause, JOB_PAUSE)))
        if notary is not None:
            look = _once(notary)
            self.parts.append(Part(name="notary", look=look, pause=max(pause, NOTARY_SECONDS)))

    def stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        """End after what is under way: a message that is being sent, and no more.

        Only noted: a signal comes between any two steps of the main thread, which may just then
        have the lock that setting the event takes.
        """
        self._asked = True

    def goes_on(self) -> bool:
        return not self._asked and not self._stop.is_set()

    def run(self) -> None:
        """Until stopped. Raises Occupied where another worker is at it, or came to be."""
        with alone(self.ledger) as still:
            names = [part.name for part in self.parts]
            logs.log().info("worker began", parts=" ".join(names), mail=self.server is not None)
            with suppress(Exception):  # a database that is away is no reason not to begin
                for what in (WORKER, FAILING):
                    self.ledger.registry.forget_all_but(what, names)
            at_work = [
                threading.Thread(target=self._supervised, args=(part,), name=part.name, daemon=True)
                for part in self.parts
            ]
            for one in at_work:
                one.start()
            self._watch(at_work, still)
            # What a slow server is being sent is given up, as by the end of the process: it waits.
            ends = time.monotonic() + WORKER_STOPS
            for one in at_work:
                one.join(max(0.0, ends - time.monotonic()))
            given_up = " ".join(one.name for one in at_work if one.is_alive())
            logs.log().info("worker stopped", given_up=given_up)

    def _watch(self, at_work: list[threading.Thread], still: Callable[[], None]) -> None:
        """Until it is asked to stop. Raises Occupied where another took the ledger meanwhile."""
        looks = time.monotonic() + WORKER_PAUSE
        try:
            while any(one.is_alive() for one in at_work) and self.goes_on():
                self._stop.wait(WORKER_STOPS / 10)
                if time.monotonic() >= looks:
                    still()
                    looks = time.monotonic() + WORKER_PAUSE
        finally:
            self._stop.set()

    def _supervised(self, part: Part) -> None:
        """One part, for as long as the worker goes on: begun again where it fails."""
        failures = 0
        while self.goes_on():
            try:
                more = part.look(Round())
            except Exception as error:
                wait = min(PART_PAUSE * 2 ** min(failures, 20), PART_PAUSE_MOST)
                failures += 1
                self._failed(part, error, wait)
                self._stop.wait(wait)
                continue
            self._is_well(part, again=failures > 0)
            failures = 0
            if not more:
                self._stop.wait(part.pause)

    def _failed(self, part: Part, error: Exception, wait: float) -> None:
        logs.log().error("worker failed", part=part.name, again_in=round(wait), exc_info=error)
        self._noted.pop(part.name, None)
        with suppress(Exception):  # it may be the registry that fails
            self.ledger.registry.happens(f"{FAILING}{part.name}")

    def _is_well(self, part: Part, *, again: bool) -> None:
        """Noted now and then, and at once where it was not."""
        if again:
            logs.log().info("worker is well again", part=part.name)
        now = time.monotonic()
        if again or now - self._noted.get(part.name, -WORKER_NOTES) >= WORKER_NOTES:
            with suppress(Exception):
                self.ledger.registry.happens(f"{WORKER}{part.name}")
                self._noted[part.name] = now

    def round(self) -> Round:
        """One look at everything; what fails is said, and keeps the others from nothing."""
        found = Round()
        for part in self.parts:
            if not self.goes_on():
                break
            try:
                part.look(found)
            except Exception as error:
                self._failed(part, error, 0)
            else:
                self._is_well(part, again=False)
        return found

    # ── The parts ─────────────────────────────────────────────────────────────────────────────

    def _mail(self, found: Round) -> bool:
        assert self.server is not None, "what is sent has a server"
        looked = following.follow(self.ledger)
        sent, missed = sending.send_due(self.ledger, self.server, self.goes_on)
        found.looked += looked
        found.sent += sent
        found.missed += missed
        return bool(looked or sent)

    def _webhooks(self, found: Round) -> bool:
        looked = hooks.follow(self.ledger)
        sent, missed = hooks.send_due(self.ledger, MAIL_AT_ONCE, self.goes_on)
        found.sent += sent
        found.missed += missed
        return bool(looked or sent)

    def _jobs(self, _found: Round) -> bool:
        return jobs.take_one(self.ledger, self.goes_on)

    def _daily(self, _found: Round) -> bool:
        """Once a day, and when it begins: the calendar, reminders, and what is old."""
        ledger, today = self.ledger, self.ledger.today
        if self.done_on == today:
            return False
        before = ledger.registry.happened(TICKED)
        went_on = before is not None and (today - day_of(before)).days <= TICK_DAYS
        if not went_on and tick.too_far(ledger.store, today) is not None:
            logs.log().warning("the calendar waits", on=str(today), why="the clock is far ahead")
        else:
            by = tick.calendar(ledger.service, ledger.registry)
            count = 0
            for _ in tick.tick(ledger.service, ledger.views, by, today, ledger.registry):
                count += 1
                if not self.goes_on():
                    return False
            logs.log().info("calendar looked at", on=str(today), facts=count)
        if self.server is not None:
            following.remind(ledger)
        outbox.forget(ledger.registry)
        webhooks.forget(ledger.registry)
        self.done_on = today
        return False


def _once(do: Callable[[], None]) -> Callable[[Round], bool]:
    def look(_: Round) -> bool:
        do()
        return False

    return look


@contextmanager
def alone(ledger: Ledger) -> Iterator[Callable[[], None]]:
    """Hold a ledger as its one worker: by a lock on a file beside its log, or in its server. It
    goes with the process, however that ends. Raises Occupied, as does what it gives to ask now and
    then whether it is held still: a server of databases that was away has let it go."""
    database = ledger.settings.database
    if database.startswith("sqlite:///"):
        path = Path(f"{database.removeprefix('sqlite:///')}.worker")
        try:
            with held(path):
                yield lambda: None
        except Served as error:
            raise Occupied from error
        return
    lock = _InServer(ledger.registry)
    lock.take()
    try:
        yield lock.keep
    finally:
        lock.give()


class _InServer:
    """The lock of a ledger's one worker in PostgreSQL, which goes with a connection."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._connection: Connection | None = None

    def take(self) -> None:
        """Raises Occupied, SQLAlchemyError."""
        with ExitStack() as undone:
            connection = undone.enter_context(self._registry.connection())
            query = text("SELECT pg_try_advisory_lock(hashtext('avrop worker'))")
            if not connection.execute(query).scalar():
                raise Occupied
            connection.commit()
            undone.pop_all()
        self._connection = connection

    def keep(self) -> None:
        """Take it again where its connection was lost; while the server is away nobody has it.
        Raises Occupied."""
        with suppress(SQLAlchemyError):
            if self._connection is not None:
                self._connection.execute(text("SELECT 1"))
                self._connection.commit()
                return
        self._drop()
        with suppress(SQLAlchemyError):
            self.take()
            logs.log().warning("worker has its ledger again")

    def give(self) -> None:
        with suppress(SQLAlchemyError):
            if self._connection is not None:
                query = text("SELECT pg_advisory_unlock(hashtext('avrop worker'))")
                self._connection.execute(query)
        self._drop()

    def _drop(self) -> None:
        """Not back to the pool, where it would hold the lock for nobody."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(SQLAlchemyError):
                connection.invalidate()
            with suppress(SQLAlchemyError):
                connection.close()


def listen(worker: Worker) -> None:
    """Stop at SIGTERM and at Ctrl-C."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, worker.stop)
