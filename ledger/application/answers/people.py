"""What goes out of the directory of people, which is beside the log."""

from typing import Annotated

from ledger.application.answers.making import Answer
from ledger.application.answers.members import one_of, text, whole
from ledger.application.answers.terms import PERSON_ID

KINDS = ("person", "sole trader")


class KnownPerson(Answer):
    """Somebody whom facts name by an opaque id."""

    id: Annotated[str, text("What facts name them by.", f"^{PERSON_ID}$")]
    kind: Annotated[str, one_of("A person who acts, or a sole trader who is a party.", KINDS)]
    name: Annotated[str, text("Their name; of a sole trader empty where it was not given.")]
    number: Annotated[str | None, text("A sole trader's organisation number.", "^\\d{10}$")]
    tokens: Annotated[int, whole("Tokens that still work.")]


class ErasedPerson(Answer):
    """What went with somebody, and what stayed. Facts keep the id, so that every proof holds."""

    id: Annotated[str, text("The id that facts keep.", f"^{PERSON_ID}$")]
    kind: Annotated[str, one_of("A person who acts, or a sole trader who is a party.", KINDS)]
    tokens_ended: Annotated[int, whole("Tokens that worked until now.")]
    sessions_ended: Annotated[int, whole("Browsers that were signed in.")]
    files_removed: Annotated[int, whole("Received files with the name, older than must be kept.")]
    files_kept: Annotated[int, whole("Received files with the name, which accounting rules keep.")]
    files_kept_until: Annotated[int | None, whole("The year at whose end the last may go.")]
