"""The answer to an order: what is asked for, and the three ways to answer it side by side."""

import secrets

from flask import Blueprint, render_template

from ledger.application import seeing, versions
from ledger.application.sentences.kinds import kind_word
from ledger.web.access import allow
from ledger.web.language import of_request
from ledger.web.pages import labels, outcomes
from ledger.web.pages.offered import buttons
from ledger.web.pages.times import asked_for
from ledger.web.seen import asker
from ledger.wording import words

blueprint = Blueprint("answering", __name__)

REASONS = (
    words("No teacher is free at that time"),
    words("The course cannot be given on those days"),
    words("Too few seats for the course to be given"),
    words("The course is not among those that we give"),
    words("The price does not cover the cost"),
)
"""Why an order is declined, as a rule: suggested, and another may be typed."""


@blueprint.get("/orders/<order:number>/answer")
@allow("supplier")
def one(number: str) -> str:
    times = asked_for()[0]
    state = seeing.shown(asker(), seeing.order_row(asker(), number, times.then).state)
    offered = [] if times.given else buttons(state)
    ways = {one.name: one for one in offered if one.name in ("confirm", "decline", "counter")}
    return render_template(
        "orders/answer.html",
        order=state,
        lines=[(one, one.text or kind_word(one.kind, of_request())) for one in state.lines],
        ways={name: one for name, one in ways.items() if one.because is None},
        because=next((one.because for one in ways.values() if one.because is not None), None),
        outcomes=outcomes.of_order(state, offered),
        once={name: secrets.token_hex(16) for name in ways},
        at_version=versions.newest(asker(), state, f"order/{number}"),
        follows={name: labels.FOLLOWS["order", name] for name in ways},
        reasons=REASONS,
        times=times,
    )
