"""What is recorded of renewed competitions under an agreement."""

from datetime import date
from typing import ClassVar

from msgspec.structs import replace

from ledger.domain.events.parts import Event
from ledger.domain.selection import PassedOver
from ledger.domain.sharing import Weight


class CompetitionOpened(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Suppliers were asked for an offer. `number` counts the agreement's competitions from 1.

    `left_out` are suppliers that were not asked, each with the reason (LOU 7 kap. 8–9 §§). Where it
    is `sealed`, what they offer is not told to buyers before the offers are opened.
    """

    stored: ClassVar[str] = "competition-opened"
    number: int
    what: str
    asked: tuple[str, ...]
    answer_by: date
    left_out: tuple[PassedOver, ...] = ()
    sealed: bool = False


class CompetitionAnswered(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A supplier's answer, in place of any it gave before: an amount in öre, None: it declines.

    One that a buyer wrote for it (`entered_by`) stands beside what the supplier wrote itself. Told
    to who may not see it yet it is `hidden`: never recorded so. `salt` is random: the leaf's hash
    may be asked for by anybody, and an amount alone would be found by trying.
    """

    stored: ClassVar[str] = "competition-answered"
    number: int
    supplier: str
    amount: int | None
    note: str = ""
    entered_by: str = ""
    hidden: bool = False
    salt: str = ""

    @property
    def unopened(self) -> "CompetitionAnswered":
        """As who may not see it yet is told of it: that there is one."""
        return replace(self, amount=None, note="", hidden=True, salt="", flags=())


class OffersOpened(Event, frozen=True, kw_only=True, omit_defaults=True):
    """After the last day to answer the offers were opened, all at once."""

    stored: ClassVar[str] = "competition-offers-opened"
    number: int


class CompetitionAwarded(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Who won, why, and what each answer got by the criteria, where points were given."""

    stored: ClassVar[str] = "competition-awarded"
    number: int
    supplier: str
    reason: str
    points: tuple[Weight, ...] = ()


class CompetitionCancelled(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Nothing will be ordered by it."""

    stored: ClassVar[str] = "competition-cancelled"
    number: int
    reason: str


CompetitionEvent = (
    CompetitionOpened
    | CompetitionAnswered
    | OffersOpened
    | CompetitionAwarded
    | CompetitionCancelled
)
