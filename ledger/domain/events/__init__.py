"""Every fact that can be recorded, and the name that it is stored under. It only ever grows.

A fact's shape never changes: a new shape is a new name, or a lift in `ledger.codec`. Amounts are
öre, excluding VAT. No personal data: people are opaque ids, participants are counts.
"""

from ledger.domain.events.access import (
    AccessEvent,
    AttemptRefused,
    AttemptsOpened,
    AttemptsUncounted,
    AuditorAppointed,
    AuditorAppointmentEnded,
    BundleRead,
    PassedLimit,
    PersonErased,
    PersonRecorded,
    RoleEnded,
    RoleGranted,
    TokenEnded,
    TokenMade,
)
from ledger.domain.events.agreement import (
    AgreementAmended,
    AgreementClosed,
    AgreementEvent,
    AgreementExpired,
    AgreementExtended,
    AgreementNumbersGiven,
    AgreementNumbersSkipped,
    AgreementRectified,
    AgreementReopened,
    AgreementSigned,
    AgreementSuspended,
    AgreementVoided,
    InKindRecorded,
    LimitRemoved,
    NoticePublished,
    RoundResultReported,
    ShareMoveAccepted,
    ShareMoveDeclined,
    ShareMoveProposed,
    TermAlertRaised,
)
from ledger.domain.events.competition import (
    CompetitionAnswered,
    CompetitionAwarded,
    CompetitionCancelled,
    CompetitionEvent,
    CompetitionOpened,
    OffersOpened,
)
from ledger.domain.events.drawdown import (
    ApprovalTakenBack,
    DrawdownAdvancesNamed,
    DrawdownApproved,
    DrawdownCredited,
    DrawdownCreditMatched,
    DrawdownCreditReceived,
    DrawdownCreditTakenBack,
    DrawdownDeducted,
    DrawdownDeductionTakenBack,
    DrawdownEvent,
    DrawdownJudged,
    DrawdownMoved,
    DrawdownRecorded,
    DrawdownRecordedAnew,
    DrawdownRejected,
    DrawdownWithdrawn,
    RechargeRecorded,
    RechargeReversed,
)
from ledger.domain.events.envelope import BUYER_ROLES, NOBODY, ROLES, By, Fact, New
from ledger.domain.events.file import FileDiscarded, FileEvent, FileRemoved, FileReturned
from ledger.domain.events.funding import (
    FundingChanged,
    FundingClaimed,
    FundingDecided,
    FundingEvent,
    FundingMeasured,
    FundingPaid,
    FundingUsed,
    FundingWithdrawn,
)
from ledger.domain.events.link import AnswerLinkMade, AnswerLinkRevoked, LinkEvent
from ledger.domain.events.log import LogRestored
from ledger.domain.events.names import NAME_OF, NAMES
from ledger.domain.events.number import NumberTaken
from ledger.domain.events.opening import (
    OpeningBalanceRecorded,
    OpeningBalanceTakenBack,
    OpeningEvent,
)
from ledger.domain.events.order import (
    CounterAccepted,
    CounterRejected,
    LineRecoded,
    OrderCancelled,
    OrderChanged,
    OrderClosed,
    OrderConfirmed,
    OrderCountered,
    OrderCredited,
    OrderCreditTakenBack,
    OrderDeclined,
    OrderDelivered,
    OrderDrawingTakenBack,
    OrderDrawn,
    OrderEvent,
    OrderInvoiced,
    OrderInvoiceWithdrawn,
    OrderJudged,
    OrderLapsed,
    OrderPassedOn,
    OrderPlaced,
    OrderReopened,
    OrderStarted,
    SeatsAllocated,
    SeatsCancelled,
    SeatsMoved,
)
from ledger.domain.events.organisation import (
    AddressOfRecordSet,
    AttestRightEnded,
    AttestRightGranted,
    CodeMapSet,
    DeputyEnded,
    DeputyNamed,
    OrganisationEvent,
    OwnCost,
    OwnCostSet,
)
from ledger.domain.events.parts import (
    Allocation,
    Event,
    FurtherNumber,
    LineAmount,
    Match,
    MatchedBy,
    Notice,
    NumberKind,
    OrderLine,
    Party,
    PartyRole,
    PriceRange,
    Reasons,
    Replacement,
    Room,
    RoundResult,
    Source,
    TakenBack,
)
from ledger.domain.events.proposal import (
    ChangeAccepted,
    ChangeDeclined,
    ChangeProposed,
    ChangeWithdrawn,
    ProposalEvent,
)
from ledger.domain.events.room import RoomMoved, RoomReserved, ThresholdCrossed, UnderUseAlertRaised
from ledger.domain.events.sessions import (
    Instalment,
    PlannedSession,
    SessionCancelled,
    SessionHeld,
    SessionMoved,
)
