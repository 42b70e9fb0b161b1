"""What a council's page says in words."""

from datetime import date

from ledger.domain import drawdown, order
from ledger.domain.agreement.state import ShareMove
from ledger.domain.refusals import Amount
from ledger.projections.postings import LimitBalance
from ledger.wording import Sentence, words


def headline(cap: LimitBalance, currency: str, day: date, today: date) -> Sentence:
    """The answer of the page: what can be ordered."""
    if cap.no_orders is not None:
        return words(
            "No orders can be placed: the agreement is {standing}.", standing=cap.no_orders
        )
    if cap.room is None:
        return words("How much can be ordered is unknown, since the cap is unknown.")
    room = Amount(cap.room, currency)
    if day == today:
        return words("{room} can be ordered today.", room=room)
    return words("On {day}, {room} could be ordered.", day=day, room=room)


def used(cap: LimitBalance, currency: str) -> Sentence:
    """Of the cap, rounded down: 99.9 per cent is not all of it."""
    total = Amount(cap.use.total, currency)
    if cap.amount is None:
        return words("{used} is in use; the cap is unknown.", used=total)
    if not cap.amount:
        return words("{used} is in use; the cap is 0.", used=total)
    percent = cap.use.total * 100 // cap.amount
    return words(
        "{used} is in use, which is {percent} % of the cap of {cap}.",
        used=total,
        percent=percent,
        cap=Amount(cap.amount, currency),
    )


def of_order(state: order.State, day: date) -> Sentence:
    """An order that waits for an answer, or whose counter-offer does."""
    if state.status == "countered":
        return words("A counter-offer waits for the buyer's answer: {course}.", course=state.course)
    if order.is_unanswered(state, day):
        return words("Not answered in time by the supplier: {course}.", course=state.course)
    return words("Waits for the supplier's answer: {course}.", course=state.course)


def of_drawdown(state: drawdown.State) -> Sentence:
    if state.flags:
        return words("An invoice waits for approval, and is flagged.")
    return words("An invoice waits for approval.")


def of_stale(stale: order.Stale) -> Sentence:
    return words(
        "The course is over since {since} and not all of it is invoiced: {course}.",
        since=stale.since,
        course=stale.order.course,
    )


def of_move(move: ShareMove, names: dict[str, str]) -> Sentence:
    return words(
        "A move of room between shares is proposed and not answered: {giver} to {receiver}.",
        giver=names.get(move.giver, move.giver),
        receiver=names.get(move.receiver, move.receiver),
    )


def of_change(ground: str) -> Sentence:
    return words("An amendment is recorded that no ground covers ({ground}).", ground=ground)


def of_notice(ground: str) -> Sentence:
    return words("The public notice of an amendment is missing ({ground}).", ground=ground)


def of_later(name: str, amount: Amount | None, *, removed: bool) -> Sentence:
    if removed:
        return words("{limit} is removed.", limit=name)
    if amount is None:
        return words("{limit} becomes unknown.", limit=name)
    return words("{limit} becomes {amount}.", limit=name, amount=amount)
