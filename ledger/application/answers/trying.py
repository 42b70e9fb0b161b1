"""What goes out of commands that are played in thought: the balance after each."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from ledger.application.answers.balances import Preview, preview
from ledger.application.answers.making import Answer
from ledger.application.answers.members import amount, figures, listed, nested, one_of, text, whole
from ledger.application.answers.refusals import PlacedFault
from ledger.application.steps import STEPS
from ledger.domain import agreement
from ledger.domain.money import to_text
from ledger.domain.refusals import Invalid, Refusal
from ledger.service import Tried
from ledger.wording import fault_sentence, sentence, translate
from ledger.wording import members as figures_of


class StepRefusal(Answer):
    """Why a step would be refused, as its problem document would say it."""

    type: Annotated[str, text("Stable: programs may rely on it.")]
    title: Annotated[str, text("What kind of refusal it is.")]
    detail: Annotated[str, text("The refusal as a sentence with its figures.")]
    figures: Annotated[dict[str, Any], figures("The sentence's figures.")]
    errors: Annotated[list[PlacedFault], listed("Every fault, where it has faults.")]


class TriedStep(Answer):
    """What one step would come to."""

    step: Annotated[int, whole("Its place among the steps, from 1.", 1)]
    command: Annotated[str, one_of("What was tried.", tuple(STEPS))]
    name: Annotated[str | None, text("The number or id of what it is about; null where refused.")]
    status: Annotated[str | None, text("The status that this would have; null where refused.")]
    amount: Annotated[str | None, amount("The amount that this would have; null: none, unknown.")]
    refusal: Annotated[StepRefusal | None, nested()]
    balance: Annotated[Preview, nested()]


class WhatIfAnswer(Answer):
    """Nothing was written: the balance now, and after each step."""

    agreement: Annotated[str, text("The agreement's number.")]
    currency: Annotated[str, text("ISO 4217.")]
    before: Annotated[Preview, nested()]
    steps: Annotated[list[TriedStep], listed("The steps that were played, in order.")]


def what_if_answer(
    before: agreement.State,
    commands: Sequence[str],
    tried: Sequence[Tried],
    today: date,
    language: str,
) -> WhatIfAnswer:
    """`commands` are the names of what was played; of those after a refusal there may be none."""
    return WhatIfAnswer(
        agreement=before.number,
        currency=before.currency,
        before=preview(before, today),
        steps=[
            _tried(i, command, one, today, language)
            for i, (command, one) in enumerate(zip(commands, tried, strict=False), start=1)
        ],
    )


def _tried(step: int, command: str, tried: Tried, today: date, language: str) -> TriedStep:
    state, refusal = tried.state, tried.refusal
    ore = state.cap.amount if isinstance(state, agreement.State) else getattr(state, "amount", None)
    return TriedStep(
        step=step,
        command=command,
        name=getattr(state, "number", None) or getattr(state, "id", None),
        status=getattr(state, "status", None),
        amount=None if ore is None else to_text(ore),
        refusal=None if refusal is None else _refusal(refusal, language),
        balance=preview(tried.agreement, today),
    )


def _refusal(refusal: Refusal, language: str) -> StepRefusal:
    faults = refusal.faults if isinstance(refusal, Invalid) else ()
    return StepRefusal(
        type=refusal.type,
        title=translate(refusal.title, language),
        detail=sentence(refusal, language),
        figures=figures_of(refusal),
        errors=[
            PlacedFault(pointer=fault.pointer, detail=fault_sentence(fault, language))
            for fault in faults
        ],
    )
