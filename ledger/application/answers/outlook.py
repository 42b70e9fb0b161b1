"""What goes out of the forecast of an agreement's limits, with its assumption in words."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated, get_args

from ledger.application.answers.making import Answer, At, made
from ledger.application.answers.members import (
    amount,
    day,
    listed,
    nested,
    one_of,
    quantity,
    text,
    whole,
)
from ledger.application.bodies.fields import CURRENCY
from ledger.application.bodies.terms import NUMBER
from ledger.application.sentences.forecast import (
    changed_by,
    drawn_assumption,
    drawn_sentence,
    limit_assumption,
    limit_sentence,
)
from ledger.domain import agreement
from ledger.domain.forecast import Verdict
from ledger.domain.limits import UNITS
from ledger.projections.forecast import LimitOutlook
from ledger.wording import Sentence, say

VERDICTS: tuple[str, ...] = get_args(Verdict)


def _said(
    tell: Callable[[LimitOutlook, str], Sentence | None],
) -> Callable[[LimitOutlook, At], str]:
    def said(limit: LimitOutlook, at: At) -> str:
        told = tell(limit, at.currency)
        return say(told, at.language) if told else ""

    return said


class DrawnForecast(Answer):
    """When what is drawn comes to the limit: by the orders' plans, and as orders go on."""

    verdict: Annotated[
        str,
        one_of(
            "What can be said; range: it is, or may be, reached.", VERDICTS, of="drawing.verdict"
        ),
    ]
    earliest: Annotated[
        date | None, day("The range in which it is reached begins.", of="drawing.earliest")
    ]
    latest: Annotated[
        date | None,
        day("The range ends; null beside a beginning: perhaps never.", of="drawing.latest"),
    ]
    left_least: Annotated[
        str | None, amount("The least that is not drawn by the end.", of="drawing.left_least")
    ]
    left_most: Annotated[
        str | None, amount("The most that is not drawn by the end.", of="drawing.left_most")
    ]
    planned: Annotated[str, amount("What is ordered, not drawn, and planned or soon to be.")]
    planned_until: Annotated[date | None, day("The last day of those plans; null: there are none.")]
    invoices: Annotated[int, whole("Invoices that tell how late after its plan an invoice comes.")]
    sentence: Annotated[str, text("The forecast in words.", of=_said(drawn_sentence))]
    assumption: Annotated[
        str,
        text(
            "What it assumes, in words; empty where it assumes nothing.", of=_said(drawn_assumption)
        ),
    ]


class LimitForecast(Answer):
    """When a limit is reached, and what will be left of it, if orders go on as they came."""

    name: Annotated[str, text("The limit; the first is the cap.")]
    unit: Annotated[str, one_of("What it counts.", UNITS)]
    amount: Annotated[str | None, quantity("The most that may be used; null: unknown.", "amount")]
    used: Annotated[str, quantity("Ordered so far: reserved, committed and drawn.", "used")]
    held: Annotated[str, quantity("Of that, ordered and not yet drawn.", "held")]
    verdict: Annotated[
        str,
        one_of(
            "What can be said; range: it is, or may be, reached.", VERDICTS, of="outlook.verdict"
        ),
    ]
    ends_on: Annotated[
        date, day("The last day on which more of it can be ordered.", of="outlook.ends_on")
    ]
    earliest: Annotated[
        date | None, day("The range in which it is reached begins.", of="outlook.earliest")
    ]
    latest: Annotated[
        date | None,
        day("The range ends; null beside a beginning: perhaps never.", of="outlook.latest"),
    ]
    left_least: Annotated[
        str | None,
        quantity("The least that is left at the end; null: unknown.", "outlook.left_least"),
    ]
    left_most: Annotated[
        str | None,
        quantity("The most that is left at the end; null: unknown.", "outlook.left_most"),
    ]
    orders: Annotated[int, whole("Orders that it is judged by.", of="outlook.orders")]
    days: Annotated[int, whole("Days since the first of them.", of="outlook.days")]
    sentence: Annotated[str, text("The forecast in words.", of=_said(limit_sentence))]
    assumption: Annotated[
        str,
        text(
            "What it assumes, in words; empty where it assumes nothing.", of=_said(limit_assumption)
        ),
    ]
    changed_by: Annotated[
        list[Annotated[str, text("One thing.")]],
        listed(
            "What would make it another, in words.",
            of=lambda limit, at: [say(one, at.language) for one in changed_by(limit, at.currency)],
        ),
    ]
    drawn: Annotated[
        DrawnForecast | None,
        nested(of=lambda limit, _: limit if limit.drawing is not None else None),
    ]


class Forecast(Answer):
    agreement: Annotated[str, text("The agreement's number.", f"^{NUMBER}$")]
    currency: Annotated[str, text("ISO 4217.", CURRENCY)]
    as_of: Annotated[date, day("The day that it is told from.")]
    limits: Annotated[list[LimitForecast], listed("Every limit; the cap first.")]


def forecast_answer(
    state: agreement.State, limits: Sequence[LimitOutlook], on: date, language: str
) -> Forecast:
    at = At(language, currency=state.currency)
    return made(
        Forecast,
        limits,
        at,
        agreement=state.number,
        currency=state.currency,
        as_of=on,
        limits=limits,
    )
