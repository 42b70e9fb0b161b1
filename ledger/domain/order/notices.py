"""What an order's seats and prices warn of: flagged and told with the figures, never refused."""

import msgspec

from ledger.domain.events import OrderLine
from ledger.domain.money import a_head
from ledger.domain.order.state import State
from ledger.domain.refusals import Amount, Figures


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """A warning: the flag that it is stored as, and its sentence with the figures."""

    flag: str
    sentence: str
    figures: dict[str, Figures]
    line: int | None = None


def notices(state: State) -> tuple[Notice, ...]:
    """What a person should look at, of the order as it is; with a counter-offer open, of that."""
    lines, seats = state.lines, state.seats
    if state.counter is not None:
        lines = state.counter.lines
        seats = seats if state.counter.seats is None else state.counter.seats
    found = []
    least = state.minimum_seats
    if least is not None and seats is not None and seats < least:
        found.append(
            Notice(
                flag="below-minimum-seats",
                sentence="Seats: {seats}, fewer than the least, {least}. The university may cancel "
                "the course, and then everything is released.",
                figures={"seats": seats, "least": least},
            )
        )
    planned = [state.starts_on, state.ends_on, *(session.day for session in state.sessions)]
    if state.counter is not None:
        offered = state.counter.starts_on, state.counter.ends_on
        planned[:2] = [new or old for new, old in zip(offered, planned, strict=False)]
    starts_on = min((day for day in planned if day is not None), default=None)
    if starts_on is not None and starts_on < state.ordered_on:
        found.append(
            Notice(
                flag="begun-before-order",
                sentence="The course begins {starts_on}, before it was ordered, {ordered_on}.",
                figures={"starts_on": starts_on, "ordered_on": state.ordered_on},
            )
        )
    for line in lines:
        found += _of_line(line, seats, state.currency)
    return tuple(found)


def notice_flags(state: State) -> tuple[str, ...]:
    """The flags that these warnings are stored as."""
    return tuple(notice.flag for notice in notices(state))


def _of_line(line: OrderLine, ordered: int | None, currency: str) -> list[Notice]:
    """A price is a head's share of the whole line, by the seats that are paid for."""
    holds, seats = line.price_range, ordered or line.quantity
    if holds is None or not seats:
        return []
    found = []
    least, most = holds.least_seats, holds.most_seats
    if least is not None and most is not None and not least <= seats <= most:
        found.append(
            Notice(
                flag=f"seats-outside-range:{line.number}",
                sentence="The price of line {line} holds for {least} to {most} seats; "
                "there are {seats}.",
                figures={"line": line.number, "least": least, "most": most, "seats": seats},
                line=line.number,
            )
        )
    low, high = holds.least_per_head, holds.most_per_head
    if low is not None and high is not None and not low * seats <= line.amount <= high * seats:
        found.append(
            Notice(
                flag=f"price-outside-range:{line.number}",
                sentence="Line {line}: {amount} is {per_head} a head (seats: {seats}), outside "
                "{least} to {most}.",
                figures={
                    "line": line.number,
                    "amount": Amount(line.amount, currency),
                    "seats": seats,
                    "per_head": Amount(a_head(line.amount, seats), currency),
                    "least": Amount(low, currency),
                    "most": Amount(high, currency),
                },
                line=line.number,
            )
        )
    return found
