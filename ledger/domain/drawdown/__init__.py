"""The drawdown: an invoice or a credit against orders of one agreement, and its approval."""

from ledger.domain.drawdown import may
from ledger.domain.drawdown.attesting import able_persons
from ledger.domain.drawdown.commands import (
    ApproveDrawdown,
    Part,
    RecordDrawdown,
    RecordRecharge,
    RejectDrawdown,
    ReverseRecharge,
    WithdrawDrawdown,
)
from ledger.domain.drawdown.decisions import approve, record, reject, withdraw
from ledger.domain.drawdown.recharge import recharge, reverse_recharge
from ledger.domain.drawdown.state import (
    FREED,
    State,
    Status,
    as_seen_by,
    evolve,
    identity,
    named,
    plain,
    stream,
)

__all__ = [
    "FREED",
    "ApproveDrawdown",
    "Part",
    "RecordDrawdown",
    "RecordRecharge",
    "RejectDrawdown",
    "ReverseRecharge",
    "State",
    "Status",
    "WithdrawDrawdown",
    "able_persons",
    "approve",
    "as_seen_by",
    "evolve",
    "identity",
    "may",
    "named",
    "plain",
    "recharge",
    "record",
    "reject",
    "reverse_recharge",
    "stream",
    "withdraw",
]
