"""The suppliers of an agreement: rank or key, what each has had, whose turn, and competitions."""

from collections.abc import Sequence

import msgspec

from ledger.application import competing
from ledger.application.answers.competitions import Competition, competition_answer
from ledger.application.answers.suppliers import standings_answer
from ledger.application.asker import EVERYONE
from ledger.projections import suppliers as rows
from ledger.web.access import allow
from ledger.web.pages.offered import Button, buttons, part_buttons
from ledger.web.pages.sections.frame import blueprint, opened, section
from ledger.web.seen import asker, ledger


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A competition with what the visitor may do in it."""

    told: Competition
    acts: Sequence[Button]


@blueprint.get("/agreements/<agreement:number>/suppliers")
@allow(*EVERYONE)
def suppliers(number: str) -> str:
    of = opened(number)
    with ledger().views.database.reading() as connection:
        found = rows.standings(connection, of.row.state, of.then)
    held = []
    for one in competing.seen(asker(), of.number, of.then):
        acts: Sequence[Button] = []
        if one.status in ("open", "awarded") and not of.times.given:
            names = ["cancel-competition"]
            names += ["answer-competition"] if one.status == "open" else []
            if one.status == "open":
                names.append("open-offers" if one.is_sealed else "award-competition")
            acts = part_buttons(of.row.now, names, {"competition": one.number})
        held.append(Held(told=competition_answer(of.number, one), acts=acts))
    offered = [] if of.times.given else buttons(of.row.now)
    return section(
        "suppliers",
        of,
        told=standings_answer(of.state, found, of.then, of.only),
        names={one.organisation: one.name for one in of.state.suppliers},
        competitions=held,
        offered=[one for one in offered if one.name == "open-competition" and not one.because],
    )
