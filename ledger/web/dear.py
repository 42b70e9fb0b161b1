"""What is dear (files, bundles, forecasts, reports, plays in thought): for each person so much at
a time, and so much work within some minutes, so that nobody's exports keep the others waiting."""

import math
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from threading import Lock
from typing import Any, TypeVar

import msgspec
from flask import Flask, current_app, g, request

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

    def end(self, person: str, seconds: float, *, goes_on: bool = False) -> None:
        """Count what was taken; `goes_on`: it is still under way, as a file that is sent."""
        with self._guard:
            taken = self._taken.get(person)
            if taken is not None:
                taken.running = max(0, taken.running - (not goes_on))
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
    """Something dear, done before anything is sent; within another it is part of that. Raises
    AskedTooMuch."""
    if "working" in g:
        yield
        return
    before, began = deadline.current(), time.thread_time()
    quotas, person = _of_asker()
    quotas.begin(person)
    g.working = True
    try:
        deadline.begin(Deadline(DEAR_SECONDS, patience.gone_of(request.environ)))
        yield
    finally:
        g.pop("working")
        deadline.begin(before)
        goes_on = g.pop("sent", False)
        quotas.end(person, time.thread_time() - began, goes_on=goes_on)


def is_dear(view: F) -> F:
    """Say of a view in the API's description that of one person it may be too much; it does its
    own `work`."""
    view._dear = True  # type: ignore[attr-defined]
    return view


def dear(view: F) -> F:
    """The view of something that is dear, all of which is `work`."""

    @wraps(view)
    def worked(*args: Any, **kwargs: Any) -> Any:
        with work():
            return view(*args, **kwargs)

    return is_dear(worked)  # type: ignore[return-value]


class Sent:
    """The lines of a file that is sent as it is made: each has a reading's time, and all of them
    are one of the dear things of who asked. Raises AskedTooMuch before the first."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines, self._spent, self._ended = lines, 0.0, True
        self._deadline = Deadline(READ_SECONDS, patience.gone_of(request.environ))
        self._quotas, self._person = _of_asker()
        if "working" in g:  # what made it hands its turn on
            g.sent = True
        else:
            self._quotas.begin(self._person)
            g.working = True
        self._ended = False

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        began, ends = time.thread_time(), True
        deadline.begin(self._deadline.renewed())
        try:
            line = next(self._lines)
            ends = False
        finally:
            deadline.begin(None)
            self._spent += time.thread_time() - began
            if ends:
                self.close()
        return line

    def close(self) -> None:
        """Also where nobody took any of it, or all of it."""
        if not self._ended:
            self._ended = True
            self._quotas.end(self._person, self._spent)

    __del__ = close


def _of_asker() -> tuple[Quotas, str]:
    quotas: Quotas = current_app.extensions["dear"]
    return quotas, asker().by.person
