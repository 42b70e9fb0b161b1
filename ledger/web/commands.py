"""What a checked body comes to as a command: the same for API, form and command line.

Bodies are what the schemas of the same name give; `today` fills the dates that they leave out.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec

from ledger.deciding import OrderCommand
from ledger.domain import agreement, order
from ledger.domain.events import Party
from ledger.domain.order import LineTerms
from ledger.domain.regime import Extension, Policy, default_amendments

Body = dict[str, Any]


def sign(body: Body) -> agreement.SignAgreement:
    policy = {"amendments": default_amendments(body["regime"]), **body["policy"]}
    policy["extensions"] = tuple(Extension(**e) for e in policy.get("extensions", ()))
    policy["alerts"] = tuple(policy.get("alerts", Policy().alerts))
    policy["term_alerts"] = tuple(policy.get("term_alerts", Policy().term_alerts))
    changed = {
        "buyers": _parties(body["buyers"]),
        "suppliers": _parties(body["suppliers"]),
        "limits": _limits(body["limits"]),
        "policy": Policy(**policy),
    }
    return agreement.SignAgreement(**{**body, **changed})


def amend(number: str, body: Body, today: date) -> agreement.AmendAgreement:
    change = body["change"]
    decided_on = body.get("decided_on") or today
    return agreement.AmendAgreement(
        agreement=number,
        ground=body["ground"],
        decision=body["decision"],
        decided_on=decided_on,
        effective_on=body.get("effective_on") or decided_on,
        clause=body["clause"],
        cap=change.get("cap", msgspec.UNSET),
        limits=_limits(change.get("limits", [])),
        buyers=_parties(change.get("buyers", [])),
        record_uncovered=body["record_uncovered"],
    )


def extend(number: str, body: Body, today: date) -> agreement.ExtendAgreement:
    return agreement.ExtendAgreement(
        agreement=number,
        decision=body["decision"],
        decided_on=body.get("decided_on") or today,
    )


def place(number: str, body: Body, buyer: str, today: date) -> order.PlaceOrder:
    """`buyer` is who orders where the body names nobody else."""
    changed = {
        "agreement": number,
        "buyer": body.get("buyer") or buyer,
        "ordered_on": body.get("ordered_on") or today,
        "lines": _lines(body["lines"]),
    }
    return order.PlaceOrder(**{**body, **changed})


def act(
    kind: Callable[..., OrderCommand], number: str, body: Body, day: str, today: date
) -> OrderCommand:
    """A command on an order; `day` is the member that dates it."""
    members = {name: value for name, value in body.items() if name != day}
    if "lines" in members:
        members["lines"] = _lines(members["lines"])
    return kind(order=number, on=body.get(day) or today, **members)


def _lines(bodies: list[Body]) -> tuple[LineTerms, ...]:
    return tuple(LineTerms(**line) for line in bodies)


def _parties(bodies: list[Body]) -> tuple[Party, ...]:
    return tuple(Party(**party) for party in bodies)


def _limits(bodies: list[Body]) -> tuple[agreement.LimitTerms, ...]:
    return tuple(agreement.LimitTerms(**limit) for limit in bodies)
