"""Amounts that are set from a date on: a staircase, in whatever order its steps were recorded."""

from collections.abc import Iterable
from datetime import date

import msgspec


class AmountFrom(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A limit's amount, set from a date until the next date on which one is set (None: unknown).

    Of two for one date the later recorded holds. `change` is what earlier versions of the rules
    recorded instead, a difference to what holds before it: it is read as it was, and never written.
    """

    effective_on: date
    amount: int | None = None
    change: int | None = None


Staircase = tuple[tuple[date, int | None], ...]
"""The days from which an amount holds, in their order, and that amount in öre (None: unknown)."""


def staircase(amounts: Iterable[AmountFrom]) -> Staircase:
    """Fold settings, and differences of earlier versions, by the day from which each counts."""
    found: dict[date, int | None] = {}
    value: int | None = None
    for step in sorted(amounts, key=effective_on):
        if step.change is None:
            value = step.amount
        elif value is not None:
            value += step.change
        found[step.effective_on] = value
    return tuple(found.items())


def amount_on(amounts: Iterable[AmountFrom], day: date) -> int | None:
    """The amount that holds on a day; None where it is unknown or not yet set."""
    steps = tuple(amounts)
    if len(steps) == 1:  # as most have: one that was signed, and nothing else since
        only = steps[0]
        return only.amount if only.effective_on <= day else None
    value: int | None = None
    for since, amount in staircase(steps):
        if since > day:
            break
        value = amount
    return value


def effective_on(step: AmountFrom) -> date:
    """The date from which it counts."""
    return step.effective_on
