"""Attest rights and deputies of the visitor's organisation: who has which, who may attest an
invoice of so much, and the forms that grant and end them."""

from typing import Any

from flask import render_template, request, url_for

from ledger.application import doing, rights
from ledger.application.acts import act_of
from ledger.application.acts.act import Act
from ledger.application.answers.organisations import Attesters, organisation_answer
from ledger.application.bodies import parsing
from ledger.application.bodies.organisations import AttestQuery
from ledger.application.bodies.typed import amount, day
from ledger.domain import organisation
from ledger.domain.refusals import Fault, Invalid, NotFound
from ledger.service import Outcome
from ledger.store import Request
from ledger.web.access import allow
from ledger.web.pages.entries import in_a_form
from ledger.web.pages.labels import label
from ledger.web.pages.settings.called import CHARACTERS, OWN_COST
from ledger.web.pages.settings.forms import Answer, Body, Expected, Form, Options, asked
from ledger.web.pages.settings.parts import READERS, blueprint, links
from ledger.web.pages.times import asked_for
from ledger.web.seen import asker, ledger
from ledger.wording import words

NAMES = ("grant", "end", "name-deputy", "end-deputy", "set-own-cost", "set-code-map")
RULES = {
    "grant": "/settings/attest/grant",
    "end": "/settings/attest/rights/<sequence:right>/end",
    "name-deputy": "/settings/attest/deputy",
    "end-deputy": "/settings/attest/deputies/<sequence:deputy>/end",
    "set-own-cost": "/settings/attest/own-cost",
    "set-code-map": "/settings/codes/set",
}
"""Where the form of each act on an organisation is."""
NOTHING = label("Nothing: four eyes alone hold")
QUESTION = ("amount", "code", "on")
"""What may be asked of who may attest."""


@blueprint.get("/settings/attest")
@allow(*READERS)
def attest() -> str | tuple[str, int]:
    number, (times, _, _) = asker().by.organisation, asked_for()
    state = rights.found(asker(), number, times.known_at).state
    found = organisation_answer(state, times.day)
    able, faults = _who(number)
    page = render_template(
        "settings/attest.html",
        title=label("Attest rights"),
        of="",
        links=links(),
        found=found,
        own_cost=[OWN_COST[one] for one in found.own_cost],
        may_change=not times.given and bool({"manager", "admin"} & set(asker().roles)),
        able=able,
        faults=faults,
        typed=request.args,
        times=times,
    )
    return (page, 422) if faults else page


def _who(number: str) -> tuple[Attesters | None, dict[str, Fault]]:
    """Who may attest what is asked of, and what of the question cannot be read."""
    typed = {name: request.args[name].strip() for name in QUESTION if request.args.get(name)}
    if not typed:
        return None, {}
    for name, read in (("amount", amount), ("on", day)):
        if name in typed:
            typed[name] = read(typed[name])
    try:
        return rights.who(asker(), number, parsing.load(AttestQuery, typed)), {}
    except Invalid as refusal:
        return None, {one.pointer.lstrip("/"): in_a_form(one) for one in refusal.faults}


def _people() -> Options:
    """The organisation's people by name, of whom one is chosen."""
    named = ledger().registry.of_organisation(asker().by.organisation)
    return {id: words("{name}", name=name) for id, name in sorted(named.items(), key=_by_name)}


def _by_name(one: tuple[str, str]) -> tuple[str, str]:
    return one[1].casefold(), one[0]


def _register(name: str) -> None:
    act = act_of("organisations", name)

    def view(**named: Any) -> Answer:
        return _form(act, named)

    guarded = allow(*act.roles)(view)
    blueprint.add_url_rule(RULES[name], name, guarded, methods=["GET", "POST"])


def _form(act: Act, named: dict[str, Any]) -> Answer:
    number = asker().by.organisation
    people = _people()
    there = {"number": number, **named}

    def run(body: Body, once: Request, expected: Expected) -> Outcome:
        return doing.do(asker(), act, there, body, once=once, expected=expected).outcome

    codes = act.name == "set-code-map"
    form = Form(
        act=act,
        of=_about(act, named) if act.part else "",
        back=url_for("pages.settings.codes" if codes else "pages.settings.attest"),
        stream=organisation.stream(number),
        picks={
            "person": people,
            "deputy": people,
            "own_cost": {**OWN_COST, "none": NOTHING},
            "characters": CHARACTERS,
        },
    )
    return asked(form, run)


def _about(act: Act, named: dict[str, Any]) -> str:
    """Whose right, or which deputy, a form is about. Raises NotFound."""
    state = rights.found(asker(), asker().by.organisation).state
    assert act.part is not None, "it is about one of several"
    number = named[act.part.variable]
    for one in state.deputies if "deputy" in named else state.rights:
        if one.number == number:
            person = one.deputy if isinstance(one, organisation.Deputy) else one.person
            return ledger().registry.names({person}).get(person, person)
    raise NotFound(what=act.part.asked, name=str(number))


for _name in NAMES:
    _register(_name)
