"""What goes out of the record of access: attempts, appointments, bundles that were read."""

from datetime import date, datetime
from typing import Annotated, get_args

from ledger.application.answers.log import Actor, recorded_at, row_itself
from ledger.application.answers.making import Answer, At, made
from ledger.application.answers.members import (
    day,
    listed,
    moment,
    nested,
    one_of,
    organisation,
    text,
    whole,
)
from ledger.application.answers.refusals import PassedLimit
from ledger.application.answers.terms import DIGEST, PERSON_ID
from ledger.application.bodies.fields import CURRENCY
from ledger.application.bodies.terms import NUMBER
from ledger.domain.access import Appointment, Status
from ledger.domain.events import AttemptRefused
from ledger.projections.access import Attempt
from ledger.telling import tell
from ledger.wording import say

APPOINTMENT_ID = rf"{PERSON_ID}\.[1-9]\d{{0,5}}"


class RecordedAttempt(Answer):
    """A command that was refused over a limit or for want of a right."""

    position: Annotated[int, whole("Its place in the log.", 1)]
    recorded_at: Annotated[datetime, moment("When it was refused.", of=recorded_at)]
    effective_on: Annotated[date, day("The business date that it counts for.")]
    by: Annotated[Actor, nested(of=row_itself)]
    kind: Annotated[
        str | None,
        text("The refusal's type; null: more was refused in this hour than is recorded."),
    ]
    action: Annotated[str | None, text("The command, or the operation where it came to none.")]
    agreement: Annotated[str | None, text("The agreement that it was on.", f"^{NUMBER}$")]
    about: Annotated[str | None, text("What it was about, as order/SKO-2023-0001.")]
    currency: Annotated[str | None, text("ISO 4217, of the limits.", CURRENCY)]
    limits: Annotated[
        list[PassedLimit], listed("Limits that it would have passed, the worst first.")
    ]
    lost: Annotated[int, whole("Attempts before it that could not be recorded.")]
    sentence: Annotated[str, text("It in words.")]


class Auditor(Answer):
    """An appointment as auditor."""

    id: Annotated[str, text("The person, and its place among theirs.", f"^{APPOINTMENT_ID}$")]
    person: Annotated[str, text("Opaque id of the auditor.", f"^{PERSON_ID}$")]
    name: Annotated[str | None, text("Their name; null once it is erased.")]
    organisations: Annotated[
        list[Annotated[str, organisation("An organisation.")]],
        listed("What they may read everything of."),
    ]
    starts_on: Annotated[date, day("The first day on which they may.")]
    ends_on: Annotated[date, day("The last day on which they may.")]
    decision: Annotated[str, text("The decision that appointed them.")]
    appointed_on: Annotated[date, day("When it was decided.")]
    status: Annotated[
        str,
        one_of(
            "What it is on the day asked about.",
            get_args(Status),
            of=lambda one, at: one.status(at.day),
        ),
    ]
    ended_on: Annotated[date | None, day("The day from which it was ended.")]
    reason: Annotated[str, text("Why it was ended, or empty.")]


class RecordedRead(Answer):
    """A bundle of the proof that somebody was given."""

    position: Annotated[int, whole("Its place in the log.", 1)]
    recorded_at: Annotated[datetime, moment("When.", of=recorded_at)]
    by: Annotated[Actor, nested(of=row_itself)]
    agreement: Annotated[
        str | None, text("Of which agreement; null: of the whole log.", of="scope")
    ]
    size: Annotated[int, whole("The size of the tree that it was made for.")]
    root: Annotated[str, text("That tree's root in hexadecimal.", DIGEST)]


def attempt_answer(attempt: Attempt, language: str) -> RecordedAttempt:
    event, row = attempt.event, attempt.row
    refused = event if isinstance(event, AttemptRefused) else None
    return made(
        RecordedAttempt,
        row,
        kind=refused and refused.kind,
        action=refused and refused.action,
        about=(refused and refused.about) or None,
        currency=(refused and refused.currency) or None,
        limits=refused.limits if refused else (),
        lost=refused.lost if refused else 0,
        sentence=say(tell(event, row["stream"], ""), language),
    )


def auditor_answer(person: str, name: str | None, appointment: Appointment, day: date) -> Auditor:
    """`day` is the one that its status is told for."""
    id = f"{person}.{appointment.number}"
    return made(Auditor, appointment, At(day=day), id=id, person=person, name=name)
