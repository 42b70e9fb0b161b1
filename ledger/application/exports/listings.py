"""What each list is called, and which of its columns are printed: the one list of them."""

from collections.abc import Mapping
from typing import NamedTuple

from ledger.application.answers import Answer, Auditor, Competition, Drawdown, Order
from ledger.application.answers.access import RecordedAttempt, RecordedRead
from ledger.application.answers.accruals import AccruedLine
from ledger.application.answers.agreements import ListedAgreement
from ledger.application.answers.compared import Moved
from ledger.application.answers.documents import QueuedDocument
from ledger.application.answers.explained import Part
from ledger.application.answers.log import Fact
from ledger.application.answers.organisations import Attester
from ledger.application.answers.passing import CameAfter
from ledger.application.answers.people import KnownPerson
from ledger.application.answers.postings import Posting
from ledger.application.answers.programmes import ProgrammeRound
from ledger.application.answers.reconciliation import ReconciledPayment
from ledger.application.answers.stale import StaleOrder
from ledger.application.answers.summary import Course
from ledger.application.answers.suppliers import SupplierStanding
from ledger.application.answers.usage import UsedPart
from ledger.wording import translate


class Listing(NamedTuple):
    """A list's title, and the paths of what a page has room for: eight columns at most."""

    title: str
    printed: tuple[str, ...]


LISTINGS: Mapping[type[Answer], Listing] = {
    ListedAgreement: Listing(
        "Agreements",
        ("number", "title", "status", "ends_on", "balance.cap", "balance.drawn",
         "balance.remaining", "balance.room"),
    ),
    Order: Listing(
        "Orders",
        ("number", "status", "course", "unit", "starts_on", "seats", "amount", "drawn"),
    ),
    Drawdown: Listing(
        "Invoices",
        ("invoice", "supplier", "agreement", "issued_on", "due_on", "amount", "status", "flags"),
    ),
    Posting: Listing(
        "Account statement",
        ("effective_on", "cause", "order", "cap", "reserved", "committed", "drawn", "remaining"),
    ),
    Part: Listing(
        "Why a figure is what it is",
        ("effective_on", "recorded_at", "cause", "order", "drawdown", "by.role", "amount"),
    ),
    CameAfter: Listing(
        "After it was passed",
        ("recorded_at", "effective_on", "kind", "id", "by.role", "asked", "amount", "over"),
    ),
    Moved: Listing(
        "What came in between",
        ("side", "event.effective_on", "recorded_at", "event.sentence", "by.role"),
    ),
    Fact: Listing(
        "Facts",
        ("position", "recorded_at", "effective_on", "name", "stream", "by.role"),
    ),
    QueuedDocument: Listing(
        "Queue of files",
        ("received_at", "name", "invoice", "supplier", "amount", "due_on", "buyer", "reason"),
    ),
    RecordedRead: Listing(
        "Bundles read", ("recorded_at", "by.person", "by.role", "agreement", "size")
    ),
    RecordedAttempt: Listing(
        "Refused attempts",
        ("recorded_at", "by.role", "action", "agreement", "about", "sentence"),
    ),
    Auditor: Listing(
        "Auditors", ("name", "organisations", "starts_on", "ends_on", "decision", "status")
    ),
    StaleOrder: Listing(
        "Commitments that nobody invoices",
        ("order", "course", "status", "since", "days", "ordered", "invoiced", "release"),
    ),
    ProgrammeRound: Listing(
        "Rounds",
        ("programme", "round", "starts_on", "ends_on", "seats", "amount", "invoiced", "result"),
    ),
    AccruedLine: Listing(
        "Accruals",
        ("order", "line", "course", "year", "code_string", "delivered", "invoiced", "accrued"),
    ),
    UsedPart: Listing(
        "Use", ("agreement", "year", "buyer_name", "unit", "reserved", "committed", "drawn", "used")
    ),
    Course: Listing(
        "Public summary",
        ("course", "year", "orders", "paid", "seats_used", "credits_awarded", "free_seats",
         "per_participant"),
    ),
    KnownPerson: Listing(
        "Persons", ("id", "kind", "name", "number", "organisation", "roles", "tokens")
    ),
    SupplierStanding: Listing(
        "Suppliers",
        ("supplier", "name", "rank", "ordered", "drawn", "share", "orders", "declined"),
    ),
    Attester: Listing(
        "Attest rights",
        ("person", "right", "deputy_for", "responsibilities", "limit", "starts_on", "ends_on"),
    ),
    Competition: Listing(
        "Competitions",
        ("number", "name", "status", "opened_on", "answer_by", "winner", "reason", "order"),
    ),
    ReconciledPayment: Listing(
        "Supplier ledger compared",
        ("supplier_name", "invoice", "verdict", "paid", "drawn", "difference", "sentence"),
    ),
}  # fmt: skip
UNNAMED = "List"


def title_of(shape: type[Answer], language: str) -> str:
    return translate(LISTINGS[shape].title if shape in LISTINGS else UNNAMED, language)
