"""From which day each fact of a drawdown counts, as it is told now.

What was taken back never was, and what put a slip right counts from the drawdown's own first day:
so it is on every day as its orders tell it (see `order.anew`).
"""

from collections.abc import Callable, Sequence
from datetime import date

from ledger.domain.events import (
    ApprovalTakenBack,
    DrawdownAdvancesNamed,
    DrawdownApproved,
    DrawdownCredited,
    DrawdownCreditMatched,
    DrawdownCreditTakenBack,
    DrawdownDeducted,
    DrawdownDeductionTakenBack,
    DrawdownEvent,
    DrawdownMoved,
    DrawdownRejected,
    DrawdownWithdrawn,
)

FROM_THE_FIRST = (
    DrawdownMoved
    | DrawdownAdvancesNamed
    | DrawdownCreditMatched
    | DrawdownRejected
    | DrawdownWithdrawn
)
"""What says where a drawdown draws, or that it draws nothing: that is so since it came."""


def counted_from(facts: Sequence[tuple[DrawdownEvent, date]]) -> list[date | None]:
    """The day from which each of a drawdown's facts counts, from its first on; None: on no day.

    Those that count by a day, folded in their order, make it as of that day; all of them make it
    as it is.
    """
    days: list[date | None] = []
    for event, on in facts:
        undone = _undoes(event)
        if undone is not None:
            before = zip(facts, days, strict=False)
            days = [None if undone(one) else day for (one, _), day in before]
            days.append(on if event.flags else None)  # which limits are passed without it
        elif isinstance(event, FROM_THE_FIRST):
            days.append(facts[0][1])
        elif isinstance(event, DrawdownDeducted):  # asked anew, it is since it was asked first
            asked = (then for one, then in facts[: len(days)] if _is_of(one, event.final))
            days.append(min([on, *asked]))
        else:
            days.append(on)
    return days


def _is_of(event: DrawdownEvent, final: str) -> bool:
    return isinstance(event, DrawdownDeducted) and event.final == final


def _undoes(event: DrawdownEvent) -> Callable[[DrawdownEvent], bool] | None:
    """Which of the facts before it a fact takes back; None: it takes none back."""
    match event:
        case ApprovalTakenBack():
            return lambda one: isinstance(one, DrawdownApproved)
        case DrawdownCreditTakenBack(credit=credit):
            return lambda one: isinstance(one, DrawdownCredited) and one.credit == credit
        case DrawdownDeductionTakenBack(final=final):
            return lambda one: _is_of(one, final)
        case _:
            return None
