"""What several buyers, whom nobody leads, change together: proposed by one, agreed to by others."""

from typing import ClassVar

from ledger.domain.events.parts import Event


class ChangeProposed(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A buyer proposes a change of what all share; nothing is changed yet. `number` counts from 1.

    `action` is the command's name and `asked` the command itself, as JSON; `touches` are the buyers
    that have to agree, beside who proposed it.
    """

    stored: ClassVar[str] = "change-proposed"
    number: int
    action: str
    asked: str
    proposed_by: str
    touches: tuple[str, ...]


class ChangeAccepted(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A buyer agreed; where it is the last (`carried_out`), what was proposed follows."""

    stored: ClassVar[str] = "change-accepted"
    number: int
    buyer: str
    carried_out: bool = False


class ChangeDeclined(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A buyer did not agree: the proposal ended, and nothing was changed."""

    stored: ClassVar[str] = "change-declined"
    number: int
    buyer: str
    reason: str = ""


class ChangeWithdrawn(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Who proposed it took it back: the proposal ended, and nothing was changed."""

    stored: ClassVar[str] = "change-withdrawn"
    number: int
    reason: str = ""


ProposalEvent = ChangeProposed | ChangeAccepted | ChangeDeclined | ChangeWithdrawn
