"""The links by which an order's supplier may answer it: sent again, and revoked, by its buyer."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from msgspec.structs import replace
from werkzeug import Response as Redirect

from ledger.application import by_link, seeing
from ledger.application.asker import Asker, used_of
from ledger.domain import links, order
from ledger.domain.links import SENDERS
from ledger.domain.refusals import NotFound
from ledger.outbox import following
from ledger.registry import mail
from ledger.web.access import allow
from ledger.web.seen import asker, ledger

blueprint = Blueprint("order_links", __name__)


def told(state: order.State) -> dict[str, object] | None:
    """What the order's page says of its links; None where that is not for the visitor."""
    who = asker()
    is_buyers = who.by.organisation != state.supplier and set(SENDERS) & set(who.roles)
    if not is_buyers or state.status != "placed":
        return None
    return {
        "items": by_link.of_order(ledger(), state),
        "has_address": mail.of(ledger().registry, state.supplier) is not None,
    }


@blueprint.post("/orders/<order:number>/link")
@allow(*SENDERS)
def change(number: str) -> Redirect:
    """Send again, or revoke one. Raises NotFound, and what the decisions do."""
    who = _sender(asker())
    state = seeing.own_order_state(who, number)
    if request.form.get("do") == "again":
        made = following.again(ledger(), state.number, who.by)
        if made is None:
            flash(
                _(
                    "Nothing is sent: it was sent just now, or the supplier has no address by "
                    "which anybody answers."
                )
            )
        else:
            flash(_("The order is sent again, with a new link."))
    else:
        id = request.form.get("link", "")
        if id not in {one.id for one in by_link.of_order(ledger(), state)}:
            raise NotFound(what="link", name=id[:32])
        ledger().service.execute(links.RevokeLink(link=id), who.by)
        flash(_("The link is revoked: nobody answers by it any more."))
    return redirect(url_for("pages.orders.one", number=state.number), 303)


def _sender(who: Asker) -> Asker:
    """In the role that sends."""
    held = [role for role in SENDERS if role in who.roles]
    return replace(who, by=replace(who.by, role=used_of(held)))
