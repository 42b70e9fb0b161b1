"""A fact of the log as a sentence for people: one for each, so that a timeline reads as a story."""

from collections.abc import Callable
from typing import Any, assert_never
from urllib.parse import unquote

from ledger.domain import refusals
from ledger.domain.events import (
    AccessEvent,
    AgreementAmended,
    AgreementClosed,
    AgreementEvent,
    AgreementExpired,
    AgreementExtended,
    AgreementReopened,
    AgreementSigned,
    AgreementSuspended,
    AttemptRefused,
    AttemptsOpened,
    AttemptsUncounted,
    AuditorAppointed,
    AuditorAppointmentEnded,
    BundleRead,
    CompetitionAnswered,
    CompetitionAwarded,
    CompetitionCancelled,
    CompetitionOpened,
    CounterAccepted,
    CounterRejected,
    DrawdownApproved,
    DrawdownCredited,
    DrawdownEvent,
    DrawdownRecorded,
    DrawdownRejected,
    Event,
    FundingChanged,
    FundingDecided,
    FundingEvent,
    FundingUsed,
    FundingWithdrawn,
    InKindRecorded,
    LineRecoded,
    OrderCancelled,
    OrderChanged,
    OrderClosed,
    OrderConfirmed,
    OrderCountered,
    OrderCredited,
    OrderDeclined,
    OrderDelivered,
    OrderDrawn,
    OrderEvent,
    OrderInvoiced,
    OrderInvoiceWithdrawn,
    OrderLapsed,
    OrderLine,
    OrderPassedOn,
    OrderPlaced,
    OrderStarted,
    RechargeRecorded,
    RechargeReversed,
    RoomMoved,
    RoomReserved,
    SeatsAllocated,
    SeatsCancelled,
    SeatsMoved,
    SessionCancelled,
    SessionHeld,
    SessionMoved,
    ShareMoveAccepted,
    ShareMoveDeclined,
    ShareMoveProposed,
    TermAlertRaised,
    ThresholdCrossed,
    UnderUseAlertRaised,
)
from ledger.domain.refusals import Amount
from ledger.telling_competitions import tell_competition
from ledger.telling_organisations import tell_organisation
from ledger.wording import Sentence, words


def tell(event: Event, stream: str, currency: str) -> Sentence:
    """What happened, in words. `currency` is the agreement's."""
    noun, _, name = stream.partition("/")
    return _TELLERS[noun](event, name, currency)


def invoice_number(drawdown: str) -> str:
    """The supplier's own number within a drawdown's id (see `drawdown.identity`)."""
    return unquote(drawdown.split(".")[1].replace("~", "%"))


def _agreement(event: AgreementEvent, name: str, currency: str) -> Sentence:
    match event:
        case AgreementSigned():
            return _signed(event)
        case AgreementAmended():
            return _amended(event, currency)
        case AgreementExtended():
            template = "Extended to {ends_on} (decision {decision})"
            return words(template, ends_on=event.ends_on, decision=event.decision)
        case AgreementSuspended():
            return words("Ordering suspended: {because}", because=event.reason)
        case AgreementClosed():
            return words("Agreement closed: {because}", because=event.reason)
        case AgreementReopened():
            return words("Agreement reopened: {because}", because=event.reason)
        case AgreementExpired():
            return words("The term is over: its last day was {ends_on}", ends_on=event.ends_on)
        case TermAlertRaised():
            template = "The term ends within {months} months, on {ends_on}"
            return words(template, months=event.months, ends_on=event.ends_on)
        case RoomReserved():
            return words("Room reserved for {order}", order=event.order)
        case RoomMoved():
            return words("Room of {order} moved", order=event.order)
        case ThresholdCrossed():
            return words(
                "{percent} % of {limit} is in use: {used} of {amount}",
                percent=event.percent,
                limit=event.limit,
                used=Amount(event.used, currency),
                amount=Amount(event.amount, currency),
            )
        case UnderUseAlertRaised():
            return words(
                "Less than {percent} % of the plan for {limit} is in use: {used}, where {planned} "
                "was planned by {planned_by}",
                percent=event.percent,
                limit=event.limit,
                used=Amount(event.used, currency),
                planned=Amount(event.planned, currency),
                planned_by=event.planned_by,
            )
        case ShareMoveProposed() | ShareMoveAccepted() | ShareMoveDeclined():
            return _share_move(event, currency)
        case InKindRecorded():
            return words(
                "{organisation} gave in kind, worth {amount}: {what}",
                organisation=event.organisation,
                amount=Amount(event.amount, currency),
                what=event.what,
            )
        case (
            CompetitionOpened()
            | CompetitionAnswered()
            | CompetitionAwarded()
            | CompetitionCancelled()
        ):
            return tell_competition(event, name, currency)
        case FundingDecided() | FundingChanged() | FundingWithdrawn() | FundingUsed():
            return _funding(event, currency)
        case _:
            assert_never(event)


def _funding(event: FundingEvent, currency: str) -> Sentence:
    match event:
        case FundingDecided():
            return words(
                "Funding {source} of {funder} decided for {starts_on} to {ends_on} "
                "(decision {decision})",
                source=event.source.name,
                funder=event.source.funder,
                starts_on=event.source.starts_on,
                ends_on=event.source.ends_on,
                decision=event.decision,
            )
        case FundingChanged():
            template = "Funding {source} changed (decision {decision})"
            return words(template, source=event.source.name, decision=event.decision)
        case FundingWithdrawn():
            template = "Funding {source} withdrawn (decision {decision})"
            return words(template, source=event.source, decision=event.decision)
        case FundingUsed():
            return words(
                "Funding {source}: {eligible} of invoice {invoice} is eligible, "
                "the support is {support}",
                source=event.source,
                eligible=Amount(event.eligible, currency),
                invoice=invoice_number(event.drawdown),
                support=Amount(event.support, currency),
            )
        case _:
            assert_never(event)


def _share_move(
    event: ShareMoveProposed | ShareMoveAccepted | ShareMoveDeclined, currency: str
) -> Sentence:
    match event:
        case ShareMoveProposed():
            return words(
                "Share move {number} proposed: {amount} from {giver} to {receiver}",
                number=event.number,
                amount=Amount(event.amount, currency),
                giver=event.giver,
                receiver=event.receiver,
            )
        case ShareMoveAccepted():
            return words("Share move {number} accepted", number=event.number)
        case ShareMoveDeclined():
            return words("Share move {number} declined", number=event.number)
        case _:
            assert_never(event)


def _signed(event: AgreementSigned) -> Sentence:
    starts_on, ends_on = event.starts_on, event.ends_on
    if event.cap is None:
        return words(
            "Agreement signed for {starts_on} to {ends_on}; the cap is unknown",
            starts_on=starts_on,
            ends_on=ends_on,
        )
    return words(
        "Agreement signed for {starts_on} to {ends_on}; the cap is {cap}",
        starts_on=starts_on,
        ends_on=ends_on,
        cap=Amount(event.cap, event.currency),
    )


def _amended(event: AgreementAmended, currency: str) -> Sentence:
    ground, decision = event.ground, event.decision
    if not event.covered:
        return words(
            "Amendment recorded as not covered by {ground}: it changes nothing "
            "(decision {decision})",
            ground=ground,
            decision=decision,
        )
    if event.cap is None and event.policy_changes:
        return words(
            "Policy changed under {ground} (decision {decision}): {members}",
            ground=ground,
            decision=decision,
            members=event.policy_changes,
        )
    if event.cap is None:
        template = "Agreement amended under {ground} (decision {decision})"
        return words(template, ground=ground, decision=decision)
    if event.cap.change is not None:
        return words(
            "Cap changed by {change} under {ground} (decision {decision})",
            change=Amount(event.cap.change, currency),
            ground=ground,
            decision=decision,
        )
    if event.cap.amount is None:
        template = "Cap made unknown under {ground} (decision {decision})"
        return words(template, ground=ground, decision=decision)
    return words(
        "Cap changed to {cap} under {ground} (decision {decision})",
        cap=Amount(event.cap.amount, currency),
        ground=ground,
        decision=decision,
    )


def _order(event: OrderEvent, name: str, currency: str) -> Sentence:
    match event:
        case OrderPlaced():
            amount = _sum(event.lines, currency)
            template = "{order} ordered: {course}, {amount}"
            return words(template, order=name, course=event.course, amount=amount)
        case OrderConfirmed():
            return words("{order} confirmed", order=name)
        case OrderDeclined():
            return words("{order} declined: {because}", order=name, because=event.reason)
        case OrderLapsed():
            template = "{order} lapsed: no answer by {respond_by}"
            return words(template, order=name, respond_by=event.respond_by)
        case OrderPassedOn():
            template = "{order} went to the next supplier in rank, {supplier}"
            return words(template, order=name, supplier=event.supplier)
        case OrderCountered():
            amount = _sum(event.lines, currency)
            return words("{order}: counter-offer of {amount}", order=name, amount=amount)
        case CounterAccepted():
            return words("{order}: counter-offer accepted", order=name)
        case CounterRejected():
            template = "{order}: counter-offer rejected: {because}"
            return words(template, order=name, because=event.reason)
        case OrderChanged():
            return words("{order} changed: {because}", order=name, because=event.reason)
        case SeatsCancelled():
            return words(
                "{order}: {seats} seat(s) cancelled; the fee is {fee}, {released} is released",
                order=name,
                seats=event.seats,
                fee=Amount(event.fee, currency),
                released=Amount(event.released, currency),
            )
        case OrderCancelled():
            fee = Amount(event.fee, currency)
            if event.by == "supplier":
                template = "{order} cancelled by the university; the fee is {fee}"
                return words(template, order=name, fee=fee)
            return words("{order} cancelled by the buyer; the fee is {fee}", order=name, fee=fee)
        case OrderStarted():
            return words("{order}: the course has started", order=name)
        case OrderDelivered():
            template = "{order} delivered; {seats} seat(s) were used"
            return words(template, order=name, seats=event.seats_used)
        case OrderClosed():
            released = Amount(event.released, currency)
            return words("{order} closed; {released} is released", order=name, released=released)
        case SeatsAllocated():
            seats = "; ".join(f"{part.organisation}: {part.weight}" for part in event.seats)
            return words("{order}: seats allocated, {seats}", order=name, seats=seats)
        case SeatsMoved():
            return words(
                "{order}: {giver} gave {seats} seat(s) to {receiver}",
                order=name,
                giver=event.giver,
                seats=event.seats,
                receiver=event.receiver,
            )
        case SessionMoved() | SessionHeld() | SessionCancelled():
            return _session(event, name, currency)
        case LineRecoded():
            return _recoded(event, name)
        case _:
            return _invoiced_order(event, name)


def _session(
    event: SessionMoved | SessionHeld | SessionCancelled, order: str, currency: str
) -> Sentence:
    match event:
        case SessionMoved():
            return words(
                "{order}: session {session} moved from {moved_from} to {moved_to}",
                order=order,
                session=event.session,
                moved_from=event.moved_from,
                moved_to=event.moved_to,
            )
        case SessionHeld():
            return words(
                "{order}: session {session} held; {participants} took part, {mentors} mentor(s)",
                order=order,
                session=event.session,
                participants=event.participants,
                mentors=event.mentors,
            )
        case SessionCancelled():
            template = (
                "{order}: session {session} cancelled by the university; {released} is released"
                if event.by == "supplier"
                else "{order}: session {session} cancelled by the buyer; the fee is {fee}, "
                "{released} is released"
            )
            return words(
                template,
                order=order,
                session=event.session,
                fee=Amount(event.fee, currency),
                released=Amount(event.released, currency),
            )
        case _:
            assert_never(event)


def _recoded(event: LineRecoded, order: str) -> Sentence:
    coding = event.code_string or event.cost_centre
    if coding:
        return words(
            "{order}: line {line} re-coded to {coding}",
            order=order,
            line=event.line,
            coding=coding,
        )
    return words("{order}: line {line} is no longer coded", order=order, line=event.line)


def _invoiced_order(
    event: OrderInvoiced | OrderInvoiceWithdrawn | OrderDrawn | OrderCredited, order: str
) -> Sentence:
    invoice = invoice_number(event.drawdown)
    match event:
        case OrderInvoiced():
            template = "{order}: invoice {invoice} waits for approval"
        case OrderInvoiceWithdrawn():
            template = "{order}: invoice {invoice} no longer counts"
        case OrderDrawn():
            template = "{order}: invoice {invoice} draws the order down"
        case OrderCredited():
            template = "{order}: credited by {invoice}"
        case _:
            assert_never(event)
    return words(template, order=order, invoice=invoice)


def _drawdown(event: DrawdownEvent, name: str, currency: str) -> Sentence:
    invoice = invoice_number(name)
    match event:
        case DrawdownRecorded():
            amount = Amount(event.amount, event.currency)
            if event.amount < 0:
                return words("Credit {invoice} recorded: {amount}", invoice=invoice, amount=amount)
            return words("Invoice {invoice} recorded: {amount}", invoice=invoice, amount=amount)
        case DrawdownApproved():
            if event.room == "cap":
                template = "Credit {invoice} approved; its room goes to the cap"
            elif event.room == "order":
                template = "Credit {invoice} approved; its room goes to the order"
            elif event.deputy_for is not None:
                template = "Invoice {invoice} approved by a deputy under attest right {right}"
            elif event.right is not None:
                template = "Invoice {invoice} approved under attest right {right}"
            else:
                template = "Invoice {invoice} approved"
            return words(template, invoice=invoice, right=event.right)
        case DrawdownRejected():
            return words(
                "Invoice {invoice} rejected: {because}", invoice=invoice, because=event.reason
            )
        case DrawdownCredited():
            return words(
                "Invoice {invoice} credited with {amount} by {credit}",
                invoice=invoice,
                amount=Amount(event.amount, currency),
                credit=invoice_number(event.credit),
            )
        case RechargeRecorded():
            return words(
                "{amount} of invoice {invoice} recharged to {member} ({reference})",
                amount=Amount(event.amount, currency),
                invoice=invoice,
                member=event.member,
                reference=event.reference,
            )
        case RechargeReversed():
            return words(
                "{amount} of the recharge {reference} of invoice {invoice} given back to {member}: "
                "{because}",
                amount=Amount(event.amount, currency),
                reference=event.reference,
                invoice=invoice,
                member=event.member,
                because=event.reason,
            )
        case _:
            assert_never(event)


def _access(event: AccessEvent, name: str, _: str) -> Sentence:
    match event:
        case AttemptRefused():
            return _attempt(event, name)
        case AttemptsOpened():
            template = "{person} was refused something in the hour {hour} (UTC)"
            return words(template, person=event.person, hour=event.hour)
        case AttemptsUncounted():
            template = "{name}: more was refused in the hour {hour} (UTC) than is recorded"
            return words(template, name=name, hour=event.hour)
        case AuditorAppointed():
            return words(
                "{person} appointed auditor of {organisations} from {starts_on} to {ends_on} "
                "(decision {decision})",
                person=event.person,
                organisations=event.organisations,
                starts_on=event.starts_on,
                ends_on=event.ends_on,
                decision=event.decision,
            )
        case AuditorAppointmentEnded():
            template = "Appointment {number} of {person} as auditor ended: {because}"
            return words(template, number=event.number, person=name, because=event.reason)
        case BundleRead():
            if not event.scope:
                template = "{person} was given a bundle of the whole log, size {size}"
                return words(template, person=name, size=event.size)
            template = "{person} was given a bundle of {agreement}, from the log of size {size}"
            return words(template, person=name, agreement=event.scope, size=event.size)
        case _:
            assert_never(event)


def _attempt(event: AttemptRefused, person: str) -> Sentence:
    about = event.about.partition("/")[2]
    if not event.limits:
        return words(
            "{person} was refused {command} {about}: {reason}",
            person=person,
            command=event.action,
            about=about,
            reason=_REASONS.get(event.kind, event.kind),
        )
    worst = event.limits[0]
    return words(
        "{person} was refused {command} {about}: {asked} would pass {limit} by {over}",
        person=person,
        command=event.action,
        about=about,
        asked=Amount(worst.asked, event.currency),
        limit=worst.limit,
        over=Amount(worst.over, event.currency),
    )


_REASONS = {
    kind.type: kind.title
    for kind in vars(refusals).values()
    if isinstance(kind, type) and issubclass(kind, refusals.Refusal)
}
"""A refusal's type → what kind of refusal it is, in words."""


def _sum(lines: tuple[OrderLine, ...], currency: str) -> Amount:
    return Amount(sum(line.amount for line in lines), currency)


_TELLERS: dict[str, Callable[[Any, str, str], Sentence]] = {
    "agreement": _agreement,
    "order": _order,
    "drawdown": _drawdown,
    "organisation": tell_organisation,
    "access": _access,
}
"""First part of a stream's id → how its facts are told: the fact, the rest of the id, currency."""
