"""What is done about people: made, given roles and tokens, these ended, and forgotten. Each door
does it by hand: names and tokens are kept outside the log."""

from typing import Any

from ledger.application.acts.act import Act
from ledger.application.bodies.people import EndRole, EndToken, GrantRole, MakePerson, MakeToken
from ledger.domain import access

PERSON = "/persons/<person:id>"


def _act(name: str, **more: Any) -> Act:
    given: dict[str, Any] = {
        "to": "person",
        "name": name,
        "roles": ("admin",),
        "section": "persons",
        "step": None,
        "by_hand": True,
        "dry_run": False,
        **more,
    }
    return Act(**given)


ACTS = (
    _act(
        "make",
        says="Make a person of your organisation; of a name that is there, that person.",
        command=access.RecordPerson,
        body=MakePerson,
        answer="people.OnePerson",
        route="/persons",
        creates="persons",
    ),
    _act(
        "grant-role",
        says="Let a person act in a role; nobody grants themselves one over money.",
        command=access.GrantRole,
        body=GrantRole,
        answer="people.GivenRole",
        route=f"{PERSON}/roles",
        verb="person grant",
    ),
    _act(
        "end-role",
        says="End a role of a person's: it is refused from the next request on.",
        command=access.EndRole,
        body=EndRole,
        answer="people.GivenRole",
        route=f"{PERSON}/roles/<sequence:role>/end",
        verb="person end-role",
    ),
    _act(
        "make-token",
        says="Make a bearer token of a person's; it is answered whole this once.",
        command=access.MakeToken,
        body=MakeToken,
        answer="people.MadeToken",
        route=f"{PERSON}/tokens",
        verb="token add",
    ),
    _act(
        "end-token",
        says="End a bearer token for good: it is refused from the next request on.",
        command=access.EndToken,
        body=EndToken,
        answer="people.GivenToken",
        route=f"{PERSON}/tokens/<token:token>/end",
        verb="token revoke",
    ),
    _act(
        "erase",
        says="Forget who an id is: name, number, tokens and sessions go; facts and proofs stay.",
        command=access.ErasePerson,
        answer="people.ErasedPerson",
        route=PERSON,
        method="DELETE",
    ),
)
