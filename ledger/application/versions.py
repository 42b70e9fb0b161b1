"""At which version a thing is to whoever asks: of what they see a part of, that of their part.

A true version counts what others did since: to a supplier that passed an order on, or that is one
of several of an agreement, it would tell that they did, and how much.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ledger.application import seeing
from ledger.application.asker import Asker
from ledger.bounds import RETRIES
from ledger.domain import agreement, drawdown, order
from ledger.domain.refusals import Busy, VersionDiffers
from ledger.projections import places
from ledger.service.asked import differs

Answered = TypeVar("Answered")
Expected = tuple[int, ...] | None
"""The versions that somebody lets a thing be at; None: any."""


def told(asker: Asker, state: agreement.State, version: int) -> int:
    """What a version of an agreement is called to the asker."""
    part = seeing.only(asker, state)
    if part is None:
        return version
    views = asker.ledger.views
    views.catch_up()
    with views.database.reading() as connection:
        return places.place(connection, state.number, part, version)


def newest(asker: Asker, state: agreement.State | order.State | drawdown.State, stream: str) -> int:
    """At which version something is now; of an order that the asker passed on, was then."""
    version: int = asker.ledger.service.load(stream)[0]
    match state:
        case agreement.State():
            return told(asker, state, version)
        case order.State():
            return seeing.order_at(asker, state.number)[0]
        case _:
            return version


def at_expected(
    asker: Asker,
    state: agreement.State,
    expected: Expected,
    done: Callable[[Expected], Answered],
) -> Answered:
    """Do something to an agreement where it is at one of the versions `expected` by the asker, who
    may count them otherwise than the log. Raises VersionDiffers, Busy, and what `done` does."""
    part = seeing.only(asker, state)
    if part is None or expected is None:
        return done(expected)
    views = asker.ledger.views
    for _ in range(RETRIES):
        views.catch_up()
        with views.database.reading() as connection:
            version, place = places.newest(connection, state.number, part)
        # Version 0 is none that an agreement has: what was done before is answered all the same.
        try:
            return done((version,) if place in expected else (0,))
        except VersionDiffers:
            if place not in expected:
                raise differs(state.number, place, expected) from None
    raise Busy(name=state.number, tries=RETRIES)
