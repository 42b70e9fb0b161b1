"""The framework agreement: what is in force, what is in use of it, and what may change it."""

from ledger.domain.agreement.commands import (
    AmendAgreement,
    CloseAgreement,
    ExtendAgreement,
    LimitTerms,
    ReopenAgreement,
    SignAgreement,
    SuspendAgreement,
    WatchTerm,
)
from ledger.domain.agreement.decisions import amend, close, extend, reopen, sign, suspend
from ledger.domain.agreement.room import check_limits, limits_passed, move_room, require_open
from ledger.domain.agreement.state import State, Status, evolve, stream, use_of
from ledger.domain.agreement.term import due_on_term, watch_term

__all__ = [
    "AmendAgreement",
    "CloseAgreement",
    "ExtendAgreement",
    "LimitTerms",
    "ReopenAgreement",
    "SignAgreement",
    "State",
    "Status",
    "SuspendAgreement",
    "WatchTerm",
    "amend",
    "check_limits",
    "close",
    "due_on_term",
    "evolve",
    "extend",
    "limits_passed",
    "move_room",
    "reopen",
    "require_open",
    "sign",
    "stream",
    "suspend",
    "use_of",
    "watch_term",
]
