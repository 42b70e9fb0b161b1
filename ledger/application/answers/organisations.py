"""What goes out of organisations: who may attest their costs, and how they are coded."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated

from ledger.application.answers.actions import Resource
from ledger.application.answers.making import Answer, At, made
from ledger.application.answers.members import (
    amount,
    day,
    listed,
    nested,
    one_of,
    organisation,
    text,
    truth,
    whole,
)
from ledger.application.bodies.organisations import CHARACTERS, OWN_COST
from ledger.domain import organisation as domain
from ledger.wording import LANGUAGES


def _in_force(one: domain.Right | domain.Deputy, at: At) -> bool:
    return domain.in_force(one, at.day)


class AttestRight(Answer):
    """What a person may attest."""

    number: Annotated[int, whole("The right's number.", 1)]
    person: Annotated[str, text("Who: an opaque id.")]
    responsibilities: Annotated[
        list[str], listed('Responsibility codes; "41*": all that begin so; "*": any, and none.')
    ]
    limit: Annotated[str | None, amount("The largest drawdown; null: any.")]
    starts_on: Annotated[date, day("The first day.")]
    ends_on: Annotated[date | None, day("The last day; null: until it is ended.")]
    decision: Annotated[str, text("The decision that it rests on.")]
    granted_by: Annotated[str, text("Who granted it: an opaque id.")]
    in_force: Annotated[
        bool, truth("Whether it is in force on the day that is told for.", of=_in_force)
    ]


class NamedDeputy(Answer):
    """Who stands in for whom."""

    number: Annotated[int, whole("The deputy's number.", 1)]
    person: Annotated[str, text("Who is stood in for: an opaque id.")]
    deputy: Annotated[str, text("Who stands in: an opaque id.")]
    starts_on: Annotated[date, day("The first day.")]
    ends_on: Annotated[date | None, day("The last day; null: until it is ended.")]
    decision: Annotated[str, text("The decision that it rests on.")]
    named_by: Annotated[str, text("Who named them: an opaque id.")]
    in_force: Annotated[
        bool, truth("Whether it is in force on the day that is told for.", of=_in_force)
    ]


class MapRange(Answer):
    first: Annotated[str, text("The first value.")]
    last: Annotated[str, text("The last value.")]


class MapPart(Answer):
    name: Annotated[str, text("What it is called.")]
    characters: Annotated[str, one_of("What it is written in.", CHARACTERS)]
    lengths: Annotated[list[int], listed("Lengths that it may have; none: any.")]
    required: Annotated[bool, truth("Whether each line has it.")]
    values: Annotated[list[str], listed("Values that it may have.")]
    ranges: Annotated[list[MapRange], listed("Ranges of values that it may have.")]


class CodeMap(Answer):
    """Which parts a code string has."""

    starts_on: Annotated[date, day("From which order date.")]
    separator: Annotated[str, text("What is written between parts.")]
    parts: Annotated[list[MapPart], listed("In order.")]


class Organisation(Resource):
    """Who may attest an organisation's costs, and how they are coded."""

    number: Annotated[str, organisation("Its number.")]
    as_of: Annotated[date, day("The day that it is told for.", of=lambda _, at: at.day)]
    rights: Annotated[list[AttestRight], listed("Attest rights, by number.")]
    deputies: Annotated[list[NamedDeputy], listed("Deputies, by number.")]
    own_cost: Annotated[
        list[str],
        listed(
            "What counts as one's own cost that day: " + ", ".join(OWN_COST) + ".",
            of=lambda state, at: state.own_cost_on(at.day),
        ),
    ]
    code_map: Annotated[CodeMap | None, nested(of=lambda state, at: state.code_map_on(at.day))]
    address_digest: Annotated[
        str, text("SHA-256 of a salt and the address that its orders go to; empty: none was said.")
    ]


class AddressOfRecord(Answer):
    """Where an organisation's orders come to, by mail."""

    number: Annotated[str, organisation("Its number.")]
    address: Annotated[str, text("Its address of e-mail; empty: none was said.")]
    language: Annotated[str, one_of("In which language it is written to.", tuple(LANGUAGES))]
    proved: Annotated[
        bool | None,
        truth("Whether the log has a digest of this very address; null: none was ever said."),
    ]


class Attester(Answer):
    """A person and the right that they may attest under."""

    person: Annotated[str, text("Who: an opaque id.")]
    right: Annotated[int, whole("The right's number.", 1, of="right.number")]
    deputy_for: Annotated[str | None, text("Whose right it is, where not their own.")]
    responsibilities: Annotated[
        list[str], listed("Its responsibility codes.", of="right.responsibilities")
    ]
    limit: Annotated[str | None, amount("The largest drawdown; null: any.", of="right.limit")]
    starts_on: Annotated[date, day("The right's first day.", of="right.starts_on")]
    ends_on: Annotated[
        date | None, day("Its last day; null: until it is ended.", of="right.ends_on")
    ]


class Attesters(Answer):
    organisation: Annotated[str, organisation("Whose costs.")]
    on: Annotated[date, day("The day of the approval.")]
    items: Annotated[list[Attester], listed("Own rights first, by number.")]


def organisation_answer(state: domain.State, day: date, *, in_force: bool = False) -> Organisation:
    """As it is on a day; `in_force` leaves out what is not."""
    at = At(day=day)
    rights = [made(AttestRight, one, at) for one in state.rights]
    deputies = [made(NamedDeputy, one, at) for one in state.deputies]
    return made(
        Organisation,
        state,
        at,
        rights=[one for one in rights if one.in_force or not in_force],
        deputies=[one for one in deputies if one.in_force or not in_force],
    )


def attesters_answer(number: str, on: date, found: Iterable[domain.Mandate]) -> Attesters:
    items = [made(Attester, one) for one in found]
    return Attesters(organisation=number, on=on, items=items)
