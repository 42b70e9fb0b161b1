"""What goes out of the log."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from msgspec.structs import replace

from ledger.application.answers.making import Answer, made
from ledger.application.answers.members import day, figures, moment, nested, one_of, text, whole
from ledger.application.answers.terms import RECORDED
from ledger.domain.events import NAMES, ROLES
from ledger.projections.then import moment as moment_of


def recorded_at(row: Mapping[str, Any], _: object) -> datetime:
    return moment_of(row["recorded_at"])


def row_itself(row: Mapping[str, Any], _: object) -> Mapping[str, Any]:
    """A row of the timeline has who recorded it among its own members."""
    return row


class Actor(Answer):
    person: Annotated[str, text("Opaque id; names are in the registry.")]
    organisation: Annotated[
        str, text("The organisation that they acted for; empty for the ledger's own.")
    ]
    role: Annotated[str, one_of("The role that they used.", ROLES)]


class FactHead(Answer):
    """Which fact of the log it is."""

    position: Annotated[int, whole("Its place in the log.", 1)]
    stream: Annotated[str, text("What it is about, as order/SKO-2023-0001.")]
    version: Annotated[int, whole("Its place in its stream.", 1)]
    name: Annotated[str, one_of("What happened.", tuple(NAMES))]
    effective_on: Annotated[date, day("The business date that it counts for.")]


class Fact(FactHead):
    """A fact of the log. Amounts in its data are whole öre, as recorded."""

    agreement: Annotated[str | None, text("The agreement that it belongs to, if to one.")]
    by: Annotated[Actor, nested(of=row_itself)]
    recorded_at: Annotated[datetime, moment("When it was recorded.", of=recorded_at)]
    data: Annotated[
        dict[str, Any],
        figures(
            "The fact itself, as its name says.",
            of=lambda row, _: msgspec.json.decode(row["data"]),
            anyOf=[
                {"$ref": f"#/components/schemas/{RECORDED}{event.__name__}"}
                for event in NAMES.values()
            ],
        ),
    ]


def fact_answer(row: Mapping[str, Any]) -> Fact:
    """A row of the timeline as it goes out."""
    return made(Fact, row)


def is_another(role: str, organisation: str, own: Collection[str]) -> bool:
    """Whether who recorded something is another supplier than one of several (`own`), which is not
    told of it: the one that declined what went on to the next."""
    return role == "supplier" and organisation not in own


def without_other_suppliers(fact: Fact, own: Collection[str]) -> Fact:
    """A fact as one supplier of several (`own`) sees it: without who was passed over, or had it
    before, also by recording it."""
    data = {name: value for name, value in fact.data.items() if name != "passed_over"}
    if "giver" in data and fact.name == "order-passed-on":
        data["giver"] = ""
    by = fact.by
    if is_another(by.role, by.organisation, own):
        by = replace(by, person="", organisation="")
    return replace(fact, data=data, by=by)
