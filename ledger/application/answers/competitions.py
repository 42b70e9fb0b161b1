"""What goes out of renewed competitions."""

from typing import get_args

from marshmallow import Schema

from ledger.application.answers import members
from ledger.application.answers.selection import SupplierPassedOver
from ledger.application.answers.terms import ORDER_NUMBER
from ledger.application.bodies import NUMBER
from ledger.domain.agreement import CompetitionStatus

STATUSES: tuple[str, ...] = get_args(CompetitionStatus)


class CompetitionAnswer(Schema):
    supplier = members.organisation("Who answered.")
    amount = members.amount("The offer; null: it makes none.", null=True)
    note = members.text("What went with it.")
    answered_on = members.day("When.")


class AnswerPoints(Schema):
    supplier = members.organisation("Whose offer.")
    points = members.whole("What it got by the criteria.")


class Competition(Schema):
    """A renewed competition; one supplier of several sees its own answer and the outcome."""

    agreement = members.text("The agreement's number.", f"^{NUMBER}$")
    number = members.whole("Its number in the agreement.", 1)
    name = members.text("What it is called, as SKO-2023-K01.")
    status = members.one_of("How far it has come.", STATUSES)
    what = members.text("What was asked for.")
    asked = members.listed(members.organisation("A supplier."), "Who was asked.")
    left_out = members.listed(SupplierPassedOver, "Who was not, and why.")
    opened_on = members.day("When they were asked.")
    answer_by = members.day("Last day to answer.")
    answers = members.listed(CompetitionAnswer, "What they answered.")
    winner = members.organisation("Who won; null: nobody yet.", null=True)
    reason = members.text("Why it won, or why the competition was cancelled.")
    points = members.listed(AnswerPoints, "What each offer got by the criteria.")
    decided_on = members.day("When it was awarded or cancelled.", null=True)
    order = members.text("The order by it; null: none.", f"^{ORDER_NUMBER}$", null=True)


class Competitions(Schema):
    items = members.listed(Competition, "By number.")
