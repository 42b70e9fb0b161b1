"""Receipts: whether an entry is in the log, and what it is."""

from flask import request, url_for

from ledger.application import proving
from ledger.web.access import allow
from ledger.web.attempted import writes_nothing
from ledger.web.pages.audit.log import fact_at
from ledger.web.pages.audit.parts import DESK, blueprint, page
from ledger.web.pages.labels import label
from ledger.web.seen import ledger

MAX_RECEIPT = 4096
"""Characters that are read of a receipt that is sent: it has far fewer."""


@blueprint.route("/audit/receipt", methods=["GET", "POST"])
@allow(*DESK)
@writes_nothing
def receipts() -> str | tuple[str, int]:
    """Pasted, or as the file that it was kept in. It is looked at and not kept."""
    file = request.files.get("file")
    typed = request.form.get("receipt", "").strip()[:MAX_RECEIPT]
    if not typed and file is not None:
        typed = file.stream.read(MAX_RECEIPT).decode(errors="replace").strip()
    found = proving.receipt(ledger(), typed) if request.method == "POST" else None
    return _shown(typed, found)


@blueprint.get("/audit/receipt/<position:index>")
@allow(*DESK)
def receipt(index: int) -> str | tuple[str, int]:
    return _shown(str(index), proving.receipt(ledger(), str(index)))


def _shown(typed: str, found: proving.Found | None) -> str | tuple[str, int]:
    fact, proof = None, None
    if found is not None and found.index is not None:
        position = proving.place(ledger(), found.index)
        fact = None if position is None else fact_at(position)
        proof = proving.inclusion(ledger(), found.index) if found.is_well else None
    wrong = found is not None and not found.is_well
    shown = page(
        "receipt",
        label("Receipts"),
        typed=typed,
        found=found,
        fact=fact,
        proof=proof,
        form=url_for("pages.audit.receipts"),
        wrong=wrong,
    )
    return (shown, 422) if wrong else shown
