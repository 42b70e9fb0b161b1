"""How much of a limit is in use, drawn: the bar that lists and pages of an agreement share."""

import msgspec

from ledger.projections.postings import LimitBalance


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """How much of a limit is in use, drawn to a thousand: (kind of money, from, width)."""

    parts: tuple[tuple[str, int, int], ...]
    percent: int


def bar(limit: LimitBalance) -> Bar | None:
    """None where the limit is unknown, 0, or seen in part: there is then no share to draw."""
    if not limit.amount or limit.percent is None:
        return None
    whole = max(limit.amount, limit.use.total)
    parts, at = [], 0
    for kind in ("drawn", "committed", "reserved"):
        width = max(0, getattr(limit.use, kind)) * 1000 // whole
        parts.append((kind, at, width))
        at += width
    if limit.use.total > limit.amount:
        start = limit.amount * 1000 // whole
        parts.append(("over", start, 1000 - start))
    return Bar(
        parts=tuple(part for part in parts if part[2]),
        percent=limit.percent,
    )
