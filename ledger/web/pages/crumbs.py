"""Where a page stands: the pages above it, by its address."""

from typing import Any

import msgspec
from flask import g, request, url_for

from ledger.web.language import of_request
from ledger.web.pages.labels import label
from ledger.wording import Sentence, say

LISTS: dict[str, tuple[Sentence, str]] = {
    "agreements": (label("Agreements"), "pages.agreements.listed"),
    "orders": (label("Agreements"), "pages.agreements.listed"),
    "invoices": (label("Invoices"), "pages.invoices.listed"),
    "reports": (label("Reports"), "pages.reports.use"),
    "audit": (label("Audit"), "pages.audit.desk"),
    "problems": (label("Problems"), "pages.problems.listed"),
    "api": (label("API"), "pages.reference.contents"),
    "help": (label("Help"), "pages.help.contents"),
    "settings": (label("Settings"), "pages.settings.first"),
}
"""The list above the pages whose addresses begin so: an order's is its agreement's."""
QUEUE = (label("Queue"), "pages.queue.listed")


class Crumb(msgspec.Struct, frozen=True, kw_only=True):
    """A page above this one. `label` is said in the reader's language."""

    label: str
    address: str


def above(times: dict[str, Any]) -> list[Crumb]:
    """The pages above this one, the first page first; none above that. Links keep the times."""
    rule = str(request.url_rule or "")
    if request.path == "/":
        return []
    found = [_crumb(label("Home"), "pages.start.first", times)]
    listed = LISTS.get(rule.split("/")[1] if rule else "")
    if listed is None:
        return found
    if rule.count("/") > 1:
        found.append(_crumb(*listed, times))
    if rule.startswith("/invoices/queue/"):
        found.append(_crumb(*QUEUE, {}))
    return found + _things(rule, times)


def _things(rule: str, times: dict[str, Any]) -> list[Crumb]:
    """What the page is about, where that has a page of its own above it."""
    named = g.get("named") or request.view_args or {}
    below = rule.count("/") > 2
    if rule.startswith("/orders/<"):
        agreement = named["number"].rpartition("-")[0]
        found = [("pages.agreements.one", "number", agreement, agreement)]
        if below:
            found.append(("pages.orders.one", "number", named["number"], named["number"]))
    elif rule.startswith("/agreements/<") and below:
        found = [("pages.agreements.one", "number", named["number"], named["number"])]
    elif rule.startswith("/invoices/<") and below:
        # The supplier, the invoice's number, its date and its amount, with points between.
        number = named["id"].partition(".")[2].rsplit(".", 2)[0]
        found = [("pages.invoices.one", "id", named["id"], number)]
    else:
        found = []
    return [
        Crumb(label=shown, address=url_for(endpoint, **{name: value}, **times))
        for endpoint, name, value, shown in found
    ]


def _crumb(called: Sentence, endpoint: str, times: dict[str, Any]) -> Crumb:
    return Crumb(label=say(called, of_request()), address=url_for(endpoint, **times))
