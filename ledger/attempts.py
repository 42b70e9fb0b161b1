"""Refused commands that an auditor should hear of, recorded: over a limit, or without the right.

It is done after the refusal, in a transaction of its own, and changes nothing about the refusal:
what cannot be recorded is logged and counted, and the next that can be says how many there were.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from threading import Lock
from typing import NamedTuple

from ledger import logs
from ledger.bounds import ATTEMPT_LIMITS
from ledger.clock import Clock, system
from ledger.deciding import Command, subject_of
from ledger.domain.access import RecordAttempt
from ledger.domain.events import By, PassedLimit
from ledger.domain.refusals import LimitOver, NotCounted, Refusal
from ledger.store import Request


class Tried(NamedTuple):
    """What somebody tried: the command or operation, the stream that it was about, and the number
    of the agreement, where it is one's."""

    action: str
    about: str = ""
    agreement: str = ""


def of_command(command: Command, name: str) -> Tried:
    """`name` is the stream of its agreement, where it has one."""
    noun, _, number = name.partition("/")
    agreement = number if noun == "agreement" else ""
    return Tried(type(command).__name__, subject_of(command), agreement)


class Attempts:
    """Records refusals by `execute`, a service's own way to write."""

    def __init__(
        self,
        execute: Callable[[Command, By, Request | None, datetime], object],
        clock: Clock = system,
    ) -> None:
        self._execute = execute
        self._clock = clock
        self._lock = Lock()
        self.lost = 0
        """What this process could not record; the next attempt that it can says so."""

    def note(
        self,
        refusal: Refusal,
        tried: Tried,
        by: By,
        request: Request | None = None,
        now: datetime | None = None,
    ) -> None:
        """Record a refusal that an auditor should hear of, once, wherever it passes on its way out.

        The same request sent again is not another attempt. Never raises.
        """
        if not refusal.is_attempt or refusal.noted:
            return
        refusal.noted = True
        at, lost = now or self._clock(), self._taken()
        command = _command(refusal, tried, by, at, lost)
        once = request and Request(
            key=f"attempt:{request.key}:{request.digest}", digest=request.digest
        )
        try:
            self._execute(command, by, once, at)
        except NotCounted:
            self._put_back(lost)
        except Exception as error:
            self._put_back(lost + 1)
            logs.log().error(
                "a refused attempt was not recorded", kind=refusal.type, exc_info=error
            )

    def _taken(self) -> int:
        """How many were lost, for one attempt to say: those at the same time say none of them."""
        with self._lock:
            lost, self.lost = self.lost, 0
        return lost

    def _put_back(self, lost: int) -> None:
        with self._lock:
            self.lost += lost


def hour_of(moment: datetime) -> str:
    """The hour that attempts are counted in, in UTC: it comes back on no day of the year."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H")


def _command(refusal: Refusal, tried: Tried, by: By, at: datetime, lost: int) -> RecordAttempt:
    figures = refusal.figures.get("limits", ())
    limits = figures if isinstance(figures, tuple) else ()
    over = [one for one in limits if isinstance(one, LimitOver)]
    over.sort(key=lambda one: (one.unit, -one.over.ore))
    return RecordAttempt(
        person=by.person,
        kind=refusal.type,
        action=tried.action,
        hour=hour_of(at),
        agreement=tried.agreement,
        about=tried.about,
        limits=tuple(map(_passed, over[:ATTEMPT_LIMITS])),
        currency=over[0].cap.currency if over and over[0].unit == "money" else "",
        lost=lost,
    )


def _passed(limit: LimitOver) -> PassedLimit:
    return PassedLimit(
        limit=limit.limit,
        cap=limit.cap.ore,
        used=limit.used.ore,
        asked=limit.asked.ore,
        over=limit.over.ore,
        fits=limit.fits.ore,
        unit=limit.unit,
    )
