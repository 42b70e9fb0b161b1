"""An invoice judged again by the funding as a later day has it: its period was extended, or the
order was delivered on another day than was planned."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date

import msgspec
from msgspec.structs import replace

from ledger.domain import agreement, order
from ledger.domain.drawdown.after import after, drawdown_after, orders_after
from ledger.domain.drawdown.allocation import by_order
from ledger.domain.drawdown.eligibility import not_eligible_flags, used_facts, with_funding
from ledger.domain.drawdown.state import NOT_ELIGIBLE, Orders, State, named, stream
from ledger.domain.events import Allocation, DrawdownJudged, LineAmount, New, OrderJudged
from ledger.domain.funding import FundingSource, add_funded
from ledger.domain.given import Given
from ledger.domain.position import add_lines
from ledger.domain.refusals import JudgedAlready, WrongStatus
from ledger.domain.sharing import add_shares

Parts = tuple[Allocation, ...]


class JudgeAgain(msgspec.Struct, frozen=True, kw_only=True):
    """Judge what of an invoice is eligible once more, by the sources as they read on a day: that
    on which it is done, or from which it is judged anew (`since`). `later` came after it and are
    judged after it: what they took so far leaves it no less. It `came` on a day: what a funder had
    decided neither by that day nor by the one that it is judged by leaves it no less either."""

    drawdown: str
    on: date
    since: date | None = None
    later: tuple[str, ...] = ()
    came: date | None = None

    def knows(self, day: date) -> date:
        """By when a funder has to have decided what counts where it is judged by a day."""
        return date.max if self.came is None else max(self.came, day)


def judge_again(command: JudgeAgain, state: State, given: Given) -> list[New]:
    """What it took of each source goes back first, and is taken anew: what it was judged from a
    later day goes back from that day, and is judged again after it. Its order of coming is now its
    own: what a ceiling has left was others' before it. What credits took back of it stays as they
    stored it. Nothing moves between the four places.

    Raises WrongStatus of a credit, of one that is credited whole or turned down; JudgedAlready.
    """
    if state.status not in ("recorded", "approved") or state.is_credit:
        status = "credited" if state.is_credit else state.status
        raise WrongStatus(
            name=state.id, status=status, action="judge again", needed="recorded or approved"
        )
    of = agreement.named(given, state.agreement)
    orders = {name: order.named(given, name) for name in state.orders}
    day = command.on if command.since is None else max(command.since, state.issued_on)
    later = tuple(part for id in command.later for part in _left(named(given, id)))
    facts = _unjudged(state, of, orders, day)
    then = drawdown_after(state, facts)
    of, orders = after(of, facts), orders_after(orders, facts)
    facts += _judged(then, of, orders, day, given.today, later, command.knows(day))
    facts += _played_again(state, facts, given, day, command)
    if _is_as(drawdown_after(state, facts), state):
        raise JudgedAlready(drawdown=state.id)
    return facts


def _is_as(state: State, other: State) -> bool:
    """Whether an invoice is judged the same on every day."""
    return (state.allocations, state.judged) == (other.allocations, other.judged)


def taken_in(state: State, of: agreement.State, orders: Orders, today: date) -> list[New]:
    """What the funder's decisions since the day of an invoice that comes make of what the period
    left out: each from its own day, as where the invoice had been here before it."""
    if state.is_credit:
        return []
    return _played(state, of, orders, decisions_after(of, state.issued_on, today), today)


def _played_again(
    state: State, facts: list[New], given: Given, day: date, command: JudgeAgain
) -> list[New]:
    """What came of it after a day from which it is now judged otherwise: what later decisions take
    in, and what somebody judged again on another day than the funder's."""
    of = after(agreement.named(given, state.agreement), facts)
    orders = {name: order.named(given, name) for name in state.orders}
    decisions = decisions_after(of, day, given.today)
    decided = {on for on, _ in decisions}
    asked = {one.on for one in state.judged if one.on > day} - decided
    days: list[tuple[date, str | None]] = [*decisions, *((on, None) for on in asked)]
    then = drawdown_after(state, facts)
    return _played(then, of, orders_after(orders, facts), days, given.today, command.knows)


def _played(
    state: State,
    of: agreement.State,
    orders: Orders,
    days: Iterable[tuple[date, str | None]],
    today: date,
    knows: Callable[[date], date] = lambda day: date.max,
) -> list[New]:
    """It judged by each day in turn: by that of a source's decision where its period had left a
    part of it out, without a source whatever it was before."""
    facts: list[New] = []
    for day, source in sorted(days, key=lambda one: (one[0], one[1] or "")):
        if source is None or is_left_out(state, source):
            more = _judged(state, of, orders, day, today, known=knows(day))
            state, of = drawdown_after(state, more), after(of, more)
            orders = orders_after(orders, more)
            facts += more
    return facts


def decisions_after(of: agreement.State, since: date, today: date) -> list[tuple[date, str]]:
    """The days after one on which funders have decided anew by today, and of which source."""
    return [
        (change.effective_on, one.source.name)
        for one in of.funding
        for change in one.changed
        if since < change.effective_on <= today
    ]


def takes_in(state: State, day: date, source: FundingSource) -> bool:
    """Whether a source, as a decision of a day has it, may cover what its period left out of an
    invoice of before that day."""
    if state.is_credit or state.status not in ("recorded", "approved") or state.issued_on >= day:
        return False
    issued = source.starts_on <= state.issued_on <= source.ends_on
    return (issued or source.dated_by == "delivered") and is_left_out(state, source.name)


def is_left_out(state: State, source: str) -> bool:
    """Whether a part of it that is not credited lies outside the period of a source."""
    return any(
        part.reason == "outside-period"
        for allocation in _left(state)
        for one in allocation.funded
        if one.source == source
        for part in one.uncovered
    )


def as_before(state: State, day: date) -> State:
    """A drawdown as it was judged before a day."""
    judged, allocations = state.judged, state.allocations
    while judged and judged[-1].on >= day:
        judged, allocations = judged[:-1], judged[-1].before
    return replace(state, judged=judged, allocations=allocations)


def _unjudged(state: State, of: agreement.State, orders: Orders, day: date) -> list[New]:
    """What it was judged from a day on going back, the latest first, each from its own day."""
    facts: list[New] = []
    gone = len(state.judged) - len(as_before(state, day).judged)
    for on, before, now in _chain(state)[::-1][:gone]:
        then, told = after(of, facts), orders_after(orders, facts)
        flags = _flags(state, before)
        facts.append(New(stream(state.id), DrawdownJudged(allocations=before, flags=flags), on))
        back = used_facts(then, state.id, now, on, -1)
        back += _turned(state, after(then, back), told, (now, before), on)
        facts += [*back, *used_facts(after(then, back), state.id, before, on)]
    return facts


def _flags(state: State, parts: Parts) -> tuple[str, ...]:
    """Its flags where its parts are judged so."""
    others = tuple(flag for flag in state.flags if flag.partition(":")[0] != NOT_ELIGIBLE)
    return tuple(dict.fromkeys((*others, *not_eligible_flags(parts))))


def _judged(
    state: State,
    of: agreement.State,
    orders: Orders,
    on: date,
    today: date,
    later: Parts = (),
    known: date = date.max,
) -> list[New]:
    """The facts of it; none where all of it is judged as before. `later` are parts of others that
    took what it has room for: they give it back when their turn comes."""
    left = _left(state)
    facts = used_facts(of, state.id, left, on, -1)
    of = after(of, facts)
    bare = tuple(replace(part, funded=()) for part in left)
    without = after(of, used_facts(of, state.id, later, on, -1))
    judged = with_funding(bare, state.issued_on, without, orders, None, today, on, known)
    if judged == left:
        return []
    anew = tuple(
        replace(part, funded=add_funded(now.funded, add_funded(part.funded, was.funded, -1)))
        for part, was, now in zip(state.allocations, left, judged, strict=True)
    )
    flags = _flags(state, judged)
    moved = _turned(state, of, orders, (state.allocations, anew), on)
    of = after(of, moved)
    first = New(stream(state.id), DrawdownJudged(allocations=anew, flags=flags), on)
    return [first, *facts, *moved, *used_facts(of, state.id, judged, on)]


def _left(state: State) -> Parts:
    """Its parts, each without what credits and final invoices took back of its line."""
    gone = by_order(
        (*state.credited_lines, *(line for one in state.deducted for line in one.lines))
    )
    if not gone:
        return state.allocations
    back = {name: add_lines((), lines) for name, lines in gone.items()}
    return tuple(_without(part, back.get(part.order, ())) for part in state.allocations)


def _without(part: Allocation, back: Sequence[LineAmount]) -> Allocation:
    taken = next((one for one in back if one.line == part.line), None)
    if taken is None:
        return part
    return replace(
        part,
        amount=part.amount - taken.amount,
        shares=add_shares(part.shares, taken.shares, -1),
        funded=add_funded(part.funded, taken.funded, -1),
    )


def _turned(
    state: State, of: agreement.State, orders: Orders, parts: tuple[Parts, Parts], on: date
) -> list[New]:
    """What its orders are told where its parts are judged otherwise, before and after."""
    facts: list[New] = []
    before, now = (by_order(some) for some in parts)
    drawn = state.status == "approved"
    for name, lines in now.items():
        event = OrderJudged(drawdown=state.id, before=before[name], lines=lines, drawn=drawn)
        more = order.with_moves(orders[name], of, event, on, "judged-again", state.id)
        of = after(of, more)
        facts += more
    return facts


def first_judged(state: State) -> State:
    """A drawdown as it was judged first."""
    return replace(state, allocations=state.judged[0].before) if state.judged else state


def turned_back(state: State, of: agreement.State, orders: Orders) -> list[New]:
    """What its orders are told so that it is as it was judged first, the latest day first: its
    approval counts from its own day, before it was judged again."""
    return _each(state, of, orders, _chain(state)[::-1], back=True)


def turned_again(state: State, of: agreement.State, orders: Orders) -> list[New]:
    """The same again, from the days from which it is judged so."""
    return _each(state, of, orders, _chain(state), back=False)


def _chain(state: State) -> list[tuple[date, Parts, Parts]]:
    """Each day from which it is judged otherwise, with its parts before and after."""
    after_each = (*(one.before for one in state.judged[1:]), state.allocations)
    pairs = zip(state.judged, after_each, strict=False)
    return [(one.on, one.before, now) for one, now in pairs]


def _each(
    state: State,
    of: agreement.State,
    orders: Orders,
    chain: list[tuple[date, Parts, Parts]],
    *,
    back: bool,
) -> list[New]:
    facts: list[New] = []
    for on, before, now in chain:
        pair = (now, before) if back else (before, now)
        facts += _turned(state, after(of, facts), orders_after(orders, facts), pair, on)
    return facts
