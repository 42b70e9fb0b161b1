"""How far an order has come: its stages in turn, each with its day where that is known."""

from collections.abc import Sequence
from datetime import date

import msgspec

from ledger.domain import order
from ledger.web.pages.labels import label
from ledger.wording import Sentence

AFTER = ("confirmed", "started", "delivered", "closed")
"""What an order that nothing stops goes through after it was placed."""
CALLED = {
    "placed": label("Ordered"),
    "countered": label("Counter-offer"),
    "confirmed": label("Confirmed"),
    "started": label("Under way"),
    "delivered": label("Delivered to the end"),
    "closed": label("Closed"),
    "cancelled": label("Cancelled"),
    "declined": label("Declined"),
    "lapsed": label("Never answered"),
}


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """`is_reached`: the order is there, or was; `is_now`: there it stands."""

    called: Sentence
    on: date | None
    is_reached: bool
    is_now: bool


def stages(state: order.State) -> Sequence[Stage]:
    """Of one that ended before it was closed, those that it reached, and how it ended."""
    days = {
        "placed": state.ordered_on,
        "countered": state.counter.offered_on if state.counter else None,
        "confirmed": state.confirmed_on,
        "delivered": state.delivered_on,
        "closed": state.closed_on,
    }
    names: tuple[str, ...]
    if state.status in AFTER:
        names = ("placed", *AFTER)
    elif state.status in order.UNANSWERED:
        names = tuple(dict.fromkeys(("placed", state.status, *AFTER)))
    else:
        names = ("placed", *(("confirmed",) if state.confirmed_on else ()), state.status)
    now = names.index(state.status)
    gone = {"confirmed": state.confirmed_on, "delivered": state.delivered_on}
    shown = [
        name for at, name in enumerate(names)
        if at >= now or name == "placed" or gone.get(name) is not None
    ]  # fmt: skip
    return [
        Stage(
            called=CALLED[name],
            on=days.get(name) if names.index(name) <= now else None,
            is_reached=names.index(name) <= now,
            is_now=name == state.status,
        )
        for name in shown
    ]
