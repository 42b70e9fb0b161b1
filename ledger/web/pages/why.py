"""Why a figure is what it is: what moved it, line by line, and the sum that they make."""

import msgspec
from flask import Blueprint, render_template, request

from ledger.application.answers.explained import Part
from ledger.application.answers.members import counted
from ledger.application.bodies import parsing
from ledger.application.bodies.queries import ExplainQuery
from ledger.application.why import ROLES, why
from ledger.domain.limits import CAP, FIGURES
from ledger.web.access import allow
from ledger.web.pages.times import asked_for
from ledger.web.seen import asker

blueprint = Blueprint("why", __name__)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the figure, in the limit's unit: öre, or seats. None: it made it unknown."""

    part: Part
    amount: int | None


@blueprint.get("/agreements/<agreement:number>/why")
@allow(*ROLES)
def one(number: str) -> str:
    times = asked_for()[0]
    given = {
        name: request.args[name] for name in ("figure", "limit", "after") if request.args.get(name)
    }
    query = parsing.load(ExplainQuery, {"figure": CAP, **given})
    asked = {name: value for name, value in query.items() if name not in ("as_of", "known_at")}
    told, following = why(asker(), number, asked, times.then)
    return render_template(
        "agreements/why.html",
        told=told,
        amount=counted(told.amount, told.unit),
        rows=[Row(part=part, amount=counted(part.amount, told.unit)) for part in told.items],
        figures=FIGURES,
        following=following,
        times=times,
        number=number,
    )
