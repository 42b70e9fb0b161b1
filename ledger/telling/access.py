"""What a person was given, tried and read, told."""

from typing import assert_never

from ledger.domain import refusals
from ledger.domain.events import (
    AccessEvent,
    AttemptRefused,
    AttemptsOpened,
    AttemptsUncounted,
    AuditorAppointed,
    AuditorAppointmentEnded,
    BundleRead,
)
from ledger.domain.refusals import SEATS, Amount
from ledger.wording import Sentence, words


def tell_access(event: AccessEvent, name: str, _: str) -> Sentence:
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
    currency = event.currency if worst.unit == "money" else SEATS
    return words(
        "{person} was refused {command} {about}: {asked} would pass {limit} by {over}",
        person=person,
        command=event.action,
        about=about,
        asked=Amount(worst.asked, currency),
        limit=worst.limit,
        over=Amount(worst.over, currency),
    )


_REASONS = {
    kind.type: kind.title
    for kind in vars(refusals).values()
    if isinstance(kind, type) and issubclass(kind, refusals.Refusal)
}
"""A refusal's type → what kind of refusal it is, in words."""
