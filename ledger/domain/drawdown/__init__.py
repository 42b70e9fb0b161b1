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
)
from ledger.domain.drawdown.decisions import approve, record, reject
from ledger.domain.drawdown.judging import JudgeAgain, judge_again
from ledger.domain.drawdown.recharge import recharge, reverse_recharge
from ledger.domain.drawdown.state import State, Status, as_seen_by, evolve, identity, named, stream

__all__ = [
    "ApproveDrawdown",
    "JudgeAgain",
    "Part",
    "RecordDrawdown",
    "RecordRecharge",
    "RejectDrawdown",
    "ReverseRecharge",
    "State",
    "Status",
    "able_persons",
    "approve",
    "as_seen_by",
    "evolve",
    "identity",
    "judge_again",
    "may",
    "named",
    "recharge",
    "record",
    "reject",
    "reverse_recharge",
    "stream",
]
