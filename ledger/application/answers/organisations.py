"""What goes out of organisations."""

from marshmallow import Schema, fields

from ledger.application.answers import members
from ledger.application.bodies import CHARACTERS, OWN_COST


class AttestRight(Schema):
    """What a person may attest."""

    number = members.whole("The right's number.", 1)
    person = members.text("Who: an opaque id.")
    responsibilities = members.listed(
        fields.String(), 'Responsibility codes; "41*": all that begin so; "*": any, and none.'
    )
    limit = members.amount("The largest drawdown; null: any.", null=True)
    starts_on = members.day("The first day.")
    ends_on = members.day("The last day; null: until it is ended.", null=True)
    decision = members.text("The decision that it rests on.")
    granted_by = members.text("Who granted it: an opaque id.")
    in_force = members.truth("Whether it is in force on the day that is told for.")


class NamedDeputy(Schema):
    """Who stands in for whom."""

    number = members.whole("The deputy's number.", 1)
    person = members.text("Who is stood in for: an opaque id.")
    deputy = members.text("Who stands in: an opaque id.")
    starts_on = members.day("The first day.")
    ends_on = members.day("The last day; null: until it is ended.", null=True)
    decision = members.text("The decision that it rests on.")
    named_by = members.text("Who named them: an opaque id.")
    in_force = members.truth("Whether it is in force on the day that is told for.")


class MapRange(Schema):
    first = members.text("The first value.")
    last = members.text("The last value.")


class MapPart(Schema):
    name = members.text("What it is called.")
    characters = members.one_of("What it is written in.", CHARACTERS)
    lengths = members.listed(fields.Integer(), "Lengths that it may have; none: any.")
    required = members.truth("Whether each line has it.")
    values = members.listed(fields.String(), "Values that it may have.")
    ranges = members.listed(MapRange, "Ranges of values that it may have.")


class CodeMap(Schema):
    """Which parts a code string has."""

    starts_on = members.day("From which order date.")
    separator = members.text("What is written between parts.")
    parts = members.listed(MapPart, "In order.")


class Organisation(Schema):
    """Who may attest an organisation's costs, and how they are coded."""

    number = members.organisation("Its number.")
    as_of = members.day("The day that it is told for.")
    rights = members.listed(AttestRight, "Attest rights, by number.")
    deputies = members.listed(NamedDeputy, "Deputies, by number.")
    own_cost = members.listed(
        fields.String(), "What counts as one's own cost that day: " + ", ".join(OWN_COST) + "."
    )
    code_map = members.nested(CodeMap, null=True)


class Attester(Schema):
    """A person and the right that they may attest under."""

    person = members.text("Who: an opaque id.")
    right = members.whole("The right's number.", 1)
    deputy_for = members.text("Whose right it is, where not their own.", null=True)
    responsibilities = members.listed(fields.String(), "Its responsibility codes.")
    limit = members.amount("The largest drawdown; null: any.", null=True)
    starts_on = members.day("The right's first day.")
    ends_on = members.day("Its last day; null: until it is ended.", null=True)


class Attesters(Schema):
    organisation = members.organisation("Whose costs.")
    on = members.day("The day of the approval.")
    items = members.listed(Attester, "Own rights first, by number.")
