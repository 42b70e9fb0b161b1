"""Until when somebody waits for what is read for them: reading stops then, or when they have gone.

A thread that reads for a request has a deadline. What is asked of a database is stopped there by a
thread that looks at all of them; loops that work on what came ask by themselves.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar

from ledger.bounds import LOOK_SECONDS
from ledger.domain.refusals import CallerGone, TookTooLong

Gone = Callable[[], bool]


class Deadline:
    """When a reading is over (of the monotonic clock), and whether its caller has gone."""

    def __init__(self, seconds: float, gone: Gone = lambda: False) -> None:
        self.seconds, self.gone = seconds, gone
        self.until = time.monotonic() + seconds
        self._left = False
        self._looked = 0.0

    def renewed(self) -> "Deadline":
        """The same from now on."""
        self.until = time.monotonic() + self.seconds
        return self

    def is_over(self) -> bool:
        return time.monotonic() > self.until or self.is_left()

    def is_left(self) -> bool:
        """Whether the caller has gone; asked for no more often than there is a look."""
        now = time.monotonic()
        if not self._left and now > self._looked + LOOK_SECONDS:
            self._looked, self._left = now, self.gone()
        return self._left

    def refusal(self) -> TookTooLong | CallerGone:
        return CallerGone() if self._left else TookTooLong(seconds=round(self.seconds))


_current: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


_answered_by: ContextVar[float | None] = ContextVar("answered_by", default=None)


answered_by = _answered_by.get
"""The moment of the monotonic clock by which it has to be answered, if any."""


def begin(deadline: Deadline | None, seconds: float | None = None) -> None:
    """What this thread reads from here on is for somebody who waits until then; None: for as long
    as it takes. Whatever it asks of a database has to be answered within so many `seconds`, or a
    second after the deadline, also what is done for everybody."""
    _current.set(deadline)
    if seconds is not None:
        _answered_by.set(time.monotonic() + seconds)
    else:
        _answered_by.set(None if deadline is None else deadline.until + 1.0)


def current() -> Deadline | None:
    return _current.get()


@contextmanager
def suspended() -> Iterator[None]:
    """What is done meanwhile is done for everybody, whoever waits for it."""
    found = _current.get()
    _current.set(None)
    try:
        yield
    finally:
        _current.set(found)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """What is read meanwhile has so many seconds of its own, however late it is."""
    found = _current.get()
    _current.set(Deadline(seconds))
    try:
        yield
    finally:
        _current.set(found)


@contextmanager
def apart(seconds: float) -> Iterator[None]:
    """What is done meanwhile is kept for everybody, and has so many seconds of its own, of a
    database too: done once, whoever asks next need not wait for it."""
    found, answered = _current.get(), _answered_by.get()
    begin(None, seconds)
    try:
        yield
    finally:
        _current.set(found)
        _answered_by.set(answered)


def leaves(seconds: float) -> bool:
    """Whether so many seconds are left of those in which what somebody does has to be answered; of
    what they ask, its own deadline tells."""
    answered = _answered_by.get()
    if answered is None or _current.get() is not None:
        return True
    return time.monotonic() < answered - seconds


def look() -> None:
    """Raises TookTooLong or CallerGone where nobody waits any more."""
    found = _current.get()
    if found is not None and found.is_over():
        raise found.refusal()


@contextmanager
def stopping(stop: Callable[[], None]) -> Iterator[None]:
    """While this lasts, `stop` is called, by another thread and again, once the deadline is over;
    what then fails is said to be that. Raises TookTooLong, CallerGone."""
    found = _current.get()
    if found is None:
        yield
        return
    look()
    with _watch.watching(found, stop):
        try:
            yield
        except Exception as error:
            if found.is_over():
                raise found.refusal() from error
            raise


class _Watch:
    """The thread that looks at all that is asked of databases just now."""

    def __init__(self) -> None:
        self._guard = threading.Condition()
        self._asked: dict[object, tuple[Deadline, Callable[[], None]]] = {}
        self._begun = False

    @contextmanager
    def watching(self, deadline: Deadline, stop: Callable[[], None]) -> Iterator[None]:
        key = object()
        try:
            with self._guard:
                self._asked[key] = deadline, stop
                if not self._begun:
                    self._begun = True
                    threading.Thread(target=self._look, name="deadlines", daemon=True).start()
                self._guard.notify()
            yield
        finally:
            # Not while it is being stopped: the connection is somebody else's next.
            with self._guard:
                self._asked.pop(key, None)

    def _look(self) -> None:
        while True:
            with self._guard:
                while not self._asked:
                    self._guard.wait()
                began = time.monotonic()
                for deadline, stop in self._asked.values():
                    # What cannot be stopped keeps nobody else's from being so.
                    with suppress(Exception):
                        if deadline.is_over():
                            stop()
                    if time.monotonic() > began + LOOK_SECONDS:
                        break  # a frozen server does not stop either; nobody is to wait for this
            time.sleep(LOOK_SECONDS)


_watch = _Watch()
