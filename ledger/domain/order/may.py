"""What must be so of an order for an act on it, whatever the act says.

`POSSIBLE` says in which statuses; what is foreseen is what no words of an act could mend.
"""

from collections.abc import Callable
from datetime import date
from typing import Protocol

from ledger.domain import agreement
from ledger.domain.events import By
from ledger.domain.given import Given
from ledger.domain.order.state import (
    OPEN,
    TO_COME,
    UNANSWERED,
    State,
    Status,
    is_unanswered,
)
from ledger.domain.refusals import (
    AnsweredTooLate,
    Fault,
    Forbidden,
    Invalid,
    NotAParty,
    NothingThere,
    OwnOpeningBalance,
    PassedOn,
    WrongStatus,
)

POSSIBLE: dict[str, tuple[Status, ...]] = {
    "confirm": ("placed",),
    "decline": UNANSWERED,
    "lapse": ("placed",),
    "counter": UNANSWERED,
    "accept": ("countered",),
    "refuse": ("countered",),
    "change": ("placed", *OPEN),
    "code a line of": (*UNANSWERED, *OPEN, "cancelled", "closed"),
    "cancel": (*UNANSWERED, *TO_COME),
    "cancel seats of": ("placed", *TO_COME),
    "cancel a session of": ("placed", *TO_COME),
    "allocate the seats of": ("placed", *OPEN),
    "move seats of": ("placed", *OPEN),
    "move a session of": ("placed", *OPEN),
    "report a session of": (*OPEN, "cancelled", "closed"),
    "start": ("confirmed",),
    "report delivery of": ("confirmed", "started", "delivered", "closed"),
    "close": (*OPEN, "cancelled"),
    "reopen": ("closed",),
    "bring an opening balance into": (*OPEN, "closed"),
}
"""What is done → the statuses that it is done in. Coded is what holds, or has drawn, money; what is
delivered is owed, and cannot be cancelled."""


def possible(action: str) -> Callable[[State, Given], None]:
    """Raises WrongStatus, naming the action, unless the order is in one of its statuses."""
    assert action in POSSIBLE, action

    def in_status(state: State, given: Given) -> None:
        require_status(state, action)

    return in_status


def require_status(
    state: State,
    action: str,
    *,
    by_supplier: bool = False,
    statuses: tuple[Status, ...] | None = None,
) -> None:
    """A university does what cancels only to what it has confirmed. `statuses` narrows those that
    it is possible in. Raises WrongStatus."""
    statuses = statuses or (TO_COME if by_supplier else POSSIBLE[action])
    if state.status not in statuses:
        needed = " / ".join(statuses)
        raise WrongStatus(name=state.number, status=state.status, action=action, needed=needed)


def still_with(state: State, given: Given) -> None:
    """Whatever a supplier would do to an order that it did not take. Raises PassedOn."""
    had = {one.supplier for one in state.earlier}
    if given.by.role == "supplier" and given.by.organisation in had - {state.supplier}:
        raise PassedOn(order=state.number)


def own(state: State, given: Given) -> None:
    """A buyer acts on its own orders; the lead, but for its orderers, on those of all.

    Raises NotAParty.
    """
    of = agreement.named(given, state.agreement)
    agreement.require_own(of, state.buyer, state.number, given.by, given.today)


def orderers_own(state: State, by: By) -> None:
    """An orderer acts on the own organisation's orders alone, whoever carries a part of them.

    Raises Forbidden.
    """
    if by.role == "orderer" and by.organisation != state.buyer:
        raise Forbidden(roles="orderer of the buying organisation", held=by.role)


def its_supplier(state: State, given: Given) -> None:
    """A university answers its own orders only. Raises NotAParty."""
    by = given.by
    if by.role == "supplier" and by.organisation != state.supplier:
        raise NotAParty(organisation=state.supplier, name=state.number, acting=by.organisation)


def opened(state: State, given: Given) -> None:
    """Raises NothingThere where there is no opening balance."""
    if state.opening is None:
        raise NothingThere(what="opening balance", name=state.number)


def another_opened(state: State, given: Given) -> None:
    """Four eyes: who recorded an opening balance does not take it back alone. Raises
    OwnOpeningBalance."""
    if state.opening is not None and state.opening.recorded_by in given.selves(given.by.person):
        raise OwnOpeningBalance(order=state.number)


def its_bookkeeper(state: State, given: Given) -> None:
    """How a buyer books is its own matter. Raises NotAParty."""
    by = given.by
    if by.role != "admin" and by.organisation != state.buyer:
        raise NotAParty(organisation=state.buyer, name=state.number, acting=by.organisation)


class Answer(Protocol):
    """What a university answers an order with."""

    @property
    def on(self) -> date: ...


def in_time(command: Answer, state: State, given: Given) -> None:
    """An answer is judged by its own day, before the lapse is recorded and after: the last day to
    answer counts. Raises AnsweredTooLate."""
    last = state.respond_by
    if last is None or command.on <= last:
        return
    if is_unanswered(state, command.on) or state.status == "lapsed":
        raise AnsweredTooLate(order=state.number, respond_by=last, on=command.on)


# ── Foreseen ──────────────────────────────────────────────────────────────────────────────────


def holds_seats(state: State, given: Given) -> None:
    """Whose seats they are may give them, beside who acts on the order. Raises NotAParty."""
    if given.by.organisation not in {part.organisation for part in state.allocated}:
        own(state, given)


def bears_seats(state: State, given: Given) -> None:
    """Whose seats they are may cancel them where the cost is split, since the fee is then theirs,
    beside who acts on the order. Raises NotAParty."""
    if state.split is None:
        own(state, given)
    else:
        holds_seats(state, given)


def allocated(state: State, given: Given) -> None:
    """Raises NothingThere where the order has no seats that are somebody's."""
    if not state.allocated:
        raise NothingThere(what="allocated seats", name=state.number)


def seated(state: State, given: Given) -> None:
    """Raises Invalid where there are no seats to allocate."""
    if state.seats is None:
        raise Invalid(Fault(pointer="/seats", sentence="The order has no seats."))


def cancelled_by_them(state: State, given: Given) -> None:
    """A university cancels what it has confirmed; before that it declines. Raises WrongStatus."""
    require_status(state, "cancel", by_supplier=given.by.role == "supplier")


def session_cancelled_by_them(state: State, given: Given) -> None:
    """As `cancelled_by_them`. Raises WrongStatus."""
    require_status(state, "cancel a session of", by_supplier=given.by.role == "supplier")


def delivered_before(state: State, given: Given) -> None:
    """A closed order's delivery is only reported again. Raises WrongStatus."""
    if state.status == "closed" and state.delivered_on is None:
        require_status(state, "report delivery of", statuses=OPEN)


def session_reported(state: State, given: Given) -> None:
    """Of an order that has ended a session is only reported again. Raises NothingThere,
    WrongStatus."""
    held = any(one.status == "held" for one in state.sessions)
    if state.status not in OPEN and not held:
        require_status(state, "report a session of", statuses=OPEN)
    if not held:
        session_to_come(state, given)


def session_to_come(state: State, given: Given) -> None:
    """Raises NothingThere where no session is still to come."""
    if all(one.status != "planned" for one in state.sessions):
        raise NothingThere(what="sessions to come", name=state.number)
