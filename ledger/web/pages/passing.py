"""After a limit of an agreement was passed, and after that could be known: what came then."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, request

from ledger.application import seeing, why
from ledger.application.answers import Answer
from ledger.application.answers.log import Actor
from ledger.application.answers.passing import AfterPassing, CameAfter
from ledger.application.bodies import parsing
from ledger.application.bodies.queries import PassedQuery
from ledger.application.passing import ROLES, passed
from ledger.bounds import PAGE
from ledger.domain.calendar import SWEDEN
from ledger.domain.limits import CAP
from ledger.projections.then import Then
from ledger.web.access import allow
from ledger.web.language import of_request
from ledger.web.pages.files import file_asked
from ledger.web.pages.times import asked_for
from ledger.web.pages.told import who
from ledger.web.seen import asker
from ledger.wording import say

blueprint = Blueprint("passing", __name__)


@blueprint.get("/agreements/<agreement:number>/passed")
@allow(*ROLES)
def one(number: str) -> Any:
    """Raises NotFound, and NotAParty for one supplier of several."""
    times = asked_for()[0]
    given = {name: request.args[name] for name in ("limit", "after") if request.args.get(name)}
    asked = parsing.load(PassedQuery, {"rows": PAGE, **given})
    limit = asked["limit"]

    def some(then: Then, after: str, count: int) -> list[tuple[str, Answer]]:
        found, _ = passed(
            asker(), number, {"limit": limit, "rows": count, "after": int(after or 0)}, then
        )
        return [(str(item.event.position), item) for item in found.items]

    narrowed = {"agreement": number, "limit": limit}
    if (file := file_asked(CameAfter, some, times, narrowed, number)) is not None:
        return file
    told, following = passed(asker(), number, asked, times.then)
    return render_template(
        "agreements/passed.html",
        told=told,
        limits=list(why.limits(asker(), number, times.then)),
        actors=_actors(number, told),
        moment=_second,
        following=following,
        asked={"limit": limit} if limit != CAP else {},
        times=times,
        number=number,
    )


def _actors(number: str, told: AfterPassing) -> Mapping[Actor, str]:
    """Everybody who recorded something, as the visitor may read who they are."""
    of = seeing.named(asker(), seeing.agreement_row(asker(), number).state)
    every = {item.by for item in told.items}
    every |= {told.known_from.by} if told.known_from is not None else set()
    return {by: say(who(_row(by), of), of_request()) for by in every}


def _row(by: Actor) -> dict[str, Any]:
    return {"person": by.person, "organisation": by.organisation, "role": by.role}


def _second(moment: datetime) -> str:
    """In Swedish time."""
    return moment.astimezone(SWEDEN).strftime("%Y-%m-%d %H:%M:%S")
