"""What a person was given, tried and read, told."""

from typing import assert_never

from ledger.domain import refusals
from ledger.domain.access import ENDS_WITH_PERSON
from ledger.domain.events import (
    AccessEvent,
    AttemptRefused,
    AttemptsOpened,
    AttemptsUncounted,
    AuditorAppointed,
    AuditorAppointmentEnded,
    BundleRead,
    PersonErased,
    PersonRecorded,
    RoleEnded,
    RoleGranted,
    TokenEnded,
    TokenMade,
)
from ledger.domain.refusals import SEATS, Amount, Person
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
        case PersonRecorded() | PersonErased() | RoleGranted() | RoleEnded():
            return _person(event, name)
        case TokenMade():
            template = "token {token} made for {person}: {roles}, until {until}"
            if event.ends_on is None:
                template = "token {token} made for {person}: {roles}"
            return words(
                template,
                token=event.token,
                person=Person(name),
                roles=", ".join(event.roles),
                until=event.ends_on,
            )
        case TokenEnded():
            template = "token {token} of {person} ended: {because}"
            if not event.reason:
                template = "token {token} of {person} ended"
            if event.reason == ENDS_WITH_PERSON:
                template = "token {token} ended with its person, {person}"
            return words(template, token=event.token, person=Person(name), because=event.reason)
        case _:
            assert_never(event)


def _person(event: PersonRecorded | PersonErased | RoleGranted | RoleEnded, name: str) -> Sentence:
    person = Person(name)
    match event:
        case PersonRecorded():
            if not event.organisation:
                return words("{person} recorded as the ledger's own", person=person)
            template = "{person} recorded as a person of {organisation}"
            return words(template, person=person, organisation=event.organisation)
        case PersonErased():
            return words("who {person} is was erased", person=person)
        case RoleGranted():
            template = "{person} granted the role {role} from {starts_on} to {ends_on}"
            if event.ends_on is None:
                template = "{person} granted the role {role} from {starts_on}"
            return words(
                template,
                person=person,
                role=event.role,
                starts_on=event.starts_on,
                ends_on=event.ends_on,
            )
        case RoleEnded():
            template = "role {number} of {person} ended: {because}"
            if event.reason == ENDS_WITH_PERSON:
                template = "role {number} ended with its person, {person}"
            return words(template, number=event.number, person=person, because=event.reason)
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
