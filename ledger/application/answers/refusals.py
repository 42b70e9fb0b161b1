"""What goes out when the ledger says no."""

from marshmallow import Schema, fields

from ledger.application.answers import members


class Problem(Schema):
    """Why not (RFC 9457). The figures of the sentence are members of their own beside these."""

    class Meta:
        unknown = "include"

    type = members.text("Stable: programs may rely on it.", format="uri")
    title = members.text("What kind of refusal it is.")
    status = members.whole("The answer's status.", 400)
    detail = members.text("The refusal as a sentence with its figures.")
    instance = members.text("The address that was asked.", format="uri-reference")


class PlacedFault(Schema):
    pointer = members.text("Where: a JSON pointer into the body, a place in the file, or empty.")
    detail = members.text("What is wrong there.")


class Invalid(Problem):
    """The request has faults: all of them, each at its place."""

    class Meta:
        unknown = "include"

    errors = members.listed(PlacedFault, "Every fault.")


class PassedLimit(Schema):
    limit = members.text("The limit's name.")
    cap = members.amount("The most that may be used.")
    used = members.amount("What is in use.")
    asked = members.amount("What was asked for.")
    over = members.amount("By how much it would be passed.")
    fits = members.amount("What would still fit.")


class Conflict(Problem):
    """The request is sound; the state of things says no."""

    class Meta:
        unknown = "include"

    limits = fields.List(
        fields.Nested(PassedLimit),
        metadata={"description": "Type cap-exceeded: every limit that would be passed."},
    )
