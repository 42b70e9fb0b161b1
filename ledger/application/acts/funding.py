"""What is decided of an agreement's funding: a source, its change, its end."""

from typing import Any

from ledger.application.acts.act import Act
from ledger.application.bodies.funding import (
    ChangeFunding,
    ClaimFunding,
    DecideFunding,
    ReceiveFunding,
    WithdrawFunding,
)
from ledger.domain import agreement

FUNDING = "/agreements/<agreement:number>/funding"


def _act(name: str, **more: Any) -> Act:
    given: dict[str, Any] = {
        "to": "agreement",
        "name": f"{name}-funding",
        "roles": ("manager", "finance", "admin"),
        "answer": "agreements.Agreement",
        "route": f"{FUNDING}/{name}",
        "section": "funding",
        "verb": f"funding {name}",
        "operation": name,
        **more,
    }
    return Act(**given)


ACTS = (
    _act(
        "decide",
        says="Record that a funder pays a part: the source is a limit over the cost that it "
        "covers.",
        command=agreement.DecideFunding,
        body=DecideFunding,
        route=FUNDING,
    ),
    _act(
        "change",
        says="Record the source as it reads from here on; what its period left out is judged "
        "again.",
        command=agreement.ChangeFunding,
        body=ChangeFunding,
    ),
    _act(
        "withdraw",
        says="Record that the source pays for nothing more.",
        command=agreement.WithdrawFunding,
        body=WithdrawFunding,
    ),
    _act(
        "claim",
        says="Record what was claimed from the funder.",
        command=agreement.ClaimFunding,
        body=ClaimFunding,
    ),
    _act(
        "receive",
        says="Record what the funder has paid.",
        command=agreement.ReceiveFunding,
        body=ReceiveFunding,
    ),
)
