"""What goes out of received files."""

from typing import Annotated, Any

from ledger.application.answers.making import Answer
from ledger.application.answers.members import figures, listed, one_of, text, whole
from ledger.application.answers.terms import DIGEST


class Receipt(Answer):
    """What became of a received file."""

    sha256: Annotated[str, text("The file's SHA-256.", DIGEST)]
    status: Annotated[
        str, one_of("What became of it.", ("recorded", "duplicate", "queued", "discarded"))
    ]
    drawdown: Annotated[str, text("The drawdown; empty where it waits in the queue.")]
    reason: Annotated[str, text("Why it waits, or what it duplicates; else empty.")]
    refusal: Annotated[str, text("The type of the refusal that keeps it in the queue; else empty.")]
    version: Annotated[int, whole("The drawdown's version; 0 where nothing was recorded.")]
    receipt: Annotated[
        str, text("The record's place in the hash tree, as in Avrop-Receipt, or empty.")
    ]


class QueuedDocument(Answer):
    """A file that could not be matched."""

    sha256: Annotated[str, text("The file's SHA-256.", DIGEST)]
    format: Annotated[str, text("Its format.")]
    buyer: Annotated[str | None, text("Whom it is made out to.")]
    reason: Annotated[str, text("Why it waits.")]
    refusal: Annotated[str, text("The type of the refusal that keeps it here.")]
    figures: Annotated[dict[str, Any], figures("The refusal's figures.")]
    received_at: Annotated[str, text("When it came.", format="date-time")]


class Queue(Answer):
    items: Annotated[list[QueuedDocument], listed("The oldest first.")]
