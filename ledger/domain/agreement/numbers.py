"""Further numbers that an agreement goes by: invoices are found by them too. No matter of value."""

from collections.abc import Iterator, Sequence
from datetime import date

import msgspec

from ledger.domain.agreement.state import State, stream
from ledger.domain.events import AgreementNumbersGiven, FurtherNumber, New
from ledger.domain.given import Given
from ledger.domain.refusals import Fault, Invalid
from ledger.domain.spelling import fold


class GiveNumbers(msgspec.Struct, frozen=True, kw_only=True):
    """Say which further numbers the agreement goes by: all of them, none where it has none."""

    agreement: str
    on: date
    numbers: tuple[FurtherNumber, ...]


def give_numbers(command: GiveNumbers, state: State, given: Given) -> list[New]:
    """Also after the agreement is closed: its invoices still come. Raises Invalid (all faults)."""
    faults = list(number_faults(command.numbers, state.number))
    if not faults and command.numbers == state.numbers:
        faults = [Fault(pointer="", sentence="Nothing is changed.")]
    if faults:
        raise Invalid(*faults)
    event = AgreementNumbersGiven(numbers=command.numbers)
    return [New(stream(state.number), event, command.on)]


def number_faults(numbers: Sequence[FurtherNumber], own: str) -> Iterator[Fault]:
    """A number is one however it is spelt, and another than the agreement's own."""
    known = {fold(own): own}
    for index, one in enumerate(numbers):
        pointer, folded = f"/numbers/{index}/number", fold(one.number)
        if not folded:
            yield Fault(pointer=pointer, sentence="Nothing of it can be seen.")
        elif folded in known:
            figures = {"number": known[folded]}
            yield Fault(pointer=pointer, sentence="It is {number} again.", figures=figures)
        known[folded] = one.number
