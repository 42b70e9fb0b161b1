"""What the members of a joint agreement do among themselves: move shares, give in kind."""

from datetime import date

from msgspec.structs import replace

from ledger.domain.agreement.acting import require_own
from ledger.domain.agreement.commands import (
    AcceptShareMove,
    DeclineShareMove,
    ProposeShareMove,
    RecordInKind,
)
from ledger.domain.agreement.room import fullest_from
from ledger.domain.agreement.state import ShareMove, State, stream
from ledger.domain.events import (
    By,
    InKindRecorded,
    New,
    ShareMoveAccepted,
    ShareMoveDeclined,
    ShareMoveProposed,
)
from ledger.domain.given import Given
from ledger.domain.limits import Limit
from ledger.domain.refusals import (
    Amount,
    Fault,
    Invalid,
    NotAParty,
    NotEntitled,
    NotFound,
    ShareInUse,
)


def propose_share_move(command: ProposeShareMove, state: State, given: Given) -> list[New]:
    """One of the two says that room shall move from one share to the other; nothing moves yet.

    What is decided today may begin later. Raises NotAParty, Invalid, ShareInUse.
    """
    day = command.effective_on or command.on
    faults = []
    if command.giver == command.receiver:
        faults.append(Fault(pointer="/receiver", sentence="The giver and the receiver are one."))
    if not command.on <= day <= max(command.on, state.ends_on):
        sentence = "Shares move on a day from the decision's own on, within the term."
        faults.append(Fault(pointer="/effective_on", sentence=sentence))
    if faults:
        raise Invalid(*faults)
    _require_one_of(state, given.by, command.giver, command.receiver)
    giver = _share_of(state, command.giver, day, "/giver")
    _share_of(state, command.receiver, day, "/receiver")
    _require_unused(state, giver, command.giver, command.amount, _day(giver, day))
    event = ShareMoveProposed(
        number=state.share_moves + 1,
        giver=command.giver,
        receiver=command.receiver,
        amount=command.amount,
        proposed_by=given.by.organisation,
        reason=command.reason,
        moves_from=command.effective_on,
    )
    return [New(stream(state.number), event, command.on)]


def accept_share_move(command: AcceptShareMove, state: State, given: Given) -> list[New]:
    """The other one agrees: one share is so much less, the other so much more, the cap the same:
    from the day that was proposed or, if that is later, on which it is accepted and both have an
    amount, and on each later day on which one is set already.

    Raises NotFound, NotAParty, Invalid, ShareInUse.
    """
    move = _open_move(state, command.number)
    other = move.receiver if move.proposed_by == move.giver else move.giver
    _require_one_of(state, given.by, other)
    from_ = max(command.on, move.moves_from or command.on)
    giver = _share_of(state, move.giver, from_, "/giver")
    receiver = _share_of(state, move.receiver, from_, "/receiver")
    day = _day(receiver, _day(giver, from_))
    _require_unused(state, giver, move.giver, move.amount, day)
    event = ShareMoveAccepted(
        number=move.number,
        limit_changes=(
            *((giver.name, step) for step in giver.moved_by(-move.amount, day)),
            *((receiver.name, step) for step in receiver.moved_by(move.amount, day)),
        ),
    )
    return [New(stream(state.number), event, command.on)]


def decline_share_move(command: DeclineShareMove, state: State, given: Given) -> list[New]:
    """Either of the two ends the proposal; nothing has moved. Raises NotFound, NotAParty."""
    move = _open_move(state, command.number)
    _require_one_of(state, given.by, move.giver, move.receiver)
    event = ShareMoveDeclined(number=move.number, reason=command.reason)
    return [New(stream(state.number), event, command.on)]


def record_in_kind(command: RecordInKind, state: State, given: Given) -> list[New]:
    """Shown beside the balance, never in it; also after the agreement is closed.

    A buyer says what it gave itself, the lead what any gave. Raises NotEntitled, NotAParty.
    """
    buyers = state.buyers_on(command.on)
    if command.organisation not in {party.organisation for party in buyers}:
        raise NotEntitled(organisation=command.organisation, agreement=state.number)
    require_own(state, command.organisation, state.number, given.by, given.today)
    event = InKindRecorded(
        organisation=command.organisation, amount=command.amount, what=command.what
    )
    return [New(stream(state.number), event, command.on)]


def _require_one_of(state: State, by: By, *organisations: str) -> None:
    if by.organisation not in organisations:
        raise NotAParty(
            organisation=" / ".join(organisations), name=state.number, acting=by.organisation
        )


def _share_of(state: State, organisation: str, on: date, pointer: str) -> Limit:
    """The limit over everything that a buyer carries, of a known amount: the one that there is on
    a day, else the one that begins later. Raises Invalid."""
    there = [
        limit
        for limit in state.limits
        if limit.unit == "money"
        and limit.buyer == organisation
        and limit.named == ("buyer",)
        and not limit.is_removed_on(max(on, limit.set_on))
    ]
    shares = [limit for limit in there if limit.set_on <= on] or there
    if len(shares) != 1 or replace(shares[0], removed_on=None).amount is None:
        raise Invalid(
            Fault(
                pointer=pointer,
                sentence="{organisation} has no share of a known amount.",
                figures={"organisation": organisation},
            )
        )
    return shares[0]


def _open_move(state: State, number: int) -> ShareMove:
    for move in state.proposed:
        if move.number == number:
            return move
    raise NotFound(what="open share move", name=f"{state.number}/{number}")


def _day(share: Limit, on: date) -> date:
    return max(on, share.set_on)


def _require_unused(state: State, share: Limit, organisation: str, asked: int, since: date) -> None:
    """On every day from `since` on. A tolerance is not moved."""
    worst = fullest_from(state, replace(share, tolerance=0, bindings=()), since)
    unused = 0 if worst is None else worst.left
    if asked > unused:
        raise ShareInUse(
            organisation=organisation,
            asked=Amount(asked, state.currency),
            unused=Amount(max(0, unused), state.currency),
        )
