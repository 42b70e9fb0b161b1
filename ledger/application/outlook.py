"""The forecast of an agreement's limits as it goes out, with its assumption in words."""

from collections.abc import Sequence
from datetime import date
from typing import Any, get_args

from marshmallow import Schema

from ledger.application.answers import members
from ledger.application.bodies import NUMBER
from ledger.application.bodies.fields import CURRENCY
from ledger.bounds import FORECAST_DAYS, FORECAST_LATE, FORECAST_ORDERS
from ledger.domain import agreement
from ledger.domain.forecast import LATE, Verdict
from ledger.domain.money import to_text
from ledger.domain.refusals import Amount
from ledger.projections.forecast import LimitOutlook
from ledger.wording import Sentence, say, words

VERDICTS: tuple[str, ...] = get_args(Verdict)


class DrawnForecast(Schema):
    """When what is drawn comes to the limit: by the orders' plans, and as orders go on."""

    verdict = members.one_of("What can be said; range: it is, or may be, reached.", VERDICTS)
    earliest = members.day("The range in which it is reached begins.", null=True)
    latest = members.day("The range ends; null beside a beginning: perhaps never.", null=True)
    left_least = members.amount("The least that is not drawn by the end.", null=True)
    left_most = members.amount("The most that is not drawn by the end.", null=True)
    planned = members.amount("What is ordered, not drawn, and planned or soon to be.")
    planned_until = members.day("The last day of those plans; null: there are none.", null=True)
    invoices = members.whole("Invoices that tell how late after its plan an invoice comes.")
    sentence = members.text("The forecast in words.")
    assumption = members.text("What it assumes, in words; empty where it assumes nothing.")


class LimitForecast(Schema):
    """When a limit is reached, and what will be left of it, if orders go on as they came."""

    name = members.text("The limit; the first is the cap.")
    amount = members.amount("The most that may be used; null: unknown.", null=True)
    used = members.amount("Ordered so far: reserved, committed and drawn.")
    held = members.amount("Of that, ordered and not yet drawn.")
    verdict = members.one_of("What can be said; range: it is, or may be, reached.", VERDICTS)
    ends_on = members.day("The last day on which more of it can be ordered.")
    earliest = members.day("The range in which it is reached begins.", null=True)
    latest = members.day("The range ends; null beside a beginning: perhaps never.", null=True)
    left_least = members.amount("The least that is left at the end; null: unknown.", null=True)
    left_most = members.amount("The most that is left at the end; null: unknown.", null=True)
    orders = members.whole("Orders that it is judged by.")
    days = members.whole("Days since the first of them.")
    sentence = members.text("The forecast in words.")
    assumption = members.text("What it assumes, in words; empty where it assumes nothing.")
    drawn = members.nested(DrawnForecast)


class Forecast(Schema):
    agreement = members.text("The agreement's number.", f"^{NUMBER}$")
    currency = members.text("ISO 4217.", CURRENCY)
    as_of = members.day("The day that it is told from.")
    limits = members.listed(LimitForecast, "Every limit; the cap first.")


def forecast_resource(
    state: agreement.State, limits: Sequence[LimitOutlook], on: date, language: str
) -> dict[str, Any]:
    return {
        "agreement": state.number,
        "currency": state.currency,
        "as_of": on.isoformat(),
        "limits": [_limit(limit, state.currency, language) for limit in limits],
    }


def _limit(limit: LimitOutlook, currency: str, language: str) -> dict[str, Any]:
    found = limit.outlook
    assumed = _assumption(limit, currency)
    return {
        "name": limit.name,
        "amount": _amount(limit.amount),
        "used": to_text(limit.used),
        "held": to_text(limit.held),
        "verdict": found.verdict,
        "ends_on": found.ends_on.isoformat(),
        "earliest": found.earliest and found.earliest.isoformat(),
        "latest": found.latest and found.latest.isoformat(),
        "left_least": _amount(found.left_least),
        "left_most": _amount(found.left_most),
        "orders": found.orders,
        "days": found.days,
        "sentence": say(_sentence(limit, currency), language),
        "assumption": say(assumed, language) if assumed else "",
        "drawn": _drawn(limit, currency, language),
    }


def _drawn(limit: LimitOutlook, currency: str, language: str) -> dict[str, Any]:
    found = limit.drawing
    assumed = _drawn_assumption(limit, currency)
    return {
        "verdict": found.verdict,
        "earliest": found.earliest and found.earliest.isoformat(),
        "latest": found.latest and found.latest.isoformat(),
        "left_least": _amount(found.left_least),
        "left_most": _amount(found.left_most),
        "planned": to_text(limit.planned),
        "planned_until": limit.planned_until and limit.planned_until.isoformat(),
        "invoices": limit.invoices,
        "sentence": say(_drawn_sentence(limit, currency), language),
        "assumption": say(assumed, language) if assumed else "",
    }


def _amount(ore: int | None) -> str | None:
    return None if ore is None else to_text(ore)


def _sentence(limit: LimitOutlook, currency: str) -> Sentence:
    name, found = limit.name, limit.outlook
    least, most = (Amount(left or 0, currency) for left in (found.left_least, found.left_most))
    match found.verdict:
        case "unknown":
            return words(
                "{limit}: its amount is unknown, and so is when it is reached.", limit=name
            )
        case "reached":
            amount, used = Amount(limit.amount or 0, currency), Amount(limit.used, currency)
            template = "{limit}: reached; {used} of {amount} is in use."
            return words(template, limit=name, used=used, amount=amount)
        case "over":
            template = "{limit}: nothing more can be ordered; {left} is left unused."
            return words(template, limit=name, left=least)
        case "too-little-history":
            return words(
                "{limit}: too little history to tell: {least} orders in {least_days} days are "
                "needed, and in {days} days there are {orders}.",
                limit=name,
                orders=found.orders,
                days=found.days,
                least=FORECAST_ORDERS,
                least_days=FORECAST_DAYS,
            )
        case "not-reached":
            return words(
                "{limit}: not reached by {ends_on}; from {least} to {most} is left unused.",
                limit=name,
                ends_on=found.ends_on,
                least=least,
                most=most,
            )
        case "range":
            return _range(limit, most)


def _range(limit: LimitOutlook, most: Amount) -> Sentence:
    found = limit.outlook
    if found.latest is None:
        return words(
            "{limit}: reached on {earliest} at the earliest, perhaps not by {ends_on}; at most "
            "{most} is then left unused.",
            limit=limit.name,
            earliest=found.earliest,
            ends_on=found.ends_on,
            most=most,
        )
    return words(
        "{limit}: reached between {earliest} and {latest}.",
        limit=limit.name,
        earliest=found.earliest,
        latest=found.latest,
    )


def _assumption(limit: LimitOutlook, currency: str) -> Sentence | None:
    found = limit.outlook
    if found.verdict not in ("range", "not-reached"):
        return None
    return words(
        "Assumes that orders go on as in the {days} days since the first of {orders}: as often, "
        "and of such amounts. What is ordered counts already; {held} of it is not yet drawn. Nine "
        "of ten such futures lie within what is said.",
        days=found.days,
        orders=found.orders,
        held=Amount(limit.held, currency),
    )


def _drawn_sentence(limit: LimitOutlook, currency: str) -> Sentence:
    name, found = limit.name, limit.drawing
    least, most = (Amount(left or 0, currency) for left in (found.left_least, found.left_most))
    match found.verdict:
        case "unknown":
            return words("{limit}: when it is drawn in full is unknown.", limit=name)
        case "reached":
            return words("{limit}: drawn in full.", limit=name)
        case "over":
            template = "{limit}: nothing more is to be drawn; {left} is not."
            return words(template, limit=name, left=least)
        case "too-little-history":
            return words(
                "{limit}: too little history to tell when it is drawn in full; what is ordered "
                "does not come to it.",
                limit=name,
            )
        case "not-reached":
            return words(
                "{limit}: not drawn in full; from {least} to {most} is not drawn by {ends_on}.",
                limit=name,
                ends_on=found.ends_on,
                least=least,
                most=most,
            )
        case "range" if found.latest is None:
            return words(
                "{limit}: drawn in full on {earliest} at the earliest, perhaps never; at most "
                "{most} is not drawn by {ends_on}.",
                limit=name,
                earliest=found.earliest,
                ends_on=found.ends_on,
                most=most,
            )
        case "range":
            return words(
                "{limit}: drawn in full between {earliest} and {latest}.",
                limit=name,
                earliest=found.earliest,
                latest=found.latest,
            )


def _drawn_assumption(limit: LimitOutlook, currency: str) -> Sentence | None:
    found = limit.drawing
    if found.verdict not in ("range", "not-reached"):
        return None
    planned, until = Amount(limit.planned, currency), limit.planned_until or found.ends_on
    if limit.invoices < FORECAST_LATE:
        return words(
            "Assumes that what is ordered, {planned}, is invoiced as planned (by instalments, "
            "sessions or the course's end) until {until}, up to {late} days late, and that new "
            "orders are invoiced as those so far.",
            planned=planned,
            until=until,
            late=LATE[-1],
        )
    return words(
        "Assumes that what is ordered, {planned}, is invoiced as planned (by instalments, sessions "
        "or the course's end) until {until}, as late as the {invoices} invoices so far, and that "
        "new orders are invoiced as those so far.",
        planned=planned,
        until=until,
        invoices=limit.invoices,
    )
