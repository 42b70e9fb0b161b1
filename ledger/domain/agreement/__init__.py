"""The framework agreement: what is in force, what is in use of it, and what may change it."""

from ledger.domain.agreement.commands import (
    AcceptShareMove,
    AmendAgreement,
    CloseAgreement,
    DeclineShareMove,
    ExtendAgreement,
    LimitTerms,
    ProposeShareMove,
    RecordInKind,
    ReopenAgreement,
    SignAgreement,
    SuspendAgreement,
    WatchTerm,
)
from ledger.domain.agreement.decisions import amend, close, extend, reopen, sign, suspend
from ledger.domain.agreement.funding import (
    ChangeFunding,
    DecideFunding,
    WithdrawFunding,
    change_funding,
    cost_left,
    decide_funding,
    withdraw_funding,
)
from ledger.domain.agreement.joint import (
    accept_share_move,
    decline_share_move,
    propose_share_move,
    record_in_kind,
)
from ledger.domain.agreement.room import check_limits, limits_passed, move_room, require_open
from ledger.domain.agreement.selecting import is_one_of_several, ordered_by_supplier, turns
from ledger.domain.agreement.state import Funding, State, Status, evolve, stream, use_of
from ledger.domain.agreement.term import due_on_term, watch_term

__all__ = [
    "AcceptShareMove",
    "AmendAgreement",
    "ChangeFunding",
    "CloseAgreement",
    "DecideFunding",
    "DeclineShareMove",
    "ExtendAgreement",
    "Funding",
    "LimitTerms",
    "ProposeShareMove",
    "RecordInKind",
    "ReopenAgreement",
    "SignAgreement",
    "State",
    "Status",
    "SuspendAgreement",
    "WatchTerm",
    "WithdrawFunding",
    "accept_share_move",
    "amend",
    "change_funding",
    "check_limits",
    "close",
    "cost_left",
    "decide_funding",
    "decline_share_move",
    "due_on_term",
    "evolve",
    "extend",
    "is_one_of_several",
    "limits_passed",
    "move_room",
    "ordered_by_supplier",
    "propose_share_move",
    "record_in_kind",
    "reopen",
    "require_open",
    "sign",
    "stream",
    "suspend",
    "turns",
    "use_of",
    "watch_term",
    "withdraw_funding",
]
