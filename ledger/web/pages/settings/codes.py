"""The code map of the visitor's organisation, and a box to try a code string in."""

from flask import render_template, request

from ledger.application import rights
from ledger.application.answers.organisations import organisation_answer
from ledger.bounds import MAX_CODE, MAX_CODE_PARTS
from ledger.domain.codes import read
from ledger.web.access import allow
from ledger.web.pages.labels import label
from ledger.web.pages.settings.called import CHARACTERS
from ledger.web.pages.settings.parts import READERS, blueprint, links
from ledger.web.pages.times import asked_for
from ledger.web.seen import asker

LONGEST = (MAX_CODE + 1) * MAX_CODE_PARTS
"""As long as a code string can be that any map takes."""


@blueprint.get("/settings/codes")
@allow(*READERS)
def codes() -> str:
    number, (times, _, _) = asker().by.organisation, asked_for()
    state = rights.found(asker(), number, times.known_at).state
    code_map = state.code_map_on(times.day)
    written = request.args.get("string", "").strip()[:LONGEST]
    parts, faults = read(written, code_map, "") if written and code_map else ((), [])
    return render_template(
        "settings/codes.html",
        title=label("Code map"),
        of="",
        links=links(),
        found=organisation_answer(state, times.day).code_map,
        earlier=sorted({one.starts_on for one in state.code_maps}),
        characters=CHARACTERS,
        written=written,
        parts=parts,
        faults=faults,
        may_change=not times.given and bool({"manager", "admin"} & set(asker().roles)),
        times=times,
    )
