"""The forecast of a limit in words, and what it assumes."""

from ledger.bounds import FORECAST_DAYS, FORECAST_LATE, FORECAST_ORDERS
from ledger.domain.forecast import LATE
from ledger.domain.refusals import SEATS, Amount
from ledger.projections.forecast import LimitOutlook
from ledger.wording import Sentence, words


def limit_sentence(limit: LimitOutlook, currency: str) -> Sentence:
    currency = currency if limit.unit == "money" else SEATS
    name, found = limit.name, limit.outlook
    least, most = (Amount(left or 0, currency) for left in (found.left_least, found.left_most))
    match found.verdict:
        case "unknown":
            return words(
                "{limit}: its amount is unknown, and so is when it is reached.", limit=name
            )
        case "not-begun":
            template = "{limit}: it begins on {begins_on}; until then it is not there."
            return words(template, limit=name, begins_on=limit.begins_on or "")
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


def limit_assumption(limit: LimitOutlook, currency: str) -> Sentence | None:
    found = limit.outlook
    if found.verdict not in ("range", "not-reached"):
        return None
    if limit.unit == "seats":
        return words(
            "Assumes that orders go on as in the {days} days since the first of {orders}: as "
            "often, and of as many seats. Nine of ten such futures lie within what is said.",
            days=found.days,
            orders=found.orders,
        )
    return words(
        "Assumes that orders go on as in the {days} days since the first of {orders}: as often, "
        "and of such amounts. What is ordered counts already; {held} of it is not yet drawn. Nine "
        "of ten such futures lie within what is said.",
        days=found.days,
        orders=found.orders,
        held=Amount(limit.held, currency),
    )


def changed_by(limit: LimitOutlook, currency: str) -> list[Sentence]:
    """What would make it another: each a sentence."""
    currency = currency if limit.unit == "money" else SEATS
    said = []
    if limit.outlook.verdict in ("range", "not-reached"):
        said.append(
            words("Orders that come more often, or are larger, than so far: less is then left.")
        )
    if limit.outlook.verdict == "unknown":
        said.append(words("An amendment that says its amount."))
    if limit.unit == "money" and limit.held > 0:
        said.append(
            words(
                "What is cancelled of the {held} that is ordered and not yet drawn: it can be "
                "ordered anew.",
                held=Amount(limit.held, currency),
            )
        )
    for day, amount in limit.later:
        if amount is None:
            said.append(words("From {day} its amount is unknown: that is not counted.", day=day))
        else:
            set_to = Amount(amount, currency)
            said.append(
                words("From {day} it is {amount}: that is not counted.", day=day, amount=set_to)
            )
    if limit.removed_on is not None:
        said.append(words("From {day} it is removed: that is not counted.", day=limit.removed_on))
    if limit.extensions > 0:
        said.append(
            words(
                "The term can be extended (options left: {count}): here it ends on {ends_on}.",
                count=limit.extensions,
                ends_on=limit.outlook.ends_on,
            )
        )
    return said


def drawn_sentence(limit: LimitOutlook, currency: str) -> Sentence | None:
    name, found = limit.name, limit.drawing
    if found is None:
        return None
    least, most = (Amount(left or 0, currency) for left in (found.left_least, found.left_most))
    match found.verdict:
        case "unknown":
            return words("{limit}: when it is drawn in full is unknown.", limit=name)
        case "not-begun":
            return None
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


def drawn_assumption(limit: LimitOutlook, currency: str) -> Sentence | None:
    found = limit.drawing
    if found is None or found.verdict not in ("range", "not-reached"):
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
