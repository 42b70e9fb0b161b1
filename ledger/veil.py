"""A sole trader's number is a personal number: in facts, an opaque id stands for it.

Rule: DOMAIN's "organisation numbers" – numbers and names of natural persons stay in the registry,
where they can be erased (GDPR article 17), and out of a log that cannot be changed.
"""

from collections.abc import Callable
from typing import TypeVar

from msgspec.structs import replace

from ledger.deciding import Command, OrganisationCommand
from ledger.domain import access, agreement, drawdown, order
from ledger.domain.events import Party
from ledger.domain.parties import is_natural_person
from ledger.domain.selection import PassedOver, Selection
from ledger.domain.sharing import Weight

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
            replaced = tuple(
                replace(
                    one,
                    supplier=stand_in(one.supplier, ""),
                    by=_parties((one.by,), stand_in)[0],
                )
                for one in command.suppliers
            )
            return _agreement(replace(command, suppliers=replaced), stand_in)
        case agreement.ProposeChange():
            return replace(command, change=veiled(command.change, stand_in))
        case order.PlaceOrder():
            return replace(
                command,
                buyer=stand_in(command.buyer, ""),
                supplier=_number(command.supplier, stand_in),
                passed_over=_passed_over(command.passed_over, stand_in),
            )
        case order.RecordOpeningBalance():
            return replace(
                command,
                buyer=stand_in(command.buyer, ""),
                supplier=stand_in(command.supplier, ""),
            )
        case agreement.OpenCompetition():
            return replace(
                command,
                asked=tuple(stand_in(name, "") for name in command.asked),
                left_out=_passed_over(command.left_out, stand_in),
            )
        case agreement.AnswerCompetition():
            return replace(command, supplier=stand_in(command.supplier, ""))
        case agreement.AwardCompetition():
            return replace(
                command,
                supplier=stand_in(command.supplier, ""),
                points=_weights(command.points, stand_in),
            )
        case drawdown.RecordDrawdown():
            return replace(command, supplier=stand_in(command.supplier, ""))
        case access.AppointAuditor():
            organisations = tuple(stand_in(one, "") for one in command.organisations)
            return replace(command, organisations=organisations)
        case _ if isinstance(command, OrganisationCommand):
            return replace(command, organisation=stand_in(command.organisation, ""))
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
    return replace(
        command,
        buyers=_parties(command.buyers, stand_in),
        limits=limits,
        selection=_selection(command.selection, stand_in),
    )


def _selection(selection: Selection | None, stand_in: StandIn) -> Selection | None:
    if selection is None:
        return None
    return replace(
        selection,
        ranking=tuple(stand_in(name, "") for name in selection.ranking),
        key=_weights(selection.key, stand_in),
    )


def _weights(parts: tuple[Weight, ...], stand_in: StandIn) -> tuple[Weight, ...]:
    return tuple(replace(part, organisation=stand_in(part.organisation, "")) for part in parts)


def _passed_over(passed_over: tuple[PassedOver, ...], stand_in: StandIn) -> tuple[PassedOver, ...]:
    return tuple(replace(one, supplier=stand_in(one.supplier, "")) for one in passed_over)


def _parties(parties: tuple[Party, ...], stand_in: StandIn) -> tuple[Party, ...]:
    return tuple(
        replace(party, organisation=stand_in(party.organisation, party.name), name="")
        if is_natural_person(party.organisation)
        else party
        for party in parties
    )
