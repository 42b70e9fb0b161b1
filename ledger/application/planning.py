"""What goes out about what may come: the members of its answers, and how they are made."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from marshmallow import Schema, fields

from ledger.application import answers, bodies
from ledger.application.answers import members
from ledger.application.resources import preview, resource_of, told_on
from ledger.application.steps import STEPS, Stage, imagined
from ledger.bounds import MAX_PAGE
from ledger.deciding import Loaded
from ledger.domain import order
from ledger.domain.events import By
from ledger.domain.money import to_text
from ledger.domain.refusals import Invalid, Refusal
from ledger.projections import orders as order_rows
from ledger.projections.database import Reading
from ledger.projections.seeing import Visible
from ledger.projections.then import NOW, Then
from ledger.service import Service, Tried
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
    steps = [imagined(stage, step) for step in asked]
    tried = service.what_if(stage.number, steps, by, stop=body["stop"])
    return {
        "agreement": before.number,
        "currency": before.currency,
        "before": preview(before, stage.today),
        "steps": [
            _tried(i, step["command"], one, stage.today, language)
            for i, (step, one) in enumerate(zip(asked, tried, strict=False), start=1)
        ],
    }


def _tried(step: int, command: str, tried: Tried, today: date, language: str) -> dict[str, Any]:
    resource = {} if tried.state is None else resource_of(tried.state)
    refusal = tried.refusal
    return {
        "step": step,
        "command": command,
        "name": resource.get("number") or resource.get("id"),
        "status": resource.get("status"),
        "amount": resource.get("amount", resource.get("cap")),
        "refusal": None if refusal is None else _refusal(refusal, language),
        "balance": preview(tried.agreement, told_on(tried.facts, today)),
    }


# ── Stale commitments ─────────────────────────────────────────────────────────────────────────


class StaleOrder(Schema):
    """A commitment that nobody seems to be going to invoice."""

    order = members.text("The order's number.", f"^{answers.ORDER_NUMBER}$")
    agreement = members.text("The agreement's number.")
    course = members.text("What was ordered.")
    buyer = members.organisation("Who ordered.")
    supplier = members.organisation("Who gives the course.")
    status = members.one_of("How far it has come.", bodies.ORDER)
    since = members.day("When it was delivered, or was to end.")
    days = members.whole("Days since then.", 1)
    ordered = members.amount("What it asks for.")
    invoiced = members.amount("What is invoiced of it, approved or waiting.")
    release = members.amount("What closing it would release: the proposal.")


class StaleList(Schema):
    as_of = members.day("The day that it is told for.")
    currency = members.text("ISO 4217.")
    release = members.amount("What closing all of them would release.")
    items = members.listed(StaleOrder, "The oldest first.")


def stale_resource(
    connection: Reading,
    number: str,
    currency: str,
    on: date,
    party: str | None,
    visible_to: Visible = None,
    then: Then = NOW,
) -> dict[str, Any]:
    """An agreement's stale commitments on a day, of those orders that a party may see."""
    found = []
    for state in states_of(connection, number, party, visible_to, then):
        one = order.stale(state, on)
        if one is not None:
            found.append(one)
    found.sort(key=lambda one: (one.since, one.order.number))
    return {
        "as_of": on.isoformat(),
        "currency": currency,
        "release": to_text(sum(one.release for one in found)),
        "items": [_stale(one) for one in found],
    }


def _stale(one: order.Stale) -> dict[str, Any]:
    state = one.order
    return {
        "order": state.number,
        "agreement": state.agreement,
        "course": state.course,
        "buyer": state.buyer,
        "supplier": state.supplier,
        "status": state.status,
        "since": one.since.isoformat(),
        "days": one.days,
        "ordered": to_text(state.amount),
        "invoiced": to_text(state.invoiced),
        "release": to_text(one.release),
    }


def states_of(
    connection: Reading,
    number: str,
    party: str | None = None,
    visible_to: Visible = None,
    then: Then = NOW,
) -> Iterator[order.State]:
    """Every order of an agreement that a party, and an organisation, may see (None: all)."""
    after = ""
    while rows := order_rows.listed(
        connection,
        agreement=number,
        party=party,
        visible_to=visible_to,
        then=then,
        after=after,
        limit=MAX_PAGE,
    ):
        yield from (row.state for row in rows)
        after = rows[-1].state.number
