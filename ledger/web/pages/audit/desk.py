"""The first page of the desk: how the proof stands, and whether a checkpoint of one's own is kept;
and all checkpoints that were signed."""

from flask import request

from ledger.application import appointing, proving
from ledger.audit.published import NotPublished
from ledger.bounds import MAX_NOTE
from ledger.projections.then import Then
from ledger.web import dear
from ledger.web.access import allow
from ledger.web.attempted import writes_nothing
from ledger.web.pages.audit.parts import DESK, blueprint, page
from ledger.web.pages.labels import label
from ledger.web.seen import asker, ledger
from ledger.wording import words


@blueprint.route("/audit", methods=["GET", "POST"])
@allow(*DESK)
@writes_nothing
def desk() -> str | tuple[str, int]:
    """What is pasted in is looked at and not kept: it is sent as a form only since it is long."""
    typed = request.form.get("checkpoint", "").strip()
    found = None
    if request.method == "POST":
        with dear.work():
            found = proving.held(ledger(), typed[: 2 * MAX_NOTE])
    wrong = found is not None and not found.is_well
    shown = page(
        "desk",
        label("Audit"),
        standing=proving.standing(ledger()),
        own=_appointed(),
        typed=typed,
        found=found,
        wrong=wrong,
    )
    return (shown, 422) if wrong else shown


def _appointed() -> list[object]:
    """The visitor's own appointments that hold today."""
    if asker().audited is None:
        return []
    then = Then(as_of=asker().today)
    found = appointing.answers(asker(), appointing.listed(asker(), then), then)
    return [one for one in found if one.status == "current"]


@blueprint.get("/audit/checkpoints")
@allow(*DESK)
def checkpoints() -> str:
    title, lost = label("Checkpoints"), None
    try:
        found, following = proving.signed(ledger(), request.args.get("after", ""))
    except NotPublished as refused:
        found, following = [], ""
        lost = words("A checkpoint that is kept is not good: {why}", why=str(refused))
    return page("checkpoints", title, found=found, following=following, lost=lost)
