"""The drawdown: an invoice or a credit against orders of one agreement, and its approval."""

from ledger.domain.drawdown import may
from ledger.domain.drawdown.allocation import as_it_counts
from ledger.domain.drawdown.attesting import able_persons
from ledger.domain.drawdown.commands import (
    ApproveDrawdown,
    MatchCredit,
    MoveDrawdown,
    Part,
    RecordDrawdown,
    RecordRecharge,
    RejectDrawdown,
    ReverseRecharge,
    TakeBackApproval,
    WithdrawDrawdown,
)
from ledger.domain.drawdown.decisions import approve, record, reject, withdraw
from ledger.domain.drawdown.evolve import evolve
from ledger.domain.drawdown.found_late import match
from ledger.domain.drawdown.identity import chain_of
from ledger.domain.drawdown.judging import (
    JudgeAgain,
    as_before,
    decisions_after,
    is_left_out,
    judge_again,
    takes_in,
)
from ledger.domain.drawdown.moving import move
from ledger.domain.drawdown.payer import payer_of
from ledger.domain.drawdown.recharge import recharge, reverse_recharge, to_recharge
from ledger.domain.drawdown.state import (
    ADVANCE,
    DIFFERS,
    FREED,
    NAMED,
    OF_ANOTHER,
    REPLACES,
    SEVERAL,
    SPELT,
    TOO_LITTLE,
    UNCLEAR,
    UNMATCHED,
    UNTIED,
    State,
    Status,
    as_seen_by,
    as_spelt,
    identity,
    named,
    number_in,
    plain,
    stream,
)
from ledger.domain.drawdown.taking_back import take_back
from ledger.domain.drawdown.told import counted_from

__all__ = [
    "ADVANCE",
    "DIFFERS",
    "FREED",
    "NAMED",
    "OF_ANOTHER",
    "REPLACES",
    "SEVERAL",
    "SPELT",
    "TOO_LITTLE",
    "UNCLEAR",
    "UNMATCHED",
    "UNTIED",
    "ApproveDrawdown",
    "JudgeAgain",
    "MatchCredit",
    "MoveDrawdown",
    "Part",
    "RecordDrawdown",
    "RecordRecharge",
    "RejectDrawdown",
    "ReverseRecharge",
    "State",
    "Status",
    "TakeBackApproval",
    "WithdrawDrawdown",
    "able_persons",
    "approve",
    "as_before",
    "as_it_counts",
    "as_seen_by",
    "as_spelt",
    "chain_of",
    "counted_from",
    "decisions_after",
    "evolve",
    "identity",
    "is_left_out",
    "judge_again",
    "match",
    "may",
    "move",
    "named",
    "number_in",
    "payer_of",
    "plain",
    "recharge",
    "record",
    "reject",
    "reverse_recharge",
    "stream",
    "take_back",
    "takes_in",
    "to_recharge",
    "withdraw",
]
