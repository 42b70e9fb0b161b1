"""Webhooks: which of the organisation's other programs are told, of what, and what failed."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response as Redirect

from ledger.bounds import PAGE
from ledger.domain.refusals import Invalid
from ledger.outbox import hooking
from ledger.registry import webhooks as kept
from ledger.registry.webhooks import Webhook
from ledger.web.access import allow
from ledger.web.language import of_request
from ledger.web.pages.labels import label
from ledger.web.pages.settings.parts import blueprint, links
from ledger.web.problem_types import status_of
from ledger.web.seen import asker, ledger
from ledger.wording import fault_sentence, words

NOUNS = {
    "order": words("Orders"),
    "drawdown": words("Invoices"),
    "agreement": words("Agreements"),
}
"""What a webhook is told of, as the page offers it; the command line may name facts one by one."""


@blueprint.route("/settings/webhooks", methods=["GET", "POST"])
@allow(*hooking.KEEPERS)
def webhooks() -> str | Redirect | tuple[str, int]:
    """Added, removed, tried again. Raises NotFound."""
    if request.method == "GET":
        return _shown()
    who, number, do = asker(), asker().by.organisation, request.form.get("do", "")
    if do == "add":
        facts = [one for one in request.form.getlist("facts") if one in NOUNS]
        address = request.form.get("address", "").strip()
        try:
            return _shown(made=hooking.add(who, number, address, facts))
        except Invalid as refusal:
            said = fault_sentence(refusal.faults[0], of_request())
            return _shown(fault=said), status_of(Invalid)
    if do == "remove":
        hooking.remove(who, number, request.form.get("webhook", ""))
        flash(_("The webhook is removed: it is told nothing more."))
    elif do == "retry":
        hooking.retry(who, number, request.form.get("message", ""))
        flash(_("The message waits to be sent again."))
    else:
        return _shown(), 422
    return redirect(url_for(".webhooks"), 303)


def _shown(made: Webhook | None = None, fault: str = "") -> str:
    registry, number = ledger().registry, asker().by.organisation
    found = kept.of(registry, number)
    return render_template(
        "settings/webhooks.html",
        title=label("Webhooks"),
        of="",
        links=links(),
        nouns=NOUNS,
        made=made,
        fault=fault,
        typed=request.form if fault else {},
        chosen=request.form.getlist("facts") if fault else [],
        webhooks=[(one, kept.counts(registry, one.id)) for one in found],
        addresses={one.id: one.address for one in found},
        dead=kept.dead(registry, number, limit=PAGE),
    )
