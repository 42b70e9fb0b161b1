"""An organisation as its facts so far make it: attest rights, deputies, own cost, code maps."""

from collections.abc import Sequence
from datetime import date
from typing import TypeVar, assert_never

import msgspec
from msgspec.structs import replace

from ledger.domain.codes import CodeMap
from ledger.domain.events import (
    AddressOfRecordSet,
    AttestRightEnded,
    AttestRightGranted,
    By,
    CodeMapSet,
    DeputyEnded,
    DeputyNamed,
    OrganisationEvent,
    OwnCost,
    OwnCostSet,
)
from ledger.domain.given import Given

ANY = "*"
"""The end of a pattern for responsibility codes; alone it is every code, and none."""

STRICT: tuple[OwnCost, ...] = ("ordered", "named", "coded")
"""What is somebody's own cost where an organisation with attest rights has not said it."""


class Right(msgspec.Struct, frozen=True, kw_only=True):
    """A right to attest; `limit` in öre a drawdown, None without one. Both days are included."""

    number: int
    person: str
    responsibilities: tuple[str, ...]
    limit: int | None
    starts_on: date
    ends_on: date | None
    decision: str
    granted_by: str

    def covers(self, code: str) -> bool:
        """Whether it is a right to a responsibility code; "" is a line without one."""
        return any(
            code.startswith(pattern[:-1]) if pattern.endswith(ANY) else code == pattern
            for pattern in self.responsibilities
            if code or pattern == ANY
        )


class Deputy(msgspec.Struct, frozen=True, kw_only=True):
    """Who stands in for whom, under every right of theirs. Both days are included."""

    number: int
    person: str
    deputy: str
    starts_on: date
    ends_on: date | None
    decision: str
    named_by: str


class OwnCostFrom(msgspec.Struct, frozen=True, kw_only=True):
    """What counts as somebody's own cost from a day on."""

    starts_on: date
    own_cost: tuple[OwnCost, ...]


class State(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation as its facts so far make it. It belongs to no agreement."""

    number: str
    rights: tuple[Right, ...] = ()
    deputies: tuple[Deputy, ...] = ()
    own_costs: tuple[OwnCostFrom, ...] = ()
    code_maps: tuple[CodeMap, ...] = ()
    address_digest: str = ""

    @property
    def agreement(self) -> None:
        """None: what is asked of any state."""
        return None

    def own_cost_on(self, day: date) -> tuple[OwnCost, ...]:
        """What is somebody's own cost on a day: strict once there is a right, else as set."""
        found = _from(self.own_costs, day)
        if found is not None:
            return found.own_cost
        return STRICT if self.rights else ()

    def code_map_on(self, day: date) -> CodeMap | None:
        """The map that codes of that day follow, if there is one."""
        return _from(self.code_maps, day)


T = TypeVar("T", OwnCostFrom, CodeMap)


def _from(settings: Sequence[T], day: date) -> T | None:
    """The one that began last by a day; of two from the same day, the one recorded last."""
    begun = [one for one in settings if one.starts_on <= day]
    return max(begun, key=lambda one: one.starts_on) if begun else None


def in_force(one: Right | Deputy, day: date) -> bool:
    return one.starts_on <= day and (one.ends_on is None or day <= one.ends_on)


def stream(number: str) -> str:
    """The stream of an organisation's facts."""
    return f"organisation/{number}"


def named(given: Given, number: str) -> State | None:
    """None where nothing is recorded of it: then it has no rules of its own."""
    state: State | None = given.find(stream(number))
    return state


def code_map(given: Given, number: str, on: date) -> CodeMap | None:
    """The map that an organisation's codes follow on a day."""
    rules = named(given, number)
    return None if rules is None else rules.code_map_on(on)


def evolve(state: State | None, event: OrganisationEvent, on: date, by: By) -> State:
    """The state after a fact. Never refuses: rules live in the decisions."""
    if state is None:
        state = State(number=event.organisation)
    match event:
        case AttestRightGranted():
            return replace(state, rights=(*state.rights, _right(event, by)))
        case AttestRightEnded():
            return replace(state, rights=_ended(state.rights, event.number, event.ends_on))
        case DeputyNamed():
            return replace(state, deputies=(*state.deputies, _deputy(event, by)))
        case DeputyEnded():
            return replace(state, deputies=_ended(state.deputies, event.number, event.ends_on))
        case OwnCostSet():
            setting = OwnCostFrom(starts_on=event.starts_on, own_cost=event.own_cost)
            return replace(state, own_costs=(setting, *state.own_costs))
        case AddressOfRecordSet():
            return replace(state, address_digest=event.address_digest)
        case CodeMapSet():
            code_map = CodeMap(
                starts_on=event.starts_on, parts=event.parts, separator=event.separator
            )
            return replace(state, code_maps=(code_map, *state.code_maps))
        case _:
            assert_never(event)


def _right(event: AttestRightGranted, by: By) -> Right:
    return Right(
        number=event.number,
        person=event.person,
        responsibilities=event.responsibilities,
        limit=event.limit,
        starts_on=event.starts_on,
        ends_on=event.ends_on,
        decision=event.decision,
        granted_by=by.person,
    )


def _deputy(event: DeputyNamed, by: By) -> Deputy:
    return Deputy(
        number=event.number,
        person=event.person,
        deputy=event.deputy,
        starts_on=event.starts_on,
        ends_on=event.ends_on,
        decision=event.decision,
        named_by=by.person,
    )


E = TypeVar("E", Right, Deputy)


def _ended(ones: tuple[E, ...], number: int, ends_on: date) -> tuple[E, ...]:
    return tuple(replace(one, ends_on=ends_on) if one.number == number else one for one in ones)
