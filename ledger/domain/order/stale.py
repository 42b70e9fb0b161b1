"""Commitments that nobody seems to be going to invoice, by age."""

from datetime import date

import msgspec

from ledger.domain.limits import Use
from ledger.domain.order.plan.schedule import falls_due
from ledger.domain.order.state import OPEN, State, holding
from ledger.domain.position import position


class Stale(msgspec.Struct, frozen=True, kw_only=True):
    """An order that holds `release` öre although its course is over since `since`."""

    order: State
    since: date
    days: int
    release: int


def stale(state: State, on: date) -> Stale | None:
    """What an order could release on a day; None where it holds nothing for nothing.

    Its course is over when it is reported delivered, else the day after it was to end: where no end
    is known, after its last session and when its last instalment is due. An invoice that waits for
    approval is no reason to release anything of what it asks for.
    """
    if state.status not in (*OPEN, "cancelled"):
        return None
    since = state.delivered_on or state.ends_on or _last_day(state)
    if since is None or since >= on:
        return None
    use = sum(position(holding(state)).values(), start=Use())
    release = use.committed - sum(part.amount for part in state.pending)
    if release <= 0:
        return None
    return Stale(order=state, since=since, days=(on - since).days, release=release)


def _last_day(state: State) -> date | None:
    """Of the sessions that are not cancelled, where there are such, and of the instalments."""
    left = [one for one in state.sessions if one.status != "cancelled"] or state.sessions
    due = (falls_due(one, state.sessions) for one in state.instalments)
    return max([*(one.day for one in left), *due], default=None)
