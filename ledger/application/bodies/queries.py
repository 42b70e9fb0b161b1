"""What comes in with an address: times, pages, choices."""

from typing import Any

from marshmallow import Schema, fields, post_load

from ledger.application.bodies.fields import (
    Day,
    Moment,
    Number,
    Organisation,
    Sought,
    Switch,
    check_year,
    choice,
    matching,
)
from ledger.application.bodies.terms import (
    AGREEMENT_STANDING,
    DRAWDOWN,
    ORDER_STANDING,
    TODAY,
)
from ledger.bounds import (
    MAX_PAGE,
    PAGE,
)
from ledger.domain.calendar import SWEDEN
from ledger.domain.events import NAMES, ROLES
from ledger.domain.limits import CAP, FIGURES
from ledger.projections.timeline import KINDS


class DryRun(Schema):
    dry_run = Switch("Tell what it would do to the balance; write nothing.", load_default=False)


class DryRunOrProposal(DryRun):
    propose = Switch(
        "Propose it to the other buyers whom it touches, where several share the agreement and "
        "nobody leads: it is done when all of them have agreed.",
        load_default=False,
    )


class Times(Schema):
    as_of = Day(f"What counts up to and with this business date; {TODAY}.")
    known_at = Moment("What had been recorded at this moment; left out, everything.")

    @post_load
    def _both(self, query: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Both are there, also where nobody asked: so it is seen that they may be asked about."""
        return {"as_of": None, "known_at": None, **query}


class OnDay(Schema):
    on = Day(f"The day that it is told for; {TODAY}.")


class StaleQuery(OnDay, Times):
    pass


class ForecastQuery(OnDay):
    known_at = Moment("What had been recorded at this moment; left out, everything.")


class PageQuery(Schema):
    """What a page is asked. A moment is as a form field gives it: without an offset Swedish time.

    Orders and agreements go on after a number, the timeline before a position.
    """

    as_of = Day("The business date.", load_default=None)
    known_at = fields.AwareDateTime(
        format="iso", default_timezone=SWEDEN, validate=check_year, load_default=None
    )
    after = Sought("Where the page before ended.", load_default="")
    before = Number("Facts before this position.", 1, 2**53, load_default=None)


class PeriodQuery(Schema):
    first = Day("From this day on.", data_key="from", load_default=None)
    last = Day("Up to and with this day.", data_key="to", load_default=None)


class TimelineQuery(Schema):
    kind = choice("What happened to the agreement, its orders or its invoices.", KINDS)
    order = Sought("What happened to this order and its invoices.")
    person = Sought("What was done by whoever is called so, or has that id.")


def _as_typed() -> fields.AwareDateTime:
    """A moment without an offset is Swedish time."""
    return fields.AwareDateTime(format="iso", default_timezone=SWEDEN, validate=check_year)


ComparePageQuery = Schema.from_dict(
    {
        "from": Day("The earlier day."),
        "to": Day("The later day."),
        "from_known_at": _as_typed(),
        "to_known_at": _as_typed(),
        "after": Number("Facts after this position.", 0, 2**53, load_default=0),
    },
    name="ComparePageQuery",
)
"""What the page of a comparison is asked: its two days, and what was known of each when."""


class SearchQuery(Schema):
    q = Sought("Words that are looked for.", load_default="")


class Page(Schema):
    after = Sought("Where the page before ended; take it from `Link`.", load_default="")
    limit = Number("Rows in a page.", 1, MAX_PAGE, load_default=PAGE)


class AgreementsQuery(Page, Times):
    buyer = Organisation("Agreements of this buyer")
    supplier = Organisation("Agreements with this supplier")
    ends_within = Number(
        "Agreements that have not ended and do so within so many months of the day.", 1, 600
    )
    used_from = Number("Agreements of whose caps so many per cent or more are in use.", 1, 100)
    status = choice(
        "Agreements that stand so on the day; ended: the term is over.", AGREEMENT_STANDING
    )


class OrdersQuery(Page, Times):
    agreement = Sought("Orders under this agreement.")
    status = choice(
        "Orders in this status; overdue: those of placed whose last day to answer has passed; "
        "not-ended: those that have not ended; to-invoice: those of delivered of which something "
        "is neither invoiced nor waits for approval.",
        ORDER_STANDING,
    )
    unit = Sought("Orders of this unit.")


class DrawdownsQuery(Page, Times):
    agreement = Sought("Drawdowns on this agreement.")
    order = Sought("Drawdowns on this order.")
    status = choice("Drawdowns in this status.", DRAWDOWN)


class UseQuery(Times):
    agreement = Sought("What is in use of this agreement.")
    buyer = Organisation("What this buyer uses")
    year = Number("What is delivered in this year.", 1990, 2200)
    unit = Sought("What this unit uses.")


class InclusionQuery(Schema):
    size = Number("The tree's size; left out, the newest checkpoint's.", 1, 2**53)


class ConsistencyQuery(Schema):
    first = Number("The smaller size.", 1, 2**53, data_key="from", required=True)
    second = Number("The larger size; left out, the log's.", 1, 2**53, data_key="to")


class EventsQuery(Times):
    after = Number("Facts after this position.", 0, 2**53, load_default=0)
    limit = Number("Facts in a page.", 1, MAX_PAGE, load_default=PAGE)


class LogQuery(EventsQuery):
    """What the log may be narrowed by: the members of `sought.Sought`."""

    person = Sought("What this person recorded, by the opaque id.")
    role = choice("What was recorded in this role.", ROLES)
    about = Sought("What is recorded of this stream, as order/SKO-2023-0001.")
    name = choice("Facts of this name.", tuple(NAMES))
    since = Day("What counts from this business date.", data_key="from")
    until = Day("What counts up to and with this business date.", data_key="to")
    recorded_late = Switch("What was recorded long after the day that it counts for.")
    uncovered = Switch("Amendments that their ground does not cover.")
    flagged = Switch("What is flagged for anything.")


class ReplayQuery(Schema):
    at = Number("The step of this position.", 1, 2**53)
    on = Day("The last step that was recorded by this day.")


class StatementQuery(Times):
    after = matching(
        "Where the page before ended; take it from `Link`.",
        r"^\d{4}-\d\d-\d\d\.\d{1,15}\.\d{1,6}$",
        error="Not a cursor: take it from the Link of the page before.",
    )
    limit = Number("Rows in a page.", 1, MAX_PAGE, load_default=MAX_PAGE)


NARROWING = ("year", "buyer", "unit")
"""What a figure in use may be narrowed by."""
_CURSOR = r"^\d{1,15}\.\d{1,6}\.\d{1,15}\.\d{1,6}$"


class ExplainQuery(Times):
    figure = choice("The figure to open; cap: what the limit may hold.", FIGURES, required=True)
    limit = Sought("Of which limit, by its name.", least=1, load_default=CAP)
    after = matching(
        "Where the page before ended; take it from `Link`.",
        _CURSOR,
        error="Not a cursor: take it from the Link of the page before.",
    )
    rows = Number("Rows in a page.", 1, MAX_PAGE, load_default=PAGE)
    year = Number("Of what is in use, that which is delivered in this year.", 1990, 2200)
    buyer = Organisation("Of what is in use, that of this buyer")
    unit = Sought("Of what is in use, that of this unit's orders.", least=1)


class PassedQuery(Times):
    limit = Sought("Which limit, by its name.", least=1, load_default=CAP)
    after = Number("What came after this position.", 0, 2**53, load_default=0)
    rows = Number("Rows in a page.", 1, MAX_PAGE, load_default=PAGE)


class CompareQuery(Schema):
    from_as_of = Day(f"What counted up to and with this date; {TODAY}.")
    from_known_at = Moment("What had been recorded at this moment; left out, everything.")
    to_as_of = Day("As from_as_of, of the other view.")
    to_known_at = Moment("As from_known_at, of the other view.")
    after = Number("Facts after this position.", 0, 2**53, load_default=0)
    limit = Number("Rows in a page.", 1, MAX_PAGE, load_default=PAGE)
