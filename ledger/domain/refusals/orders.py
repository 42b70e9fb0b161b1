"""What an order says no to."""

from ledger.domain.refusals.kinds import Conflict


class BelowInvoiced(Conflict):
    """An order cannot be made smaller than its net invoiced amount; figures in öre."""

    type = "below-invoiced"
    means = "An order would become less than what is invoiced of it."
    title = "Less than what is invoiced already"
    sentence = "The order would be {asked}, but {invoiced} of it is invoiced already."


class BelowOwed(Conflict):
    """A fee, what was held and what was delivered stay owed until the order is closed; öre."""

    type = "below-owed"
    means = "A line would become less than is owed of it: a fee, what was held or delivered."
    title = "Less than what is owed already"
    sentence = (
        "Line {line} of {order} would be {asked}, but {owed} of it is owed already: what is never "
        "invoiced is released by closing the order."
    )


class LineBelowInvoiced(BelowInvoiced):
    """A line cannot be made smaller than what is invoiced of it, nor go; figures in öre."""

    type = "line-below-invoiced"
    means = "A line of an order would become less than what is invoiced of it."
    title = "Less than what is invoiced of the line"
    sentence = "Line {line} would be {asked}, but {invoiced} of it is invoiced already."


class AnsweredTooLate(Conflict):
    """The last day to answer counts. Until the lapse is recorded the order holds its room."""

    type = "answered-too-late"
    means = "An order is answered after the last day for it, whether its lapse is recorded or not."
    title = "The last day to answer has passed"
    sentence = "{order} was to be answered by {respond_by}; this answer is of {on}."


class TooManySeats(Conflict):
    type = "too-many-seats"
    means = "More seats would be cancelled than the line has."
    title = "More seats than the line has"
    sentence = "Seats of line {line}: {quantity}; {asked} cannot be cancelled."


class TooFewSeats(Conflict):
    """Nobody gives or cancels seats that they do not have."""

    type = "too-few-seats"
    means = "An organisation would give or cancel more seats than are its."
    title = "Fewer seats than were asked for"
    sentence = "Seats of {organisation} in {order}: {seats}; asked for: {asked}."


class OutOfTurn(Conflict):
    """An order goes to whose turn it is; whoever was before is passed over, each with a reason."""

    type = "out-of-turn"
    means = "An order names a supplier whose turn is after somebody's who is not passed over."
    title = "It is another supplier's turn"
    sentence = (
        "It is the turn of {first} under {agreement}, before {supplier}: order there, or say of "
        "each of {waiting} why it is passed over."
    )


class PassedOn(Conflict):
    """Who declined an order, or did not answer, has nothing more to do with it."""

    type = "passed-on"
    means = "A supplier comes back to an order that it did not take."
    title = "The order went to another supplier"
    sentence = "You did not take {order}, which therefore went to another supplier."


class NoRoom(Conflict):
    """What one supplier of several is told in place of CapExceeded, whose figures are of all."""

    type = "no-room"
    means = (
        "One supplier of several confirms or offers more than a limit has left: the figures "
        "are others' too."
    )
    title = "No room under the agreement"
    sentence = "There is no room for {order} under {agreement} now; the buyer can tell more."


class ReleaseDiffers(Conflict):
    """What closing an order releases is not what was proposed; figures in öre."""

    type = "release-differs"
    means = "Closing an order would release another amount than was proposed."
    title = "Another amount would be released"
    sentence = "Closing {order} would release {release}, not {expected}: look again, and decide."


class FeeTooHigh(Conflict):
    """A cancellation keeps at most what it cancels; figures in öre."""

    type = "fee-too-high"
    means = "The fee is higher than what is cancelled."
    title = "The fee is higher than what is cancelled"
    sentence = "The fee {fee} is higher than the {cancelled} that is cancelled."


class SessionSettled(Conflict):
    """A session that was held or cancelled stays as it is."""

    type = "session-settled"
    means = "A session that was held or cancelled would be moved, held or cancelled."
    title = "The session is over"
    sentence = "Session {session} of {order} was {status} on {on}: it stays as it is."
