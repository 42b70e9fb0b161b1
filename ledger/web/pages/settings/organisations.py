"""The visitor's own organisation: its number and name, and what it has decided of its costs."""

from flask import render_template

from ledger.application import rights
from ledger.application.answers.organisations import organisation_answer
from ledger.web.access import allow
from ledger.web.pages.frame import organisation_called
from ledger.web.pages.labels import label
from ledger.web.pages.settings.called import OWN_COST
from ledger.web.pages.settings.parts import READERS, blueprint, links
from ledger.web.pages.times import asked_for
from ledger.web.seen import asker


@blueprint.get("/settings/organisations")
@allow(*READERS)
def organisations() -> str:
    number, (times, _, _) = asker().by.organisation, asked_for()
    state = rights.found(asker(), number, times.known_at).state
    found = organisation_answer(state, times.day, in_force=True)
    return render_template(
        "settings/organisation.html",
        title=label("Organisation"),
        of="",
        links=links(),
        number=number,
        name=organisation_called(number),
        found=found,
        own_cost=[OWN_COST[one] for one in found.own_cost],
        times=times,
    )
