"""A person's access: what they were given, what they tried, what they read."""

from ledger.domain.access.commands import (
    AppointAuditor,
    EndAppointment,
    RecordAttempt,
    RecordBundleRead,
)
from ledger.domain.access.decisions import (
    appoint,
    appointed_for,
    counted_in,
    end,
    record_attempt,
    record_read,
)
from ledger.domain.access.state import Appointment, State, Status, evolve, stream

__all__ = [
    "AppointAuditor",
    "Appointment",
    "EndAppointment",
    "RecordAttempt",
    "RecordBundleRead",
    "State",
    "Status",
    "appoint",
    "appointed_for",
    "counted_in",
    "end",
    "evolve",
    "record_attempt",
    "record_read",
    "stream",
]
