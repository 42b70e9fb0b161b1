"""What if: orders, cancellations and amendments in thought, and what each leaves of every limit.

A step has the fields of the act's own form, and is played as a program would ask for it; nothing is
kept. From here one comes to the real form, filled in.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import msgspec
from flask import Blueprint, render_template, request, url_for

from ledger.application import seeing
from ledger.application.acts.act import Act
from ledger.application.answers.balances import LimitBalance, Preview
from ledger.application.answers.trying import TriedStep, WhatIfAnswer
from ledger.application.bodies import parsing
from ledger.application.planning import PLAYING, what_if
from ledger.application.steps import PLAYED, STEPS, WhatIf
from ledger.bounds import PAGE
from ledger.domain import order
from ledger.domain.refusals import Fault, Invalid
from ledger.projections import orders
from ledger.web import attempted, dear
from ledger.web.access import allow
from ledger.web.pages import labels
from ledger.web.pages.entries import Control, body_of, controls
from ledger.web.pages.offered import OFFERED, endpoint_of
from ledger.web.pages.times import asked_for
from ledger.web.problem_types import status_of
from ledger.web.seen import asker, ledger
from ledger.wording import Sentence

blueprint = Blueprint("trying", __name__)

KINDS = ("place", "change", "cancel", "amend", "extend")
"""The acts that are tried on the page, by their names among the steps."""
LABELS = {
    "amend": labels.label("Amend the agreement"),
    "extend": labels.label("Extend the agreement"),
}
"""What those are called here whose buttons elsewhere stand on an agreement's own page."""
OUR_OWN = ("csrf_token", "do", "role", "token", "next")
_COMMAND = re.compile(r"steps-(\d{1,3})-command", re.ASCII)


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A step as it is filled in: the fields that its form asks for first, and the rest."""

    place: int
    command: str
    label: Sentence
    first: Sequence[Control]
    rest: Sequence[Control]

    @property
    def rest_open(self) -> bool:
        return any(one.filled for one in self.rest)

    @property
    def faulty(self) -> list[Control]:
        return [one for one in _flat((*self.first, *self.rest)) if one.faults]


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a step: each limit that it changed, before and after it, and where the step is
    done in earnest (empty: nowhere, for who asks)."""

    tried: TriedStep
    label: Sentence
    limits: Sequence[tuple[LimitBalance, LimitBalance]]
    address: str


@blueprint.route("/agreements/<agreement:number>/what-if", methods=["GET", "POST"])
@allow(*PLAYING)
@attempted.writes_nothing
def one(number: str) -> str | tuple[str, int]:
    state = seeing.agreement_state(asker(), number)
    seeing.require_whole(asker(), state)
    if asked_for()[0].given:
        return render_template("acts/then.html", today=request.path)
    typed, do = _sent()
    what, _, of = do.partition(":")
    commands = _commands(typed)
    shown: dict[str, Any] = {"number": number, "title": state.title, "kinds": _kinds()}
    if what == "add" and of in KINDS:
        typed[f"steps-{len(commands)}-command"] = of
        commands = _commands(typed)
    elif what == "remove" and of.isdecimal():
        typed = _without(typed, int(of))
        commands = _commands(typed)
    shown |= {"open_orders": _open_orders(number)}
    if what != "calculate":
        more = {of: 1} if what == "more" else {}
        steps = _steps(commands, typed, (), more)
        return render_template("asking/what_if.html", steps=steps, **shown)
    try:
        with dear.work():
            asked = parsing.load(WhatIf, {"steps": _body(commands, typed)})
            found = what_if(asker(), number, asked)
    except Invalid as refusal:
        steps = _steps(commands, typed, refusal.faults)
        page = render_template("asking/what_if.html", steps=steps, faults=refusal.faults, **shown)
        return page, status_of(type(refusal))
    return render_template(
        "asking/what_if.html",
        steps=_steps(commands, typed),
        found=found,
        outcomes=_outcomes(number, found, commands, typed),
        **shown,
    )


def _sent() -> tuple[dict[str, str], str]:
    """What is typed, and by which button it was sent; at first one order."""
    if request.method == "GET":
        return {"steps-0-command": KINDS[0]}, ""
    typed = {name: value for name, value in request.form.items() if name not in OUR_OWN}
    return typed, request.form.get("do", "calculate")


def _kinds() -> list[tuple[str, Sentence]]:
    return [(name, _label(PLAYED[name])) for name in KINDS]


def _label(act: Act) -> Sentence:
    return LABELS.get(act.name) or labels.ACTS[act.to, act.name]


# ── The steps of the form ─────────────────────────────────────────────────────────────────────


def _commands(typed: Mapping[str, str]) -> list[str]:
    """What each step is, in order; one that there is not ends them."""
    found = {}
    for name, value in typed.items():
        if place := _COMMAND.fullmatch(name):
            found[int(place[1])] = value
    commands: list[str] = []
    while (command := found.get(len(commands), "")) in KINDS:
        commands.append(command)
    return commands


def _without(typed: Mapping[str, str], place: int) -> dict[str, str]:
    """The steps without one of them, those after it a place earlier."""
    found = {}
    for name, value in typed.items():
        _, at, member = name.split("-", 2) if name.count("-") > 1 else ("", "", "")
        if not at.isdecimal() or int(at) < place:
            found[name] = value
        elif int(at) > place:
            found[f"steps-{int(at) - 1}-{member}"] = value
    return found


def _schema(command: str) -> Any:
    return STEPS[command](exclude=("command",))


def _body(commands: Sequence[str], typed: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {"command": command, **body_of(_schema(command), typed, f"steps-{place}-")}
        for place, command in enumerate(commands)
    ]


def _steps(
    commands: Sequence[str],
    typed: Mapping[str, str],
    faults: Sequence[Fault] = (),
    more: Mapping[str, int] | None = None,
) -> list[Step]:
    found = []
    for place, command in enumerate(commands):
        act = PLAYED[command]
        fields = controls(_schema(command), typed, faults, more, f"steps-{place}-")
        wanted = ("order", *labels.FIRST.get((act.to, act.name), ()))
        first = [one for one in fields if one.member in wanted or one.required]
        first.sort(key=lambda one: wanted.index(one.member) if one.member in wanted else 99)
        rest = [one for one in fields if one not in first]
        found.append(Step(place=place, command=command, label=_label(act), first=first, rest=rest))
    return found


def _flat(fields: Sequence[Control]) -> list[Control]:
    found = []
    for one in fields:
        found.append(one)
        for row in (*one.rows, one.group):
            found += _flat(row)
    return found


def _open_orders(number: str) -> list[order.State]:
    """Orders that can still be changed or cancelled, of which a step may name one."""
    views = ledger().views
    views.catch_up()
    with views.database.reading() as connection:
        found = orders.listed(
            connection,
            agreement=number,
            party=asker().party,
            visible_to=asker().visible,
            limit=PAGE,
        )
    return [one.state for one in found if one.state.status not in order.ENDED]


# ── What came of them ─────────────────────────────────────────────────────────────────────────


def _outcomes(
    number: str, found: WhatIfAnswer, commands: Sequence[str], typed: Mapping[str, str]
) -> list[Outcome]:
    outcomes, before = [], found.before
    thought = {one.name for one in found.steps if one.command == "place"}
    for step, tried in zip(_steps(commands, typed), found.steps, strict=False):
        own = {one.name: one.value for one in _flat((*step.first, *step.rest)) if one.value}
        own = {name.removeprefix(f"steps-{step.place}-"): text for name, text in own.items()}
        outcomes.append(
            Outcome(
                tried=tried,
                label=step.label,
                limits=_changed(before, tried.balance),
                address=""
                if tried.refusal or ("order" in own and tried.name in thought)
                else _address(number, PLAYED[step.command], own),
            )
        )
        before = tried.balance
    return outcomes


def _changed(before: Preview, after: Preview) -> list[tuple[LimitBalance, LimitBalance]]:
    was = {one.name: one for one in before.limits}
    return [(was.get(one.name, one), one) for one in after.limits if was.get(one.name) != one]


def _address(number: str, act: Act, own: Mapping[str, str]) -> str:
    """The real form with what was typed in it; empty where who asks may not do it."""
    if act not in OFFERED or not set(act.roles) & set(asker().roles):
        return ""
    name = own.get("order", "") if act.to == "order" else number
    typed = {member: text for member, text in own.items() if member != "order"}
    there = url_for(f"pages.acts.{endpoint_of(act)}", number=name) if name else ""
    return f"{there}?{urlencode(typed)}" if there else ""
