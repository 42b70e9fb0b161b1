"""The number of an agreement: one whatever its case, kept as it was signed.

Its own stream has the number folded, so that of two that differ by case alone only one is ever
signed, also at once.
"""

from datetime import date

import msgspec

from ledger.domain.events import By, NumberTaken


class State(msgspec.Struct, frozen=True, kw_only=True):
    """A number as it was signed."""

    number: str

    @property
    def agreement(self) -> str:
        """Whose number it is."""
        return self.number


def fold(number: str) -> str:
    """What numbers that differ by case alone have in common; they are ASCII."""
    return number.lower()


def stream(number: str) -> str:
    """The stream of a number, in whatever case it is written."""
    return f"number/{fold(number)}"


def evolve(state: State | None, event: NumberTaken, on: date, by: By) -> State:
    """Never refuses."""
    return State(number=event.number)


def order_number(agreement: str, sequence: int) -> str:
    """The number of an agreement's order: they are numbered through, from 1."""
    return f"{agreement}-{sequence:04d}"
