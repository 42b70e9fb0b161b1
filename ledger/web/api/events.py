"""The log for other systems: facts after a position, in order."""

from typing import Any

from flask import Response

from ledger.application import seeing
from ledger.application.answers.log import Fact
from ledger.application.bodies.queries import LogQuery
from ledger.projections import timeline
from ledger.projections.sought import Sought
from ledger.web.access import allow
from ledger.web.api import answering, routes
from ledger.web.seen import asker, ledger, recorded_of

blueprint = routes.blueprint("events", "The log.")


@blueprint.get("/events")
@allow("auditor", "finance", "manager", "admin")
@blueprint.arguments(LogQuery, location="query")
@blueprint.page(Fact)
def follow(query: dict[str, Any]) -> Response:
    """Facts of the agreements that the caller's organisation is party to; for an administrator also
    what people of the own organisation were given and tried, for an auditor of those audited."""
    then = recorded_of(query)
    after, limit = query.pop("after"), query.pop("limit")
    views = ledger().views
    views.catch_up()
    with views.database.reading() as connection:
        found = timeline.of(
            connection,
            visible_to=asker().visible,
            access_of=asker().access_of,
            sought=Sought(**query),
            then=then,
            after=after,
            limit=limit,
        )
        items = seeing.facts(asker(), connection, found)
    cursor = str(found[-1]["position"]) if found else ""
    return answering.page(found, limit, cursor, items)
