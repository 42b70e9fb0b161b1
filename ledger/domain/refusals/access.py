"""Who you are does not allow it."""

from ledger.domain.refusals.kinds import Conflict, Forbidden


class FourEyes(Forbidden):
    """Whoever recorded may not decide: the municipalities' own rule of attestation."""

    type = "four-eyes"
    title = "Another person must approve"
    sentence = (
        "You recorded {drawdown} yourself; another person must approve or reject it "
        "(four-eyes principle)."
    )


class NotAParty(Forbidden):
    """Right role, wrong organisation: an order is answered by its own university, and so on."""

    type = "not-a-party"
    title = "Not your organisation's to decide"
    sentence = "Only {organisation} may do this on {name}; you act for {acting}."


class NotEntitled(Forbidden):
    """LOU 7 kap. 3 §: only the buyers named in the framework may call off under it."""

    type = "not-entitled"
    title = "Not an entitled buyer"
    sentence = (
        "{organisation} is not a named buyer of {agreement}; adding one is an amendment "
        "with a ground (LOU 7 kap. 3 §)."
    )


class NotAppointed(Forbidden):
    """An auditor reads what they are appointed for, and without an appointment nothing."""

    type = "not-appointed"
    title = "Not appointed as auditor"
    sentence = "You are not appointed as auditor of any organisation in this ledger."


class AppointmentAhead(NotAppointed):
    """The first day of the appointment has not come (in Sweden)."""

    type = "appointment-ahead"
    sentence = "Your appointment as auditor begins on {starts_on}."


class AppointmentOver(NotAppointed):
    """The last day of the appointment is past (in Sweden), or somebody ended it."""

    type = "appointment-over"
    sentence = "Your appointment as auditor ended on {ended_on}."


class OwnAppointment(Forbidden):
    """Whoever appoints an auditor is somebody else."""

    type = "own-appointment"
    title = "Another person must appoint"
    sentence = "Nobody appoints themselves as auditor, or ends their own appointment."


class NotCounted(Conflict):
    """So much was refused within the hour that no more of it is recorded one by one."""

    type = "not-counted"
    title = "No more attempts are recorded this hour"
    sentence = "{person} was refused {most} times this hour; no more of it is recorded."


class NoBundle(Conflict):
    """Nothing has been signed yet, or the log is not what was signed: `avrop verify` says which."""

    type = "no-bundle"
    title = "No bundle can be made"
    sentence = "No bundle can be made: {because}."
