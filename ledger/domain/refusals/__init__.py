"""Every way the ledger says no, drawn as a tree.

    Refusal
    ├── NotFound        there is no such thing, or not for you to see
    ├── Forbidden       who you are does not allow it
    ├── Invalid         the words of the request cannot be what was meant
    ├── Conflict        the request is sound; the state of things says no
    └── Unavailable     nothing was decided; ask again

A refusal's `sentence` is an English template with the figures by name; `ledger.wording` fills it
in English or Swedish, so that API, page and command line say the same. `type` is stable: programs
may rely on it. Figures are amounts (`Amount`), dates, numbers, texts, or lists of them.
"""

from ledger.domain.refusals.access import (
    AppointmentAhead,
    AppointmentOver,
    FourEyes,
    NoBundle,
    NotAParty,
    NotAppointed,
    NotCounted,
    NotEntitled,
    OwnAppointment,
)
from ledger.domain.refusals.agreements import (
    AgreementNotOpen,
    CapExceeded,
    DeliveryAfterTerm,
    ExtensionLapsed,
    GroundNotUsable,
    NoSuchExtension,
    NotCovered,
    OutsideTerm,
    ShareInUse,
    TermTooLong,
)
from ledger.domain.refusals.attest import MayNotAttest, OwnRight
from ledger.domain.refusals.competitions import (
    AnswersAwaited,
    CompetitionNeeded,
    NoCompetition,
    OverAward,
    TooLateToAnswer,
)
from ledger.domain.refusals.documents import (
    NoOrderNamed,
    OrderAmbiguous,
    OrderUnknown,
    SupplierUnread,
    Unmatched,
)
from ledger.domain.refusals.drawdowns import (
    CreditTooLarge,
    CurrencyDiffers,
    DuplicateInvoice,
    JudgedAlready,
    NotUnderAgreement,
    OrderEnded,
    RechargeReversalTooLarge,
    RechargeTooLarge,
    RoomNotChosen,
    SupplierDiffers,
)
from ledger.domain.refusals.kinds import (
    Amount,
    Conflict,
    Fault,
    Figure,
    Figures,
    Forbidden,
    Invalid,
    LimitOver,
    NotFound,
    Person,
    Refusal,
    RightLacking,
    Unavailable,
)
from ledger.domain.refusals.orders import (
    BelowInvoiced,
    FeeTooHigh,
    NoRoom,
    OutOfTurn,
    PassedOn,
    ReleaseDiffers,
    SessionSettled,
    TooFewSeats,
    TooManySeats,
)
from ledger.domain.refusals.people import ErasingOneself
from ledger.domain.refusals.state import (
    AlreadyExists,
    Busy,
    KeyReused,
    LedgerDamaged,
    NotDue,
    NothingThere,
    VersionDiffers,
    WrongStatus,
)

__all__ = [
    "AgreementNotOpen",
    "AlreadyExists",
    "Amount",
    "AnswersAwaited",
    "AppointmentAhead",
    "AppointmentOver",
    "BelowInvoiced",
    "Busy",
    "CapExceeded",
    "CompetitionNeeded",
    "Conflict",
    "CreditTooLarge",
    "CurrencyDiffers",
    "DeliveryAfterTerm",
    "DuplicateInvoice",
    "ErasingOneself",
    "ExtensionLapsed",
    "Fault",
    "FeeTooHigh",
    "Figure",
    "Figures",
    "Forbidden",
    "FourEyes",
    "GroundNotUsable",
    "Invalid",
    "JudgedAlready",
    "KeyReused",
    "LedgerDamaged",
    "LimitOver",
    "MayNotAttest",
    "NoBundle",
    "NoCompetition",
    "NoOrderNamed",
    "NoRoom",
    "NoSuchExtension",
    "NotAParty",
    "NotAppointed",
    "NotCounted",
    "NotCovered",
    "NotDue",
    "NotEntitled",
    "NotFound",
    "NotUnderAgreement",
    "NothingThere",
    "OrderAmbiguous",
    "OrderEnded",
    "OrderUnknown",
    "OutOfTurn",
    "OutsideTerm",
    "OverAward",
    "OwnAppointment",
    "OwnRight",
    "PassedOn",
    "Person",
    "RechargeReversalTooLarge",
    "RechargeTooLarge",
    "Refusal",
    "ReleaseDiffers",
    "RightLacking",
    "RoomNotChosen",
    "SessionSettled",
    "ShareInUse",
    "SupplierDiffers",
    "SupplierUnread",
    "TermTooLong",
    "TooFewSeats",
    "TooLateToAnswer",
    "TooManySeats",
    "Unavailable",
    "Unmatched",
    "VersionDiffers",
    "WrongStatus",
]
