"""The programmes that the ledger was made for, as data: each step a fact with its figures."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from heapq import merge

from ledger.clock import day_of
from ledger.demo import dalsland, harnosand, jonkoping, ostersund, vimmerby
from ledger.demo.harnosand import NUMBER, PEOPLE, PROGRAMME
from ledger.demo.play import Figures, Player, Programme, Step
from ledger.domain import access
from ledger.domain.calendar import SWEDEN
from ledger.domain.events import By
from ledger.opening import Ledger
from ledger.people import acting, state_of
from ledger.registry import Registry
from ledger.service import Service

__all__ = [
    "NUMBER",
    "PEOPLE",
    "PROGRAMME",
    "PROGRAMMES",
    "Figures",
    "Player",
    "Programme",
    "Step",
    "appoint_auditor",
    "named",
    "people",
    "play",
]

PROGRAMMES: tuple[Programme, ...] = tuple(
    Programme(name=name, place=place, number=made.NUMBER, people=made.PEOPLE, steps=made.PROGRAMME)
    for name, place, made in (
        ("harnosand", "Härnösand", harnosand),
        ("dalsland", "Dalsland", dalsland),
        ("jonkoping", "Jönköping", jonkoping),
        ("ostersund", "Östersund", ostersund),
        ("vimmerby", "Vimmerby", vimmerby),
    )
)
"""Every programme; the first is the one whose people have tokens in the demonstration."""


def play(
    ledger: Ledger, programmes: Sequence[Programme] = PROGRAMMES[:1]
) -> Iterator[tuple[str, Step, Figures]]:
    """Play programmes on a ledger without them: each step with its agreement and the figures.

    Their steps are taken in the order of their days, those of one day in that of the programmes,
    so that each is recorded on its own day; what is not before today is left out.
    """
    in_turn = merge(
        *([(step.on, one, step) for step in one.steps] for one in programmes),
        key=lambda turn: turn[0],
    )
    players: dict[str, Player] = {}
    for day, programme, step in in_turn:
        if day < day_of(ledger.service.clock()):
            if programme.number not in players:
                players[programme.number] = _player(ledger, programme)
            player = players[programme.number]
            figures = player.take(step)
            yield player.agreement, step, figures
    for programme in programmes:
        appoint_auditor(ledger.service, ledger.registry, programme)


def _player(ledger: Ledger, programme: Programme) -> Player:
    """Whoever plays a programme, made when it begins: their roles are facts of its first day."""
    who = people(ledger.service, ledger.registry, programme)
    return Player(ledger.service, ledger.views, ledger.registry, who, programme.number)


IN_OFFICE = (date(2023, 1, 1), date(2034, 12, 31))
"""From when to when the demonstration's auditor is appointed: three terms of a municipal council,
so that whoever tries it in some years still can."""


def appoint_auditor(service: Service, registry: Registry, programme: Programme) -> None:
    """Let a programme's auditor read what it is about; nothing where they were appointed before."""
    if "auditor" not in programme.people:
        return
    who = people(service, registry, programme)
    auditor = who["auditor"]
    if not state_of(service, auditor.person).appointments:
        command = access.AppointAuditor(
            person=auditor.person,
            organisations=(auditor.organisation,),
            starts_on=IN_OFFICE[0],
            ends_on=IN_OFFICE[1],
            decision="KF 2022-10-24 § 148",
            on=IN_OFFICE[0],
        )
        service.execute(command, who["admin"])


def named(who: str) -> tuple[str, str, str] | None:
    """Name, organisation and role of somebody in the demonstration: by the role of one of the first
    programme's, or by programme and role, as "dalsland.finance"; None where there is nobody."""
    programme, _, role = who.rpartition(".")
    for one in PROGRAMMES:
        if one.name == (programme or PROGRAMMES[0].name) and role in one.people:
            return (*one.people[role], role)
    return None


def people(
    service: Service, registry: Registry, programme: Programme = PROGRAMMES[0]
) -> dict[str, By]:
    """Role → who plays it, whom the log gives it from the programme's first day on."""
    first = programme.steps[0].on
    noon = datetime(first.year, first.month, first.day, 12, tzinfo=SWEDEN)
    begun = min(noon.astimezone(UTC), service.clock())
    return {
        role: acting(service, registry, name, organisation, role, begun)
        for role, (name, organisation) in programme.people.items()
    }
