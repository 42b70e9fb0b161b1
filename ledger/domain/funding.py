"""Funding sources: what a grant covers of a cost, and why it does not cover the rest.

It is worked out once, when an invoice is recorded, and stored with it; a credit gives back what
was stored and judges nothing anew. Amounts are öre, excluding VAT, by who carries them, so that
the parts of an amount always add up to it.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from math import floor
from typing import Literal

import msgspec
from msgspec.structs import replace

from ledger.domain.binding import Effect
from ledger.domain.money import split
from ledger.domain.sharing import Share, Shares, add_shares, negated, share_by

FULL = 10_000
"""A share is in hundredths of a per cent: 10 000 is all of the cost, 5 300 is 53 %."""

DatedBy = Literal["issued", "delivered"]
"""Which day is to lie in the period: the invoice's issue date, or the day of delivery."""
DATED_BY: tuple[str, ...] = DatedBy.__args__  # type: ignore[attr-defined]

Reason = Literal["not-funded", "outside-period", "kind", "beyond-ceiling"]
"""Why a cost is not eligible."""
REASONS: tuple[str, ...] = Reason.__args__  # type: ignore[attr-defined]

UNJUDGED = "not-judged"
"""What was invoiced before the agreement had a funding source: nobody has said whether it is."""


class FundingSource(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A grant or other funding, as it was decided. `name` is what order lines name it by.

    `ceiling` is the most that it pays, in öre (None: unknown), and `share` how much of an eligible
    cost it pays, in hundredths of a per cent. Both days of the period count. No `kinds`: all.
    """

    name: str
    funder: str
    ceiling: int | None
    starts_on: date
    ends_on: date
    share: int = FULL
    dated_by: DatedBy = "issued"
    kinds: tuple[str, ...] = ()
    effect: Effect = "soft"


class Uncovered(msgspec.Struct, frozen=True, kw_only=True):
    """A cost that is not eligible, why, and who carries it."""

    reason: Reason
    shares: Shares


class Eligibility(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a source (None: none was named) covers of an amount: who carries the eligible cost,
    who is supported with how much of it, and what is not eligible. All negative on a credit.
    """

    source: str | None = None
    eligible: Shares = ()
    support: Shares = ()
    uncovered: tuple[Uncovered, ...] = ()


Funded = tuple[Eligibility, ...]
"""What each source covers of an amount; empty where nothing was judged."""


def cost_within(support: int, share: int) -> int:
    """The largest cost of which a source that pays `share` pays no more than `support` öre."""
    return support * FULL // share


def why_not(source: FundingSource, kind: str, day: date) -> Reason | None:
    """Why no cost of this kind and day is eligible; None where it is."""
    if not source.starts_on <= day <= source.ends_on:
        return "outside-period"
    if source.kinds and kind not in source.kinds:
        return "kind"
    return None


def not_funded(name: str | None, carried: Mapping[str, int]) -> Eligibility:
    """What no source covers any part of."""
    return _not_eligible(name, "not-funded", carried)


def judge(
    source: FundingSource,
    kind: str,
    day: date,
    carried: Mapping[str, int],
    room: int | None,
    least: int = 1,
) -> Eligibility:
    """What a source covers of an amount, by who carries it.

    `room` is the eligible cost that its ceiling has left, None where that is unknown; what crosses
    it is split there. The support is rounded down to the öre, or other `least` part of the
    currency, so that it never is more than its share of the cost, and is shared by largest
    remainder.
    """
    reason = why_not(source, kind, day)
    if reason is not None:
        return _not_eligible(source.name, reason, carried)
    amount = sum(carried.values())
    eligible = amount if room is None else min(amount, max(0, room))
    parts = _spread(eligible, carried, least)
    rest = add_shares(_shares(carried), parts, -1)
    support = eligible * source.share // (FULL * least) * least
    return Eligibility(
        source=source.name,
        eligible=parts,
        support=_spread(support, {share.organisation: share.amount for share in parts}, least),
        uncovered=(Uncovered(reason="beyond-ceiling", shares=rest),) if rest else (),
    )


def given_back(
    left: Funded, invoiced: Mapping[str, int], credit: Mapping[str, int], least: int = 1
) -> Funded:
    """What a credit takes back of what was stored: all of it where it credits all that is left.

    `left` and `invoiced` are what is left to credit, `credit` what is credited, by who carries it,
    positive. Of a part each place gives back by largest remainder; what is credited beyond
    everything that was invoiced was covered by nobody.
    """
    back: Funded = ()
    for organisation, asked in credit.items():
        cells = list(_cells(left, organisation))
        rest = max(0, invoiced.get(organisation, 0) - sum(amount for *_, amount in cells))
        weights = [*(max(0, amount) for *_, amount in cells), rest]
        taken = split(min(asked, sum(weights)), weights, least) if any(weights) else weights
        for (source, reason, _), part in zip(cells, taken[:-1], strict=True):
            share = (Share(organisation=organisation, amount=part),) if part else ()
            one = Eligibility(source=source, eligible=share)
            if reason is not None:
                uncovered = (Uncovered(reason=reason, shares=share),)
                one = Eligibility(source=source, uncovered=uncovered)
            back = add_funded(back, (one,))
        beyond = asked - sum(weights)
        if beyond > 0:
            back = add_funded(back, (not_funded(None, {organisation: beyond}),))
    held = {one.source: one for one in left}
    return negated_funded(
        tuple(
            replace(one, support=_support_back(held[one.source], one, least))
            if one.eligible
            else one
            for one in back
        )
    )


def _support_back(held: Eligibility, back: Eligibility, least: int) -> Shares:
    """The support of the eligible cost that is given back: rounded once, by largest remainder."""
    supports, costs = (
        {share.organisation: share.amount for share in shares}
        for shares in (held.support, held.eligible)
    )
    exact = {
        share.organisation: Fraction(
            supports.get(share.organisation, 0) * share.amount, costs[share.organisation] * least
        )
        for share in back.eligible
    }
    parts = {name: floor(part) for name, part in exact.items()}
    more = floor(sum(exact.values()) + Fraction(1, 2)) - sum(parts.values())
    for name in sorted(exact, key=lambda name: parts[name] - exact[name])[:more]:
        parts[name] += 1
    return _shares({name: part * least for name, part in parts.items()})


def _cells(funded: Funded, organisation: str) -> Iterator[tuple[str | None, Reason | None, int]]:
    """Source, why not (None: eligible) and amount of everything that an organisation carries."""
    for one in funded:
        for share in one.eligible:
            if share.organisation == organisation:
                yield one.source, None, share.amount
        for part in one.uncovered:
            for share in part.shares:
                if share.organisation == organisation:
                    yield one.source, part.reason, share.amount


def add_funded(funded: Funded, more: Iterable[Eligibility], sign: int = 1) -> Funded:
    """What sources cover after more of it; what comes to nothing is left out."""
    by = {one.source: one for one in funded}
    for one in more:
        before = by.get(one.source, Eligibility(source=one.source))
        reasons = {part.reason: part.shares for part in before.uncovered}
        for part in one.uncovered:
            reasons[part.reason] = add_shares(reasons.get(part.reason, ()), part.shares, sign)
        by[one.source] = Eligibility(
            source=one.source,
            eligible=add_shares(before.eligible, one.eligible, sign),
            support=add_shares(before.support, one.support, sign),
            uncovered=tuple(
                Uncovered(reason=reason, shares=shares)
                for reason, shares in reasons.items()
                if shares
            ),
        )
    return tuple(one for one in by.values() if one.eligible or one.support or one.uncovered)


def negated_funded(funded: Funded) -> Funded:
    return tuple(
        Eligibility(
            source=one.source,
            eligible=negated(one.eligible),
            support=negated(one.support),
            uncovered=tuple(
                Uncovered(reason=part.reason, shares=negated(part.shares)) for part in one.uncovered
            ),
        )
        for one in funded
    )


def sources_of(funded: Funded) -> Iterator[tuple[str, str | None, int]]:
    """Who carries how much that which source pays for (None: what is not eligible), öre."""
    for one in funded:
        for share in one.eligible:
            yield share.organisation, one.source, share.amount
        for part in one.uncovered:
            for share in part.shares:
                yield share.organisation, None, share.amount


def funded_of(funded: Funded, organisation: str) -> Funded:
    """What sources cover of one organisation's share, and nobody else's."""

    def mine(shares: Shares) -> Shares:
        return tuple(share for share in shares if share.organisation == organisation)

    return add_funded(
        (),
        (
            Eligibility(
                source=one.source,
                eligible=mine(one.eligible),
                support=mine(one.support),
                uncovered=tuple(
                    Uncovered(reason=part.reason, shares=mine(part.shares))
                    for part in one.uncovered
                ),
            )
            for one in funded
        ),
    )


def total(shares: Shares) -> int:
    """The sum of shares, in öre."""
    return sum(share.amount for share in shares)


def _not_eligible(name: str | None, reason: Reason, carried: Mapping[str, int]) -> Eligibility:
    shares = _shares(carried)
    return Eligibility(source=name, uncovered=(Uncovered(reason=reason, shares=shares),))


def _shares(carried: Mapping[str, int]) -> Shares:
    return tuple(
        Share(organisation=name, amount=amount) for name, amount in carried.items() if amount
    )


def _spread(amount: int, carried: Mapping[str, int], least: int) -> Shares:
    """An amount by who carries what it is a part of; what is carried has one sign."""
    return share_by(amount, {name: abs(part) for name, part in carried.items()}, least)
