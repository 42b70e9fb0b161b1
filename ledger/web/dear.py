"""What is dear (files, bundles, forecasts, plays in thought): for each person so much at a time,
and so much work within some minutes, so that nobody's exports keep the others waiting."""

import math
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from threading import Lock
from typing import Any, TypeVar

import msgspec
from flask import Flask, current_app, request

from ledger import deadline
from ledger.bounds import (
    DEAR_AT_ONCE,
    DEAR_SECONDS,
    DEAR_WITHIN,
    DEAR_WORK,
    MAX_DEAR,
    READ_SECONDS,
)
from ledger.deadline import Deadline
from ledger.domain.refusals import AskedTooMuch
from ledger.web import patience
from ledger.web.seen import asker

F = TypeVar("F", bound=Callable[..., Any])


class Taken(msgspec.Struct):
    """What one person has under way, and has taken lately: (when, seconds of a processor)."""

    running: int = 0
    lately: deque[tuple[float, float]] = msgspec.field(default_factory=deque)


class Quotas:
    """What is dear, by person, in this process. Safe to use from several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._guard = Lock()
        self._taken: OrderedDict[str, Taken] = OrderedDict()

    def begin(self, person: str) -> None:
        """Raises AskedTooMuch."""
        now = self._clock()
        with self._guard:
            taken = self._taken.setdefault(person, Taken())
            self._taken.move_to_end(person)
            while taken.lately and taken.lately[0][0] < now - DEAR_WITHIN:
                taken.lately.popleft()
            if taken.running >= DEAR_AT_ONCE:
                raise _too_much(1)
            if sum(seconds for _, seconds in taken.lately) > DEAR_WORK:
                raise _too_much(math.ceil(taken.lately[0][0] + DEAR_WITHIN - now))
            taken.running += 1
            while len(self._taken) > MAX_DEAR:
                self._taken.popitem(last=False)

    def end(self, person: str, seconds: float) -> None:
        with self._guard:
            taken = self._taken.get(person)
            if taken is not None:
                taken.running = max(0, taken.running - 1)
                taken.lately.append((self._clock(), seconds))


def _too_much(wait: int) -> AskedTooMuch:
    minutes = round(DEAR_WITHIN / 60)
    return AskedTooMuch(
        at_once=DEAR_AT_ONCE, seconds=round(DEAR_WORK), minutes=minutes, wait=max(1, wait)
    )


def install(app: Flask) -> None:
    app.extensions["dear"] = Quotas()


@contextmanager
def work() -> Iterator[None]:
    """Something dear, done before anything is sent. Raises AskedTooMuch."""
    before, began = deadline.current(), time.thread_time()
    quotas, person = _of_asker()
    quotas.begin(person)
    try:
        deadline.begin(Deadline(DEAR_SECONDS, patience.gone_of(request.environ)))
        yield
    finally:
        deadline.begin(before)
        quotas.end(person, time.thread_time() - began)


def dear(view: F) -> F:
    """The view of something that is dear."""

    @wraps(view)
    def worked(*args: Any, **kwargs: Any) -> Any:
        with work():
            return view(*args, **kwargs)

    worked._dear = True  # type: ignore[attr-defined]
    return worked  # type: ignore[return-value]


class Sent:
    """The lines of a file that is sent as it is made: each has a reading's time, and all of them
    are one of the dear things of who asked. Raises AskedTooMuch before the first."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines, self._spent, self._ended = lines, 0.0, True
        self._deadline = Deadline(READ_SECONDS, patience.gone_of(request.environ))
        self._quotas, self._person = _of_asker()
        self._quotas.begin(self._person)
        self._ended = False

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        began = time.thread_time()
        deadline.begin(self._deadline.renewed())
        try:
            return next(self._lines)
        except BaseException:
            self.close()
            raise
        finally:
            deadline.begin(None)
            self._spent += time.thread_time() - began

    def close(self) -> None:
        """Also where nobody took any of it, or all of it."""
        if not self._ended:
            self._ended = True
            self._quotas.end(self._person, self._spent)

    __del__ = close


def _of_asker() -> tuple[Quotas, str]:
    quotas: Quotas = current_app.extensions["dear"]
    return quotas, asker().by.person
