"""Renewed competitions: bodies as commands, and competitions as resources."""

from datetime import date
from typing import Any

from ledger.application.commands import passed_over
from ledger.application.resources import passed_over_resource
from ledger.domain import agreement
from ledger.domain.agreement import Competition, competition_name
from ledger.domain.money import to_text
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


def competition_resource(of: str, one: Competition) -> dict[str, Any]:
    return {
        "agreement": of,
        "number": one.number,
        "name": competition_name(of, one.number),
        "status": one.status,
        "what": one.what,
        "asked": list(one.asked),
        "left_out": passed_over_resource(one.left_out),
        "opened_on": one.opened_on.isoformat(),
        "answer_by": one.answer_by.isoformat(),
        "answers": [
            {
                "supplier": answer.supplier,
                "amount": None if answer.amount is None else to_text(answer.amount),
                "note": answer.note,
                "answered_on": answer.on.isoformat(),
            }
            for answer in one.answers
        ],
        "winner": one.winner,
        "reason": one.reason,
        "points": [{"supplier": p.organisation, "points": p.weight} for p in one.points],
        "decided_on": one.decided_on and one.decided_on.isoformat(),
        "order": one.order,
    }
