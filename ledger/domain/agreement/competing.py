"""What may happen to a renewed competition: who is asked, who answers until when, who wins."""

from collections.abc import Iterator, Sequence
from datetime import date

import msgspec

from ledger.domain.agreement.acting import require_own
from ledger.domain.agreement.competition import Competition, competition_name
from ledger.domain.agreement.replacing import suppliers_on
from ledger.domain.agreement.state import State, stream
from ledger.domain.days import year_faults
from ledger.domain.events import (
    By,
    CompetitionAnswered,
    CompetitionAwarded,
    CompetitionCancelled,
    CompetitionOpened,
    New,
    OffersOpened,
)
from ledger.domain.given import Given
from ledger.domain.refusals import (
    AnswersAwaited,
    Fault,
    Invalid,
    NotAParty,
    NotFound,
    OffersSealed,
    TooLateToAnswer,
    WrongStatus,
)
from ledger.domain.selection import PassedOver, Selection
from ledger.domain.sharing import Weight


class OpenCompetition(msgspec.Struct, frozen=True, kw_only=True):
    """Ask suppliers for an offer: those in `asked`, or all but those left out."""

    agreement: str
    what: str
    answer_by: date
    on: date
    asked: tuple[str, ...] = ()
    left_out: tuple[PassedOver, ...] = ()


class AnswerCompetition(msgspec.Struct, frozen=True, kw_only=True):
    """A supplier's answer; `amount` in öre, None: it declines. `salt` is random."""

    agreement: str
    number: int
    supplier: str
    amount: int | None
    on: date
    note: str = ""
    salt: str = ""


class AwardCompetition(msgspec.Struct, frozen=True, kw_only=True):
    """Say who won and why; `points` are what each answer got by the criteria."""

    agreement: str
    number: int
    supplier: str
    reason: str
    on: date
    points: tuple[Weight, ...] = ()


class OpenOffers(msgspec.Struct, frozen=True, kw_only=True):
    """Open what was offered under seal, after the last day to answer."""

    agreement: str
    number: int
    on: date


class CancelCompetition(msgspec.Struct, frozen=True, kw_only=True):
    """End a competition by which nothing was ordered."""

    agreement: str
    number: int
    reason: str
    on: date


def open_competition(command: OpenCompetition, state: State, given: Given) -> list[New]:
    """Raises Invalid (all faults)."""
    known = [party.organisation for party in suppliers_on(state, command.on)]
    left_out = {one.supplier for one in command.left_out}
    asked = command.asked or tuple(name for name in known if name not in left_out)
    faults = list(_asking_faults(asked, command.left_out, known, state.selection))
    if command.answer_by < command.on:
        sentence = "The last day to answer is before the competition."
        faults.append(Fault(pointer="/answer_by", sentence=sentence))
    else:
        term = state.starts_on, state.ends_on
        faults += year_faults({"/answer_by": command.answer_by.year}, term, after_term=True)
    if faults:
        raise Invalid(*faults)
    event = CompetitionOpened(
        number=state.competitions_opened + 1,
        what=command.what,
        asked=asked,
        answer_by=command.answer_by,
        left_out=command.left_out,
        sealed=state.policy_on(command.on).sealed_offers,
    )
    return [New(stream(state.number), event, command.on)]


def _asking_faults(
    asked: Sequence[str],
    left_out: Sequence[PassedOver],
    known: Sequence[str],
    selection: Selection | None,
) -> Iterator[Fault]:
    """All are asked, or it is said of each why not (LOU 7 kap. 8–9 §§), unless one may choose."""
    out = [one.supplier for one in left_out]
    for pointer, member, names in (("/asked", "", asked), ("/left_out", "/supplier", out)):
        for i, name in enumerate(names):
            figures = {"name": name}
            if name in names[:i]:
                sentence = "{name} is named twice."
                yield Fault(pointer=f"{pointer}/{i}{member}", sentence=sentence, figures=figures)
            elif name not in known:
                sentence = "{name} is not a supplier of the agreement."
                yield Fault(pointer=f"{pointer}/{i}{member}", sentence=sentence, figures=figures)
    for i, one in enumerate(left_out):
        if one.supplier in asked:
            sentence = "{name} is asked and left out."
            figures = {"name": one.supplier}
            yield Fault(pointer=f"/left_out/{i}", sentence=sentence, figures=figures)
        if not one.reason.strip():
            yield Fault(pointer=f"/left_out/{i}/reason", sentence="Say why it is left out.")
    if not asked:
        yield Fault(pointer="/asked", sentence="At least one is needed.")
    if selection is not None and selection.ask == "all":
        for name in known:
            if name not in (*asked, *out):
                sentence = "{name} is not asked: say why it is left out."
                yield Fault(pointer="/left_out", sentence=sentence, figures={"name": name})


def answer_competition(command: AnswerCompetition, state: State, given: Given) -> list[New]:
    """A supplier answers for itself; a new answer takes the place of its earlier one. What a buyer
    writes for it stands beside what it wrote itself.

    It answers when it does so, whatever day it states; for an answer that others record, the day
    that they state counts. Raises NotFound, also for who was not asked; NotAParty, WrongStatus,
    Invalid, TooLateToAnswer.
    """
    found, by = _active(state, command.number), given.by
    if by.role == "supplier" and by.organisation != command.supplier:
        raise NotAParty(
            organisation=command.supplier, name=_name(state, found), acting=by.organisation
        )
    if command.supplier not in found.asked:
        raise NotFound(what="competition", name=_name(state, found))
    _require(state, found, "open", "answer")
    if found.offers_opened_on is not None:
        raise WrongStatus(
            name=_name(state, found), status="opened", action="answer", needed="sealed"
        )
    answered_on = given.today if by.role == "supplier" else command.on
    if answered_on > found.answer_by:
        raise TooLateToAnswer(
            competition=_name(state, found), answer_by=found.answer_by, on=answered_on
        )
    event = CompetitionAnswered(
        number=found.number,
        supplier=command.supplier,
        amount=command.amount,
        note=command.note,
        entered_by=_entered_by(command.supplier, by),
        salt=command.salt,
    )
    return [New(stream(state.number), event, command.on)]


SERVER = "server"
"""Who entered an answer in a supplier's name at the server's own command line."""


def _entered_by(supplier: str, by: By) -> str:
    """Who wrote an answer for the supplier; empty: it wrote it itself."""
    if by.role == "supplier":
        return ""
    return SERVER if by.organisation in ("", supplier) else by.organisation


def open_offers(command: OpenOffers, state: State, given: Given) -> list[New]:
    """From the day after the last day to answer on. Raises NotFound, NotAParty, WrongStatus,
    OffersSealed."""
    found = _own(state, command.number, given)
    _require(state, found, "open", "open the offers of")
    if not found.is_sealed:
        raise WrongStatus(
            name=_name(state, found), status="open", action="open the offers of", needed="sealed"
        )
    if min(command.on, given.today) <= found.answer_by:
        raise OffersSealed(competition=_name(state, found), answer_by=found.answer_by)
    return [New(stream(state.number), OffersOpened(number=found.number), command.on)]


def award_competition(command: AwardCompetition, state: State, given: Given) -> list[New]:
    """Once all have answered, or the last day to answer has passed, by today and its own day; under
    seal once the offers are opened.

    Raises NotFound, NotAParty, WrongStatus, OffersSealed, AnswersAwaited, Invalid (all faults).
    """
    found = _own(state, command.number, given)
    _require(state, found, "open", "award")
    if found.is_sealed:
        raise OffersSealed(competition=_name(state, found), answer_by=found.answer_by)
    answered = found.offered
    faults = []
    if answered.get(command.supplier) is None:
        sentence = "{supplier} made no offer."
        figures = {"supplier": command.supplier}
        faults.append(Fault(pointer="/supplier", sentence=sentence, figures=figures))
    names = [part.organisation for part in command.points]
    for i, name in enumerate(names):
        if answered.get(name) is None or name in names[:i]:
            sentence = "Points are given once to each supplier that made an offer."
            faults.append(Fault(pointer=f"/points/{i}", sentence=sentence))
    if faults:
        raise Invalid(*faults)
    waiting = tuple(name for name in found.asked if name not in answered)
    if waiting and min(command.on, given.today) <= found.answer_by:
        raise AnswersAwaited(
            competition=_name(state, found), answer_by=found.answer_by, waiting=waiting
        )
    event = CompetitionAwarded(
        number=found.number,
        supplier=command.supplier,
        reason=command.reason,
        points=command.points,
    )
    return [New(stream(state.number), event, command.on)]


def cancel_competition(command: CancelCompetition, state: State, given: Given) -> list[New]:
    """Raises NotFound where there is none, or it is cancelled or ordered by already; NotAParty."""
    found = _own(state, command.number, given)
    event = CompetitionCancelled(number=found.number, reason=command.reason)
    return [New(stream(state.number), event, command.on)]


def active_competition(state: State, number: int | None) -> Competition | None:
    """One that is open, or awarded and not ordered by yet."""
    return next((one for one in state.competitions if one.number == number), None)


def _active(state: State, number: int) -> Competition:
    found = active_competition(state, number)
    if found is None:
        raise NotFound(what="competition", name=competition_name(state.number, number))
    return found


def _own(state: State, number: int, given: Given) -> Competition:
    """One that the buyer who acts asked for; who leads, but for its orderers, any. Raises NotFound,
    NotAParty."""
    found = _active(state, number)
    if found.buyer:
        require_own(state, found.buyer, _name(state, found), given.by, given.today)
    return found


def _require(state: State, found: Competition, status: str, action: str) -> None:
    if found.status != status:
        raise WrongStatus(
            name=_name(state, found), status=found.status, action=action, needed=status
        )


def _name(state: State, found: Competition) -> str:
    return competition_name(state.number, found.number)
