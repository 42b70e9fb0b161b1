"""What is done with received files. Each door does it by hand: what comes is a file, and what
becomes of it depends on what it says."""

from typing import Any

from ledger.application.acts.act import Act
from ledger.application.bodies.documents import AssignDocument, DiscardDocument, Nothing
from ledger.domain import drawdown

QUEUED = "/documents/<digest:sha256>"


def _act(name: str, **more: Any) -> Act:
    given: dict[str, Any] = {
        "to": "document",
        "name": name,
        "command": drawdown.RecordDrawdown,
        "roles": ("finance", "admin"),
        "answer": "documents.Receipt",
        "route": f"{QUEUED}/{name}",
        "verb": f"queue {name}",
        "step": None,
        "by_hand": True,
        **more,
    }
    return Act(**given)


ACTS = (
    _act(
        "receive",
        says="Take in a document (raw XML): 201 recorded, 200 recorded before, 202 kept in the "
        "queue.",
        route="/documents/<format:format>",
        verb="receive",
    ),
    _act(
        "retry",
        says="Match again: 201 recorded, 200 recorded before, 202 still in the queue.",
        body=Nothing,
    ),
    _act(
        "assign",
        says="Say which order it belongs to: 201 recorded, 200 recorded before.",
        body=AssignDocument,
    ),
    _act(
        "discard",
        says="Take it out of the queue, and say why.",
        command=None,
        body=DiscardDocument,
    ),
)
