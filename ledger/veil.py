"""A sole trader's number is a personal number: in facts, an opaque id stands for it.

Rule: DOMAIN's "organisation numbers" – numbers and names of natural persons stay in the registry,
where they can be erased (GDPR article 17), and out of a log that cannot be changed.
"""

from collections.abc import Callable
from typing import TypeVar

from msgspec.structs import replace

from ledger.deciding import Command
from ledger.domain import agreement, drawdown, order
from ledger.domain.events import Party
from ledger.domain.parties import is_natural_person

StandIn = Callable[[str, str], str]
"""What stands for an organisation number in facts, given also its name: see `Registry.party`."""
T = TypeVar("T", agreement.SignAgreement, agreement.AmendAgreement)


def veiled(command: Command, stand_in: StandIn) -> Command:
    """The command with opaque ids for sole traders."""
    match command:
        case agreement.SignAgreement():
            suppliers = _parties(command.suppliers, stand_in)
            return _agreement(replace(command, suppliers=suppliers), stand_in)
        case agreement.AmendAgreement():
            return _agreement(command, stand_in)
        case order.PlaceOrder():
            supplier = _number(command.supplier, stand_in)
            return replace(command, buyer=stand_in(command.buyer, ""), supplier=supplier)
        case drawdown.RecordDrawdown():
            return replace(command, supplier=stand_in(command.supplier, ""))
        case _:
            return command


def _number(organisation: str | None, stand_in: StandIn) -> str | None:
    return None if organisation is None else stand_in(organisation, "")


def _agreement(command: T, stand_in: StandIn) -> T:
    limits = tuple(
        replace(
            limit,
            buyer=_number(limit.buyer, stand_in),
            supplier=_number(limit.supplier, stand_in),
        )
        for limit in command.limits
    )
    return replace(command, buyers=_parties(command.buyers, stand_in), limits=limits)


def _parties(parties: tuple[Party, ...], stand_in: StandIn) -> tuple[Party, ...]:
    return tuple(
        replace(party, organisation=stand_in(party.organisation, party.name), name="")
        if is_natural_person(party.organisation)
        else party
        for party in parties
    )
