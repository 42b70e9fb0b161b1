"""Mail: where and how often one is written to, where one's organisation's orders come to, and what
could not be delivered."""

import secrets

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response as Redirect

from ledger.application import addresses, doing, undelivered
from ledger.bounds import PAGE
from ledger.domain.refusals import Invalid, NotFound, Refusal
from ledger.outbox import saying
from ledger.registry import mail as kept
from ledger.registry.outbox import Message
from ledger.web import attempted
from ledger.web.access import allow
from ledger.web.language import of_request
from ledger.web.pages.labels import label
from ledger.web.pages.settings.parts import WRITTEN_TO, blueprint, links
from ledger.web.problem_types import status_of
from ledger.web.seen import asker, ledger
from ledger.wording import LANGUAGES, OFTEN, Sentence, fault_sentence, words

SETTERS = ("supplier", "manager", "admin")
"""Who says where the organisation's orders come to."""
OFTEN_SAID = {
    "at-once": words("At once"),
    "daily": words("Once a day, in the morning"),
    "never": words("Never"),
}
Answer = str | Redirect | tuple[str, int]


@blueprint.route("/settings/mail", methods=["GET", "POST"])
@allow(*WRITTEN_TO)
def mail() -> Answer:
    if request.method == "GET":
        return _shown()
    do = {"mine": _mine, "record": _of_record, "retry": _retry}.get(request.form.get("do", ""))
    if do is None:
        return _shown(), 422
    try:
        do()
    except Invalid as refusal:
        said = fault_sentence(refusal.faults[0], of_request())
        return _shown({request.form["do"]: said}), status_of(Invalid)
    except Refusal as refusal:
        attempted.note(refusal)
        raise
    return redirect(url_for(".mail"), 303)


def _mine() -> None:
    often, language = request.form.get("often", ""), request.form.get("language", "")
    addresses.set_own_way(
        asker(),
        request.form.get("address", "").strip(),
        often if often in OFTEN else OFTEN[0],
        language if language in LANGUAGES else "sv",
    )
    flash(_("How you are written to is kept."))


def _of_record() -> None:
    """Raises NotFound for whoever may not say it, Invalid."""
    who = asker()
    if not set(SETTERS) & set(who.roles):
        raise NotFound(what="organisation", name=who.by.organisation)
    language = request.form.get("language", "")
    address = request.form.get("address", "").strip()
    key = request.form.get("key") or secrets.token_hex(16)
    once = doing.once(who.by.person, key, "POST", request.path, address.encode())
    addresses.set_address(
        addresses.deciding(who),
        who.by.organisation,
        address,
        language if language in LANGUAGES else "sv",
        once,
    )
    flash(_("The address for orders is kept."))


def _retry() -> None:
    """Raises NotFound, also for whoever does not look after mail."""
    id = request.form.get("message", "")
    if "admin" not in asker().roles:
        raise NotFound(what="message", name=id[:32])
    undelivered.retry(asker(), id)
    flash(_("The message waits to be sent again."))


def _shown(faults: dict[str, str] | None = None) -> str:
    who, registry = asker(), ledger().registry
    may_set = bool(set(SETTERS) & set(who.roles))
    looks_after = "admin" in who.roles
    return render_template(
        "settings/mail.html",
        title=label("Mail"),
        of="",
        links=links(),
        faults=faults or {},
        typed=request.form if faults else {},
        mine=kept.of(registry, who.by.person),
        often=OFTEN_SAID,
        record=addresses.address_of(who, who.by.organisation) if may_set else None,
        key=secrets.token_hex(16),
        sends=bool(ledger().settings.smtp),
        counts=undelivered.counts(who) if looks_after else None,
        dead=[(one, _about(one)) for one in undelivered.listed(who, PAGE)] if looks_after else [],
    )


def _about(message: Message) -> Sentence:
    return saying.subject(ledger(), message)
