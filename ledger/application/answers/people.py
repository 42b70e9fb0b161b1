"""What goes out of people: who is in the directory beside the log, and what the log gives them."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, get_args

from ledger.application.answers.making import Answer, At, made
from ledger.application.answers.members import day, listed, one_of, text, truth, whole
from ledger.application.answers.terms import PERSON_ID
from ledger.domain import access
from ledger.domain.access import Status
from ledger.domain.events import ROLES
from ledger.registry import Person

KINDS = ("person", "sole trader")
TOKEN_ID = "[0-9a-f]{16}"  # noqa: S105


class KnownPerson(Answer):
    """Somebody whom facts name by an opaque id."""

    id: Annotated[str, text("What facts name them by.", f"^{PERSON_ID}$")]
    kind: Annotated[str, one_of("A person who acts, or a sole trader who is a party.", KINDS)]
    name: Annotated[str, text("Their name; of a sole trader empty where it was not given.")]
    number: Annotated[str | None, text("A sole trader's organisation number.", "^\\d{10}$")]
    organisation: Annotated[
        str, text("Whose person it is; empty of the ledger's own, and of sole traders.")
    ]
    roles: Annotated[
        list[Annotated[str, one_of("A role.", ROLES)]], listed("What they may act in today.")
    ]
    tokens: Annotated[int, whole("Tokens that still work.")]


class GivenRole(Answer):
    """What a person may act in, from a day to a day."""

    id: Annotated[str, text("The person, and its place among theirs.", rf"^{PERSON_ID}\.\d+$")]
    number: Annotated[int, whole("Its place among the person's.", 1)]
    person: Annotated[str, text("Whose it is.", f"^{PERSON_ID}$")]
    role: Annotated[str, one_of("What they may act in.", ROLES)]
    starts_on: Annotated[date, day("The first day.")]
    ends_on: Annotated[date | None, day("The last day; null: until it is ended.")]
    granted_by: Annotated[str, text("Who granted it.", f"^{PERSON_ID}$")]
    granted_on: Annotated[date, day("When.")]
    status: Annotated[
        str,
        one_of("What it is today.", get_args(Status), of=lambda one, at: one.status(at.day)),
    ]
    ended_on: Annotated[date | None, day("The day from which it was ended.")]
    reason: Annotated[str, text("Why it was ended, or empty.")]


class GivenToken(Answer):
    """A bearer token, by its id: it is itself kept nowhere."""

    id: Annotated[str, text("What lists and facts name it by.", f"^{TOKEN_ID}$")]
    person: Annotated[str, text("Whom it stands for.", f"^{PERSON_ID}$")]
    roles: Annotated[
        list[Annotated[str, one_of("A role.", ROLES)]],
        listed("What it acts in, as long as the person has it."),
    ]
    made_by: Annotated[str, text("Who made it.", f"^{PERSON_ID}$")]
    made_on: Annotated[date, day("When.")]
    ends_on: Annotated[date | None, day("Its last day; null: until it is ended.")]
    works: Annotated[
        bool, truth("Whether it stands for its person today.", of=lambda one, at: one.works(at.day))
    ]
    ended_on: Annotated[date | None, day("The day on which it was ended.")]
    reason: Annotated[str, text("Why it was ended, or empty.")]


class MadeToken(GivenToken):
    """A token that was just made."""

    token: Annotated[
        str | None,
        text("The token whole, for the only time; null where the request had been made before."),
    ]


class OnePerson(KnownPerson):
    """Somebody with all that they were ever given."""

    granted: Annotated[list[GivenRole], listed("Roles, in the order in which they were granted.")]
    made: Annotated[list[GivenToken], listed("Tokens, in the order in which they were made.")]
    proved: Annotated[
        bool | None,
        truth(
            "Whether the name is the one that the log has a salted digest of; null: it has none, "
            "as of sole traders."
        ),
    ]


class ErasedPerson(Answer):
    """What went with somebody, and what stayed. Facts keep the id, so that every proof holds."""

    id: Annotated[str, text("The id that facts keep.", f"^{PERSON_ID}$")]
    kind: Annotated[str, one_of("A person who acts, or a sole trader who is a party.", KINDS)]
    tokens_ended: Annotated[int, whole("Tokens that worked until now.")]
    sessions_ended: Annotated[int, whole("Browsers that were signed in.")]
    files_removed: Annotated[int, whole("Received files with the name, older than must be kept.")]
    files_kept: Annotated[int, whole("Received files with the name, which accounting rules keep.")]
    files_kept_until: Annotated[int | None, whole("The year at whose end the last may go.")]


def person_answer(one: Person, state: access.State, today: date) -> KnownPerson:
    return made(KnownPerson, one, roles=_held(state, today))


def one_person_answer(
    one: Person, state: access.State, proved: bool | None, today: date
) -> OnePerson:
    return made(
        OnePerson,
        one,
        roles=_held(state, today),
        granted=[role_answer(one.id, role, today) for role in state.roles],
        made=[token_answer(one.id, token, today) for token in state.tokens],
        proved=proved,
    )


def role_answer(person: str, role: access.Role, today: date) -> GivenRole:
    id = f"{person}.{role.number}"
    return made(GivenRole, role, At(day=today), id=id, person=person)


def token_answer(person: str, token: access.Token, today: date) -> GivenToken:
    return made(GivenToken, token, At(day=today), person=person)


def made_token_answer(person: str, one: access.Token, token: str | None, today: date) -> MadeToken:
    return made(MadeToken, one, At(day=today), person=person, token=token)


def _held(state: access.State, today: date) -> Sequence[str]:
    return sorted(access.held(state, today), key=ROLES.index)
