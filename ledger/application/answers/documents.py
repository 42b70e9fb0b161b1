"""What goes out of received files, and of the queue of those that wait."""

from datetime import date
from typing import Annotated, Any

from ledger.application.answers.making import Answer
from ledger.application.answers.members import (
    amount,
    day,
    figures,
    listed,
    one_of,
    text,
    truth,
    whole,
)
from ledger.application.answers.terms import DIGEST
from ledger.reasons import of_row
from ledger.wording import Sentence, say


class DocumentWarning(Answer):
    """What is odd about a file and did not refuse it."""

    pointer: Annotated[str, text("Where it stands in the file.", of="place")]
    code: Annotated[str, text("What it is: stable.")]
    detail: Annotated[
        str,
        text(
            "The same in words.",
            of=lambda fault, at: say(Sentence(fault.message, fault.figures), at.language),
        ),
    ]


class Receipt(Answer):
    """What became of a received file."""

    sha256: Annotated[str, text("The file's SHA-256.", DIGEST)]
    status: Annotated[
        str, one_of("What became of it.", ("recorded", "duplicate", "queued", "discarded"))
    ]
    drawdown: Annotated[str, text("The drawdown; empty where it waits in the queue.")]
    reason: Annotated[
        str,
        text(
            "Why it waits, or what it duplicates; else empty.",
            of=lambda receipt, at: receipt.why.says(at.language),
        ),
    ]
    refusal: Annotated[str, text("The type of the refusal that keeps it in the queue; else empty.")]
    freed: Annotated[
        bool,
        truth("Whether it was recorded before and turned down or withdrawn: it can be taken up."),
    ]
    version: Annotated[int, whole("The drawdown's version; 0 where nothing was recorded.")]
    receipt: Annotated[
        str, text("The record's place in the hash tree, as in Avrop-Receipt, or empty.")
    ]
    warnings: Annotated[list[DocumentWarning], listed("What is odd about the file.")]


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


class QueuedDocument(Answer):
    """A file that could not be matched."""

    sha256: Annotated[str, text("The file's SHA-256.", DIGEST)]
    name: Annotated[str, text("What it was called when it came; or empty.")]
    format: Annotated[str, text("Its format.")]
    invoice: Annotated[
        str | None, text("The invoice's number; null of a file that an earlier version took.")
    ]
    supplier: Annotated[str | None, text("Who sent it, as it says.")]
    amount: Annotated[str | None, amount("Excl. VAT, as it counts for the buyer.")]
    currency: Annotated[str | None, text("ISO 4217.")]
    due_on: Annotated[
        date | None,
        day("When it is to be paid.", of=lambda row, _: _day(row["due_on"])),
    ]
    buyer: Annotated[str | None, text("Whom it is made out to.")]
    reason: Annotated[str, text("Why it waits.", of=lambda row, at: of_row(row).says(at.language))]
    refusal: Annotated[str, text("The type of the refusal that keeps it here.")]
    figures: Annotated[
        dict[str, Any],
        figures("The refusal's figures.", of=lambda row, _: of_row(row).figures),
    ]
    received_at: Annotated[str, text("When it came.", format="date-time")]
