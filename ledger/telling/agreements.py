"""Facts of an agreement, told."""

from typing import assert_never

from ledger.domain.events import (
    AgreementAmended,
    AgreementClosed,
    AgreementEvent,
    AgreementExpired,
    AgreementExtended,
    AgreementNumbersGiven,
    AgreementNumbersSkipped,
    AgreementRectified,
    AgreementReopened,
    AgreementSigned,
    AgreementSuspended,
    AgreementVoided,
    ChangeAccepted,
    ChangeDeclined,
    ChangeProposed,
    ChangeWithdrawn,
    CompetitionAnswered,
    CompetitionAwarded,
    CompetitionCancelled,
    CompetitionOpened,
    FundingChanged,
    FundingClaimed,
    FundingDecided,
    FundingMeasured,
    FundingPaid,
    FundingUsed,
    FundingWithdrawn,
    InKindRecorded,
    LimitRemoved,
    NoticePublished,
    OffersOpened,
    RoomMoved,
    RoomReserved,
    RoundResultReported,
    ShareMoveAccepted,
    ShareMoveDeclined,
    ShareMoveProposed,
    TermAlertRaised,
    ThresholdCrossed,
    UnderUseAlertRaised,
)
from ledger.domain.numbering import order_number
from ledger.domain.refusals import SEATS, Amount, Figures
from ledger.telling.competitions import tell_competition
from ledger.telling.funding import tell_funding
from ledger.telling.proposals import tell_proposal
from ledger.wording import Sentence, words

REGIMES = {
    "lou_directive": words("procurement under the directive (LOU)"),
    "lou_19_advertised": words("advertised under LOU chapter 19"),
    "lou_19a_direct": words("direct award under LOU chapter 19 a"),
    "internal": words("internal training"),
    "cooperation": words("cooperation between authorities"),
    "outside_lou": words("outside LOU"),
    "unknown": words("unknown regime"),
}
"""What governs an agreement, as people say it."""


def tell_agreement(event: AgreementEvent, name: str, currency: str) -> Sentence:
    match event:
        case AgreementSigned():
            return _signed(event)
        case AgreementAmended():
            return _amended(event, currency)
        case AgreementExtended():
            template = "Extended to {ends_on} (decision {decision})"
            return words(template, ends_on=event.ends_on, decision=event.decision)
        case AgreementRectified():
            template = "The signing put right: {because}"
            return words(template, because=event.reason)
        case AgreementVoided():
            return words("The agreement is void: {because}", because=event.reason)
        case LimitRemoved():
            return words(
                "The limit {name} binds no longer from {day}: {because}",
                name=event.limit,
                day=event.removed_from,
                because=event.reason,
            )
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
            unit = currency if event.unit == "money" else SEATS
            return words(
                "{percent} % of {limit} is in use: {used} of {amount}",
                percent=event.percent,
                limit=event.limit,
                used=Amount(event.used, unit),
                amount=Amount(event.amount, unit),
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
            | OffersOpened()
            | CompetitionAwarded()
            | CompetitionCancelled()
        ):
            return tell_competition(event, name, currency)
        case ChangeProposed() | ChangeAccepted() | ChangeDeclined() | ChangeWithdrawn():
            return tell_proposal(event, currency)
        case NoticePublished():
            return words(
                "Notice {number} of {decision} was published on {day}",
                number=event.notice.number,
                decision=event.decision,
                day=event.notice.published_on,
            )
        case RoundResultReported():
            of = event.result
            if of.round is None:
                template = "Result of {programme}: {result}"
                return words(template, programme=of.programme, result=of.result)
            return words(
                "Result of {programme}, round {round}: {result}",
                programme=of.programme,
                round=of.round,
                result=of.result,
            )
        case AgreementNumbersSkipped():
            return words(
                "The log was restored: no order gets a number up to {number} that it did not have",
                number=order_number(name, event.orders),
            )
        case AgreementNumbersGiven():
            numbers = tuple(one.number for one in event.numbers)
            if not numbers:
                return words("It goes by no further number")
            return words("It also goes by {numbers}", numbers=numbers)
        case (
            FundingDecided()
            | FundingChanged()
            | FundingWithdrawn()
            | FundingUsed()
            | FundingMeasured()
            | FundingClaimed()
            | FundingPaid()
        ):
            return tell_funding(event, currency)
        case _:
            assert_never(event)


def _share_move(
    event: ShareMoveProposed | ShareMoveAccepted | ShareMoveDeclined, currency: str
) -> Sentence:
    match event:
        case ShareMoveProposed():
            figures: dict[str, Figures] = {
                "number": event.number,
                "amount": Amount(event.amount, currency),
                "giver": event.giver,
                "receiver": event.receiver,
            }
            if event.moves_from is None:
                template = "Share move {number} proposed: {amount} from {giver} to {receiver}"
                return words(template, **figures)
            return words(
                "Share move {number} proposed: {amount} from {giver} to {receiver}, from {day}",
                **figures,
                day=event.moves_from,
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
    if event.suppliers:
        return words(
            "Supplier {suppliers} replaced by {successors} under {ground} (decision {decision})",
            suppliers=tuple(one.supplier for one in event.suppliers),
            successors=tuple(one.by.name or one.by.organisation for one in event.suppliers),
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
