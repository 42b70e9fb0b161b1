"""What an order says no to."""

from ledger.domain.refusals.kinds import Conflict


class BelowInvoiced(Conflict):
    """An order cannot be made smaller than its net invoiced amount; figures in öre."""

    type = "below-invoiced"
    title = "Less than what is invoiced already"
    sentence = "The order would be {asked}, but {invoiced} of it is invoiced already."


class TooManySeats(Conflict):
    """More seats would be cancelled than the line has."""

    type = "too-many-seats"
    title = "More seats than the line has"
    sentence = "Line {line} has {quantity} seat(s); {asked} cannot be cancelled."


class TooFewSeats(Conflict):
    """Nobody gives or cancels seats that they do not have."""

    type = "too-few-seats"
    title = "Fewer seats than were asked for"
    sentence = "{organisation} has {seats} seat(s) of {order}; {asked} were asked for."


class FeeTooHigh(Conflict):
    """A cancellation keeps at most what it cancels; figures in öre."""

    type = "fee-too-high"
    title = "The fee is higher than what is cancelled"
    sentence = "The fee {fee} is higher than the {cancelled} that is cancelled."
