"""Taking an approval back: the drawdown waits again, as if nobody had ever approved it.

No credit is made up for it. What stands on the approval goes first, and is named.
"""

from datetime import date

from ledger.domain import agreement, order
from ledger.domain.drawdown.after import after
from ledger.domain.drawdown.allocation import by_order
from ledger.domain.drawdown.attesting import mandate_of, rules_of
from ledger.domain.drawdown.commands import TakeBackApproval
from ledger.domain.drawdown.credited_back import all_told
from ledger.domain.drawdown.crediting import restored
from ledger.domain.drawdown.eligibility import used_facts
from ledger.domain.drawdown.flags import limit_flags
from ledger.domain.drawdown.repeated import no_longer
from ledger.domain.drawdown.state import State, named, stream
from ledger.domain.events import (
    ApprovalTakenBack,
    DrawdownCreditTakenBack,
    LineAmount,
    New,
)
from ledger.domain.given import Given
from ledger.domain.refusals import LaterStands


def take_back(command: TakeBackApproval, state: State, given: Given) -> list[New]:
    """Its orders, its agreement and the invoice that a credit names are as before the approval.

    What comes to count for more cannot be refused for a limit's sake, and is flagged.

    Raises MayNotAttest; LaterStands.
    """
    of = agreement.named(given, state.agreement)
    orders = {name: order.named(given, name) for name in state.orders}
    rules = rules_of(state, given)
    mandate_of(state, orders, rules, given, (command.on, given.today))
    for one in orders.values():
        _require_none_beyond(state, one)
    back = named(given, state.credits) if state.credits and not state.is_credit else None
    facts: list[New] = []
    flags: list[str] = []
    for id in all_told(state, given):
        told = DrawdownCreditTakenBack(credit=state.id)
        facts.append(New(stream(named(given, id).id), told, command.on))
    facts += no_longer(state, given, command.on)
    for name, lines in by_order(state.drawing).items():
        moved = _taken_back((orders[name], back), of, state, lines, command.on)
        flags += limit_flags(of, moved)
        of = after(of, moved)
        facts += moved
    if state.is_credit:
        facts += used_facts(of, state.id, state.drawing, state.issued_on, -1)
    event = ApprovalTakenBack(reason=command.reason, flags=tuple(dict.fromkeys(flags)))
    return [New(stream(state.id), event, command.on), *facts]


def _taken_back(
    drawn: tuple[order.State, State | None],
    of: agreement.State,
    state: State,
    lines: tuple[LineAmount, ...],
    on: date,
) -> list[New]:
    """From the day from which it was drawn, or credited: a wrong date leaves no trace.

    `drawn` is the order, and the credit that the invoice takes back, if any.
    """
    one, back = drawn
    if state.is_credit:
        credit = order.credit_taken_back(one, state.id, lines)
        return order.with_moves_told_anew(one, of, credit, on, "credit-taken-back")
    again = restored(one, back, state)
    drawing = order.drawing_taken_back(one, state.id, lines, again)
    return order.with_moves_told_anew(one, of, drawing, on, "drawing-taken-back")


def _require_none_beyond(state: State, one: order.State) -> None:
    """A credit to the cap that took back what was invoiced beyond its order depends on what was.
    Of two of them the one that was approved later goes first; what was approved after a credit is
    none that it took back.

    Raises LaterStands.
    """
    names = [credit.drawdown for credit in one.credited]
    after = names.index(state.id) + 1 if state.id in names else 0
    known = one.approval(state.id) is not None  # an earlier version did not note it
    later = tuple(
        credit.drawdown
        for credit in one.credited[after:]
        if credit.beyond and not (known and credit.drawn and state.id not in credit.drawn)
    )
    if later:
        raise LaterStands(name=state.id, later=later)
