"""What goes out about what may come: the members of its answers, and how they are made."""

from typing import Any

from marshmallow import Schema, fields

from ledger.deciding import Loaded
from ledger.domain.events import By
from ledger.domain.refusals import Invalid, Refusal
from ledger.service import Service, Tried
from ledger.web import answers, members
from ledger.web.resources import preview, resource_of
from ledger.web.steps import STEPS, Stage
from ledger.wording import fault_sentence, sentence, translate
from ledger.wording import members as figures_of

# ── What if ───────────────────────────────────────────────────────────────────────────────────


class StepRefusal(Schema):
    """Why a step would be refused, as its problem document would say it."""

    type = members.text("Stable: programs may rely on it.")
    title = members.text("What kind of refusal it is.")
    detail = members.text("The refusal as a sentence with its figures.")
    figures = fields.Dict(required=True, metadata={"description": "The sentence's figures."})
    errors = members.listed(answers.PlacedFault, "Every fault, where it has faults.")


class TriedStep(Schema):
    """What one step would come to."""

    step = members.whole("Its place among the steps, from 1.", 1)
    command = members.one_of("What was tried.", tuple(STEPS))
    name = members.text("The number or id of what it is about; null where refused.", null=True)
    status = members.text("The status that this would have; null where refused.", null=True)
    amount = members.amount("The amount that this would have; null: none, unknown.", null=True)
    refusal = members.nested(StepRefusal, null=True)
    balance = members.nested(answers.Preview)


class WhatIfAnswer(Schema):
    """Nothing was written: the balance now, and after each step."""

    agreement = members.text("The agreement's number.")
    currency = members.text("ISO 4217.")
    before = members.nested(answers.Preview)
    steps = members.listed(TriedStep, "The steps that were played, in order.")


def _refusal(refusal: Refusal, language: str) -> dict[str, Any]:
    faults = refusal.faults if isinstance(refusal, Invalid) else ()
    return {
        "type": refusal.type,
        "title": translate(refusal.title, language),
        "detail": sentence(refusal, language),
        "figures": figures_of(refusal),
        "errors": [
            {"pointer": fault.pointer, "detail": fault_sentence(fault, language)}
            for fault in faults
        ],
    }


def played(
    service: Service, stage: Stage, body: dict[str, Any], by: By, language: str
) -> dict[str, Any]:
    """The answer to a checked what-if. Raises NotFound for the agreement only."""
    before = Loaded(service.load).agreement(stage.number)
    asked = body["steps"]
    steps = [stage.imagined(step) for step in asked]
    tried = service.what_if(stage.number, steps, by, stop=body["stop"])
    return {
        "agreement": before.number,
        "currency": before.currency,
        "before": preview(before),
        "steps": [
            _tried(i, step["command"], one, language)
            for i, (step, one) in enumerate(zip(asked, tried, strict=False), start=1)
        ],
    }


def _tried(step: int, command: str, tried: Tried, language: str) -> dict[str, Any]:
    resource = {} if tried.state is None else resource_of(tried.state)
    refusal = tried.refusal
    return {
        "step": step,
        "command": command,
        "name": resource.get("number") or resource.get("id"),
        "status": resource.get("status"),
        "amount": resource.get("amount", resource.get("cap")),
        "refusal": None if refusal is None else _refusal(refusal, language),
        "balance": preview(tried.agreement),
    }
