"""Who carries what of an order: its cost split, and whose its seats are."""

from collections.abc import Sequence
from datetime import date

from ledger.domain import agreement
from ledger.domain.events import By, New, OrderLine, SeatsAllocated, SeatsMoved
from ledger.domain.given import Given
from ledger.domain.order.commands import AllocateSeats, MoveSeats
from ledger.domain.order.may import own, require_status
from ledger.domain.order.room import enlarge
from ledger.domain.order.state import State
from ledger.domain.position import ordered
from ledger.domain.refusals import Fault, Invalid, NotAParty, NotEntitled, TooFewSeats
from ledger.domain.sharing import Split, Weight


def chosen_split(
    split: Split | None,
    of: agreement.State,
    buyer: str,
    lines: Sequence[OrderLine],
    seats: int | None,
    on: date,
) -> Split | None:
    """The order's own cost split, else the agreement's on the order's day.

    Raises Invalid, NotEntitled; and NotAParty where another buyer than the lead would put costs
    on the others, or Invalid where nobody leads.
    """
    if split is None:
        return of.policy_on(on).split
    if split.method == "fixed":
        sentence = "The fixed amounts do not add up to the order's amount."
        total: int | None = ordered(lines)
    else:
        sentence = "The seats do not add up to the order's seats."
        total = seats if split.method == "seats" else None
    _check_parts(split.parts, of, "/split/parts", total, sentence, on)
    lead = agreement.lead_of(of, on)
    if lead is None:
        require_nobody_elses(of, split.parts, (buyer,))
    elif lead != buyer:
        raise NotAParty(organisation=lead, name=of.number, acting=buyer)
    return split


def require_nobody_elses(of: agreement.State, parts: Sequence[Weight], own: Sequence[str]) -> None:
    """Where nobody leads, what others carry is what all agreed to in the agreement's own split.
    Raises Invalid (all faults)."""
    sentence = (
        "Nobody leads {agreement}, so no order puts costs on {organisation}: how they are split is "
        "proposed to all as the agreement's terms."
    )
    faults = [
        Fault(
            pointer="",
            sentence=sentence,
            figures={"agreement": of.number, "organisation": part.organisation},
        )
        for part in parts
        if part.organisation not in own
    ]
    if faults:
        raise Invalid(*faults)


def require_bearers(
    state: State, of: agreement.State, more: Sequence[Weight], by: By, on: date
) -> None:
    """Where the cost follows the seats, another buyer than the lead gives none to the others.

    `more` are whose seats become more. Raises NotAParty, or Invalid where nobody leads.
    """
    lead = agreement.lead_of(of, on)
    if state.sharing is None or state.sharing.method != "seats" or state.buyer == lead:
        return
    if lead is None:
        require_nobody_elses(of, more, (state.buyer, by.organisation))
    elif by.organisation != lead and any(
        part.organisation not in (state.buyer, by.organisation) for part in more
    ):
        raise NotAParty(organisation=lead, name=state.number, acting=by.organisation)


def _more(before: Sequence[Weight], after: Sequence[Weight]) -> tuple[Weight, ...]:
    had = {part.organisation: part.weight for part in before}
    return tuple(part for part in after if part.weight > had.get(part.organisation, 0))


def _check_parts(
    parts: Sequence[Weight],
    of: agreement.State,
    pointer: str,
    total: int | None,
    sentence: str,
    on: date,
) -> None:
    faults = []
    if not parts:
        faults.append(Fault(pointer=pointer, sentence="At least one is needed."))
    elif total is not None and sum(part.weight for part in parts) != total:
        faults.append(Fault(pointer=pointer, sentence=sentence))
    names = [part.organisation for part in parts]
    faults += [
        Fault(
            pointer=f"{pointer}/{i}/organisation",
            sentence="{name} is named twice.",
            figures={"name": name},
        )
        for i, name in enumerate(names)
        if name in names[:i]
    ]
    faults += [
        Fault(pointer=f"{pointer}/{i}", sentence="A part is above 0.")
        for i, part in enumerate(parts)
        if part.weight <= 0
    ]
    if faults:
        raise Invalid(*faults)
    for name in names:
        require_buyer(of, name, on)


def require_buyer(of: agreement.State, organisation: str, on: date) -> None:
    """Raises NotEntitled: a late joiner is named by an amendment first (LOU 7 kap. 3 §), and a
    buyer from its day on."""
    if organisation not in {party.organisation for party in of.buyers_on(on)}:
        raise NotEntitled(organisation=organisation, agreement=of.number)


def require_seats(state: State, organisation: str, asked: int) -> None:
    """Raises TooFewSeats unless the organisation has as many seats of the order."""
    seats = next((p.weight for p in state.allocated if p.organisation == organisation), 0)
    if asked > seats:
        raise TooFewSeats(organisation=organisation, order=state.number, seats=seats, asked=asked)


def check_whose(state: State, holder: str | None, seats: int) -> None:
    """Allocated seats that are cancelled are somebody's. Raises Invalid, TooFewSeats."""
    if (holder is None) == bool(state.allocated):
        sentence = "Name whose seats are cancelled where they are allocated, and only there."
        raise Invalid(Fault(pointer="/holder", sentence=sentence))
    if holder is not None:
        require_seats(state, holder, seats)


def changed_allocation(
    state: State,
    of: agreement.State,
    seats: int | None,
    allocation: tuple[Weight, ...] | None,
    by: By,
    on: date,
) -> tuple[Weight, ...]:
    """Whose the seats are after their number changed; nothing, where nobody says it anew.

    Allocated seats that become more or fewer are somebody's. Raises Invalid, NotEntitled,
    NotAParty.
    """
    after = state.seats if seats is None else seats
    if allocation is not None:
        if after is None:
            raise Invalid(Fault(pointer="/allocation", sentence="The order has no seats."))
        sentence = "The seats do not add up to the order's seats."
        _check_parts(allocation, of, "/allocation", after, sentence, on)
        require_bearers(state, of, _more(state.allocated, allocation), by, on)
        return allocation
    if state.allocated and after != state.seats:
        raise Invalid(
            Fault(
                pointer="/allocation",
                sentence="The order's seats are allocated: say whose they are, {seats} in all.",
                figures={"seats": str(after)},
            )
        )
    return ()


def allocate_seats(command: AllocateSeats, state: State, given: Given) -> list[New]:
    """All of the order's seats, to named buyers. Where they are its cost split, what is still to
    be invoiced follows them, as far as the members' limits have room.

    Raises Invalid, NotEntitled, NotAParty, CapExceeded.
    """
    of = agreement.named(given, state.agreement)
    sentence = "The seats do not add up to the order's seats."
    _check_parts(command.seats, of, "/seats", state.seats, sentence, command.on)
    more = _more(state.allocated, command.seats)
    require_bearers(state, of, more, given.by, command.on)
    event = SeatsAllocated(seats=command.seats)
    return enlarge(state, given, event, command.on, "seats-allocated")


def move_seats(command: MoveSeats, state: State, given: Given) -> list[New]:
    """Only who has seats gives them; the order keeps its count.

    Raises NotAParty, WrongStatus, Invalid, NotEntitled, TooFewSeats, CapExceeded.
    """
    of = agreement.named(given, state.agreement)
    if given.by.organisation != command.giver:  # whose seats they are may give them
        own(state, given)
    require_status(state, "move seats of")
    if command.giver == command.receiver:
        raise Invalid(Fault(pointer="/receiver", sentence="The giver and the receiver are one."))
    require_buyer(of, command.receiver, command.on)
    require_seats(state, command.giver, command.seats)
    receiver = Weight(organisation=command.receiver, weight=command.seats)
    require_bearers(state, of, (receiver,), given.by, command.on)
    event = SeatsMoved(
        giver=command.giver,
        receiver=command.receiver,
        seats=command.seats,
        reason=command.reason,
    )
    return enlarge(state, given, event, command.on, "seats-moved")
