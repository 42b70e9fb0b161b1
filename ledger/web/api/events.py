"""The log for other systems: facts after a position, in order."""

from typing import Any

from flask import Response

from ledger.application import bodies
from ledger.application.answers.log import Fact
from ledger.projections import timeline
from ledger.web import access, seen
from ledger.web.access import allow
from ledger.web.api import common

blueprint = common.blueprint("events", "The log.")


@blueprint.get("/events")
@allow("auditor", "finance", "manager", "admin")
@blueprint.arguments(bodies.EventsQuery, location="query")
@blueprint.page(Fact)
def follow(query: dict[str, Any]) -> Response:
    """Facts of the agreements that the caller's organisation is party to."""
    then = seen.then(query)
    views = seen.ledger().views
    views.catch_up()
    with views.database.reading() as connection:
        found = timeline.of(connection, visible_to=access.visible(), then=then, **query)
        items = seen.facts(connection, found)
    cursor = str(found[-1]["position"]) if found else ""
    return common.page(found, query["limit"], cursor, items)
