"""Commands on the same agreement take turns within a process; those that wait go together.

Whoever has the turn carries out what has gathered meanwhile, for itself and for the others: many
orders then cost one transaction, and no thread decides on what another is about to change.
"""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from ledger.bounds import RETRY_SECONDS, TOGETHER
from ledger.domain.refusals import Busy, Unavailable

T = TypeVar("T")
R = TypeVar("R")


class Waiting(Generic[T, R]):
    """Something to be done, and then its answer or what was raised instead."""

    def __init__(self, asked: T) -> None:
        self.asked = asked
        self.answer: R | None = None
        self.error: Exception | None = None
        self.called = threading.Semaphore(0)
        """Released once: when it is done, or has the turn."""

    @property
    def done(self) -> bool:
        return self.answer is not None or self.error is not None


class _Turn(Generic[T, R]):
    """Who has the turn, if anybody, and who waits; the first of them has it next."""

    def __init__(self) -> None:
        self.has_it: Waiting[T, R] | None = None
        self.waiting: list[Waiting[T, R]] = []


class Turns(Generic[T, R]):
    """One turn at a time for each name. Safe to use from several threads."""

    def __init__(self, carry_out: Callable[[str, list[Waiting[T, R]]], None]) -> None:
        """`carry_out` gives each of what it gets an answer or an error."""
        self._carry_out = carry_out
        self._guard = threading.Lock()
        self._turns: dict[str, _Turn[T, R]] = {}

    def waiting(self, name: str) -> int:
        """How many wait for the turn and are not yet being carried out."""
        with self._guard:
            turn = self._turns.get(name)
            return 0 if turn is None else len(turn.waiting)

    def take(self, name: str, asked: T) -> R:
        """Carry it out, or have it carried out by whoever has the turn. Raises Busy."""
        mine: Waiting[T, R] = Waiting(asked)
        with self._guard:
            turn = self._turns.setdefault(name, _Turn())
            turn.waiting.append(mine)
            if turn.has_it is None:
                turn.has_it = mine
                mine.called.release()
        if not mine.called.acquire(timeout=RETRY_SECONDS):
            with self._guard:
                if mine in turn.waiting and turn.has_it is not mine:
                    turn.waiting.remove(mine)
                    raise Busy(name=name, tries=1)
            # It is being carried out just now: what comes of it is the answer.
            mine.called.acquire()
        if not mine.done:
            self._use(name, turn)
        if mine.error is not None:
            raise mine.error
        assert mine.answer is not None, "what is done has an answer or an error"
        return mine.answer

    def _use(self, name: str, turn: _Turn[T, R]) -> None:
        """Carry out what waits, the first of which is one's own, and pass the turn on."""
        with self._guard:
            together, turn.waiting = turn.waiting[:TOGETHER], turn.waiting[TOGETHER:]
        try:
            self._carry_out(name, together)
        finally:
            with self._guard:
                turn.has_it = turn.waiting[0] if turn.waiting else None
                called = together[1:] if turn.has_it is None else [turn.has_it, *together[1:]]
            for one in called:
                # Neither only where this thread is being ended: nobody must wait for ever.
                if one in together and not one.done:
                    one.error = Unavailable()
                one.called.release()
