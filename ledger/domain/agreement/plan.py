"""Use against plan: how much of a limit should be in use by a day, and whether it is."""

from datetime import date, timedelta

from ledger.domain.agreement.state import State, use_of
from ledger.domain.events import UnderUseAlertRaised
from ledger.domain.limits import CAP, Limit


def under_use_due(state: State, on: date) -> tuple[UnderUseAlertRaised, ...]:
    """The limits of which less is in use than the policy asks for, and it has not been said.

    What is in use is held against what was planned by the end of the latest whole quarter, so
    that it is said of a limit at most once a quarter, and of none that is before one of which it
    was said. A limit of unknown amount has no plan, and neither has one in seats.
    """
    percent, by = state.policy_on(on).under_use, quarter_before(on)
    if percent is None:
        return ()
    due, said = [], dict(state.under_use)
    for limit in (one for one in state.limits if one.unit == "money"):
        last = time_of(limit, state)[1]
        planned, amount = planned_of(limit, state, by), limit.amount_on(on)
        if amount is None or planned is None or on > last or by <= said.get(limit.name, date.min):
            continue
        used = use_of(state, limit).total
        if used * 100 < planned * percent:
            due.append(
                UnderUseAlertRaised(
                    limit=limit.name,
                    percent=percent,
                    planned_by=by,
                    planned=planned,
                    used=used,
                    amount=amount,
                )
            )
    return tuple(due)


def planned_of(limit: Limit, state: State, by: date) -> int | None:
    """What of a limit is planned to be in use by the end of a day, in öre; None: nothing is said.

    The cap by the agreement's own plan, from its first step on; else evenly over the limit's
    time, where a whole quarter of it has passed.
    """
    plan = state.policy_on(by).plan
    if limit.name == CAP and plan:
        return max((step.amount for step in plan if step.by <= by), default=None)
    amount = limit.amount_on(by)
    first, last = time_of(limit, state)
    if not amount or first > first_of_quarter(by) or by > last:
        return None
    return amount * ((by - first).days + 1) // ((last - first).days + 1)


def time_of(limit: Limit, state: State) -> tuple[date, date]:
    """The first and the last day on which a limit can be used: of its year, within the term."""
    if limit.year is None:
        return state.starts_on, state.ends_on
    first, last = date(limit.year, 1, 1), date(limit.year, 12, 31)
    return max(first, state.starts_on), min(last, state.ends_on)


def first_of_quarter(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def quarter_before(on: date) -> date:
    """The last day of the latest quarter that has ended before a day."""
    return first_of_quarter(on) - timedelta(days=1)
