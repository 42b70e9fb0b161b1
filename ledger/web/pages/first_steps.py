"""The first steps of an organisation that begins, on its administrator's first page; a step that
they leave out is remembered in their browser alone."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from flask import Blueprint, redirect, request, url_for
from werkzeug import Response as Redirect

from ledger.application.first_steps import STEPS, first_steps
from ledger.web import cookies
from ledger.web.access import allow
from ledger.web.pages.choices import YEAR
from ledger.web.pages.labels import label
from ledger.web.seen import asker
from ledger.wording import Sentence

blueprint = Blueprint("first_steps", __name__)
COOKIE = "avrop_skipped"


class Told(NamedTuple):
    """A step in words, and where it is done; without an address it is done elsewhere. `also` is
    another way to do it, what that is called and where."""

    called: Sentence
    says: Sentence
    endpoint: str = ""
    also: tuple[Sentence, str] | None = None


TOLD: Mapping[str, Told] = {
    "administrator": Told(
        label("You are the administrator"),
        label("You may give roles to others, and sign agreements yourself."),
    ),
    "organisation": Told(
        label("What your organisation has decided of its costs"),
        label("Attest rights, own cost and a code map. Without them four eyes alone hold."),
        "pages.settings.organisations",
    ),
    "agreement": Told(
        label("The first agreement"),
        label("Its parties, term, cap and limits, as they are signed."),
        "pages.acts.agreement-sign",
        (label("Import agreements in mid-life"), "pages.settings.importing"),
    ),
    "people": Told(
        label("The people who act"),
        label("Managers, orderers, finance officers and approvers, each with an invitation."),
        "pages.settings.people",
    ),
    "notary": Told(
        label("The notary"),
        label(
            "It signs what is recorded, so that nothing can be changed unseen: whoever runs the "
            "server sets it up (avrop notary)."
        ),
    ),
}


class Line(NamedTuple):
    """A step as it is shown."""

    name: str
    called: Sentence
    says: Sentence
    address: str
    is_done: bool
    is_skipped: bool
    also: tuple[Sentence, str] | None


def shown() -> Sequence[Line]:
    """Every step, as long as one is neither done nor left out."""
    skipped = set(cookies.read(COOKIE).split("."))
    lines = [
        Line(
            name=one.name,
            called=(told := TOLD[one.name]).called,
            says=told.says,
            address=url_for(told.endpoint) if told.endpoint else "",
            is_done=one.is_done,
            is_skipped=not one.is_done and one.name in skipped,
            also=told.also and (told.also[0], url_for(told.also[1])),
        )
        for one in first_steps(asker())
    ]
    return lines if any(not (one.is_done or one.is_skipped) for one in lines) else ()


@blueprint.post("/first-steps")
@allow("admin")
def skip() -> Redirect:
    """Leave a step out, and say no more of it in this browser."""
    skipped = {*cookies.read(COOKIE).split("."), request.form.get("step", "")} & set(STEPS)
    response = redirect(url_for("pages.start.first"), 303)
    cookies.keep(response, COOKIE, ".".join(sorted(skipped)), YEAR)
    return response
