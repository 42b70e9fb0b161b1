"""What goes out of renewed competitions."""

from datetime import date
from typing import Annotated, get_args

from ledger.application.answers.making import Answer, made
from ledger.application.answers.members import (
    amount,
    day,
    listed,
    one_of,
    organisation,
    text,
    truth,
    whole,
)
from ledger.application.answers.selection import SupplierPassedOver
from ledger.application.answers.terms import ORDER_NUMBER
from ledger.application.bodies.terms import NUMBER
from ledger.domain import agreement
from ledger.domain.agreement import CompetitionStatus, competition_name

STATUSES: tuple[str, ...] = get_args(CompetitionStatus)


class CompetitionAnswer(Answer):
    supplier: Annotated[str, organisation("Who answered.")]
    amount: Annotated[str | None, amount("The offer; null: it makes none.")]
    note: Annotated[str, text("What went with it.")]
    answered_on: Annotated[date, day("When.", of="on")]
    entered_by: Annotated[
        str, text("The buyer that wrote it for the supplier; empty: the supplier wrote it itself.")
    ]
    sealed: Annotated[
        bool, truth("Whether what it is is not told before the offers are opened.", of="hidden")
    ]


class AnswerPoints(Answer):
    supplier: Annotated[str, organisation("Whose offer.", of="organisation")]
    points: Annotated[int, whole("What it got by the criteria.", of="weight")]


class Competition(Answer):
    """A renewed competition; one supplier of several sees its own answer and the outcome."""

    agreement: Annotated[str, text("The agreement's number.", f"^{NUMBER}$")]
    number: Annotated[int, whole("Its number in the agreement.", 1)]
    name: Annotated[str, text("What it is called, as SKO-2023-K01.")]
    status: Annotated[str, one_of("How far it has come.", STATUSES)]
    what: Annotated[str, text("What was asked for.")]
    buyer: Annotated[
        str, text("Who asked, and decides; empty: any buyer of the agreement, as of one before.")
    ]
    asked: Annotated[list[Annotated[str, organisation("A supplier.")]], listed("Who was asked.")]
    left_out: Annotated[list[SupplierPassedOver], listed("Who was not, and why.")]
    opened_on: Annotated[date, day("When they were asked.")]
    answer_by: Annotated[date, day("Last day to answer.")]
    answers: Annotated[list[CompetitionAnswer], listed("What they answered.")]
    sealed: Annotated[bool, truth("Whether what was offered waits to be opened.", of="is_sealed")]
    offers_opened_on: Annotated[date | None, day("When the offers were opened; null: not so.")]
    winner: Annotated[str | None, organisation("Who won; null: nobody yet.")]
    reason: Annotated[str, text("Why it won, or why the competition was cancelled.")]
    points: Annotated[list[AnswerPoints], listed("What each offer got by the criteria.")]
    decided_on: Annotated[date | None, day("When it was awarded or cancelled.")]
    order: Annotated[str | None, text("The order by it; null: none.", f"^{ORDER_NUMBER}$")]


class Competitions(Answer):
    items: Annotated[list[Competition], listed("By number.")]


def competition_answer(of: str, one: agreement.Competition) -> Competition:
    """`of` is the agreement's number."""
    return made(Competition, one, agreement=of, name=competition_name(of, one.number))
