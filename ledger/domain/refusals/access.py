"""Who you are does not allow it."""

from ledger.domain.refusals.kinds import Conflict, Forbidden


class OwnOpeningBalance(Forbidden):
    """Four eyes: an opening balance is taken back by another person than recorded it."""

    type = "own-opening-balance"
    means = "Who recorded an opening balance would take it back alone."
    title = "You recorded it yourself"
    sentence = (
        "You recorded the opening balance of {order} yourself: another person takes it back "
        "(four-eyes principle)."
    )


class FourEyes(Forbidden):
    """Whoever recorded may not decide: the municipalities' own rule of attestation."""

    type = "four-eyes"
    means = "Whoever recorded a drawdown approves or rejects it."
    title = "Another person must approve"
    sentence = (
        "You recorded {drawdown} yourself; another person must approve or reject it "
        "(four-eyes principle)."
    )


class NotAParty(Forbidden):
    """Right role, wrong organisation: an order is answered by its own university, and so on."""

    type = "not-a-party"
    means = "The role is right, but the caller acts for another organisation."
    title = "Not your organisation's to decide"
    sentence = "Only {organisation} may do this on {name}; you act for {acting}."


class NotEntitled(Forbidden):
    """LOU 7 kap. 3 §: only the buyers named in the framework may call off under it."""

    type = "not-entitled"
    means = "An order's buyer is not named in the agreement."
    title = "Not an entitled buyer"
    sentence = (
        "{organisation} is not a named buyer of {agreement}; adding one is an amendment "
        "with a ground (LOU 7 kap. 3 §)."
    )


class NotAppointed(Forbidden):
    """An auditor reads what they are appointed for, and without an appointment nothing."""

    type = "not-appointed"
    means = "An auditor reads without ever having been appointed."
    title = "Not appointed as auditor"
    sentence = "You are not appointed as auditor of any organisation in this ledger."


class AppointmentAhead(NotAppointed):
    type = "appointment-ahead"
    means = "An auditor reads before the appointment's first day."
    sentence = "Your appointment as auditor begins on {starts_on}."


class AppointmentOver(NotAppointed):
    """The last day of the appointment is past (in Sweden), or somebody ended it."""

    type = "appointment-over"
    means = "An auditor reads after the appointment's last day, or after it was ended."
    sentence = "Your appointment as auditor ended on {ended_on}."


class OwnAppointment(Forbidden):
    """Whoever appoints an auditor is somebody else."""

    type = "own-appointment"
    means = "Somebody appoints themselves as auditor, or ends their own appointment."
    title = "Another person must appoint"
    sentence = "Nobody appoints themselves as auditor, or ends their own appointment."


class NotCounted(Conflict):
    """So much was refused within the hour that no more of it is recorded one by one."""

    type = "not-counted"
    means = "More of a person's refused attempts than an hour has room for."
    title = "No more attempts are recorded this hour"
    sentence = "{person} was refused {most} times this hour; no more of it is recorded."


class AlreadyUnderWay(Conflict):
    """One at a time: it can be cancelled."""

    type = "already-under-way"
    means = "Work in the background is asked for while something of the same person's is made."
    title = "Something of yours is being made"
    sentence = "Something of yours is being made already. Wait for it, or cancel it."


class NotSigned(Conflict):
    """The notary signs within minutes, where there is one."""

    type = "not-signed"
    means = "A room certificate is asked for before any signed checkpoint has its order."
    title = "Not signed yet"
    sentence = (
        "No signed checkpoint has order {order} yet: ask again when the notary has signed, or have "
        "one set up."
    )


class NoCertificate(Conflict):
    """What is asked for would not be true."""

    type = "no-certificate"
    means = (
        "A room certificate is asked for of an order beyond the agreement's maximum, or of one"
        " whose maximum is not known."
    )
    title = "No certificate can be given"
    sentence = (
        "Order {order} cannot be said to lie within the maximum of agreement {agreement}: the "
        "maximum was not known when it was recorded, or the order went beyond it."
    )


class NoBundle(Conflict):
    """Nothing has been signed yet, or the log is not what was signed: `avrop verify` says which."""

    type = "no-bundle"
    means = (
        "A bundle is asked for over the API, and nothing is signed, or the log is not what was"
        " signed."
    )
    title = "No bundle can be made"
    sentence = "No bundle can be made: {because}."
