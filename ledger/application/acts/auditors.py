"""What is done about auditors: appointed, and an appointment ended. Each door does it by hand: the
person is given by name, which stays outside the log."""

from ledger.application.acts.act import Act
from ledger.application.bodies.access import AppointAuditor, EndAppointment
from ledger.domain import access

ACTS = (
    Act(
        to="auditor",
        name="appoint",
        says="Appoint an auditor of organisations, from a date to a date.",
        command=access.AppointAuditor,
        body=AppointAuditor,
        roles=("admin",),
        answer="access.Auditor",
        route="/auditors",
        section="access",
        step=None,
        by_hand=True,
    ),
    Act(
        to="auditor",
        name="end",
        says="End an appointment before its last day.",
        command=access.EndAppointment,
        body=EndAppointment,
        roles=("admin",),
        answer="access.Auditor",
        route="/auditors/<appointment:id>/end",
        section="access",
        step=None,
        by_hand=True,
    ),
)
