"""What a reader has chosen of how pages are shown: kept in their browser, and never in the log."""

from flask import Blueprint, redirect, request
from werkzeug import Response as Redirect

from ledger.domain.events import By
from ledger.web import cookies
from ledger.web.access import public
from ledger.web.language import local
from ledger.web.pages.labels import label

blueprint = Blueprint("choices", __name__)

COLOURS = {
    "auto": label("As the system has it"),
    "light": label("Light"),
    "dark": label("Dark"),
}
COLOURS_COOKIE, KEYS_COOKIE, UNIT_COOKIE = "avrop_colours", "avrop_keys", "avrop_unit"
OFF = "off"
YEAR = 365 * 86_400


def colours() -> str:
    chosen = cookies.read(COLOURS_COOKIE)
    return chosen if chosen in COLOURS else "auto"


def keys() -> bool:
    """Whether single keys are short cuts."""
    return cookies.read(KEYS_COOKIE) != OFF


def unit(by: By) -> str:
    """The unit that somebody ordered for the last time, in this browser and for the same
    organisation; nobody else's."""
    whose, _, name = cookies.read(UNIT_COOKIE).partition(":")
    return name if whose == _whose(by) else ""


def remember_unit(response: Redirect, by: By, name: str) -> None:
    """For the next order of the same person."""
    cookies.keep(response, UNIT_COOKIE, f"{_whose(by)}:{name}", YEAR)


def _whose(by: By) -> str:
    return f"{by.person}@{by.organisation}"


@blueprint.post("/choices")
@public
def choose() -> Redirect:
    """Keep the choices, and go back to the page that they were made on."""
    response = redirect(local(request.form.get("next")), 303)
    chosen = request.form.get("colours", "")
    for name, value in (
        (COLOURS_COOKIE, chosen if chosen in COLOURS else "auto"),
        (KEYS_COOKIE, "on" if request.form.get("keys") else OFF),
    ):
        cookies.keep(response, name, value, YEAR)
    return response
