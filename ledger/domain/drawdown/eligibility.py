"""Which part of an invoice the agreement's funding sources cover: judged when it comes."""

from collections.abc import Iterable
from datetime import date

from msgspec.structs import replace

from ledger.domain import agreement, order
from ledger.domain.drawdown.after import after
from ledger.domain.drawdown.allocation import to_credit
from ledger.domain.drawdown.state import NOT_ELIGIBLE, Orders, State
from ledger.domain.events import Allocation, FundingMeasured, FundingUsed, LineAmount, New
from ledger.domain.funding import Eligibility, Funded, given_back, judge, not_funded, total
from ledger.domain.money import least_of
from ledger.domain.position import add_lines, by_organisation


def with_funding(
    allocations: tuple[Allocation, ...],
    issued_on: date,
    of: agreement.State,
    orders: Orders,
    credited: State | None,
    today: date,
    by: date | None = None,
    known: date = date.max,
) -> tuple[Allocation, ...]:
    """Every part with what is eligible of it and why the rest is not, once there is any funding.

    The sources are as they are on the invoice's day, or on that of `by`; `today` is the day on
    which it is judged. What funders decided for later days, and was to be `known` by a day, leaves
    it less.

    Rules: parts share what a ceiling has left in the invoice's own sequence; a credit gives back
    what was stored with what it credits, and judges nothing.
    """
    if not of.funding:
        return allocations
    judging = _Judging(of, issued_on if by is None else max(issued_on, by), today, known)
    left = {name: to_credit(state, credited) for name, state in orders.items()}
    is_credit = sum(part.amount for part in allocations) < 0
    found = []
    for part in allocations:
        state = orders[part.order]
        piece = LineAmount(line=part.line, amount=part.amount, shares=part.shares)
        if is_credit and part.amount < 0:
            funded = _given_back(piece, left[part.order], state)
            left[part.order] = add_lines(left[part.order], (replace(piece, funded=funded),))
        else:
            funded = (judging.judge(piece, state, issued_on),)
        found.append(replace(part, funded=funded))
    return tuple(found)


class _Judging:
    """The sources of an agreement and what their ceilings have left, part by part."""

    def __init__(self, of: agreement.State, on: date, today: date, known: date) -> None:
        found = (one.source_on(on, today) for one in of.funding)
        self.sources = {one.name: one for one in found if one is not None}
        self.left = {
            one.name: agreement.cost_left(of, one, on, known) for one in self.sources.values()
        }

    def judge(self, piece: LineAmount, state: order.State, issued_on: date) -> Eligibility:
        line = next((one for one in state.lines if one.number == piece.line), state.lines[-1])
        carried = by_organisation((piece,), state.buyer).get(piece.line, {})
        source = self.sources.get(line.funding or "")
        if source is None:
            return not_funded(line.funding, carried)
        day = issued_on if source.dated_by == "issued" else delivery_day(state, issued_on)
        left = self.left[source.name]
        found = judge(source, line.kind, day, carried, left, least_of(state.currency))
        if left is not None:
            self.left[source.name] = left - total(found.eligible)
        return found


def delivery_day(state: order.State, issued_on: date) -> date:
    """When an order is delivered: as reported, else as planned, else when it is invoiced."""
    return state.delivered_on or state.ends_on or issued_on


def _given_back(piece: LineAmount, left: tuple[LineAmount, ...], state: order.State) -> Funded:
    held = tuple(one for one in left if one.line == piece.line)
    invoiced = by_organisation(held, state.buyer).get(piece.line, {})
    credit = by_organisation((piece,), state.buyer).get(piece.line, {})
    asked = {organisation: -amount for organisation, amount in credit.items()}
    return given_back(held[0].funded if held else (), invoiced, asked, least_of(state.currency))


def not_eligible_flags(allocations: Iterable[Allocation]) -> list[str]:
    """Which sources do not cover all that they were named for, to be looked at by a person."""
    judged = (one for part in allocations for one in part.funded)
    return [f"{NOT_ELIGIBLE}:{one.source}" for one in judged if one.source and one.uncovered]


def used_facts(
    of: agreement.State, id: str, allocations: Iterable[Allocation], on: date, sign: int = 1
) -> list[New]:
    """What an invoice takes of each source, or with -1 gives back, and what that makes of the
    source's limit where the funder has decided otherwise from another day."""
    taken: dict[str, tuple[int, int, int]] = {}
    for one in (one for part in allocations for one in part.funded):
        if one.source is not None and (one.eligible or one.support):
            cost, paid, parts = taken.get(one.source, (0, 0, 0))
            cost, paid = cost + sign * total(one.eligible), paid + sign * total(one.support)
            taken[one.source] = cost, paid, parts + max(1, len(one.support))
    facts: list[New] = []
    for source, (eligible, support, parts) in taken.items():
        if not eligible and not support:
            continue
        used = FundingUsed(source=source, drawdown=id, eligible=eligible, support=support)
        facts.append(New(agreement.stream(of.number), used, on))
        steps = agreement.measured_anew(of, source, eligible, support, on, parts)
        if steps:
            anew = FundingMeasured(source=source, drawdown=id, limit_changes=steps)
            facts.append(New(agreement.stream(of.number), anew, on))
    return facts


def unused_facts(of: agreement.State, state: State) -> list[New]:
    """What a drawdown took of each source going back, each part from the day from which it was
    taken: also what it took when it was judged again."""
    facts: list[New] = []
    now = state.allocations
    for one in reversed(state.judged):
        for allocations, sign in ((now, -1), (one.before, 1)):
            facts += used_facts(after(of, facts), state.id, allocations, one.on, sign)
        now = one.before
    deducts = (line for one in state.deducts for line in one.lines)
    return facts + used_facts(after(of, facts), state.id, (*now, *deducts), state.issued_on, -1)
