"""`avrop worker`: one process that follows the log, sends what waits, and looks at the calendar."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import FrameType

import msgspec
from sqlalchemy import text

from ledger import logs, tick
from ledger.alone import Served, held
from ledger.bounds import TICK_DAYS, WORKER_PAUSE, WORKER_STOPS
from ledger.clock import day_of
from ledger.opening import Ledger
from ledger.outbox import following, sending
from ledger.registry import outbox
from ledger.registry.happened import TICKED


class Occupied(Exception):
    """Another worker has the ledger."""


class Round(msgspec.Struct, kw_only=True):
    """What one look came to."""

    looked: int = 0
    sent: int = 0
    missed: int = 0


class Worker:
    """Works on a ledger until it is asked to stop. What fails is said, and tried again at the next
    look: nothing that one part does keeps the others from theirs."""

    def __init__(self, ledger: Ledger, *, pause: float = WORKER_PAUSE) -> None:
        """Raises ValueError where the mail server's password cannot be read."""
        self.ledger = ledger
        self.server = sending.server_of(ledger.settings)
        self.pause = pause
        self.done_on: date | None = None
        self._stop = threading.Event()

    def stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        """End after what is under way: a message that is being sent, and no more."""
        self._stop.set()

    def goes_on(self) -> bool:
        return not self._stop.is_set()

    def run(self) -> None:
        """Until stopped. Raises Occupied where another worker is at it."""
        with alone(self.ledger):
            logs.log().info("worker began", mail=self.server is not None)
            at_work = threading.Thread(target=self._rounds, daemon=True)
            at_work.start()
            while at_work.is_alive() and self.goes_on():
                at_work.join(WORKER_STOPS / 10)
            # What a slow server is being sent is given up, as by the end of the process: it waits.
            at_work.join(WORKER_STOPS)
            logs.log().info("worker stopped", given_up=at_work.is_alive())

    def _rounds(self) -> None:
        while self.goes_on():
            found = self.round()
            if not (found.looked or found.sent):
                self._stop.wait(self.pause)

    def round(self) -> Round:
        """One look at everything."""
        found = Round()
        self._try("calendar", self._daily)
        if self.server is not None:
            self._try("follow", lambda: self._follow(found))
            self._try("send", lambda: self._send(found))
        return found

    def _try(self, what: str, do: Callable[[], None]) -> None:
        if not self.goes_on():
            return
        try:
            do()
        except Exception as error:
            logs.log().error("worker failed", part=what, exc_info=error)

    def _follow(self, found: Round) -> None:
        found.looked = following.follow(self.ledger)

    def _send(self, found: Round) -> None:
        assert self.server is not None, "what is sent has a server"
        found.sent, found.missed = sending.send_due(self.ledger, self.server, self.goes_on)

    def _daily(self) -> None:
        """Once a day, and when it begins: the calendar, reminders, and what is old."""
        ledger, today = self.ledger, self.ledger.today
        if self.done_on == today:
            return
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
                    return
            logs.log().info("calendar looked at", on=str(today), facts=count)
        if self.server is not None:
            following.remind(ledger)
        outbox.forget(ledger.registry)
        self.done_on = today


@contextmanager
def alone(ledger: Ledger) -> Iterator[None]:
    """Hold a ledger as its one worker: by a lock on a file beside its log, or in its server. It
    goes with the process, however that ends. Raises Occupied."""
    database = ledger.settings.database
    if database.startswith("sqlite:///"):
        path = Path(f"{database.removeprefix('sqlite:///')}.worker")
        try:
            with held(path):
                yield
        except Served as error:
            raise Occupied from error
        return
    with ledger.registry.connection() as connection:
        query = text("SELECT pg_try_advisory_lock(hashtext('avrop worker'))")
        if not connection.execute(query).scalar():
            raise Occupied
        connection.commit()
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(hashtext('avrop worker'))"))


def listen(worker: Worker) -> None:
    """Stop at SIGTERM and at Ctrl-C."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, worker.stop)
