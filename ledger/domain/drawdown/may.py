"""What must be so of a drawdown for an act on it, whatever the act says.

`POSSIBLE` says in which statuses; what is foreseen is what no words of an act could mend.
"""

from collections.abc import Callable

from ledger.domain import agreement, order
from ledger.domain.drawdown.advances import require_not_deducted
from ledger.domain.drawdown.attesting import mandate_of, rules_of
from ledger.domain.drawdown.credited_back import credit_facts
from ledger.domain.drawdown.decisions import fitted
from ledger.domain.drawdown.judging import JudgeAgain, judge_again
from ledger.domain.drawdown.state import State, Status
from ledger.domain.given import Given
from ledger.domain.refusals import (
    FourEyes,
    LaterStands,
    NotAParty,
    NothingThere,
    OwnApproval,
    RecordedByAnother,
    WrongStatus,
)

POSSIBLE: dict[str, Status] = {
    "approve": "recorded",
    "reject": "recorded",
    "withdraw": "recorded",
    "move": "recorded",
    "take back the approval of": "approved",
    "recharge a share of": "approved",
}
"""What is done → the status that it is done in."""


def possible(action: str) -> Callable[[State, Given], None]:
    """Raises WrongStatus, naming the action, unless the drawdown has its status."""
    status = POSSIBLE[action]

    def in_status(state: State, given: Given) -> None:
        if state.status != status:
            raise WrongStatus(name=state.id, status=state.status, action=action, needed=status)

    return in_status


def matchable(state: State, given: Given) -> None:
    """Also one that was approved before its invoice came. Raises WrongStatus."""
    if state.status not in ("recorded", "approved"):
        raise WrongStatus(
            name=state.id, status=state.status, action="match", needed="recorded or approved"
        )


def creditable(state: State, given: Given) -> None:
    """Its credit may come while it waits, and is approved after it. Raises WrongStatus."""
    if state.status not in ("recorded", "approved"):
        raise WrongStatus(
            name=state.id, status=state.status, action="credit", needed="recorded or approved"
        )


def untied(state: State, given: Given) -> None:
    """Only a credit that takes back no invoice yet is tied to one; what takes back a credit, once
    it is approved. Raises NothingThere."""
    adds = state.status == "approved" and bool(state.unmatched)
    tied = state.credits is not None and not state.is_partly_tied
    if not (state.is_credit or adds) or tied:
        raise NothingThere(what="invoices left to tie it to", name=state.id)


def own(state: State, given: Given) -> None:
    """A buyer decides the invoices of its own orders, and what it carries alone of another's; the
    lead, but for its orderers, those of all.

    Raises NotAParty.
    """
    if given.by.organisation == state.decider:
        return
    of = agreement.named(given, state.agreement)
    agreement.require_own(of, state.buyer, state.id, given.by, given.today)


def payer(state: State, given: Given) -> None:
    """Only who paid takes a share back, or gives it back again. Raises NotAParty."""
    acting = given.by.organisation
    if acting != state.buyer:
        raise NotAParty(organisation=state.buyer, name=state.id, acting=acting)


def four_eyes(state: State, given: Given) -> None:
    """Who recorded or moved it may not decide, nor the same human being as another person. Raises
    FourEyes."""
    if not {*given.selves(given.by.person)}.isdisjoint(state.entered_by):
        raise FourEyes(drawdown=state.id)


def another_approver(state: State, given: Given) -> None:
    """Who approved does not take it back alone, whoever else they are. Raises OwnApproval."""
    if state.decided_by in given.selves(given.by.person):
        raise OwnApproval(drawdown=state.id)


def nothing_later(state: State, given: Given) -> None:
    """What stands on it goes first: approved credits of it, and shares that were recharged.

    Raises LaterStands.
    """
    later = [one.credit for one in state.credits_taken]
    later += [one.reference for one in state.recharges if one.left]
    if later:
        raise LaterStands(name=state.id, later=tuple(later))


def not_deducted(state: State, given: Given) -> None:
    """A final invoice that takes an advance back goes first. Raises LaterStands."""
    require_not_deducted(state, given)


def recorder(state: State, given: Given) -> None:
    """Only who recorded it takes it back; anybody else turns it down. Raises RecordedByAnother."""
    if given.by.person != state.recorded_by:
        raise RecordedByAnother(drawdown=state.id)


def attester(state: State, given: Given) -> None:
    """Foreseen: the approver has a right to it today, whatever day the approval is of.

    Raises MayNotAttest; of a credit also what its invoice has against it.
    """
    orders = {name: order.named(given, name) for name in state.orders}
    rules = rules_of(state, given)
    if state.credits_of:
        state = fitted(state, agreement.named(given, state.agreement), orders, given)
        credit_facts(state, given)
        orders = {name: order.named(given, name) for name in state.orders}
    mandate_of(state, orders, rules, given, (given.today, given.today))


def attests(state: State, given: Given) -> None:
    """Foreseen: whoever takes an approval back has a right to it today. Raises MayNotAttest."""
    orders = {name: order.named(given, name) for name in state.orders}
    rules = rules_of(state, given)
    mandate_of(state, orders, rules, given, (given.today, given.today))


def judged_otherwise(state: State, given: Given) -> None:
    """Foreseen: how things are decides alone. Raises WrongStatus, JudgedAlready."""
    judge_again(JudgeAgain(drawdown=state.id, on=given.today), state, given)


def recharged(state: State, given: Given) -> None:
    """Foreseen. Raises NotFound where no recharge is left to give back."""
    if not any(one.left for one in state.recharges):
        raise NothingThere(what="recharges", name=state.id)
