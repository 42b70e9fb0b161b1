"""What comes in of auditors' appointments, and what is asked of the record of access."""

from marshmallow import Schema

from ledger.application.bodies.body import Body, dated
from ledger.application.bodies.fields import Day, Length, Listed, Organisation, Words
from ledger.application.bodies.queries import EventsQuery, Times
from ledger.application.bodies.terms import REASON, TODAY
from ledger.bounds import MAX_AUDITED, MAX_TEXT


class AppointAuditor(Body):
    name = Words("Who: their name, which is kept outside the log, or id.", least=1, required=True)
    acts_for = Organisation("Whose person they are; left out, yours")
    organisations = Listed(
        Organisation("An organisation whose agreements they may read"),
        required=True,
        validate=Length(1, MAX_AUDITED),
        metadata={"description": "What they may read everything of."},
    )
    starts_on = Day("The first day on which they may.", required=True)
    ends_on = Day("The last day on which they may.", required=True)
    decision = Words("The decision that appointed them.", least=1, required=True)


@dated("ended_on")
class EndAppointment(Body):
    reason = Words(REASON, MAX_TEXT, least=1, required=True)
    ended_on = Day(f"The first day on which they no longer may; {TODAY}.")


class AuditorsQuery(EventsQuery, Times):
    person = Words("Appointments of this person, by the opaque id.")


class AttemptsQuery(EventsQuery, Times):
    person = Words("Attempts of this person, by the opaque id.")
    organisation = Organisation("Attempts of this organisation's people")
    agreement = Words("Attempts on this agreement.")
    kind = Words("Attempts that were refused so: the refusal's type, as cap-exceeded.")
    since = Day("From this business date.", data_key="from")
    until = Day("Up to and with this business date.", data_key="to")


class ReadsQuery(EventsQuery, Times):
    person = Words("Reads of this person, by the opaque id.")
    agreement = Words("Reads of bundles of this agreement.")


class BundleQuery(Schema):
    agreement = Words("Of this agreement; left out, of the whole log, which is for admin.")
