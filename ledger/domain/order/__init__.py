"""The course order: placed under the cap, answered, delivered, invoiced, closed or ended early."""

from ledger.domain.order import may
from ledger.domain.order.cancellation import cancel, cancel_session
from ledger.domain.order.carriers import allocate_seats, move_seats
from ledger.domain.order.coding import recode
from ledger.domain.order.commands import (
    AcceptCounter,
    AllocateSeats,
    CancelOrder,
    ChangeOrder,
    CloseOrder,
    ConfirmOrder,
    CounterOrder,
    DeclineOrder,
    DeliverOrder,
    LapseOrder,
    LineTerms,
    MoveSeats,
    PlaceOrder,
    RecodeLine,
    RejectCounter,
    ReopenOrder,
    StartOrder,
)
from ledger.domain.order.crediting import credited
from ledger.domain.order.decisions import (
    accept,
    change,
    close,
    confirm,
    counter,
    decline,
    deliver,
    lapse,
    place,
    reject,
    start,
)
from ledger.domain.order.evolve import evolve
from ledger.domain.order.notices import Notice, notices
from ledger.domain.order.owed import owed, owed_left
from ledger.domain.order.plan.accruals import Accrual, Basis, accruals, earlier_years
from ledger.domain.order.plan.commands import (
    CancelSession,
    HoldSession,
    InstalmentTerms,
    MoveSession,
    SessionTerms,
)
from ledger.domain.order.plan.instalments import Due, DueStatus, Planned, instalments_on, planned
from ledger.domain.order.plan.schedule import Cancellation, Session, SessionStatus
from ledger.domain.order.plan.sessions import hold_session, move_session
from ledger.domain.order.reopening import reopen
from ledger.domain.order.room import with_invoice_gone, with_moves
from ledger.domain.order.stale import Stale, stale
from ledger.domain.order.state import (
    ENDED,
    RELEASED,
    UNANSWERED,
    State,
    Status,
    holding,
    is_unanswered,
    named,
    stream,
)
from ledger.domain.order.taking_back import (
    credit_taken_back,
    drawing_taken_back,
    invoice_withdrawn,
    invoiced,
)

__all__ = [
    "ENDED",
    "RELEASED",
    "UNANSWERED",
    "AcceptCounter",
    "Accrual",
    "AllocateSeats",
    "Basis",
    "CancelOrder",
    "CancelSession",
    "Cancellation",
    "ChangeOrder",
    "CloseOrder",
    "ConfirmOrder",
    "CounterOrder",
    "DeclineOrder",
    "DeliverOrder",
    "Due",
    "DueStatus",
    "HoldSession",
    "InstalmentTerms",
    "LapseOrder",
    "LineTerms",
    "MoveSeats",
    "MoveSession",
    "Notice",
    "PlaceOrder",
    "Planned",
    "RecodeLine",
    "RejectCounter",
    "ReopenOrder",
    "Session",
    "SessionStatus",
    "SessionTerms",
    "Stale",
    "StartOrder",
    "State",
    "Status",
    "accept",
    "accruals",
    "allocate_seats",
    "cancel",
    "cancel_session",
    "change",
    "close",
    "confirm",
    "counter",
    "credit_taken_back",
    "credited",
    "decline",
    "deliver",
    "drawing_taken_back",
    "earlier_years",
    "evolve",
    "hold_session",
    "holding",
    "instalments_on",
    "invoice_withdrawn",
    "invoiced",
    "is_unanswered",
    "lapse",
    "may",
    "move_seats",
    "move_session",
    "named",
    "notices",
    "owed",
    "owed_left",
    "place",
    "planned",
    "recode",
    "reject",
    "reopen",
    "stale",
    "start",
    "stream",
    "with_invoice_gone",
    "with_moves",
]
