"""Invoices attested in a list: one in its row, or several together, each an act of its own."""

import re
import secrets
from collections.abc import Sequence

import msgspec
from flask import Blueprint, render_template, request

from ledger.application import doing, seeing
from ledger.application.acts import ACTS
from ledger.application.bodies import parsing
from ledger.application.todo import Item, at_a_glance, to_attest
from ledger.bounds import PAGE
from ledger.domain import drawdown
from ledger.domain.refusals import Refusal
from ledger.web import attempted
from ledger.web.access import allow
from ledger.web.pages.times import in_address
from ledger.web.seen import asker, ledger

blueprint = Blueprint("attesting", __name__)

(APPROVE,) = (act for act in ACTS if (act.to, act.name) == ("drawdown", "approve"))


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice that is to be attested, as it was looked at; and what came of it: the receipt, or
    why not."""

    state: drawdown.State
    key: str
    version: int
    receipt: str = ""
    refusal: Refusal | None = None


@blueprint.get("/invoices/attest")
@allow(*APPROVE.roles)
def several() -> str:
    """Those that are not flagged, and that the visitor has the right to attest."""
    rows = [
        Row(state=one, key=secrets.token_hex(16), version=_version(one.id))
        for one in to_attest(asker())[:PAGE]
    ]
    return render_template("invoices/attest.html", rows=rows)


@blueprint.post("/invoices/attest")
@allow(*APPROVE.roles)
def attested() -> str:
    """Each that was chosen, by itself: what stops one stops none of the others."""
    return render_template("invoices/attested.html", rows=[_attested(id) for id in _chosen()])


def _chosen() -> Sequence[str]:
    return list(dict.fromkeys(request.form.getlist("id")))[:PAGE]


def _attested(id: str) -> Row:
    """One of them, at the version at which it was looked at. Raises NotFound."""
    who, state = asker(), seeing.drawdown_state(asker(), id)
    key, version = request.form.get(f"key-{id}", ""), request.form.get(f"version-{id}", "")
    seen = int(version) if re.fullmatch(r"\d{1,15}", version, re.ASCII) else 0
    row = Row(state=state, key=key or secrets.token_hex(16), version=seen)
    assert APPROVE.body is not None, "an approval has a body"
    once = doing.once(who.by.person, row.key, "POST", request.path, id.encode())
    try:
        body = parsing.load(APPROVE.body, {})
        done = doing.do(who, APPROVE, {"id": id}, body, once=once, expected=(seen,))
    except Refusal as refusal:
        attempted.note(refusal)
        return msgspec.structs.replace(row, refusal=refusal)
    receipt = done.outcome.receipt.partition(":")[0]
    return msgspec.structs.replace(row, state=done.state, receipt=receipt)


def _version(id: str) -> int:
    version: int = ledger().service.load(drawdown.stream(id))[0]
    return version


# ── One, in its row ───────────────────────────────────────────────────────────────────────────

ROWS = {"list": "invoices/row.html", "todo": "start/row.html"}
"""Where an invoice has a row in which it may be attested, and the template of that row."""


def ready(some: Sequence[drawdown.State]) -> dict[str, Row]:
    """Those of some invoices that the visitor may attest in their rows, by their ids: nothing
    about them asks for a closer look."""
    if not set(asker().roles) & set(APPROVE.roles):
        return {}
    return {
        one.id: Row(state=one, key=secrets.token_hex(16), version=_version(one.id))
        for one in at_a_glance(asker(), some)
    }


def row(
    where: str, state: drawdown.State, receipt: str = "", refusal: Refusal | None = None
) -> str:
    """The row of an invoice as it is now, with what came of attesting it."""
    became = Row(state=state, key="", version=0, receipt=receipt, refusal=refusal)
    return render_template(
        ROWS[where],
        invoice=state,
        item=Item(kind="approve", state=state, until=state.due_on),
        became=became,
        approving=ready([state]),
        times=in_address(),
    )
