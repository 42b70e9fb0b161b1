"""Commitments that nobody seems to be going to invoice, by age."""

from datetime import date

import msgspec

from ledger.domain.limits import Use
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

    Its course is over when it is reported delivered, else the day after it was to end. An invoice
    that waits for approval is no reason to release anything of what it asks for.
    """
    if state.status not in (*OPEN, "cancelled"):
        return None
    since = state.delivered_on or state.ends_on
    if since is None or since >= on:
        return None
    use = sum(position(holding(state)).values(), start=Use())
    release = use.committed - sum(part.amount for part in state.pending)
    if release <= 0:
        return None
    return Stale(order=state, since=since, days=(on - since).days, release=release)
