"""Two views of an agreement beside each other, as the API takes the question and answers it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from marshmallow import Schema

from ledger.application import answers, explained
from ledger.application.answers import members
from ledger.application.bodies.fields import Day, Moment, Number
from ledger.application.resources import balance_resource, fact_resource
from ledger.bounds import MAX_PAGE, PAGE
from ledger.domain import agreement
from ledger.domain.money import to_text
from ledger.projections.comparing import Between, Change, Compared
from ledger.projections.then import Then

SIDES = ("to", "from", "both")


class CompareQuery(Schema):
    from_as_of = Day("What counted up to and with this date; left out, everything.")
    from_known_at = Moment("What had been recorded at this moment; left out, everything.")
    to_as_of = Day("As from_as_of, of the other view.")
    to_known_at = Moment("As from_known_at, of the other view.")
    after = Number("Facts after this position.", 0, 2**53, load_default=0)
    limit = Number("Rows in a page.", 1, MAX_PAGE, load_default=PAGE)


class LimitChange(Schema):
    """By how much a limit changed from one view to the other."""

    limit = members.text("The limit's name.")
    amount = members.amount("What it may hold; null: unknown in one of them.", null=True)
    reserved = members.amount("Ordered and not yet answered.")
    committed = members.amount("Confirmed and not yet invoiced.")
    drawn = members.amount("Invoices approved, credits deducted.")
    remaining = members.amount("What is left; null: unknown in one of them.", null=True)


class Moved(Schema):
    """What one command moved between the views, and which of its facts comes first in them."""

    side = members.one_of("In which view it is: came in, went, or counts otherwise.", SIDES)
    event = members.nested(explained.Behind)
    by = members.nested(answers.Actor)
    recorded_at = members.moment("When it was recorded.")
    decision = members.nested(explained.Decision, null=True)
    moved = members.listed(LimitChange, "Every limit that it changed; none where no money moved.")


class _Comparison(Schema):
    agreement = members.text("The agreement's number.")
    position = members.whole("The place in the log that both views are told from.")
    to = members.nested(answers.Balance)
    changes = members.listed(LimitChange, "By how much every limit changed, the cap first.")
    items = members.listed(Moved, "What came in between, in the order of the log: a page.")


Comparison = _Comparison.from_dict({"from": members.nested(answers.Balance)}, name="Comparison")
"""Two views, what changed, and what came in between: the parts of `items` add up to `changes`."""


def views_of(query: dict[str, Any]) -> tuple[Then, Then]:
    first, second = (
        Then(as_of=query.get(f"{side}_as_of"), known_at=query.get(f"{side}_known_at"))
        for side in ("from", "to")
    )
    return first, second


def comparison_resource(
    state: agreement.State,
    found: Compared,
    views: Sequence[Then],
    latest: date,
    at: int,
    language: str = "en",
) -> dict[str, Any]:
    """`latest` is the business date of a view that names none."""
    first, second = (
        balance_resource(
            state, limits, then.as_of or latest, then.known_at or datetime.now(UTC), at, given
        )
        for limits, then, given in zip(
            (found.before, found.after), views, found.in_kind, strict=True
        )
    )
    return {
        "agreement": state.number,
        "position": at,
        "from": first,
        "to": second,
        "changes": [_change(change) for change in found.changes],
        "items": [item_resource(item, state.currency, language) for item in found.between],
    }


def item_resource(item: Between, currency: str, language: str = "en") -> dict[str, Any]:
    fact = fact_resource(item.fact)
    return {
        "side": item.side,
        "event": explained.behind_resource(item.fact, currency, language),
        "by": fact["by"],
        "recorded_at": fact["recorded_at"],
        "decision": explained.decision_resource(item.fact),
        "moved": [_change(change) for change in item.moved],
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "limit": change.limit,
        "amount": None if change.amount is None else to_text(change.amount),
        "reserved": to_text(change.use.reserved),
        "committed": to_text(change.use.committed),
        "drawn": to_text(change.use.drawn),
        "remaining": None if change.remaining is None else to_text(change.remaining),
    }
