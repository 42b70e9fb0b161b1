"""Who you are does not allow it."""

from ledger.domain.refusals.kinds import Forbidden


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
