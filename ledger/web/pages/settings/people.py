"""People of the visitor's organisation: who there is, what they are given, and the forms that give
and end it."""

import re
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response as Redirect

from ledger.application import persons
from ledger.application.acts import act_of
from ledger.application.answers.people import MadeToken
from ledger.bounds import INVITATION_DAYS, PAGE
from ledger.domain import access
from ledger.registry import Person
from ledger.service import Outcome
from ledger.store import Request
from ledger.web.access import allow
from ledger.web.pages.labels import label
from ledger.web.pages.settings.called import ROLE_WORDS
from ledger.web.pages.settings.forms import Answer, Body, Expected, Form, asked
from ledger.web.pages.settings.parts import blueprint, links
from ledger.web.seen import asker, ledger

PEOPLE = label("People and roles")
ROLES = ("admin",)
ONE = "/settings/people/<person:id>"


@blueprint.get("/settings/people")
@allow(*ROLES)
def people() -> str:
    sought, after = request.args.get("q", "").strip(), request.args.get("after", "")
    skip = int(after) if re.fullmatch(r"\d{1,6}", after, re.ASCII) else 0
    found = persons.called(asker(), sought, skip, PAGE + 1)
    return render_template(
        "settings/people.html",
        title=PEOPLE,
        of="",
        links=links(),
        people=persons.answers(asker(), found[:PAGE]),
        following=skip + PAGE if len(found) > PAGE else 0,
        sought=sought,
    )


@blueprint.get(ONE)
@allow(*ROLES)
def person(id: str) -> str:
    return _shown(id)


def _shown(id: str, **more: Any) -> str:
    """A person with all that they were ever given. Raises NotFound."""
    found, registry = persons.find(asker(), id), ledger().registry
    return render_template(
        "settings/person.html",
        title=PEOPLE,
        of=found.name or found.number or found.id,
        links=links(),
        one=found,
        today=asker().today,
        signs_in=registry.sign_in_of(id) is not None,
        invited=registry.invitation_of(id),
        is_oneself=id == asker().by.person,
        days=INVITATION_DAYS,
        **more,
    )


def _back(id: str) -> str:
    return url_for("pages.settings.person", id=id)


def _of(id: str) -> Person:
    """Whose page a form comes from. Raises NotFound."""
    return persons.theirs(asker(), id)


@blueprint.route("/settings/people/new", methods=["GET", "POST"])
@allow(*ROLES)
def make() -> Answer:
    made: list[str] = []

    def run(body: Body, once: Request, expected: Expected) -> None:
        made.append(persons.make(asker(), body["name"], once, another=body["another"])[0].id)

    def then() -> Redirect:
        flash(_("Now give them a role, and invite them to sign in."))
        return redirect(_back(made[0]), 303)

    back = url_for("pages.settings.people")
    return asked(Form(act=act_of("persons", "make"), of="", back=back), run, then)


@blueprint.route(f"{ONE}/role", methods=["GET", "POST"])
@allow(*ROLES)
def grant_role(id: str) -> Answer:
    def run(body: Body, once: Request, expected: Expected) -> Outcome:
        starts_on = body.get("starts_on") or asker().today
        role, ends_on = body["role"], body.get("ends_on")
        return persons.grant(asker(), id, role, starts_on, ends_on, once, expected)[0]

    return asked(_form("grant-role", id, {"role": ROLE_WORDS}), run)


@blueprint.route(f"{ONE}/roles/<sequence:role>/end", methods=["GET", "POST"])
@allow(*ROLES)
def end_role(id: str, role: int) -> Answer:
    def run(body: Body, once: Request, expected: Expected) -> Outcome:
        on = body.get("ended_on") or body.get("on") or asker().today
        return persons.end_role(asker(), id, role, body["reason"], on, once, expected)[0]

    return asked(_form("end-role", id), run)


@blueprint.route(f"{ONE}/token", methods=["GET", "POST"])
@allow(*ROLES)
def make_token(id: str) -> Answer:
    made: list[MadeToken] = []

    def run(body: Body, once: Request, expected: Expected) -> Outcome:
        roles = tuple(dict.fromkeys(body["roles"]))
        outcome, token = persons.give_token(asker(), id, roles, body.get("ends_on"), once, expected)
        made.append(token)
        return outcome

    held = persons.find(asker(), id).roles
    picks = {"roles": {role: ROLE_WORDS[role] for role in held}}
    return asked(_form("make-token", id, picks), run, lambda: _shown(id, made=made[0]))


@blueprint.route(f"{ONE}/tokens/<token:token>/end", methods=["GET", "POST"])
@allow(*ROLES)
def end_token(id: str, token: str) -> Answer:
    def run(body: Body, once: Request, expected: Expected) -> Outcome:
        return persons.end_token(asker(), id, token, body["reason"], once, expected)[0]

    return asked(_form("end-token", id), run)


@blueprint.route(f"{ONE}/erase", methods=["GET", "POST"])
@allow(*ROLES)
def erase(id: str) -> Answer:
    def run(body: Body, once: Request, expected: Expected) -> None:
        persons.erase(asker(), id)

    form = _form("erase", id)
    form.back = url_for("pages.settings.people")
    return asked(form, run)


@blueprint.post(f"{ONE}/invitation")
@allow(*ROLES)
def invite(id: str) -> str:
    """A link, good once, is shown this once: whoever has it can sign in as the person."""
    _of(id)
    if request.form.get("do") != "invite":  # it comes back after signing in anew
        return _shown(id)
    opened = ledger()
    there = opened.settings.address or request.host_url.rstrip("/")
    secret = opened.registry.invite(id, INVITATION_DAYS)
    return _shown(id, invitation=there + url_for("pages.invitations.one", secret=secret))


def _form(name: str, id: str, picks: Any = None) -> Form:
    one = _of(id)
    return Form(
        act=act_of("persons", name),
        of=one.name or one.number or one.id,
        back=_back(id),
        stream=access.stream(id),
        picks=picks or {},
    )
