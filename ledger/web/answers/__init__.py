"""What goes out: the members of every answer, as `resources` makes them and the API describes them.

Amounts are decimal strings excluding VAT; a member that is unknown or not there is null.
"""

from ledger.web.answers.access import (
    APPOINTMENT_ID,
    Auditor,
    RecordedAttempt,
    RecordedRead,
)
from ledger.web.answers.agreements import (
    Agreement,
    AgreementLimit,
    AgreementPolicy,
    Balance,
    CostSplit,
    CostSplitPart,
    ExtensionOption,
    LimitBalance,
    ListedAgreement,
    NamedBuyer,
    NamedParty,
    PostedLine,
    Posting,
    Preview,
    ProposedShareMove,
    Statement,
)
from ledger.web.answers.documents import Queue, QueuedDocument, Receipt
from ledger.web.answers.drawdowns import (
    CarriedShare,
    Drawdown,
    DrawdownPart,
    MemberRecharge,
    SourceFile,
)
from ledger.web.answers.funding import (
    AgreementFunding,
    FundedMember,
    FundingSource,
    JudgedPart,
    PartNotEligible,
    SourceNotEligible,
)
from ledger.web.answers.log import Actor, Fact, FactHead
from ledger.web.answers.orders import (
    AllocatedSeats,
    CounterOffer,
    Order,
    OrderConfirmation,
    OrderLine,
)
from ledger.web.answers.people import ErasedPerson, KnownPerson
from ledger.web.answers.proof import Checkpoint, Consistency, Inclusion, TreeCheckpoint
from ledger.web.answers.refusals import Conflict, Invalid, PassedLimit, PlacedFault, Problem
from ledger.web.answers.selection import (
    EarlierSupplier,
    SelectionTerms,
    SupplierKey,
    SupplierPassedOver,
)
from ledger.web.answers.terms import (
    DIGEST,
    DRAWDOWN_ID,
    ORDER_NUMBER,
    PERSON_ID,
    RECORDED,
    Four,
)
from ledger.web.answers.wrapped import dry_run_of, page_of

__all__ = [
    "APPOINTMENT_ID",
    "DIGEST",
    "DRAWDOWN_ID",
    "ORDER_NUMBER",
    "PERSON_ID",
    "RECORDED",
    "Actor",
    "Agreement",
    "AgreementFunding",
    "AgreementLimit",
    "AgreementPolicy",
    "AllocatedSeats",
    "Auditor",
    "Balance",
    "CarriedShare",
    "Checkpoint",
    "Conflict",
    "Consistency",
    "CostSplit",
    "CostSplitPart",
    "CounterOffer",
    "Drawdown",
    "DrawdownPart",
    "EarlierSupplier",
    "ErasedPerson",
    "ExtensionOption",
    "Fact",
    "FactHead",
    "Four",
    "FundedMember",
    "FundingSource",
    "Inclusion",
    "Invalid",
    "JudgedPart",
    "KnownPerson",
    "LimitBalance",
    "ListedAgreement",
    "MemberRecharge",
    "NamedBuyer",
    "NamedParty",
    "Order",
    "OrderConfirmation",
    "OrderLine",
    "PartNotEligible",
    "PassedLimit",
    "PlacedFault",
    "PostedLine",
    "Posting",
    "Preview",
    "Problem",
    "ProposedShareMove",
    "Queue",
    "QueuedDocument",
    "Receipt",
    "RecordedAttempt",
    "RecordedRead",
    "SelectionTerms",
    "SourceFile",
    "SourceNotEligible",
    "Statement",
    "SupplierKey",
    "SupplierPassedOver",
    "TreeCheckpoint",
    "dry_run_of",
    "page_of",
]
