"""What is recorded of the number of an agreement."""

from typing import ClassVar

from ledger.domain.events.parts import Event


class NumberTaken(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An agreement was signed under this number: none that differs by case alone is signed."""

    stored: ClassVar[str] = "number-taken"
    number: str
