"""How the ledger itself is, for whoever administers an organisation in it."""

from flask import render_template

from ledger import doctor
from ledger.web.access import allow
from ledger.web.pages.labels import label
from ledger.web.pages.settings.parts import blueprint, links
from ledger.web.pages.times import asked_for
from ledger.web.seen import ledger

STATES = {
    doctor.OK: (label("well"), "success"),
    doctor.WARNING: (label("to be seen to"), "warning"),
    doctor.FAULT: (label("at fault"), "danger"),
}
"""What each is called, and its colour."""


@blueprint.get("/settings/ledger")
@allow("admin")
def state() -> str:
    """As it is now, on whatever day the pages are looked at."""
    found = doctor.looked_at(ledger(), doctor.TOLD)
    return render_template(
        "settings/state.html",
        title=label("The ledger"),
        of="",
        links=links(),
        findings=sorted(found, key=lambda one: -doctor.STATES.index(one.state)),
        worst=doctor.worst(found),
        states=STATES,
        times=asked_for()[0],
    )
