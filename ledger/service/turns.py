"""The commands of a process take turns; those that wait go together, whatever they are about.

Whoever has the turn carries out what has gathered meanwhile, for itself and for the others: many
orders then cost one transaction, and no thread decides on what another is about to change. A turn
is bounded in number and in time: what it did not come to has the next one.
"""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from ledger.bounds import RETRY_SECONDS, TOGETHER
from ledger.domain.refusals import Busy, Unavailable
from ledger.metrics import Counted, Counting

T = TypeVar("T")
R = TypeVar("R")


class Waiting(Generic[T, R]):
    """Something to be done, and then its answer or what was raised instead."""

    def __init__(self, asked: T) -> None:
        self.asked = asked
        self.answer: R | None = None
        self.error: Exception | None = None
        self.called = threading.Lock()
        """Released once: when it is done, or has the turn."""
        self.called.acquire()

    @property
    def done(self) -> bool:
        return self.answer is not None or self.error is not None


class Turns(Generic[T, R]):
    """One turn at a time. Safe to use from several threads."""

    def __init__(self, carry_out: Callable[[list[Waiting[T, R]]], None]) -> None:
        """`carry_out` gives the first of what it gets an answer or an error, and as many of the
        others as it comes to, in order."""
        self._carry_out = carry_out
        self._guard = threading.Lock()
        self._has_it: Waiting[T, R] | None = None
        self._waiting: list[Waiting[T, R]] = []

    def waiting(self) -> int:
        """How many wait for the turn and are not yet being carried out."""
        with self._guard:
            return len(self._waiting)

    def _count(self, counting: Counted) -> None:
        """How many wait, for whoever watches over the process. Called with the guard held."""
        counting.waiting.set(len(self._waiting))

    def take(self, name: str, asked: T) -> R:
        """Carry it out, or have it carried out by whoever has the turn. Raises Busy of a name."""
        mine: Waiting[T, R] = Waiting(asked)
        with self._guard:
            self._waiting.append(mine)
            if Counting.now is not None:
                self._count(Counting.now)
            if self._has_it is None:
                self._has_it = mine
                mine.called.release()
        if not mine.called.acquire(timeout=RETRY_SECONDS):
            with self._guard:
                if mine in self._waiting and self._has_it is not mine:
                    self._waiting.remove(mine)
                    if Counting.now is not None:
                        self._count(Counting.now)
                    raise Busy(name=name, tries=1)
            # It is being carried out just now: what comes of it is the answer.
            mine.called.acquire()
        if not mine.done:
            self._use()
        if mine.error is not None:
            raise mine.error
        assert mine.answer is not None, "what is done has an answer or an error"
        return mine.answer

    def _use(self) -> None:
        """Carry out what waits, the first of which is one's own, and pass the turn on."""
        with self._guard:
            together, self._waiting = self._waiting[:TOGETHER], self._waiting[TOGETHER:]
        ended = True
        try:
            self._carry_out(together)
            ended = False
        finally:
            done = [one for one in together if ended or one.done]
            with self._guard:
                self._waiting[:0] = [one for one in together if one not in done]
                if Counting.now is not None:
                    self._count(Counting.now)
                self._has_it = self._waiting[0] if self._waiting else None
                called = done[1:] if self._has_it is None else [self._has_it, *done[1:]]
            for one in called:
                # Neither only where this thread is being ended: nobody must wait for ever.
                if one in done and not one.done:
                    one.error = Unavailable()
                one.called.release()
