"""A renewed competition as its facts so far make it, from its opening to the order by it."""

from datetime import date
from typing import Literal, assert_never

import msgspec
from msgspec.structs import replace

from ledger.domain.events import (
    CompetitionAnswered,
    CompetitionAwarded,
    CompetitionCancelled,
    CompetitionEvent,
    CompetitionOpened,
    OffersOpened,
)
from ledger.domain.selection import PassedOver
from ledger.domain.sharing import Weight

CompetitionStatus = Literal["open", "awarded", "used", "cancelled"]


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a supplier answered: an amount in öre excluding VAT, None: it declined. `entered_by` is
    the buyer that wrote it, where the supplier did not; `hidden`: it is not told yet what."""

    supplier: str
    amount: int | None
    note: str
    on: date
    entered_by: str = ""
    hidden: bool = False


class Competition(msgspec.Struct, frozen=True, kw_only=True):
    """Who was asked for what, who answered, who won and why; `order` is the one by it. `buyer` is
    who asked, empty where that was nobody's."""

    number: int
    what: str
    asked: tuple[str, ...]
    left_out: tuple[PassedOver, ...]
    opened_on: date
    answer_by: date
    answers: tuple[Answer, ...] = ()
    status: CompetitionStatus = "open"
    winner: str | None = None
    reason: str = ""
    points: tuple[Weight, ...] = ()
    decided_on: date | None = None
    order: str | None = None
    sealed: bool = False
    offers_opened_on: date | None = None
    buyer: str = ""

    @property
    def is_sealed(self) -> bool:
        """Whether what was offered is told to nobody but who offered it."""
        return self.sealed and self.offers_opened_on is None

    @property
    def amount(self) -> int | None:
        """What the winner offered, in öre; None where there is none."""
        return self.offered.get(self.winner or "")

    @property
    def offered(self) -> dict[str, int | None]:
        """What each that answered offers, in öre (None: nothing): by its own word, where it gave
        one, else by what a buyer wrote for it."""
        written = sorted(self.answers, key=lambda one: not one.entered_by)
        return {one.supplier: one.amount for one in written}


def competition_name(agreement: str, number: int) -> str:
    """What people call it, as SKO-2023-K01."""
    return f"{agreement}-K{number:02d}"


def competed(
    before: Competition | None, event: CompetitionEvent, on: date, organisation: str
) -> Competition | None:
    """The competition after a fact of it, that an organisation's people recorded; None: that it was
    opened does not count yet."""
    if isinstance(event, CompetitionOpened):
        return Competition(
            number=event.number,
            what=event.what,
            asked=event.asked,
            left_out=event.left_out,
            opened_on=on,
            answer_by=event.answer_by,
            sealed=event.sealed,
            buyer=organisation,
        )
    if before is None:
        return None
    match event:
        case CompetitionAnswered():
            answer = Answer(
                supplier=event.supplier,
                amount=event.amount,
                note=event.note,
                on=on,
                entered_by=event.entered_by,
            )
            others = tuple(
                one
                for one in before.answers
                if one.supplier != event.supplier or bool(one.entered_by) != bool(event.entered_by)
            )
            return replace(before, answers=(*others, answer))
        case OffersOpened():
            return replace(before, offers_opened_on=on)
        case CompetitionAwarded():
            return replace(
                before,
                status="awarded",
                winner=event.supplier,
                reason=event.reason,
                points=event.points,
                decided_on=on,
            )
        case CompetitionCancelled():
            return replace(before, status="cancelled", reason=event.reason, decided_on=on)
        case _:
            assert_never(event)
