"""The last day on which a university may answer an order (DOMAIN 1.10)."""

from datetime import date, timedelta

from ledger.domain import agreement


def last_day_to_answer(of: agreement.State, asked_on: date, today: date, days: int) -> date:
    """So many days after the order was asked for, or after it was recorded if that was later; at
    latest the term's end, but never before the day on which it is recorded.

    `days` are the order's own, where it says by when, else the policy's.
    """
    return max(today, min(max(asked_on, today) + timedelta(days=days), of.ends_on))
