"""Organisations as JSON resources: who may attest their costs, and how they are coded."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from ledger.asked import SWEDEN
from ledger.domain import organisation
from ledger.domain.codes import CodeMap
from ledger.domain.money import to_text


def organisation_resource(
    state: organisation.State, day: date | None = None, *, in_force: bool = False
) -> dict[str, Any]:
    """As it is on a day, today in Sweden by default; `in_force` leaves out what is not."""
    day = day or datetime.now(SWEDEN).date()
    rights = [_right(one, day) for one in state.rights]
    deputies = [_deputy(one, day) for one in state.deputies]
    return {
        "number": state.number,
        "as_of": day.isoformat(),
        "rights": [one for one in rights if one["in_force"] or not in_force],
        "deputies": [one for one in deputies if one["in_force"] or not in_force],
        "own_cost": list(state.own_cost_on(day)),
        "code_map": _code_map(state.code_map_on(day)),
    }


def _right(one: organisation.Right, day: date) -> dict[str, Any]:
    return {
        "number": one.number,
        **_reach(one),
        "person": one.person,
        "decision": one.decision,
        "granted_by": one.granted_by,
        "in_force": organisation.in_force(one, day),
    }


def _reach(one: organisation.Right) -> dict[str, Any]:
    return {
        "responsibilities": list(one.responsibilities),
        "limit": None if one.limit is None else to_text(one.limit),
        "starts_on": one.starts_on.isoformat(),
        "ends_on": None if one.ends_on is None else one.ends_on.isoformat(),
    }


def _deputy(one: organisation.Deputy, day: date) -> dict[str, Any]:
    return {
        "number": one.number,
        "person": one.person,
        "deputy": one.deputy,
        "starts_on": one.starts_on.isoformat(),
        "ends_on": None if one.ends_on is None else one.ends_on.isoformat(),
        "decision": one.decision,
        "named_by": one.named_by,
        "in_force": organisation.in_force(one, day),
    }


def _code_map(found: CodeMap | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "starts_on": found.starts_on.isoformat(),
        "separator": found.separator,
        "parts": [
            {
                "name": part.name,
                "characters": part.characters,
                "lengths": list(part.lengths),
                "required": part.required,
                "values": list(part.values),
                "ranges": [{"first": one.first, "last": one.last} for one in part.ranges],
            }
            for part in found.parts
        ],
    }


def attesters_resource(
    number: str, on: date, found: Iterable[organisation.Mandate]
) -> dict[str, Any]:
    return {
        "organisation": number,
        "on": on.isoformat(),
        "items": [
            {
                "person": one.person,
                "right": one.right.number,
                "deputy_for": one.deputy_for,
                **_reach(one.right),
            }
            for one in found
        ],
    }
