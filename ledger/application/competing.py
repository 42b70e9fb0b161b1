"""Renewed competitions: bodies as commands."""

from datetime import date
from typing import Any

from ledger.application.commands import passed_over
from ledger.domain import agreement
from ledger.domain.sharing import Weight

Body = dict[str, Any]


def opened(of: str, body: Body, today: date) -> agreement.OpenCompetition:
    return agreement.OpenCompetition(
        agreement=of,
        what=body["what"],
        answer_by=body["answer_by"],
        on=body.get("opened_on") or today,
        asked=tuple(body["asked"]),
        left_out=passed_over(body["left_out"]),
    )


def answered(
    of: str, number: int, body: Body, supplier: str, today: date
) -> agreement.AnswerCompetition:
    """`supplier` is who answers where the body names nobody else."""
    return agreement.AnswerCompetition(
        agreement=of,
        number=number,
        supplier=body.get("supplier") or supplier,
        amount=body["amount"],
        note=body["note"],
        on=body.get("answered_on") or today,
    )


def awarded(of: str, number: int, body: Body, today: date) -> agreement.AwardCompetition:
    points = (Weight(organisation=p["supplier"], weight=p["points"]) for p in body["points"])
    return agreement.AwardCompetition(
        agreement=of,
        number=number,
        supplier=body["supplier"],
        reason=body["reason"],
        points=tuple(points),
        on=body.get("awarded_on") or today,
    )


def cancelled(of: str, number: int, body: Body, today: date) -> agreement.CancelCompetition:
    return agreement.CancelCompetition(
        agreement=of,
        number=number,
        reason=body["reason"],
        on=body.get("cancelled_on") or today,
    )
