"""A credit whose invoices came after it: it lands on their lines once they are here; one that was
approved meanwhile is told of to them."""

from collections.abc import Sequence
from contextlib import suppress

from msgspec.structs import replace

from ledger.domain import agreement, order
from ledger.domain.drawdown.after import drawdown_after
from ledger.domain.drawdown.allocation import allocate, by_order, turned
from ledger.domain.drawdown.commands import MatchCredit
from ledger.domain.drawdown.credited_back import Told, all_told, told_with_all
from ledger.domain.drawdown.crediting import (
    BEYOND,
    ELSEWHERE,
    LINES_DIFFER,
    amounts_of,
    funded,
    landing,
    over,
    parts_of,
    require_creditable,
    require_its_own,
)
from ledger.domain.drawdown.eligibility import with_funding
from ledger.domain.drawdown.faults import before_flags, check_credit, passing
from ledger.domain.drawdown.flags import order_flags
from ledger.domain.drawdown.payer import payer_of
from ledger.domain.drawdown.repeated import Repeated, repeated, took_back
from ledger.domain.drawdown.state import TOO_LITTLE, UNCLEAR, UNTIED, State, named, stream
from ledger.domain.events import (
    Allocation,
    DrawdownCredited,
    DrawdownCreditMatched,
    DrawdownCreditReceived,
    DrawdownCreditTakenBack,
    New,
    TakenBack,
)
from ledger.domain.given import Given
from ledger.domain.refusals import Fault, Invalid, NotFound, WrongStatus


def match(command: MatchCredit, state: State, given: Given) -> list[New]:
    """A credit whose invoice was not here when it came, and is now: it lands on its lines.

    Raises NotFound, Invalid, CreditTooLarge.
    """
    return matched(command, state, given)[1]


def matched(command: MatchCredit, state: State, given: Given) -> tuple[State, list[New]]:
    """The credit as it then is, and its facts."""
    if state.status == "approved":
        return _tied_as_approved(command, state, given)
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


def tied_after(
    command: MatchCredit | None, state: State, decided: Sequence[New], given: Given
) -> list[New]:
    """What takes back a credit, and came before it, is told to that once it is approved, and so
    are of a credit of several invoices those that are here: it stays where it landed."""
    if command is None or state.credits is not None or (state.is_credit and not command.absent):
        return []
    with suppress(Invalid, NotFound, WrongStatus):
        return _tied_as_approved(command, drawdown_after(state, decided), given)[1]
    return []


def _tied_as_approved(command: MatchCredit, state: State, given: Given) -> tuple[State, list[New]]:
    """A credit that was approved before its invoices came stays where it landed: they are told
    what it takes back of them, as much as is left of each; what is not left is flagged, and so is
    that it took back the advances too that it repeats. Where others are not here yet, those that
    are count as much as they have left, until it is told anew with the others.

    Raises NotFound, Invalid; WrongStatus where one of them was turned down.
    """
    of = agreement.named(given, state.agreement)
    undone = [New(stream(id), event, command.on) for id, event in _told_before(state, given)]
    ids = dict.fromkeys((command.credits, *command.also_credits))
    some = [drawdown_after(named(given, id), undone) for id in ids]
    require_its_own(state, of, some)
    taken, flags = [], []
    for one, asked in zip(some, amounts_of(abs(state.amount), some), strict=True):
        check_credit(0, one)
        amount = min(asked, max(0, one.left_to_credit))
        lines = _lines_of(one, amount, state, given)
        taken.append(TakenBack(drawdown=one.id, amount=amount, lines=lines))
        flags += [f"{TOO_LITTLE}:{one.invoice}"] if amount < asked and not command.absent else []
    drawn = {(part.order, part.line) for part in state.allocations}
    if not drawn.issuperset((line.order, line.line) for one in taken for line in one.lines):
        flags.append(LINES_DIFFER)
    before = state if state.as_recorded is None else state.as_recorded
    if command.absent and not any(one.amount for one in taken):
        return state, []
    asks = bool(command.absent) or took_back(state, some, given)
    gone = UNTIED if asks else (*UNTIED, UNCLEAR)
    if command.absent:
        taken = [one for one in taken if one.amount]
    kept = (flag for flag in before.flags if flag.partition(":")[0] not in gone)
    event = DrawdownCreditMatched(
        credits=taken[0].drawdown,
        buyer=state.buyer,
        allocations=before.allocations,
        flags=tuple(dict.fromkeys((*kept, *flags, *command.absent))),
        taken=tuple(taken) if len(taken) > 1 or command.absent else (),
    )
    same = [] if state.credits_taken else [one for one in taken if one in state.taken]
    kept_so = {stream(one.drawdown) for one in same}
    undone = [new for new in undone if new.stream not in kept_so]
    facts = [New(stream(state.id), event, command.on), *undone]
    after = drawdown_after(state, facts)
    direct = [
        Told(
            back.drawdown,
            DrawdownCredited(credit=state.id, amount=back.amount, lines=turned(back.lines)),
        )
        for back in taken
        if back.amount and back not in same
    ]
    told = told_with_all(after, direct, given, undone)
    return after, [*facts, *(New(stream(one.drawdown), one.event, command.on) for one in told)]


def _told_before(state: State, given: Given) -> list[tuple[str, DrawdownCreditTakenBack]]:
    """What was told of a credit while not all of its invoices were here: it is told anew."""
    credits = (state.id, *(one.credit for one in state.credits_taken))
    found = dict.fromkeys((id, credit) for credit in credits for id in all_told(state, given))
    there = {id: {one.credit for one in named(given, id).credits_taken} for id, _ in found}
    return [
        (id, DrawdownCreditTakenBack(credit=credit)) for id, credit in found if credit in there[id]
    ]


def _lines_of(credited: State, amount: int, state: State, given: Given) -> tuple[Allocation, ...]:
    """What of an invoice a credit takes back, by lines that the invoice drew: the credit's own
    where it drew those."""
    orders = {name: order.named(given, name) for name in credited.orders}
    own = state.allocations
    whole = amount == abs(state.amount) and all(part.order in orders for part in own)
    if whole and not any(passing(own, orders, credited)):
        return own
    sign = 1 if state.amount > 0 else -1
    return allocate(parts_of(sign * amount, credited), orders, credited) if amount else ()


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
