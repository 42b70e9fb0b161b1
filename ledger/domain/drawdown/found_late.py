"""A credit whose invoices came after it: it lands on their lines once they are here."""

from collections.abc import Sequence

from msgspec.structs import replace

from ledger.domain import agreement, order
from ledger.domain.drawdown.allocation import by_order
from ledger.domain.drawdown.commands import MatchCredit
from ledger.domain.drawdown.crediting import (
    BEYOND,
    ELSEWHERE,
    funded,
    landing,
    over,
    require_creditable,
)
from ledger.domain.drawdown.eligibility import with_funding
from ledger.domain.drawdown.faults import before_flags
from ledger.domain.drawdown.flags import order_flags
from ledger.domain.drawdown.payer import payer_of
from ledger.domain.drawdown.repeated import Repeated, repeated
from ledger.domain.drawdown.state import UNCLEAR, UNTIED, State, named, stream
from ledger.domain.events import DrawdownCreditMatched, DrawdownCreditReceived, New
from ledger.domain.given import Given
from ledger.domain.refusals import Fault, Invalid


def match(command: MatchCredit, state: State, given: Given) -> list[New]:
    """A credit whose invoice was not here when it came, and is now: it lands on its lines.

    Raises NotFound, Invalid, CreditTooLarge.
    """
    return matched(command, state, given)[1]


def matched(command: MatchCredit, state: State, given: Given) -> tuple[State, list[New]]:
    """The credit as it then is, and its facts."""
    of = agreement.named(given, state.agreement)
    ids = dict.fromkeys((command.credits, *command.also_credits))
    some = require_creditable(state, of, [named(given, id) for id in ids])
    orders = {name: order.named(given, name) for one in some for name in one.orders}
    orders |= {part.order: order.named(given, part.order) for part in command.parts}
    parts, said = landing(state.amount, command.parts, orders, some)
    allocations, taken = over(state.amount, parts, orders, some)
    if taken:
        taken = funded(taken, some, (state.issued_on, given.today), of, orders)
        allocations = tuple(line for part in taken for line in part.lines)
    else:
        allocations = with_funding(allocations, state.issued_on, of, orders, some[0], given.today)
    before = [flag for one in some for flag in _before(state, one)]
    said = (*said, *_elsewhere(state, some))
    flags = [flag for flag in state.flags if flag.partition(":")[0] not in (*UNTIED, BEYOND)]
    waits = any(one.status == "recorded" for one in some)
    for name, lines in by_order(allocations).items():
        flags += order_flags(orders[name], lines, state.amount, waits=waits)
    stands = Repeated()
    if state.prepaid and state.is_credit:
        flags = [flag for flag in flags if flag.partition(":")[0] != UNCLEAR]
        stands = repeated(state, some, of, given)
    event = DrawdownCreditMatched(
        credits=some[0].id,
        buyer=payer_of((), orders, some),
        allocations=allocations,
        flags=tuple(dict.fromkeys((*flags, *said, *before, *stands.flags))),
        taken=taken,
        deducts=stands.deducts,
    )
    after = replace(
        state,
        credits=event.credits,
        buyer=event.buyer,
        allocations=allocations,
        flags=event.flags,
        taken=taken,
        deducts=event.deducts,
    )
    told = DrawdownCreditReceived(credit=state.id)
    return after, [
        New(stream(state.id), event, command.on),
        *(New(stream(one.id), told, state.issued_on) for one in some),
    ]


def _elsewhere(state: State, some: Sequence[State]) -> list[str]:
    """The flags of orders that a person said a credit to be of, where its invoices, which came
    later, draw none of them."""
    if state.match is None or state.match.by != "person":
        return []
    drawn = {name for one in some for name in one.orders}
    said = dict.fromkeys(part.order for part in state.allocations)
    return [f"{ELSEWHERE}:{name}" for name in said if name not in drawn]


def _before(state: State, credited: State) -> list[str]:
    """The flag of a received credit that is dated before its invoice. Raises Invalid for one that
    was typed."""
    flags = before_flags(state.issued_on, (credited,))
    if flags and state.source is None:
        sentence = "{on} is before the day of the invoice that it credits, {since}."
        figures = {"on": state.issued_on.isoformat(), "since": credited.issued_on.isoformat()}
        raise Invalid(Fault(pointer="/credits", sentence=sentence, figures=figures))
    return flags
