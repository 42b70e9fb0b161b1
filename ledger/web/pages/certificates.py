"""The room certificate of an order, as a file to keep."""

from flask import Blueprint, Response

from ledger.application import certificates, seeing
from ledger.application.answers.proof import RoomCertificate
from ledger.application.asker import EVERYONE
from ledger.domain import order
from ledger.web import dear
from ledger.web.access import allow
from ledger.web.seen import asker, ledger

blueprint = Blueprint("certificates", __name__)


def is_offered(state: order.State) -> bool:
    """Whether a page leads to it: there is a notary, and nothing of others would be shown."""
    if not ledger().settings.notary:
        return False
    return seeing.sees_all_orders(asker(), seeing.agreement_row(asker(), state.agreement).now)


@blueprint.get("/orders/<order:number>/room-certificate")
@allow(*EVERYONE)
def of_order(number: str) -> Response:
    """Raises NotSigned, NoCertificate, NotAParty, Forbidden, NotFound."""
    with dear.work():
        return as_file(certificates.of_order(asker(), number))


def as_file(made: RoomCertificate) -> Response:
    response = Response(certificates.in_bytes(made), content_type="application/json")
    name = f"{made.order}-room-certificate.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
