"""How a limit binds, from which day: its effect and its tolerance, each set until set again.

Like amounts they may be recorded in any order; of two for one day the later recorded one holds.
"""

from collections.abc import Sequence
from datetime import date
from typing import Literal

import msgspec

Effect = Literal["hard", "soft", "informational"]
EFFECTS: tuple[str, ...] = Effect.__args__  # type: ignore[attr-defined]
"""What passing a limit does, the strictest first."""

HARD, SOFT = EFFECTS[:1], EFFECTS[1:2]
SPEAKS = EFFECTS[:2]
"""The effects of a limit that refuses or flags."""


class BindingFrom(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a limit binds from a day on; None: what is not said stays as it is.

    `tolerance` is in whole per cent of the amount.
    """

    effective_on: date
    effect: Effect | None = None
    tolerance: int | None = None


def effect_on(effect: Effect, steps: Sequence[BindingFrom], day: date) -> Effect:
    """The effect on a day; `effect` before any was set."""
    for step in in_order(steps):
        if step.effective_on <= day and step.effect is not None:
            effect = step.effect
    return effect


def tolerance_on(tolerance: int, steps: Sequence[BindingFrom], day: date) -> int:
    """The tolerance on a day, in whole per cent; `tolerance` before any was set."""
    for step in in_order(steps):
        if step.effective_on <= day and step.tolerance is not None:
            tolerance = step.tolerance
    return tolerance


def in_order(steps: Sequence[BindingFrom]) -> list[BindingFrom]:
    """By the day from which each counts; those of one day as they were recorded."""
    return sorted(steps, key=_effective_on) if steps else []


def _effective_on(step: BindingFrom) -> date:
    return step.effective_on
