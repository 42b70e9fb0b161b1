"""One received file for whoever works the queue off or audits it: what it says, why it waits, where
it may belong, and what came with it. It is shown to the organisation that it is made out to."""

from typing import Any, NamedTuple

from ledger.application.answers.received import (
    DocumentCheck,
    ReceivedDocument,
    check_answer,
    document_answer,
)
from ledger.application.asker import Asker
from ledger.bounds import MAX_NAME
from ledger.documents import FORMATS
from ledger.documents.attachments import enclosed
from ledger.documents.characters import decoded, visible
from ledger.documents.faults import DocumentFaults
from ledger.documents.peppol_invoice import Invoice
from ledger.domain.refusals import NotFound
from ledger.intake import Desk
from ledger.intake.candidates import Candidate, candidates
from ledger.projections.seeing import organisations
from ledger.registry import Document, checks
from ledger.registry.enclosed import attached, sent


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


def waiting(asker: Asker, status: str = "queued") -> list[dict[str, Any]]:
    """Rows of the queue, or of what was discarded, the oldest first: an auditor sees those of their
    appointments."""
    visible_to, registry = asker.visible, asker.ledger.registry
    if visible_to is None:
        return registry.queue(None, status)
    rows = [row for one in organisations(visible_to) for row in registry.queue(one, status)]
    return sorted(rows, key=lambda row: str(row["received_at"]))


def one(asker: Asker, sha256: str) -> ReceivedDocument:
    """What is read of it by the reader of today, and while it waits, where it may belong."""
    document, registry = received(asker, sha256), asker.ledger.registry
    invoice, may_be = _read(document), tuple[Candidate, ...]()
    if invoice is not None and document.status == "queued":
        opened = asker.ledger
        for_whom = (None if asker.audited else asker.organisation) or document.buyer
        desk = Desk(asker.by, opened.service, opened.views, registry, for_whom)
        may_be = candidates(invoice, desk)
    return document_answer(
        document,
        invoice,
        may_be,
        attached(registry, sha256),
        sent(registry, sha256),
        asker.language,
    )


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


def safe_name(name: str) -> str:
    """What a sender calls a file, without folders, and without what a system or a shell takes for
    more than a letter."""
    last = visible(name).replace("\\", "/").rpartition("/")[2]
    kept = "".join(sign if sign.isalnum() or sign in " ._-()+" else "_" for sign in last)
    return kept.strip(" ._")[:MAX_NAME]


def _read(document: Document) -> Invoice | None:
    """None where the reader of today refuses what an earlier one took."""
    try:
        return FORMATS[document.format](document.content)
    except (DocumentFaults, KeyError):
        return None
