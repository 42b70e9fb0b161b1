"""What goes out of the record of access: attempts, appointments, bundles that were read."""

from typing import get_args

from marshmallow import Schema

from ledger.application.answers import members
from ledger.application.answers.log import Actor
from ledger.application.answers.refusals import PassedLimit
from ledger.application.answers.terms import DIGEST, PERSON_ID
from ledger.application.bodies import NUMBER
from ledger.application.bodies.fields import CURRENCY
from ledger.domain.access import Status

APPOINTMENT_ID = rf"{PERSON_ID}\.[1-9]\d{{0,5}}"


class RecordedAttempt(Schema):
    """A command that was refused over a limit or for want of a right."""

    position = members.whole("Its place in the log.", 1)
    recorded_at = members.moment("When it was refused.")
    effective_on = members.day("The business date that it counts for.")
    by = members.nested(Actor)
    kind = members.text(
        "The refusal's type; null: more was refused in this hour than is recorded.", null=True
    )
    action = members.text("The command, or the operation where it came to none.", null=True)
    agreement = members.text("The agreement that it was on.", f"^{NUMBER}$", null=True)
    about = members.text("What it was about, as order/SKO-2023-0001.", null=True)
    currency = members.text("ISO 4217, of the limits.", CURRENCY, null=True)
    limits = members.listed(PassedLimit, "Limits that it would have passed, the worst first.")
    lost = members.whole("Attempts before it that could not be recorded.")
    sentence = members.text("It in words.")


class Auditor(Schema):
    """An appointment as auditor."""

    id = members.text("The person, and its place among theirs.", f"^{APPOINTMENT_ID}$")
    person = members.text("Opaque id of the auditor.", f"^{PERSON_ID}$")
    name = members.text("Their name; null once it is erased.", null=True)
    organisations = members.listed(
        members.organisation("An organisation."), "What they may read everything of."
    )
    starts_on = members.day("The first day on which they may.")
    ends_on = members.day("The last day on which they may.")
    decision = members.text("The decision that appointed them.")
    appointed_on = members.day("When it was decided.")
    status = members.one_of("What it is on the day asked about.", get_args(Status))
    ended_on = members.day("The day from which it was ended.", null=True)
    reason = members.text("Why it was ended, or empty.")


class RecordedRead(Schema):
    """A bundle of the proof that somebody was given."""

    position = members.whole("Its place in the log.", 1)
    recorded_at = members.moment("When.")
    by = members.nested(Actor)
    agreement = members.text("Of which agreement; null: of the whole log.", null=True)
    size = members.whole("The size of the tree that it was made for.")
    root = members.text("That tree's root in hexadecimal.", DIGEST)
