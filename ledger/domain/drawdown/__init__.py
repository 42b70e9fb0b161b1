"""The drawdown: an invoice or a credit against orders of one agreement, and its approval."""

from ledger.domain.drawdown.decisions import (
    ApproveDrawdown,
    Orders,
    Part,
    RecordDrawdown,
    RejectDrawdown,
    State,
    Status,
    approve,
    evolve,
    identity,
    record,
    reject,
    stream,
)

__all__ = [
    "ApproveDrawdown",
    "Orders",
    "Part",
    "RecordDrawdown",
    "RejectDrawdown",
    "State",
    "Status",
    "approve",
    "evolve",
    "identity",
    "record",
    "reject",
    "stream",
]
