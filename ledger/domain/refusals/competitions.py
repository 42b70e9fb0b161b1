"""What a renewed competition says no to."""

from ledger.domain.refusals.kinds import Conflict


class NoCompetition(Conflict):
    type = "no-competition"
    means = "A competition is opened where orders are not competed for."
    title = "Orders are not competed for"
    sentence = "Orders under {agreement} are not competed for."


class TooLateToAnswer(Conflict):
    """The last day to answer counts."""

    type = "too-late-to-answer"
    means = (
        "An answer comes after the last day for it; a supplier's own comes on the day that it "
        "is recorded."
    )
    title = "The last day to answer has passed"
    sentence = "{competition} was to be answered by {answer_by}; this answer is of {on}."


class OffersSealed(Conflict):
    type = "offers-sealed"
    means = "Offers are opened before the last day to answer has passed, or not before an award."
    title = "The offers are sealed"
    sentence = (
        "The offers in {competition} are sealed: they are opened from the day after {answer_by}, "
        "and then it can be awarded."
    )


class AnswersAwaited(Conflict):
    """Whoever is asked has until the last day to answer."""

    type = "answers-awaited"
    means = "A competition is awarded while somebody may still answer."
    title = "Not all have answered"
    sentence = "{waiting} may answer {competition} until {answer_by}."


class CompetitionNeeded(Conflict):
    """An order names the competition that it was won in."""

    type = "competition-needed"
    means = "An order names no competition where orders are competed for."
    title = "Orders are competed for"
    sentence = "Orders under {agreement} are competed for: name the competition that was won."


class OverAward(Conflict):
    """Nothing more is ordered by a competition than was offered in it; figures in öre."""

    type = "over-award"
    means = "An order would be of more than the offer that won."
    title = "More than what was offered"
    sentence = "{asked} is more than the {awarded} that won {competition}."
