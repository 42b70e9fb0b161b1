"""What the attest rules of an organisation say no to."""

from ledger.domain.refusals.kinds import Fault, Forbidden, Person, RightLacking


class MayNotAttest(Forbidden):
    """The buyer's attest rules do not let this person approve it; all reasons at once.

    `lacking` says it of each right that the approver has, `able` who may (opaque ids).
    """

    type = "may-not-attest"
    means = "The buyer's attest rules do not let this person approve the drawdown."
    title = "You may not attest this"
    sentence = "You may not attest {drawdown}. {because}"

    def __init__(
        self,
        drawdown: str,
        because: tuple[Fault, ...],
        lacking: tuple[RightLacking, ...],
        able: tuple[Person, ...],
    ) -> None:
        super().__init__(drawdown=drawdown, because=because, lacking=lacking, able=able)


class OwnRight(Forbidden):
    """A right to attest comes from somebody else."""

    type = "own-right"
    means = "Somebody grants an attest right to themselves, or names themselves a deputy."
    title = "Nobody grants a right to themselves"
    sentence = (
        "A right to attest for {organisation} is given by somebody else: nobody grants one to "
        "themselves, or names themselves a deputy."
    )
