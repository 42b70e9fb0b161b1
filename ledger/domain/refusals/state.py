"""What is asked does not fit what has happened already."""

from ledger.domain.refusals.kinds import Conflict, Refusal, Unavailable


class AlreadyExists(Conflict):
    """The number is taken; an agreement is never signed over."""

    type = "already-exists"
    means = "An agreement is signed under a number that is taken."
    title = "Exists already"
    sentence = "The {what} {name} exists already."


class NothingThere(Conflict):
    """`what` is a plural, of what an act would be done with."""

    type = "nothing-there"
    means = "There is nothing to do it with, as a session to come or an open share move."
    title = "Nothing to do it with"
    sentence = "{name} has no {what}."


class OpeningBalanceThere(Conflict):
    """What was wrong of one is taken back, and not added to."""

    type = "opening-balance-there"
    means = "An order would be given a second opening balance."
    title = "There is an opening balance already"
    sentence = (
        "{order} has an opening balance already: it is taken back before another is recorded."
    )


class WrongStatus(Conflict):
    """What is asked cannot be done from this status: see the diagrams in README.md."""

    type = "wrong-status"
    means = "What is asked cannot be done from this status."
    title = "Not possible in this status"
    sentence = "{name} is {status}; to {action} it, it must be {needed}."


class NotDue(Conflict):
    """The calendar does not bring about what was asked for, on that day."""

    type = "not-due"
    means = "The calendar does not bring that about on that day."
    title = "Not due"
    sentence = "Nothing is due for {name} on {on}."


class KeyReused(Conflict):
    """An Idempotency-Key belongs to one body for ever."""

    type = "key-reused"
    means = "An Idempotency-Key comes again with another body."
    title = "The key was used for something else"
    sentence = "The Idempotency-Key {key} was used before, with another body."


class VersionDiffers(Conflict):
    """What `If-Match` named is no longer what is there."""

    type = "version-differs"
    means = "`If-Match` names another version than the one that is there."
    title = "Changed meanwhile"
    sentence = "{name} is at version {version}, not {expected}: somebody changed it meanwhile."


class Busy(Unavailable):
    """Somebody was first each time, a bounded number of times (`ledger.bounds`)."""

    type = "busy"
    means = "Others were first a bounded number of times; nothing was recorded."
    title = "Too many at the same time"
    sentence = (
        "Others changed {name} {tries} times while this was decided. Nothing was recorded; "
        "try again shortly."
    )


class PerhapsRecorded(Unavailable):
    """It was sent to be recorded, and neither that nor the question whether it is was answered."""

    type = "perhaps-recorded"
    means = (
        "The database did not answer while something was recorded: it may be recorded. The same "
        "request with the same key is recorded once."
    )
    title = "Perhaps recorded"
    sentence = (
        "The database does not answer. This may have been recorded: send it again with the same "
        "key, and it is recorded once."
    )


class TookTooLong(Unavailable):
    """What is read for somebody took longer than anybody waits."""

    type = "took-too-long"
    means = "What was asked took longer than is waited for, and was stopped."
    title = "It took too long"
    sentence = "This took longer than {seconds} s and was stopped. Ask for less, or later."


class BeingMade(Unavailable):
    """What is read was made from another log than the one that is there."""

    type = "being-made"
    means = "The figures are being made anew from the log; none is shown before that is done."
    title = "Figures are being made anew"
    sentence = "The figures are being made anew from the log. Ask again in a moment."


class CallerGone(Unavailable):
    """Whoever asked has hung up: nobody reads the answer."""

    type = "caller-gone"
    means = "Whoever asked hung up before the answer, and what was read for them was stopped."
    title = "Nobody waits for it"
    sentence = "Whoever asked has gone."


class AskedTooMuch(Refusal):
    """One person asks for more of what is dear than is theirs, of a service that others use too."""

    type = "asked-too-much"
    means = "One person asks for more of what is dear (files, bundles, reports) than is theirs."
    title = "Too much at a time"
    sentence = (
        "Files, bundles, forecasts, reports and what is tried in thought are made for one person "
        "{at_once} at a time, and {seconds} s of work in {minutes} minutes. Ask again in {wait} s."
    )


class LedgerDamaged(Unavailable):
    """The log's hash tree is not as the ledger leaves it: nothing can be added to it or proved."""

    type = "ledger-damaged"
    means = (
        "The log's hash tree is not whole: nothing is written or proved until it is looked "
        "into; reading goes on."
    )
    title = "The ledger is damaged"
    sentence = (
        "The hash tree of the log is damaged: {reason}. Nothing was recorded; what is there can "
        "still be read. Whoever keeps the ledger runs `avrop verify`, which says what is wrong "
        "and where."
    )
