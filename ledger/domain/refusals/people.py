"""Why somebody is not erased."""

from ledger.domain.refusals.kinds import Conflict


class ErasingOneself(Conflict):
    """Nobody locks themselves out, and two people know of each erasure."""

    type = "erasing-oneself"
    means = "An administrator would erase themselves; another one must."
    title = "Somebody else must erase you"
    sentence = "{person} is you; ask another administrator."
