"""What goes out of the log."""

from marshmallow import Schema, fields

from ledger.application.answers import members
from ledger.application.answers.terms import RECORDED
from ledger.domain.events import NAMES, ROLES


class Actor(Schema):
    person = members.text("Opaque id; names are in the registry.")
    organisation = members.text("The organisation that they acted for; empty for the ledger's own.")
    role = members.one_of("The role that they used.", ROLES)


class FactHead(Schema):
    """Which fact of the log it is."""

    position = members.whole("Its place in the log.", 1)
    stream = members.text("What it is about, as order/SKO-2023-0001.")
    version = members.whole("Its place in its stream.", 1)
    name = members.one_of("What happened.", tuple(NAMES))
    effective_on = members.day("The business date that it counts for.")


class Fact(FactHead):
    """A fact of the log. Amounts in its data are whole öre, as recorded."""

    agreement = members.text("The agreement that it belongs to, if to one.", null=True)
    by = members.nested(Actor)
    recorded_at = members.moment("When it was recorded.")
    data = fields.Dict(
        required=True,
        metadata={
            "description": "The fact itself, as its name says.",
            "anyOf": [
                {"$ref": f"#/components/schemas/{RECORDED}{event.__name__}"}
                for event in NAMES.values()
            ],
        },
    )
