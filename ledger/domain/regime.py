"""Which law or policy governs term, amendments and the cap's effect.

Contract education (CPV 80000000–80660000) is an Annex 2 service: the four-year limit (LOU 7 kap.
2 §) and the amendment rules (17 kap.) do not apply directly to procurements under 19 and 19 a
kap. So each agreement carries its regime and its policy, and the policy decides.
"""

from collections.abc import Iterable
from datetime import date
from typing import Literal

import msgspec
from msgspec.structs import replace

from ledger.domain.amounts import AmountFrom
from ledger.domain.binding import Effect
from ledger.domain.refusals import Amount, GroundNotUsable, NotCovered
from ledger.domain.sharing import Split

Regime = Literal[
    "lou_directive",
    "lou_19_advertised",
    "lou_19a_direct",
    "internal",
    "cooperation",
    "outside_lou",
    "unknown",
]
REGIMES: tuple[str, ...] = Regime.__args__  # type: ignore[attr-defined]

Ground = Literal["17:9", "17:10", "17:11", "17:12", "17:13", "17:14", "policy"]
GROUNDS: tuple[str, ...] = Ground.__args__  # type: ignore[attr-defined]

BOUNDED = ("17:9", "17:11", "17:12")
"""Grounds that carry a change of the value up to a bound only."""

ANNEX_2 = {2018: 711_345_000, 2020: 770_167_500, 2022: 780_255_000, 2024: 810_945_000}
OTHER = {2018: 209_609_700, 2020: 219_754_500, 2022: 223_673_100, 2024: 238_958_500}
"""Thresholds in öre for the two years from each even year (local authorities). Later ones are
given in the agreement's policy until they are verified."""


class Extension(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An option to extend the term, agreed at signing (counted in the agreement's value)."""

    months: int
    text: str = ""


class PlanStep(msgspec.Struct, frozen=True, kw_only=True):
    """So much of the cap is planned to be in use by the end of a day: öre since the start."""

    by: date
    amount: int


class TariffStep(msgspec.Struct, frozen=True, kw_only=True):
    """What a buyer's cancellation costs from so many days before the start on, in per cent."""

    days: int
    percent: int


class Policy(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the parties or the law decided for one agreement. Amounts in öre, excluding VAT.

    `cap_tolerance` is in whole per cent of the cap: what may be passed before it binds.
    `alerts` are per cent of a limit, `term_alerts` months before the end of the term. `under_use`
    is the per cent of what was planned below which use is alerted of (None: never); the cap is
    planned by the steps of `plan`, all else, and the cap without any, evenly over its time.
    `split` is the cost split of orders that name none. `tariff` is what cancelling costs.
    `sealed_offers` hides what suppliers offer in a competition from buyers until it is opened.
    `answer_days` are those that a university has for an answer to an order that says no last day.
    """

    cap_effect: Effect = "hard"
    cap_tolerance: int = 0
    amendments: Literal["lou_17", "free"] = "lou_17"
    longest_term_months: int | None = None
    extensions: tuple[Extension, ...] = ()
    threshold: int | None = None
    index_adjusted_value: int | None = None
    delivery_after_term: bool = True
    alerts: tuple[int, ...] = (50, 75, 90, 100)
    term_alerts: tuple[int, ...] = (6, 3)
    under_use: int | None = None
    plan: tuple[PlanStep, ...] = ()
    legal_ground: str = ""
    split: Split | None = None
    tariff: tuple[TariffStep, ...] = ()
    answer_days: int = 14
    sealed_offers: bool = False


class PolicyFrom(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a policy says from a day on: of the members that it names, of all where it names none.

    Of two for one day the later recorded one holds.
    """

    effective_on: date
    policy: Policy
    members: tuple[str, ...] = ()


def policy_after(before: Policy, step: PolicyFrom) -> Policy:
    """The policy with what a step says of it; its other members may be set from another day."""
    changed = {name: getattr(step.policy, name) for name in step.members}
    return replace(before, **changed) if changed else step.policy


def policy_on(policy: Policy, steps: Iterable[PolicyFrom], day: date) -> Policy:
    """The policy that holds on a day; `policy` where no step is of that day or an earlier one."""
    for step in sorted(steps, key=_effective_on):
        if step.effective_on <= day:
            policy = policy_after(policy, step)
    return policy


def _effective_on(step: PolicyFrom) -> date:
    return step.effective_on


def tariff_percent(tariff: tuple[TariffStep, ...], days: int) -> int:
    """Per cent of what is cancelled so many days before the start (below 0: after it).

    The step that is nearest to the start of those that are reached holds: with 28 days 25 %, 21
    days 50 %, 25 days ahead cost 25 %, and 29 days ahead nothing.
    """
    reached = [step for step in tariff if days <= step.days]
    return min(reached, key=_days).percent if reached else 0


def _days(step: TariffStep) -> int:
    return step.days


def default_amendments(regime: str) -> Literal["lou_17", "free"]:
    """17 kap. LOU, or a copy of it, for what was procured under LOU; else what the parties say."""
    return "lou_17" if regime.startswith("lou_") or regime == "unknown" else "free"


def default_longest_term(regime: str) -> int | None:
    """LOU 7 kap. 2 §: four years, where the directive's rules apply."""
    return 48 if regime == "lou_directive" else None


class Threshold(msgspec.Struct, frozen=True):
    """A threshold in öre, and what a person should know of how it was found."""

    amount: int
    flags: tuple[str, ...] = ()


def threshold(regime: str, signed_on: date) -> Threshold:
    """The award year's threshold: of an unknown regime the lower one, both flagged.

    Of a year whose threshold is not known it is the last known one before it, and of one before
    them all the first, flagged.
    """
    flags = ("regime-unknown",) if regime == "unknown" else ()
    table = OTHER if regime in ("lou_directive", "unknown") else ANNEX_2
    award = signed_on.year - signed_on.year % 2
    known = max((year for year in table if year <= award), default=min(table))
    return Threshold(table[known], flags if known == award else (*flags, "threshold-unknown"))


class Change(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an amendment did to the cap, in öre, on which ground: what later ones are judged by.

    `sets` is the amount that it set from its day `on`, `tolerance` the cap's in per cent where it
    changed; `amount` is its size as it was measured when others were judged (`staircase`).
    """

    ground: str
    amount: int
    covered: bool
    on: date | None = None
    sets: AmountFrom | None = None
    tolerance: int | None = None


def judge_amendment(
    *,
    policy: Policy,
    regime: str,
    signed_on: date,
    original: int | None,
    earlier: tuple[Change, ...],
    ground: str,
    clause: str,
    change: int | None,
    currency: str,
    loosens: bool = False,
) -> tuple[str, ...]:
    """Flags of an amendment that its ground covers. `change` is the cap's change in öre, measured
    as the original value is (`staircase`). `loosens`: the cap would refuse, or flag, what it did
    before no more.

    `None` is no change of the cap, or a change from or to an unknown cap.
    Raises NotCovered with the figures, or GroundNotUsable where the ground cannot carry a change
    of value at all. Rules: LOU 17 kap. 9–14 §§.
    """
    if policy.amendments == "free":
        return ()
    if ground == "policy":
        raise GroundNotUsable(
            ground=ground, reason="the agreement follows 17 kap. LOU, so name one of 17:9 to 17:14."
        )
    if ground == "17:10" and not clause.strip():
        raise GroundNotUsable(ground=ground, reason="name the clause of the contract.")
    if ground == "17:13" and change:
        raise GroundNotUsable(ground=ground, reason="a change of supplier does not change the cap.")
    if loosens and ground in ("17:9", "17:11", "17:12", "17:13"):
        raise GroundNotUsable(
            ground=ground, reason="the cap would bind less, and its value then has no bound."
        )
    if ground not in BOUNDED or change is None:
        return ()
    base = policy.index_adjusted_value or original
    if base is None:
        raise GroundNotUsable(ground=ground, reason="the original value is unknown.")
    if ground == "17:9":
        return _judge_minor(policy, regime, signed_on, base, earlier, change, currency)
    if abs(change) * 2 > base:
        raise _not_covered(ground, change, change, _half_of(base), currency)
    return ()


def _judge_minor(
    policy: Policy,
    regime: str,
    signed_on: date,
    base: int,
    earlier: tuple[Change, ...],
    change: int,
    currency: str,
) -> tuple[str, ...]:
    """17 kap. 9 §: the net of successive changes below 10 % and below the threshold."""
    net = change + sum(c.amount for c in earlier if c.covered and c.ground == "17:9")
    found = threshold_of(policy, regime, signed_on)
    if abs(net) * 10 >= base or abs(net) >= found.amount:
        raise _not_covered("17:9", change, net, _minor_of(base, found), currency)
    return found.flags


class Bound(msgspec.Struct, frozen=True, kw_only=True):
    """What a ground carries of a change of the value, in öre, of which value, and by what: half of
    it at most; or below ten per cent of it; or, where that is less, below the threshold."""

    amount: int
    original: int
    by: Literal["half", "ten-per-cent", "threshold"]


def bound_of(
    ground: str, policy: Policy, regime: str, signed_on: date, original: int | None
) -> Bound | None:
    """What a ground carries at most; None where it has no bound, or no value to measure by."""
    base = policy.index_adjusted_value or original
    if policy.amendments == "free" or base is None or ground not in BOUNDED:
        return None
    if ground == "17:9":
        return _minor_of(base, threshold_of(policy, regime, signed_on))
    return _half_of(base)


def _half_of(base: int) -> Bound:
    return Bound(amount=base // 2, original=base, by="half")


def _minor_of(base: int, least: Threshold) -> Bound:
    by: Literal["ten-per-cent", "threshold"] = "threshold"
    if base <= least.amount * 10:
        by = "ten-per-cent"
    return Bound(amount=min(base // 10, least.amount), original=base, by=by)


def threshold_of(policy: Policy, regime: str, signed_on: date) -> Threshold:
    """The threshold that the policy names, else the award year's."""
    return Threshold(policy.threshold) if policy.threshold else threshold(regime, signed_on)


def _not_covered(ground: str, change: int, net: int, bound: Bound, currency: str) -> NotCovered:
    reason = "at most half the value"
    if bound.by == "ten-per-cent":
        reason = "below 10 % of the value"
    elif bound.by == "threshold":
        reason = "below the threshold of the award year"
    return NotCovered(
        ground=ground,
        asked=Amount(change, currency),
        net=Amount(net, currency),
        bound=Amount(bound.amount, currency),
        original=Amount(bound.original, currency),
        bound_by=bound.by,
        reason=reason,
    )
