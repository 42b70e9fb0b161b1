"""What comes in of people: made, given roles and tokens, and these ended."""

from ledger.application.bodies.body import Body, dated
from ledger.application.bodies.fields import Day, Flag, Length, Listed, Words, choice
from ledger.application.bodies.terms import REASON, TODAY
from ledger.bounds import MAX_TEXT
from ledger.domain.events import ROLES


class MakePerson(Body):
    name = Words("Their name, which is kept outside the log.", least=1, required=True)
    another = Flag("Also where somebody has that name already.", load_default=False)


@dated("starts_on", also_on=False)
class GrantRole(Body):
    role = choice("What they may act in, for your organisation.", ROLES, required=True)
    starts_on = Day(f"The first day; {TODAY}.")
    ends_on = Day("The last day; left out, until it is ended.")


@dated("ended_on")
class EndRole(Body):
    reason = Words(REASON, MAX_TEXT, least=1, required=True)
    ended_on = Day(f"The first day on which they no longer may; {TODAY}.")


class MakeToken(Body):
    roles = Listed(
        choice("A role that the person has.", ROLES),
        required=True,
        validate=Length(1, len(ROLES)),
        metadata={"description": "What it acts in, as long as the person has it."},
    )
    ends_on = Day("Its last day; left out, in a year.")


class EndToken(Body):
    reason = Words(REASON, MAX_TEXT, least=1, required=True)
