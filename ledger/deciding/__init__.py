"""Which decision a command asks for, and what must be so before it is asked.

`DECISIONS` is the table: a row a command.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar

from msgspec.structs import replace

from ledger.deciding.dated import Decision, Subject, day_faults, flagged
from ledger.deciding.loaded import Loaded as Loaded
from ledger.domain import (
    access,
    agreement,
    drawdown,
    files,
    links,
    order,
    organisation,
    restoring,
)
from ledger.domain.events import By, New
from ledger.domain.given import Given
from ledger.domain.refusals import Forbidden, Invalid, NotFound, Refusal

State = (
    agreement.State
    | order.State
    | drawdown.State
    | organisation.State
    | access.State
    | files.State
    | restoring.State
    | links.State
)

AgreementCommand = (
    agreement.AmendAgreement
    | agreement.ExtendAgreement
    | agreement.SuspendAgreement
    | agreement.CloseAgreement
    | agreement.ReopenAgreement
    | agreement.WatchTerm
    | agreement.RectifySigning
    | agreement.VoidAgreement
    | agreement.RemoveLimit
    | agreement.ProposeShareMove
    | agreement.AcceptShareMove
    | agreement.DeclineShareMove
    | agreement.ProposeChange
    | agreement.AcceptChange
    | agreement.DeclineChange
    | agreement.WithdrawChange
    | agreement.RecordInKind
    | agreement.DecideFunding
    | agreement.ChangeFunding
    | agreement.WithdrawFunding
    | agreement.ClaimFunding
    | agreement.ReceiveFunding
    | agreement.ReportResult
    | agreement.GiveNumbers
    | agreement.SkipNumbers
    | agreement.PublishNotice
    | agreement.OpenCompetition
    | agreement.AnswerCompetition
    | agreement.OpenOffers
    | agreement.AwardCompetition
    | agreement.CancelCompetition
)
OrderCommand = (
    order.ConfirmOrder
    | order.DeclineOrder
    | order.LapseOrder
    | order.CounterOrder
    | order.AcceptCounter
    | order.RejectCounter
    | order.ChangeOrder
    | order.CancelOrder
    | order.AllocateSeats
    | order.MoveSeats
    | order.RecodeLine
    | order.MoveSession
    | order.HoldSession
    | order.CancelSession
    | order.StartOrder
    | order.DeliverOrder
    | order.CloseOrder
    | order.ReopenOrder
    | order.RecordInvoicedBefore
    | order.TakeBackOpeningBalance
)
DrawdownCommand = (
    drawdown.ApproveDrawdown
    | drawdown.RejectDrawdown
    | drawdown.WithdrawDrawdown
    | drawdown.MatchCredit
    | drawdown.MoveDrawdown
    | drawdown.TakeBackApproval
    | drawdown.RecordRecharge
    | drawdown.ReverseRecharge
    | drawdown.JudgeAgain
)
OrganisationCommand = (
    organisation.GrantAttestRight
    | organisation.EndAttestRight
    | organisation.NameDeputy
    | organisation.EndDeputy
    | organisation.SetOwnCost
    | organisation.SetCodeMap
    | organisation.SetAddress
)
AccessCommand = (
    access.AppointAuditor
    | access.EndAppointment
    | access.RecordAttempt
    | access.RecordBundleRead
    | access.RecordPerson
    | access.ErasePerson
    | access.GrantRole
    | access.EndRole
    | access.MakeToken
    | access.EndToken
)
FileCommand = files.DiscardFile | files.ReturnFile | files.RemoveFile
LinkCommand = links.MakeLink | links.RevokeLink
Command = (
    agreement.SignAgreement
    | AgreementCommand
    | order.PlaceOrder
    | order.RecordOpeningBalance
    | OrderCommand
    | drawdown.RecordDrawdown
    | DrawdownCommand
    | OrganisationCommand
    | AccessCommand
    | FileCommand
    | restoring.GoOn
    | LinkCommand
)


C = TypeVar("C")


def _signed(given: Given, number: str) -> agreement.State | None:
    state: agreement.State | None = given.find(agreement.stream(number))
    return state


def _organisation(given: Given, number: str) -> organisation.State:
    return organisation.named(given, number) or organisation.State(number=number)


def _access(given: Given, person: str) -> access.State:
    state: access.State = given.find(access.stream(person)) or access.State()
    return state


def _signed_on(state: agreement.State) -> date:
    return state.signed_on


def _begun_on(state: agreement.State) -> date:
    return min(state.signed_on, state.starts_on)


def _ordered_on(state: order.State) -> date:
    return state.ordered_on


def _issued_on(state: drawdown.State) -> date:
    return state.issued_on


_NUMBER = Subject(agreement.stream, "number", _signed)
_AGREEMENT = Subject(
    agreement.stream,
    "agreement",
    agreement.named,
    since=_signed_on,
    sentence="{on} is before the agreement was signed, {since}.",
)
_GIVEN = Subject(
    agreement.stream,
    "agreement",
    agreement.named,
    since=_begun_on,
    sentence="{on} is before the agreement began, {since}.",
)
"""An agreement that something is given to beside its money: also before it was signed."""
_UNDER = Subject(agreement.stream, "agreement", agreement.named)
"""An agreement that something is brought under: that has a day of its own."""
_ORDER = Subject(
    order.stream,
    "order",
    order.named,
    (order.may.still_with,),
    since=_ordered_on,
    sentence="{on} is before the day of the order, {since}.",
)
_DRAWDOWN = Subject(
    drawdown.stream,
    "drawdown",
    drawdown.named,
    since=_issued_on,
    sentence="{on} is before the day of the invoice, {since}.",
)
_ORGANISATION = Subject(organisation.stream, "organisation", _organisation)
_PERSON = Subject(access.stream, "person", _access)
_FILE = Subject(files.stream, "file", files.named)
_LOG = Subject(restoring.stream, "log", restoring.named)
_LINK = Subject(links.stream, "link", links.named)

_LEAD = agreement.may.lead
_TOGETHER = agreement.together
_SHARES = agreement.may.possible("move shares of")
_OWN = order.may.own
_ANSWER = (_OWN, order.may.its_supplier)
_GRANTOR = organisation.may.grantor


def _begun(
    command: type[C],
    decision: Callable[[C, organisation.State, Given], list[New]],
    day: str,
    *foreseen: Callable[[organisation.State, Given], None],
) -> Decision:
    """What an organisation decides of itself begins, or ends, on a day that may be ahead."""
    return _ORGANISATION.row(command, decision, _GRANTOR, foreseen=foreseen, day=day, begins=True)


def _proposed(command: agreement.ProposeChange, state: agreement.State, given: Given) -> list[New]:
    """What stands in its way now is said when it is proposed, though all would agree."""
    facts = agreement.propose_change(command, state, given)
    everybody = frozenset(party.organisation for party in state.buyers)
    decided(command.change, replace(given, agreed=everybody))
    return facts


def _accepted(command: agreement.AcceptChange, state: agreement.State, given: Given) -> list[New]:
    """With what was proposed, where all whom it touches have agreed: decided anew, as things are
    then. Raises also what it does, and AllMustAgree where it has come to touch others."""
    proposal = agreement.open_proposal(state, command.number)
    facts = agreement.accept_change(command, state, given)
    if set(agreement.waiting(proposal)) - {given.by.organisation}:
        return facts
    agreed = frozenset((proposal.proposed_by, *proposal.touches))
    change = agreement.change_of(proposal, command.on)
    return [*facts, *decided(change, replace(given, agreed=agreed))]


_ROWS = (
    # ── Agreements ────────────────────────────────────────────────────────────────────────────
    _NUMBER.row(agreement.SignAgreement, agreement.sign, agreement.may.unsigned),
    _AGREEMENT.row(
        agreement.AmendAgreement, agreement.amend, _LEAD, agreement.may.possible("amend")
    ),
    _AGREEMENT.row(
        agreement.ExtendAgreement,
        agreement.extend,
        _LEAD,
        _TOGETHER,
        agreement.may.possible("extend"),
        foreseen=(agreement.may.extension_left,),
    ),
    _AGREEMENT.row(
        agreement.SuspendAgreement,
        agreement.suspend,
        _LEAD,
        _TOGETHER,
        agreement.may.possible("suspend"),
    ),
    _AGREEMENT.row(
        agreement.CloseAgreement, agreement.close, _LEAD, _TOGETHER, agreement.may.possible("close")
    ),
    _AGREEMENT.row(
        agreement.ReopenAgreement,
        agreement.reopen,
        _LEAD,
        _TOGETHER,
        agreement.may.possible("reopen"),
    ),
    _AGREEMENT.row(
        agreement.RectifySigning,
        agreement.rectify,
        _LEAD,
        agreement.may.possible("put right"),
        agreement.unused,
        agreement.another_person,
    ),
    _AGREEMENT.row(
        agreement.VoidAgreement,
        agreement.void,
        _LEAD,
        _TOGETHER,
        agreement.may.possible("void"),
        agreement.unordered,
    ),
    _AGREEMENT.row(
        agreement.RemoveLimit,
        agreement.remove_limit,
        _LEAD,
        agreement.may.possible("remove a limit of"),
        begins=True,
    ),
    _UNDER.row(agreement.WatchTerm, agreement.watch_term, day=""),
    _AGREEMENT.row(
        agreement.ProposeShareMove,
        agreement.propose_share_move,
        _SHARES,
        foreseen=(agreement.may.shares_theirs,),
    ),
    _AGREEMENT.row(
        agreement.AcceptShareMove,
        agreement.accept_share_move,
        _SHARES,
        foreseen=(agreement.may.proposed_to_them,),
    ),
    _AGREEMENT.row(
        agreement.DeclineShareMove,
        agreement.decline_share_move,
        foreseen=(agreement.may.proposed_by_or_to_them,),
    ),
    _AGREEMENT.row(agreement.ProposeChange, _proposed),
    _AGREEMENT.row(agreement.AcceptChange, _accepted, foreseen=(agreement.may.asked_to_agree,)),
    _AGREEMENT.row(
        agreement.DeclineChange,
        agreement.decline_change,
        foreseen=(agreement.may.asked_to_agree,),
    ),
    _AGREEMENT.row(
        agreement.WithdrawChange,
        agreement.withdraw_change,
        foreseen=(agreement.may.proposed_by_them,),
    ),
    _GIVEN.row(agreement.RecordInKind, agreement.record_in_kind),
    _UNDER.row(agreement.DecideFunding, agreement.decide_funding, _LEAD, _TOGETHER, begins=True),
    _UNDER.row(
        agreement.ChangeFunding,
        agreement.change_funding,
        _LEAD,
        _TOGETHER,
        foreseen=(agreement.may.funded,),
        begins=True,
    ),
    _UNDER.row(
        agreement.WithdrawFunding,
        agreement.withdraw_funding,
        _LEAD,
        _TOGETHER,
        foreseen=(agreement.may.funded,),
        begins=True,
    ),
    _AGREEMENT.row(agreement.ClaimFunding, agreement.claim_funding, _LEAD, _TOGETHER),
    _AGREEMENT.row(agreement.ReceiveFunding, agreement.receive_funding, _LEAD, _TOGETHER),
    _AGREEMENT.row(agreement.ReportResult, agreement.report_result),
    _AGREEMENT.row(agreement.GiveNumbers, agreement.give_numbers, _LEAD, _TOGETHER),
    _UNDER.row(agreement.SkipNumbers, agreement.skip_numbers),
    _AGREEMENT.row(agreement.PublishNotice, agreement.publish_notice, _LEAD, _TOGETHER),
    _UNDER.row(
        agreement.OpenCompetition,
        agreement.open_competition,
        agreement.may.open_to_orders,
        agreement.may.competed_for,
    ),
    _AGREEMENT.row(
        agreement.AnswerCompetition,
        agreement.answer_competition,
        foreseen=(agreement.may.asked_of_them,),
    ),
    _AGREEMENT.row(agreement.OpenOffers, agreement.open_offers, foreseen=(agreement.may.sealed,)),
    _AGREEMENT.row(
        agreement.AwardCompetition, agreement.award_competition, foreseen=(agreement.may.answered,)
    ),
    _AGREEMENT.row(
        agreement.CancelCompetition,
        agreement.cancel_competition,
        foreseen=(agreement.may.competing,),
    ),
    # ── Orders ────────────────────────────────────────────────────────────────────────────────
    _UNDER.row(
        order.PlaceOrder,
        order.place,
        foreseen=(agreement.may.open_to_orders, agreement.may.begun, agreement.may.won),
    ),
    _ORDER.row(
        order.ConfirmOrder,
        order.confirm,
        *_ANSWER,
        order.may.possible("confirm"),
        words=order.may.in_time,
    ),
    _ORDER.row(
        order.DeclineOrder,
        order.decline,
        *_ANSWER,
        order.may.possible("decline"),
        words=order.may.in_time,
    ),
    _ORDER.row(order.LapseOrder, order.lapse, _OWN, order.may.possible("lapse")),
    _ORDER.row(
        order.CounterOrder,
        order.counter,
        *_ANSWER,
        order.may.possible("counter"),
        words=order.may.in_time,
    ),
    _ORDER.row(order.AcceptCounter, order.accept, _OWN, order.may.possible("accept")),
    _ORDER.row(order.RejectCounter, order.reject, _OWN, order.may.possible("refuse")),
    _ORDER.row(order.ChangeOrder, order.change, _OWN, order.may.possible("change")),
    _ORDER.row(
        order.CancelOrder,
        order.cancel,
        foreseen=(order.may.bears_seats, order.may.cancelled_by_them),
    ),
    _ORDER.row(
        order.AllocateSeats,
        order.allocate_seats,
        _OWN,
        order.may.possible("allocate the seats of"),
        order.may.seated,
    ),
    _ORDER.row(
        order.MoveSeats,
        order.move_seats,
        foreseen=(order.may.holds_seats, order.may.possible("move seats of"), order.may.allocated),
    ),
    _ORDER.row(
        order.RecodeLine,
        order.recode,
        _OWN,
        order.may.its_bookkeeper,
        order.may.possible("code a line of"),
    ),
    _ORDER.row(
        order.MoveSession,
        order.move_session,
        _OWN,
        order.may.possible("move a session of"),
        foreseen=(order.may.session_to_come,),
    ),
    _ORDER.row(
        order.HoldSession,
        order.hold_session,
        _OWN,
        order.may.possible("report a session of"),
        foreseen=(order.may.session_reported,),
    ),
    _ORDER.row(
        order.CancelSession,
        order.cancel_session,
        _OWN,
        foreseen=(order.may.session_cancelled_by_them, order.may.session_to_come),
    ),
    _ORDER.row(order.StartOrder, order.start, _OWN, order.may.possible("start")),
    _ORDER.row(
        order.DeliverOrder,
        order.deliver,
        _OWN,
        order.may.possible("report delivery of"),
        order.may.delivered_before,
    ),
    _ORDER.row(order.CloseOrder, order.close, _OWN, order.may.possible("close")),
    _ORDER.row(order.ReopenOrder, order.reopen, _OWN, order.may.possible("reopen")),
    _UNDER.row(
        order.RecordOpeningBalance,
        order.record_opening,
        foreseen=(agreement.may.open_to_orders,),
    ),
    _ORDER.row(
        order.RecordInvoicedBefore,
        order.record_invoiced_before,
        _OWN,
        order.may.possible("bring an opening balance into"),
    ),
    _ORDER.row(
        order.TakeBackOpeningBalance,
        order.take_back_opening,
        _OWN,
        order.may.opened,
        order.may.another_opened,
    ),
    # ── Invoices ──────────────────────────────────────────────────────────────────────────────
    _UNDER.row(drawdown.RecordDrawdown, drawdown.record),
    _DRAWDOWN.row(
        drawdown.ApproveDrawdown,
        drawdown.approve,
        drawdown.may.own,
        drawdown.may.possible("approve"),
        drawdown.may.four_eyes,
        foreseen=(drawdown.may.attester,),
    ),
    _DRAWDOWN.row(
        drawdown.RejectDrawdown,
        drawdown.reject,
        drawdown.may.own,
        drawdown.may.possible("reject"),
        drawdown.may.not_deducted,
        drawdown.may.nothing_later,
        drawdown.may.four_eyes,
    ),
    _DRAWDOWN.row(
        drawdown.WithdrawDrawdown,
        drawdown.withdraw,
        drawdown.may.possible("withdraw"),
        drawdown.may.not_deducted,
        drawdown.may.nothing_later,
        drawdown.may.recorder,
    ),
    _DRAWDOWN.row(
        drawdown.MatchCredit,
        drawdown.match,
        drawdown.may.own,
        drawdown.may.matchable,
        drawdown.may.untied,
    ),
    _DRAWDOWN.row(
        drawdown.MoveDrawdown,
        drawdown.move,
        drawdown.may.own,
        drawdown.may.possible("move"),
        drawdown.may.not_deducted,
        drawdown.may.nothing_later,
    ),
    _DRAWDOWN.row(
        drawdown.TakeBackApproval,
        drawdown.take_back,
        drawdown.may.own,
        drawdown.may.nothing_later,
        drawdown.may.possible("take back the approval of"),
        drawdown.may.not_deducted,
        drawdown.may.four_eyes,
        drawdown.may.another_approver,
        foreseen=(drawdown.may.attests,),
    ),
    _DRAWDOWN.row(
        drawdown.RecordRecharge,
        drawdown.recharge,
        drawdown.may.possible("recharge a share of"),
        drawdown.may.payer,
    ),
    _DRAWDOWN.row(
        drawdown.ReverseRecharge,
        drawdown.reverse_recharge,
        drawdown.may.payer,
        foreseen=(drawdown.may.recharged,),
    ),
    _DRAWDOWN.row(
        drawdown.JudgeAgain,
        drawdown.judge_again,
        drawdown.may.own,
        foreseen=(drawdown.may.judged_otherwise,),
    ),
    _FILE.row(files.DiscardFile, files.discard),
    _FILE.row(files.ReturnFile, files.put_back),
    _FILE.row(files.RemoveFile, files.remove),
    _LOG.row(restoring.GoOn, restoring.go_on),
    _LINK.row(links.MakeLink, links.make),
    _LINK.row(links.RevokeLink, links.revoke),
    # ── Organisations and access ──────────────────────────────────────────────────────────────
    _begun(organisation.GrantAttestRight, organisation.grant, "starts_on"),
    _begun(organisation.EndAttestRight, organisation.end, "ends_on", organisation.may.granted),
    _begun(organisation.NameDeputy, organisation.name_deputy, "starts_on"),
    _begun(organisation.EndDeputy, organisation.end_deputy, "ends_on", organisation.may.deputised),
    _begun(organisation.SetOwnCost, organisation.set_own_cost, "starts_on"),
    _begun(organisation.SetCodeMap, organisation.set_code_map, "starts_on"),
    _ORGANISATION.row(
        organisation.SetAddress, organisation.set_address, organisation.may.addressed
    ),
    _PERSON.row(access.AppointAuditor, access.appoint, day=""),
    _PERSON.row(access.EndAppointment, access.end, day=""),
    _PERSON.row(access.RecordAttempt, access.record_attempt),
    _PERSON.row(access.RecordBundleRead, access.record_read),
    _PERSON.row(access.RecordPerson, access.record),
    _PERSON.row(access.ErasePerson, access.erase),
    _PERSON.row(access.GrantRole, access.grant),
    _PERSON.row(access.EndRole, access.end_role, day=""),
    _PERSON.row(access.MakeToken, access.make_token),
    _PERSON.row(access.EndToken, access.end_token),
)
DECISIONS: Mapping[type, Decision] = {row.command: row for row in _ROWS}
"""Command → its row."""

WITHIN_AGREEMENTS = ("order", "drawdown")
"""What belongs to an agreement, and never to another one."""


def decide(command: Command, loaded: Loaded, today: date, by: By) -> list[New]:
    """The facts that a command comes to, or a Refusal."""
    return decided(command, loaded.given(by, today))


def decided(command: Command, given: Given) -> list[New]:
    """The same of what is given. Faults of its day come with all others, but after whether it is
    the caller's to do, whatever day it is of."""
    row = DECISIONS[type(command)]
    subject = row.subject
    state = subject.state(given, getattr(command, subject.member))
    for guard in subject.guards:
        guard(state, given)
    faults = day_faults(row, command, state, given)
    guarded = False
    try:
        if row.words is not None:
            row.words(command, state, given)
        for guard in row.guards:
            guard(state, given)
        guarded = True
        facts = row.decide(command, state, given)
    except Refusal as refusal:
        if not faults or (isinstance(refusal, Forbidden) and not guarded):
            raise
        others = refusal.faults if isinstance(refusal, Invalid) else ()
        raise Invalid(*faults, *others) from refusal
    if faults:
        raise Invalid(*faults)
    return flagged(row, command, _term_of(state, given), given.today, facts)


def _term_of(state: Any, given: Given) -> tuple[date, date] | None:
    """The first and the last day of the term of the agreement that a state is, or belongs to."""
    name = None if state is None else agreement_of(state)
    of: agreement.State | None = None if name is None else given.find(name)
    return None if of is None else (of.starts_on, of.ends_on)


def is_of_all_buyers(command: Command) -> bool:
    """Whether it is on what all buyers of an agreement share: the lead's alone, where one leads."""
    return agreement.may.lead in DECISIONS[type(command)].guards


def subject_of(command: Command) -> str:
    """The stream that a command is about."""
    subject = DECISIONS[type(command)].subject
    return subject.stream(getattr(command, subject.member))


def name_of(command: Command, state_of: Callable[[str], Any]) -> str:
    """The stream of the agreement whose room a command moves, or of what it is about where that is
    no agreement's. Raises NotFound."""
    stream = subject_of(command)
    noun, _, name = stream.partition("/")
    if noun not in WITHIN_AGREEMENTS:
        return stream
    state = state_of(stream)
    if state is None:
        raise NotFound(what=noun, name=name)
    return agreement.stream(state.agreement)


def agreement_of(state: State) -> str | None:
    """The stream of the agreement that a state is, or belongs to; None where it is no one's."""
    number = state.number if isinstance(state, agreement.State) else state.agreement
    return None if number is None else agreement.stream(number)
