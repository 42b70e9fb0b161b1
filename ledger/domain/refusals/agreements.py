"""What an agreement, its limits and its law say no to."""

from ledger.domain.refusals.kinds import SEATS, Conflict, Forbidden, LimitOver


class SigningInUse(Conflict):
    """A signing is put right while nothing stands on it, and made void before anything is ordered;
    `what` says what does, apart by strokes."""

    type = "signing-in-use"
    means = "A signing would be put right or made void, and something stands on it."
    title = "Something stands on the signing"
    sentence = "{agreement} has {what}: it is amended, and no longer put right or made void."


class AllMustAgree(Conflict):
    """`waiting` are the buyers that the change touches, and that have not agreed to it."""

    type = "all-must-agree"
    means = "What several buyers share would be changed by one of them, and nobody leads them."
    title = "The other buyers have to agree"
    sentence = (
        "Several share {agreement} and nobody leads them: propose it, and it is done when these "
        "have agreed: {waiting}."
    )


class OwnSigning(Forbidden):
    """Four eyes: a signing is put right by another person than signed."""

    type = "own-signing"
    means = "Who signed an agreement would put the signing right alone."
    title = "You signed it yourself"
    sentence = "You signed {agreement} yourself: another person puts it right."


class CapExceeded(Conflict):
    """A hard limit would be passed. `limits` holds every one that would; the figures are in öre.

    `limit`, `cap`, `used`, `asked`, `over`, `fits` and the day `on` on which least is left, from
    the order's own on, are those of the limit that has room for least, of limits in money before
    those in seats. Source: EU Court C-216/17, C-23/20; HFD 2022 ref. 4.
    """

    type = "cap-exceeded"
    means = (
        "A placing, its confirmation, a counter-offer, its acceptance or an increase would "
        "pass a hard limit."
    )
    title = "More than a limit has room for"
    is_attempt = True
    sentence = (
        "{asked} does not fit: it would pass {limit} by {over} on {on}. Of {cap}, {used} is in "
        "use; at most {fits} fits."
    )

    def __init__(self, limits: tuple[LimitOver, ...]) -> None:
        some = [one for one in limits if one.cap.currency != SEATS] or limits
        least = min(some, key=lambda limit: (limit.fits.ore, -limit.over.ore))
        figures = {name: getattr(least, name) for name in least.__struct_fields__}
        super().__init__(limits=limits, **figures)
        self.others = tuple(CapExceeded((one,)) for one in limits if one is not least)
        """The same of each limit passed beside it."""


class AgreementNotOpen(Conflict):
    """Orders are placed and enlarged under an active agreement only."""

    type = "agreement-not-open"
    means = "An order is placed or enlarged under an agreement that is suspended or closed."
    title = "The agreement is not open for orders"
    sentence = "{agreement} is {status}: no orders can be placed or enlarged under it."


class OutsideTerm(Conflict):
    """The order date decides, and the term's last day counts."""

    type = "outside-term"
    means = "The order date is before the term's first day or after its last."
    title = "Outside the term"
    sentence = (
        "{agreement} is in force from {starts_on} to {ends_on}, both days included; the order is "
        "dated {ordered_on}."
    )


class DeliveryAfterTerm(Conflict):
    """Only where the agreement's policy says so may a course end after the term."""

    type = "delivery-after-term"
    means = "The course would end after the term, and the policy does not allow it."
    title = "Delivered after the term"
    sentence = (
        "The course would end on {delivered_on}, after the term of {agreement} ({ends_on}), and "
        "the agreement does not allow delivery after its term."
    )


class TermTooLong(Conflict):
    """LOU 7 kap. 2 §: four years, unless there are special reasons."""

    type = "term-too-long"
    means = "A term is longer than allowed, its options counted, without legal ground."
    title = "The term is longer than the policy allows"
    sentence = (
        "With its extension options the term would be {months} months; the policy of {agreement} "
        "allows {longest}. A longer one needs its legal ground in the policy (LOU 7 kap. 2 §)."
    )


class NotCovered(Conflict):
    """LOU 17 kap. 9, 11 and 12 §§: the change is larger than its ground carries. Figures in öre.

    `reason` says which bound it is, and `bound_by` the same as a code: `ten-per-cent`, `threshold`
    or `half`. Of two that are passed it is the lower one.
    """

    type = "not-covered"
    means = "The change is larger than its ground carries, and is not asked to be recorded so."
    title = "The ground does not cover the amendment"
    sentence = (
        "The change is {asked}; with earlier changes on the same ground the net is {net}. "
        "{ground} covers what is {reason}: {bound}. It is measured by the original value, "
        "{original}. It can be recorded as not covered, and then does not change the cap."
    )


class LaterNotCovered(NotCovered):
    """The change fits its own ground, but not beside one that counts from a later day; in öre."""

    type = "later-not-covered"
    means = "The change makes a later one larger than its ground carries."
    title = "The ground of a later amendment does not cover it beside this one"
    sentence = (
        "The change makes that of {on} {asked}, and the net on its ground {net}. {ground} covers "
        "less than {bound} of the original {original}. It can be recorded as not covered, and then "
        "does not change the cap."
    )


class GroundNotUsable(Conflict):
    """LOU 17 kap.: the ground cannot carry such a change, or lacks what it must name."""

    type = "ground-not-usable"
    means = "The ground cannot carry such a change, or lacks the clause or value that it rests on."
    title = "The ground does not fit the amendment"
    sentence = "{ground} cannot carry this change: {reason}"


class NoSuchExtension(Conflict):
    """Only options agreed at signing extend the term, each once."""

    type = "no-such-extension"
    means = "Every extension option is used, or there is none."
    title = "There is no such option"
    sentence = (
        "{agreement} cannot be extended: it was signed with no option that is left. Options: "
        "{options}; used: {used}."
    )


class ExtensionLapsed(Conflict):
    """An option that was not used while the term ran has lapsed: there is no term to extend."""

    type = "extension-lapsed"
    means = "An extension option is used after the last day of the term."
    title = "The option has lapsed"
    sentence = (
        "The term of {agreement} ended on {ends_on}. An option that was not used by then has "
        "lapsed; this decision is dated {decided_on}."
    )


class ShareInUse(Conflict):
    """A buyer moves to another what of its share is unused; figures in öre."""

    type = "share-in-use"
    means = "A buyer would move more of its share to another than is unused."
    title = "More than what is unused of the share"
    sentence = "{organisation} has {unused} unused of its share; {asked} cannot be moved."
