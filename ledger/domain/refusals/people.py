"""Why somebody is not found by their name, given a role, or erased."""

from ledger.domain.refusals.kinds import Conflict, Forbidden


class ErasingOneself(Conflict):
    """Nobody locks themselves out, and two people know of each erasure."""

    type = "erasing-oneself"
    means = "An administrator would erase themselves; another one must."
    title = "Somebody else must erase you"
    sentence = "{person} is you; ask another administrator."


class SeveralOfThatName(Conflict):
    """A name is one person's only where an organisation has one of it; an id always is."""

    type = "several-of-that-name"
    means = "A name is given where the organisation has several people of it: an id says which."
    title = "Several people have that name"
    sentence = "Several people have that name there: say which of {ids} it is."


class OwnRole(Forbidden):
    """What one may do comes from somebody else."""

    type = "own-role"
    means = "An administrator grants a role over money to themselves."
    title = "Somebody else must grant it"
    sentence = (
        "The role {role} is over money: nobody grants it to themselves. Ask another administrator."
    )
