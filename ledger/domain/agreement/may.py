"""What must be so of an agreement for an act on it, whatever the act says.

`POSSIBLE` says in which statuses; what is foreseen is what no words of an act could mend.
"""

from collections.abc import Callable
from datetime import date

from ledger.domain.agreement.acting import lead_of
from ledger.domain.agreement.competition import Competition, competition_name
from ledger.domain.agreement.faults import check_term
from ledger.domain.agreement.proposal import waiting
from ledger.domain.agreement.room import require_open, require_within_term
from ledger.domain.agreement.state import State, Status
from ledger.domain.agreement.term import extended_to
from ledger.domain.events import BUYER_ROLES
from ledger.domain.given import Given
from ledger.domain.refusals import (
    AlreadyExists,
    AnswersAwaited,
    CompetitionNeeded,
    NoCompetition,
    NoSuchExtension,
    NotAParty,
    NothingThere,
    OffersSealed,
    TooLateToAnswer,
    WrongStatus,
)

IN_FORCE: tuple[Status, ...] = ("active", "suspended")

POSSIBLE: dict[str, tuple[tuple[Status, ...], str]] = {
    "amend": (IN_FORCE, "active"),
    "extend": (IN_FORCE, "active"),
    "suspend": (("active",), "active"),
    "close": (IN_FORCE, "active or suspended"),
    "reopen": (("suspended", "closed"), "suspended or closed"),
    "put right": (IN_FORCE, "active"),
    "void": (IN_FORCE, "active"),
    "remove a limit of": (IN_FORCE, "active"),
    "move shares of": (IN_FORCE, "active"),
}
"""What is done → the statuses that it is done in, and as a refusal says them."""


def possible(action: str) -> Callable[[State, Given], None]:
    """Raises WrongStatus, naming the action, unless the agreement is in one of its statuses."""
    statuses, needed = POSSIBLE[action]

    def in_status(state: State, given: Given) -> None:
        if state.status not in statuses:
            raise WrongStatus(name=state.number, status=state.status, action=action, needed=needed)

    return in_status


def unsigned(state: State | None, given: Given) -> None:
    """Raises AlreadyExists."""
    if state is not None:
        raise AlreadyExists(what="agreement", name=state.number)


def lead(state: State, given: Given) -> None:
    """Where somebody leads, nobody else of the buyers changes what all share: terms, cap, limits,
    buyers, funding. Raises NotAParty."""
    leads, by = lead_of(state, given.today), given.by
    if leads is not None and by.role in BUYER_ROLES and by.organisation != leads:
        raise NotAParty(organisation=leads, name=state.number, acting=by.organisation)


def extension_left(state: State, given: Given) -> None:
    """Raises NoSuchExtension, TermTooLong, where there is no option today."""
    require_extension(state, given.today)


def require_extension(state: State, on: date) -> None:
    """Raises NoSuchExtension, TermTooLong, where there is no option on a day.

    Rule: LOU 7 kap. 2 §.
    """
    policy = state.policy_on(on)
    options = len(policy.extensions)
    if state.extensions_used >= options:
        raise NoSuchExtension(agreement=state.number, options=options, used=state.extensions_used)
    check_term(state.number, state.regime, policy, state.starts_on, extended_to(state, on))


def open_to_orders(state: State, given: Given) -> None:
    """Raises AgreementNotOpen."""
    require_open(state)


def begun(state: State, given: Given) -> None:
    """An order is of today at the latest. Raises OutsideTerm before the term's first day."""
    if given.today < state.starts_on:
        require_within_term(state, given.today)


def competed_for(state: State, given: Given) -> None:
    """Raises NoCompetition where orders are not competed for."""
    if state.selection is None or state.selection.method != "competition":
        raise NoCompetition(agreement=state.number)


# ── Foreseen ──────────────────────────────────────────────────────────────────────────────────


def shares_theirs(state: State, given: Given) -> None:
    """Raises NotAParty unless who asks has a share of their own to move."""
    sharing = [
        limit.buyer
        for limit in state.limits
        if limit.unit == "money"
        and limit.buyer
        and limit.named == ("buyer",)
        and not limit.is_removed_on(given.today)
    ]
    _require_one_of(state, given, sharing or [party.organisation for party in state.buyers])


def won(state: State, given: Given) -> None:
    """Raises CompetitionNeeded where orders are competed for and no award waits for its order."""
    if state.selection is None or state.selection.method != "competition":
        return
    if not any(one.status == "awarded" for one in state.competitions):
        raise CompetitionNeeded(agreement=state.number)


def proposed_to_them(state: State, given: Given) -> None:
    """Raises NothingThere, NotAParty unless a share move waits for the word of who asks."""
    _open_moves(state)
    answering = [
        move.receiver if move.proposed_by == move.giver else move.giver for move in state.proposed
    ]
    _require_one_of(state, given, answering)


def proposed_by_or_to_them(state: State, given: Given) -> None:
    """Raises NothingThere, NotAParty unless who asks is one of the two of an open share move."""
    _open_moves(state)
    both = [name for move in state.proposed for name in (move.giver, move.receiver)]
    _require_one_of(state, given, both)


def asked_to_agree(state: State, given: Given) -> None:
    """Raises NothingThere, NotAParty unless a proposal waits for the word of who asks."""
    _open_proposals(state)
    _require_one_of(state, given, [name for one in state.proposals for name in waiting(one)])


def proposed_by_them(state: State, given: Given) -> None:
    """Raises NothingThere, NotAParty unless who asks has proposed something that is open."""
    _open_proposals(state)
    _require_one_of(state, given, [one.proposed_by for one in state.proposals])


def _open_proposals(state: State) -> None:
    if not state.proposals:
        raise NothingThere(what="open proposals", name=state.number)


def _open_moves(state: State) -> None:
    if not state.proposed:
        raise NothingThere(what="open share moves", name=state.number)


def _require_one_of(state: State, given: Given, names: list[str]) -> None:
    acting = given.by.organisation
    if acting not in names:
        either = " / ".join(dict.fromkeys(names))
        raise NotAParty(organisation=either, name=state.number, acting=acting)


def funded(state: State, given: Given) -> None:
    """Raises NothingThere where there is no source that pays for more."""
    if all(one.withdrawn_on is not None for one in state.funding):
        raise NothingThere(what="funding sources", name=state.number)


def asked_of_them(state: State, given: Given) -> None:
    """Raises NothingThere, TooLateToAnswer where no competition waits for an answer of who asks."""
    by = given.by
    theirs = [one for one in _open(state) if by.role != "supplier" or by.organisation in one.asked]
    if not theirs:
        raise NothingThere(what="open competitions", name=state.number)
    last = max(one.answer_by for one in theirs)
    if by.role == "supplier" and given.today > last:
        (latest, *_) = (one for one in theirs if one.answer_by == last)
        name = competition_name(state.number, latest.number)
        raise TooLateToAnswer(competition=name, answer_by=last, on=given.today)


def answered(state: State, given: Given) -> None:
    """Raises NothingThere, OffersSealed, AnswersAwaited where no competition can be awarded yet."""
    waits, sealed = [], [one for one in _open(state) if one.is_sealed]
    for one in _open(state):
        if one in sealed:
            continue
        known = {answer.supplier for answer in one.answers}
        waiting = tuple(name for name in one.asked if name not in known)
        if not waiting or given.today > one.answer_by:
            return
        waits.append((one, waiting))
    if sealed and not waits:
        name = competition_name(state.number, sealed[0].number)
        raise OffersSealed(competition=name, answer_by=sealed[0].answer_by)
    if not waits:
        raise NothingThere(what="open competitions", name=state.number)
    first, waiting = waits[0]
    name = competition_name(state.number, first.number)
    raise AnswersAwaited(competition=name, answer_by=first.answer_by, waiting=waiting)


def sealed(state: State, given: Given) -> None:
    """Raises NothingThere, OffersSealed where no sealed offers can be opened today."""
    found = [one for one in _open(state) if one.is_sealed]
    if not found:
        raise NothingThere(what="sealed offers", name=state.number)
    first = min(found, key=lambda one: one.answer_by)
    if given.today <= first.answer_by:
        name = competition_name(state.number, first.number)
        raise OffersSealed(competition=name, answer_by=first.answer_by)


def competing(state: State, given: Given) -> None:
    """Raises NothingThere where no competition is open, or awarded and not ordered by."""
    if not state.competitions:
        raise NothingThere(what="open competitions", name=state.number)


def _open(state: State) -> list[Competition]:
    return [one for one in state.competitions if one.status == "open"]
