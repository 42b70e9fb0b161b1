"""What goes out of received files."""

from marshmallow import Schema, fields

from ledger.application.answers import members
from ledger.application.answers.terms import DIGEST


class Receipt(Schema):
    """What became of a received file."""

    sha256 = members.text("The file's SHA-256.", DIGEST)
    status = members.one_of("What became of it.", ("recorded", "duplicate", "queued", "discarded"))
    drawdown = members.text("The drawdown; empty where it waits in the queue.")
    reason = members.text("Why it waits, or what it duplicates; else empty.")
    refusal = members.text("The type of the refusal that keeps it in the queue; else empty.")
    version = members.whole("The drawdown's version; 0 where nothing was recorded.")
    receipt = members.text("The record's place in the hash tree, as in Avrop-Receipt, or empty.")


class QueuedDocument(Schema):
    """A file that could not be matched."""

    sha256 = members.text("The file's SHA-256.", DIGEST)
    format = members.text("Its format.")
    buyer = members.text("Whom it is made out to.", null=True)
    reason = members.text("Why it waits.")
    refusal = members.text("The type of the refusal that keeps it here.")
    figures = fields.Dict(required=True, metadata={"description": "The refusal's figures."})
    received_at = members.moment("When it came.")


class Queue(Schema):
    items = members.listed(QueuedDocument, "The oldest first.")
