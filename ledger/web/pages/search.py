"""Search over what the visitor may see; a number that is one thing's leads straight to it."""

from flask import Blueprint, redirect, render_template, request
from werkzeug import Response as Redirect

from ledger.application import searching
from ledger.application.asker import EVERYONE
from ledger.application.bodies import parsing
from ledger.application.bodies.queries import SearchQuery
from ledger.domain import agreement
from ledger.web.access import allow
from ledger.web.pages.times import Times, asked_for
from ledger.web.seen import asker

blueprint = Blueprint("search", __name__)

SOME = 10
"""Of each sort that one page of results, or a list of suggestions, has."""
SUGGESTED = 3


@blueprint.get("/search")
@allow(*EVERYONE)
def results() -> str | Redirect:
    """Grouped by sort; with script, of what is being typed, the first of each as suggestions."""
    times = asked_for()[0]
    given = {"q": request.args["q"]} if request.args.get("q") else {}
    words = parsing.load(SearchQuery, given)["q"]
    if request.headers.get("HX-Request"):
        return _shown("search/suggestions.html", words, times, SUGGESTED)
    if words and (there := _straight(words, times)) is not None:
        return redirect(there, 303)
    return _shown("search/results.html", words, times, SOME)


def _shown(template: str, words: str, times: Times, limit: int) -> str:
    found = searching.search(asker(), words, times.then, limit + 1) if words else None
    return render_template(template, words=words, found=found, limit=limit, times=times)


def _straight(words: str, times: Times) -> str | None:
    """The address of the one thing that has this number."""
    found = searching.exactly(asker(), words, times.then)
    if isinstance(found, agreement.State):
        return times.address_of("pages.agreements.one", number=found.number)
    if found is not None:
        return times.address_of("pages.orders.one", number=found.number)
    some = searching.search(asker(), words, times.then, SOME)
    invoice = searching.invoice_of(some, words)
    if invoice is None:
        return None
    return times.address_of("pages.invoices.one", id=invoice.id)
