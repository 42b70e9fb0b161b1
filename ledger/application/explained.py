"""Why a figure is what it is, as the API takes the question and gives the answer."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import msgspec
from marshmallow import Schema

from ledger.application import answers, bodies
from ledger.application.answers import members
from ledger.application.bodies.fields import CURRENCY, Number, Sought, choice, matching
from ledger.application.resources import fact_resource, moment_text
from ledger.bounds import MAX_PAGE, PAGE
from ledger.domain import agreement
from ledger.domain.events import (
    AgreementAmended,
    FundingChanged,
    FundingDecided,
    FundingWithdrawn,
)
from ledger.domain.limits import CAP
from ledger.domain.money import to_text
from ledger.domain.regime import GROUNDS
from ledger.projections.explaining import FIGURES, LINE, Cursor, Explained, Item
from ledger.projections.timeline import event_of
from ledger.telling import tell
from ledger.wording import say

ReceiptOf = Callable[[str, int], str]
"""Stream and version of a fact → its receipt: what the log's tree has of it."""

_CURSOR = r"^\d{1,15}\.\d{1,6}\.\d{1,15}\.\d{1,6}$"
_FIRST_DAY, _LAST_DAY = date.min.toordinal(), date.max.toordinal()


class ExplainQuery(bodies.Times):
    figure = choice("The figure to open; cap: what the limit may hold.", FIGURES, required=True)
    limit = Sought("Of which limit, by its name.", least=1, load_default=CAP)
    after = matching(
        "Where the page before ended; take it from `Link`.",
        _CURSOR,
        error="Not a cursor: take it from the Link of the page before.",
    )
    rows = Number("Rows in a page.", 1, MAX_PAGE, load_default=PAGE)


class Behind(answers.FactHead):
    """The fact that something came of: what the command was about."""

    sentence = members.text("What happened, in words.")


class Decision(Schema):
    ground = members.one_of(
        "LOU 17 kap., or the agreement's own policy; null: a funder's decision.", GROUNDS, null=True
    )
    decision = members.text("The decision's reference.")
    decided_on = members.day("When it was decided.")


class Part(answers.PostedLine):
    """A part of the figure: the parts add up to it."""

    amount = members.amount("Signed; null: it made the figure unknown.", null=True)
    event = members.nested(Behind)
    by = members.nested(answers.Actor)
    decision = members.nested(Decision, null=True)
    source = members.nested(answers.SourceFile, null=True)
    receipt = members.text(
        "The posting's own fact in the hash tree, as in Avrop-Receipt, or empty."
    )


class Explanation(Schema):
    """A figure and what it is made of, in the order that it counts."""

    agreement = members.text("The agreement's number.")
    currency = members.text("ISO 4217.", CURRENCY)
    figure = members.one_of("The figure.", FIGURES)
    limit = members.text("The limit that it is a figure of.")
    amount = members.amount("The figure, the sum of all its parts; null: unknown.", null=True)
    as_of = members.day("The business date asked about; null: everything.", null=True)
    known_at = members.moment("The moment asked about; null: everything.", null=True)
    position = members.whole("The place in the log that every page is told from.")
    items = members.listed(Part, "The parts, a page of them.")


def cursor_of(after: str | None, at: int) -> Cursor:
    """Where a page begins; the first one is told from a position."""
    if after is None:
        return Cursor(at, date.min, 0, 0)
    at, day, position, number = map(int, re.findall(r"\d+", after))
    return Cursor(at, date.fromordinal(min(max(day, _FIRST_DAY), _LAST_DAY)), position, number)


def cursor_text(cursor: Cursor) -> str:
    day = cursor.effective_on.toordinal()
    return f"{cursor.at}.{day}.{cursor.position}.{cursor.number}"


def part_resources(
    state: agreement.State, items: Sequence[Item], receipt_of: ReceiptOf, language: str = "en"
) -> list[dict[str, Any]]:
    stream = agreement.stream(state.number)
    receipts = {version: receipt_of(stream, version) for version in {i.version for i in items}}
    return [
        {**_part(item, state.currency, language), "receipt": receipts[item.version]}
        for item in items
    ]


def _part(item: Item, currency: str, language: str) -> dict[str, Any]:
    fact = fact_resource(item.fact)
    return {
        "amount": None if item.amount is None else to_text(item.amount),
        "position": item.position,
        "number": item.number,
        "effective_on": item.effective_on.isoformat(),
        "recorded_at": fact["recorded_at"],
        **{name: item.line[name] for name in LINE},
        "event": behind_resource(item.fact, currency, language),
        "by": fact["by"],
        "decision": decision_resource(item.fact),
        "source": None if item.source is None else msgspec.to_builtins(item.source),
    }


def behind_resource(row: dict[str, Any], currency: str, language: str) -> dict[str, Any]:
    """A fact of the timeline, with its sentence."""
    return {
        **{name: row[name] for name in ("position", "stream", "version", "name")},
        "effective_on": row["effective_on"].isoformat(),
        "sentence": say(tell(event_of(row), row["stream"], currency), language),
    }


DECIDED = (AgreementAmended, FundingDecided, FundingChanged, FundingWithdrawn)
"""Facts that name the decision that they rest on."""


def decision_resource(row: dict[str, Any]) -> dict[str, Any] | None:
    """The decision under which a fact was recorded, where it has one."""
    event = event_of(row)
    if not isinstance(event, DECIDED):
        return None
    return {
        "ground": event.ground if isinstance(event, AgreementAmended) else None,
        "decision": event.decision,
        "decided_on": event.decided_on.isoformat(),
    }


def explanation_resource(
    state: agreement.State,
    query: dict[str, Any],
    found: Explained,
    at: int,
    receipt_of: ReceiptOf,
    language: str = "en",
) -> dict[str, Any]:
    as_of, known_at = query.get("as_of"), query.get("known_at")
    return {
        "agreement": state.number,
        "currency": state.currency,
        "figure": query["figure"],
        "limit": query["limit"],
        "amount": None if found.amount is None else to_text(found.amount),
        "as_of": None if as_of is None else as_of.isoformat(),
        "known_at": None if known_at is None else moment_text(known_at),
        "position": at,
        "items": part_resources(state, found.items, receipt_of, language),
    }
