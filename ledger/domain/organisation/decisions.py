"""What may be decided of an organisation, and why.

Who lets others attest does not let themselves: a right that one has given oneself is none.
"""

from datetime import date

from ledger.domain.codes import map_faults
from ledger.domain.events import (
    AddressOfRecordSet,
    AttestRightEnded,
    AttestRightGranted,
    CodeMapSet,
    DeputyEnded,
    DeputyNamed,
    New,
    OrganisationEvent,
    OwnCostSet,
)
from ledger.domain.given import Given
from ledger.domain.organisation.commands import (
    EndAttestRight,
    EndDeputy,
    GrantAttestRight,
    NameDeputy,
    SetAddress,
    SetCodeMap,
    SetOwnCost,
)
from ledger.domain.organisation.state import Deputy, Right, State, stream
from ledger.domain.refusals import Fault, Invalid, NotFound, OwnRight


def grant(command: GrantAttestRight, state: State, given: Given) -> list[New]:
    """Raises OwnRight, Invalid."""
    if command.person in given.selves(given.by.person):
        raise OwnRight(organisation=command.organisation)
    _require_period(command.starts_on, command.ends_on)
    if not command.responsibilities:
        sentence = "At least one responsibility code is needed."
        raise Invalid(Fault(pointer="/responsibilities", sentence=sentence))
    event = AttestRightGranted(
        organisation=command.organisation,
        number=len(state.rights) + 1,
        person=command.person,
        responsibilities=tuple(dict.fromkeys(command.responsibilities)),
        starts_on=command.starts_on,
        decision=command.decision,
        limit=command.limit,
        ends_on=command.ends_on,
    )
    return _new(event, command.starts_on)


def end(command: EndAttestRight, state: State, given: Given) -> list[New]:
    """It only ever ends sooner. Raises NotFound, Invalid."""
    right = next((one for one in state.rights if one.number == command.number), None)
    if right is None:
        raise NotFound(what="attest right", name=str(command.number))
    _require_sooner(right, command.ends_on)
    event = AttestRightEnded(
        organisation=command.organisation,
        number=command.number,
        ends_on=command.ends_on,
        decision=command.decision,
    )
    return _new(event, command.ends_on)


def name_deputy(command: NameDeputy, state: State, given: Given) -> list[New]:
    """Nobody makes themselves a deputy. Raises OwnRight, Invalid."""
    if command.deputy in given.selves(given.by.person):
        raise OwnRight(organisation=command.organisation)
    if command.deputy == command.person:
        sentence = "Nobody is their own deputy."
        raise Invalid(Fault(pointer="/deputy", sentence=sentence))
    _require_period(command.starts_on, command.ends_on)
    event = DeputyNamed(
        organisation=command.organisation,
        number=len(state.deputies) + 1,
        person=command.person,
        deputy=command.deputy,
        starts_on=command.starts_on,
        decision=command.decision,
        ends_on=command.ends_on,
    )
    return _new(event, command.starts_on)


def end_deputy(command: EndDeputy, state: State, given: Given) -> list[New]:
    """It only ever ends sooner. Raises NotFound, Invalid."""
    deputy = next((one for one in state.deputies if one.number == command.number), None)
    if deputy is None:
        raise NotFound(what="deputy", name=str(command.number))
    _require_sooner(deputy, command.ends_on)
    event = DeputyEnded(
        organisation=command.organisation,
        number=command.number,
        ends_on=command.ends_on,
        decision=command.decision,
    )
    return _new(event, command.ends_on)


def set_own_cost(command: SetOwnCost, state: State, given: Given) -> list[New]:
    """What counts from a day on, in place of what counted."""
    event = OwnCostSet(
        organisation=command.organisation,
        own_cost=tuple(dict.fromkeys(command.own_cost)),
        starts_on=command.starts_on,
        decision=command.decision,
    )
    return _new(event, command.starts_on)


def set_code_map(command: SetCodeMap, state: State, given: Given) -> list[New]:
    """Raises Invalid."""
    if faults := map_faults(command.parts, command.separator):
        raise Invalid(*faults)
    event = CodeMapSet(
        organisation=command.organisation,
        parts=command.parts,
        starts_on=command.starts_on,
        decision=command.decision,
        separator=command.separator,
    )
    return _new(event, command.starts_on)


def set_address(command: SetAddress, state: State, given: Given) -> list[New]:
    """In place of the one before, from today on."""
    event = AddressOfRecordSet(
        organisation=command.organisation, address_digest=command.address_digest
    )
    return _new(event, given.today)


def _new(event: OrganisationEvent, on: date) -> list[New]:
    """It counts from the day that it takes effect on, so that an earlier day does not see it."""
    return [New(stream(event.organisation), event, on)]


def _require_period(starts_on: date, ends_on: date | None) -> None:
    if ends_on is not None and ends_on < starts_on:
        raise Invalid(Fault(pointer="/ends_on", sentence="The last day is before the first."))


def _require_sooner(one: Right | Deputy, ends_on: date) -> None:
    if one.ends_on is not None and ends_on >= one.ends_on:
        raise Invalid(
            Fault(
                pointer="/ends_on",
                sentence="It ends already on {ends_on}.",
                figures={"ends_on": one.ends_on.isoformat()},
            )
        )
