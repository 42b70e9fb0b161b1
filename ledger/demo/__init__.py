"""The programmes that the ledger was made for, as data: each step a fact with its figures."""

from ledger.demo import dalsland, harnosand, jonkoping, vimmerby
from ledger.demo.harnosand import NUMBER, PEOPLE, PROGRAMME
from ledger.demo.play import Figures, Player, Programme, Step
from ledger.domain.events import By
from ledger.registry import Registry

__all__ = [
    "NUMBER",
    "PEOPLE",
    "PROGRAMME",
    "PROGRAMMES",
    "Figures",
    "Player",
    "Programme",
    "Step",
    "people",
]

PROGRAMMES: tuple[Programme, ...] = tuple(
    Programme(name=name, number=made.NUMBER, people=made.PEOPLE, steps=made.PROGRAMME)
    for name, made in (
        ("harnosand", harnosand),
        ("dalsland", dalsland),
        ("jonkoping", jonkoping),
        ("vimmerby", vimmerby),
    )
)
"""Every programme; the first is the one that is served as the demonstration."""


def people(registry: Registry, programme: Programme = PROGRAMMES[0]) -> dict[str, By]:
    """Role → who plays it, known to the registry."""
    return {
        role: By(person=registry.person(name), organisation=organisation, role=role)
        for role, (name, organisation) in programme.people.items()
    }
