"""One received file for whoever works the queue off or audits it: what it says, why it waits, where
it may belong, and what came with it. It is shown to the organisation that it is made out to."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from ledger.application.answers.received import (
    DocumentCheck,
    ReceivedDocument,
    check_answer,
    document_answer,
)
from ledger.application.asker import Asker
from ledger.bounds import MAX_PAGE
from ledger.documents.attachments import enclosed
from ledger.documents.characters import decoded, safe_name
from ledger.documents.faults import DocumentFaults
from ledger.documents.peppol_invoice import Invoice
from ledger.domain import drawdown, files
from ledger.domain.refusals import NotFound
from ledger.intake import Desk
from ledger.intake.candidates import Candidate, candidates
from ledger.intake.decided import Decided, decisions, discarded_for, own_decision, seen
from ledger.intake.reading import read_kept
from ledger.projections.seeing import organisations
from ledger.projections.sorting import folded
from ledger.registry import Document, Registry, checks, queue
from ledger.registry.enclosed import attached, names, sent


class File(NamedTuple):
    """An attachment to be saved: its bytes, and a name that is safe anywhere."""

    content: bytes
    name: str


def desk(asker: Asker) -> Desk:
    """Where files are taken in and worked off, for whoever asks."""
    opened = asker.ledger
    return Desk(asker.by, opened.service, opened.views, opened.registry, asker.organisation)


def received(asker: Asker, sha256: str) -> Document:
    """Raises NotFound where there is no such file, or it is another organisation's: not made out to
    the asker's, and not taken in for it."""
    registry, visible_to = asker.ledger.registry, asker.visible
    document = registry.received(sha256)
    if document is None or (
        visible_to is not None
        and not any(registry.is_for(document, one) for one in organisations(visible_to))
    ):
        raise NotFound(what="document", name=sha256)
    return document


def waiting(
    asker: Asker, status: str = "queued", after: str = "", limit: int | None = None, q: str = ""
) -> list[dict[str, Any]]:
    """Rows of the queue, or of what was discarded, the oldest first: an auditor sees those of their
    appointments. Why one was discarded is told to those whom it concerns. `q` are words of a file's
    name, its number, its parties or its order."""
    told = _undecided if status == "queued" else _discarded
    found: list[dict[str, Any]] = []
    while True:
        rows = queue.files(
            asker.ledger.registry, _mine(asker), _KEPT_AS[status], after, limit, folded(q).split()
        )
        found += [one for row in rows if (one := told(row, asker)) is not None]
        if limit is None or len(rows) < limit or len(found) >= limit:
            return found[:limit]
        after = queue.place_of(rows[-1])


_KEPT_AS = {"queued": ("queued",), "discarded": ("discarded", "queued")}
"""As what files are kept that are listed so: one that somebody put aside waits for others."""


def _undecided(row: dict[str, Any], asker: Asker) -> dict[str, Any] | None:
    """What waits; None of what the asker's own put aside and waits for others alone."""
    return None if _put_aside(row["sha256"], row["buyer"], asker) else row


def _discarded(row: dict[str, Any], asker: Asker) -> dict[str, Any] | None:
    """What was discarded, also by the asker's own alone; None of what waits for them."""
    if row["status"] == "discarded":
        return {**row, "reason": _reason(row, asker)}
    own = _put_aside(row["sha256"], row["buyer"], asker)
    return None if own is None else {**row, "reason": own.reason, "refusal": ""}


def _put_aside(sha256: str, buyer: str, asker: Asker) -> Decided | None:
    mine = _mine(asker)
    if mine is None or asker.ledger.service.load(files.stream(sha256))[1] is None:
        return None
    owners = {buyer, *asker.ledger.registry.taken_in_for(sha256)}
    return own_decision(sha256, owners, mine, asker.ledger.service)


def _mine(asker: Asker) -> list[str] | None:
    return None if asker.visible is None else organisations(asker.visible)


def _reason(row: Mapping[str, Any], asker: Asker) -> str:
    sha256, buyer, reason = str(row["sha256"]), str(row["buyer"]), str(row["reason"])
    service = asker.ledger.service
    return discarded_for(sha256, buyer, reason, _mine(asker), service).says(asker.language)


def one(asker: Asker, sha256: str, after: int = 0, most: int = MAX_PAGE) -> ReceivedDocument:
    """What is read of it by the reader of today, with so many lines at `most` `after` so many, and
    while it waits, where it may belong."""
    document, registry = received(asker, sha256), asker.ledger.registry
    invoice, may_be = _read(document, registry), tuple[Candidate, ...]()
    opened = asker.ledger
    freed = is_freed(asker, document)
    if invoice is not None and (freed or document.status in ("queued", "discarded")):
        for_whom = (None if asker.audited else asker.organisation) or document.buyer
        desk = Desk(asker.by, opened.service, opened.views, registry, for_whom)
        may_be = candidates(invoice, desk)
    decided = seen(decisions(sha256, opened.service), document.buyer, _mine(asker))
    return document_answer(
        _as_told(document, asker),
        invoice,
        may_be,
        attached(registry, sha256),
        sent(registry, sha256),
        decided,
        asker.language,
        name=names(registry, [sha256]).get(sha256, ""),
        freed=freed,
        lines=slice(after, after + most),
    )


def _as_told(document: Document, asker: Asker) -> Document:
    """Who discarded it and why, for those whom it concerns; to who put it aside, that they did."""
    own = _put_aside(document.sha256, document.buyer, asker)
    if own is not None and document.status == "queued":
        return replace(
            document,
            status="discarded",
            reason=own.reason,
            refusal="",
            decided_by=own.person,
            decided_at=own.at.isoformat(),
        )
    if document.status != "discarded":
        return document
    reason = _reason(msgspec.structs.asdict(document), asker)
    if reason == document.reason:
        return document
    return replace(document, reason=reason, decided_by="", decided_at="")


def is_freed(asker: Asker, document: Document) -> bool:
    """Whether what it was recorded as, last, was turned down or withdrawn."""
    if document.status not in ("recorded", "duplicate"):
        return False
    service = asker.ledger.service
    state: drawdown.State | None = service.load(drawdown.stream(document.drawdown))[1]
    return state is not None and state.status in drawdown.FREED


def file_called(registry: Registry, state: drawdown.State) -> str:
    """What the file was called that an invoice was recorded from; "" where nobody said."""
    if state.source is None:
        return ""
    sha256 = state.source.sha256
    return names(registry, [sha256]).get(sha256, "")


def attachment(asker: Asker, sha256: str, digest: str) -> File:
    """Raises NotFound."""
    document = received(asker, sha256)
    found = [one for one in attached(asker.ledger.registry, sha256) if one.digest == digest]
    content = enclosed(decoded(document.content), digest) if found else None
    if content is None:
        raise NotFound(what="document", name=digest)
    return File(content, safe_name(found[0].name) or f"{digest[:12]}.bin")


def checked(asker: Asker, sha256: str) -> DocumentCheck:
    """The newest check by the official rules. Raises NotFound, also where there was none."""
    received(asker, sha256)
    kept = checks.kept(asker.ledger.registry, sha256)
    if kept is None:
        raise NotFound(what="document", name=sha256)
    return check_answer(kept)


def _read(document: Document, registry: Registry) -> Invoice | None:
    """None where the reader of today refuses what an earlier one took."""
    try:
        return read_kept(document, registry)
    except (DocumentFaults, KeyError):
        return None
