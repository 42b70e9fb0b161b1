"""What goes out of the directory of people, which is beside the log."""

from marshmallow import Schema

from ledger.application.answers import members
from ledger.application.answers.terms import PERSON_ID

KINDS = ("person", "sole trader")


class KnownPerson(Schema):
    """Somebody whom facts name by an opaque id."""

    id = members.text("What facts name them by.", f"^{PERSON_ID}$")
    kind = members.one_of("A person who acts, or a sole trader who is a party.", KINDS)
    name = members.text("Their name; of a sole trader empty where it was not given.")
    number = members.text("A sole trader's organisation number.", r"^\d{10}$", null=True)
    tokens = members.whole("Tokens that still work.")


class ErasedPerson(Schema):
    """What went with somebody, and what stayed. Facts keep the id, so that every proof holds."""

    id = members.text("The id that facts keep.", f"^{PERSON_ID}$")
    kind = members.one_of("A person who acts, or a sole trader who is a party.", KINDS)
    tokens_ended = members.whole("Tokens that worked until now.")
    sessions_ended = members.whole("Browsers that were signed in.")
    files_removed = members.whole("Received files with the name, older than must be kept.")
    files_kept = members.whole("Received files with the name, which accounting rules keep.")
    files_kept_until = members.whole("The year at whose end the last may go.", null=True)
