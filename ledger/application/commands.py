"""What a checked body comes to as a command: the same for API, form and command line.

Bodies are what the schemas of the same name give; `today` fills the dates that they leave out.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec

from ledger.deciding import OrderCommand, OrganisationCommand
from ledger.domain import agreement, drawdown, order
from ledger.domain.codes import CodePart, CodeRange
from ledger.domain.events import Party, PriceRange
from ledger.domain.funding import FundingSource
from ledger.domain.limits import LimitRule
from ledger.domain.money import from_text
from ledger.domain.order import InstalmentTerms, LineTerms, SessionTerms
from ledger.domain.refusals import Fault, Invalid
from ledger.domain.regime import Extension, PlanStep, Policy, TariffStep, default_amendments
from ledger.domain.selection import PassedOver, Selection
from ledger.domain.sharing import Split, Weight

Body = dict[str, Any]
DECISION = ("decision", "decided_on")
"""Members of a body that say under which decision."""


def sign(body: Body) -> agreement.SignAgreement:
    policy = {
        "amendments": default_amendments(body["regime"]),
        **_policy(body["policy"], "/policy"),
    }
    changed = {
        "buyers": _parties(body["buyers"]),
        "suppliers": _parties(body["suppliers"]),
        "limits": _limits(body["limits"]),
        "policy": Policy(**policy),
        "selection": _selection(body.get("selection")),
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
        selection=_selection(change.get("selection")),
        record_uncovered=body["record_uncovered"],
        policy=_policy(change.get("policy", {}), "/change/policy"),
        limit_rules=tuple(LimitRule(**one) for one in change.get("limit_rules", [])),
    )


def extend(number: str, body: Body, today: date) -> agreement.ExtendAgreement:
    return agreement.ExtendAgreement(
        agreement=number,
        decision=body["decision"],
        decided_on=body.get("decided_on") or today,
    )


def decide_funding(number: str, body: Body, today: date) -> agreement.DecideFunding:
    return agreement.DecideFunding(agreement=number, **_source(body, today))


def change_funding(number: str, body: Body, today: date) -> agreement.ChangeFunding:
    return agreement.ChangeFunding(agreement=number, **_source(body, today))


def withdraw_funding(number: str, body: Body, today: date) -> agreement.WithdrawFunding:
    decided_on = body.get("decided_on") or today
    return agreement.WithdrawFunding(agreement=number, **{**body, "decided_on": decided_on})


def _source(body: Body, today: date) -> Body:
    """A body's source and its decision. A share of "53.5" per cent is 5 350 hundredths of one."""
    source = {name: value for name, value in body.items() if name not in DECISION}
    changed = {"share": from_text(body["share"]), "kinds": tuple(body["kinds"])}
    return {
        "source": FundingSource(**{**source, **changed}),
        "decision": body["decision"],
        "decided_on": body.get("decided_on") or today,
    }


def place(number: str, body: Body, buyer: str, today: date) -> order.PlaceOrder:
    """`buyer` is who orders where the body names nobody else."""
    changed = {
        "agreement": number,
        "buyer": body.get("buyer") or buyer,
        "ordered_on": body.get("ordered_on") or today,
        **_planned(body),
        "split": _split(body.get("split"), "/split"),
        "passed_over": passed_over(body.get("passed_over", [])),
    }
    return order.PlaceOrder(**{**body, **changed})


def act(
    kind: Callable[..., OrderCommand], number: str, body: Body, day: str, today: date
) -> OrderCommand:
    """A command on an order; `day` is the member that dates it."""
    members = {name: value for name, value in body.items() if name != day}
    members |= _planned(members)
    for name in ("seats", "allocation"):
        if isinstance(members.get(name), list):
            members[name] = tuple(
                Weight(organisation=part["organisation"], weight=part["seats"])
                for part in members[name]
            )
    return kind(order=number, on=body.get(day) or today, **members)


def reverse(state: drawdown.State, body: Body) -> drawdown.RecordDrawdown:
    """The credit of an invoice: of what the body says, or of all that is left to credit.

    Raises Invalid where a part of an invoice over several orders is to be credited.
    """
    left = state.amount - state.credited
    amount = -abs(body.get("amount", left))
    names = state.orders
    if len(names) > 1 and -amount != left:
        raise Invalid(
            Fault(
                pointer="/amount",
                sentence="The invoice is over several orders: record the credit by its lines.",
            )
        )
    left_of = {
        name: sum(p.amount for p in state.allocations if p.order == name)
        - sum(p.amount for p in state.credited_lines if p.order == name)
        for name in names
    }
    parts = tuple(
        drawdown.Part(order=name, amount=amount if len(names) == 1 else -left_of[name])
        for name in names
    )
    vat = body.get("vat")
    return drawdown.RecordDrawdown(
        agreement=state.agreement,
        supplier=state.supplier,
        invoice=body["invoice"],
        issued_on=body["issued_on"],
        type=body["type"],
        currency=state.currency,
        amount=amount,
        parts=parts,
        vat=None if vat is None else -abs(vat),
        credits=state.id,
        room=body.get("room"),
        text=body["text"],
    )


def _policy(body: Body, pointer: str) -> Body:
    """The members of a policy that a body names, as the policy holds them."""
    made: Body = {
        name: tuple(value) if isinstance(value, list) else value for name, value in body.items()
    }
    if "extensions" in body:
        made["extensions"] = tuple(Extension(**one) for one in body["extensions"])
    if "plan" in body:
        made["plan"] = tuple(PlanStep(**one) for one in body["plan"])
    if "tariff" in body:
        made["tariff"] = tuple(TariffStep(**one) for one in body["tariff"])
    if "split" in body:
        made["split"] = _split(body["split"], f"{pointer}/split")
    return made


def _selection(body: Body | None) -> Selection | None:
    if body is None:
        return None
    key = (Weight(organisation=part["supplier"], weight=part["percent"]) for part in body["key"])
    return Selection(
        method=body["method"], ranking=tuple(body["ranking"]), key=tuple(key), ask=body["ask"]
    )


def passed_over(bodies: list[Body]) -> tuple[PassedOver, ...]:
    return tuple(PassedOver(**body) for body in bodies)


def of_organisation(
    kind: Callable[..., OrganisationCommand], number: str, body: Body, day: str, today: date
) -> OrganisationCommand:
    """A command on an organisation; `day` is the member from which, or with which, it counts."""
    members = {**body, day: body.get(day) or today}
    for name in ("responsibilities", "own_cost"):
        if name in members:
            members[name] = tuple(members[name])
    if "parts" in members:
        members["parts"] = tuple(_code_part(part) for part in members["parts"])
    return kind(organisation=number, **members)


def _code_part(body: Body) -> CodePart:
    ranges = tuple(CodeRange(**one) for one in body["ranges"])
    lengths, values = tuple(body["lengths"]), tuple(body["values"])
    return CodePart(**{**body, "lengths": lengths, "values": values, "ranges": ranges})


def _split(body: Body | None, pointer: str) -> Split | None:
    """Raises Invalid: a part has a weight, or where the split is fixed an amount."""
    if body is None:
        return None
    member = "amount" if body["method"] == "fixed" else "weight"
    faults = [
        Fault(
            pointer=f"{pointer}/parts/{i}",
            sentence="Give each part an amount where the split is fixed, else a weight.",
        )
        for i, part in enumerate(body["parts"])
        if set(part) != {"organisation", member}
    ]
    if faults:
        raise Invalid(*faults)
    parts = (Weight(organisation=p["organisation"], weight=p[member]) for p in body["parts"])
    return Split(method=body["method"], parts=tuple(parts))


def _planned(body: Body) -> Body:
    """The lines, sessions and instalments that a body has, as terms."""
    terms = {"lines": _line, "sessions": _session, "instalments": _instalment}
    return {
        name: tuple(made(one) for one in body[name]) for name, made in terms.items() if name in body
    }


def _line(body: Body) -> LineTerms:
    holds = body.get("price_range")
    return LineTerms(**{**body, "price_range": None if holds is None else PriceRange(**holds)})


def _session(body: Body) -> SessionTerms:
    return SessionTerms(**body)


def _instalment(body: Body) -> InstalmentTerms:
    return InstalmentTerms(**body)


def _parties(bodies: list[Body]) -> tuple[Party, ...]:
    return tuple(Party(**party) for party in bodies)


def _limits(bodies: list[Body]) -> tuple[agreement.LimitTerms, ...]:
    return tuple(agreement.LimitTerms(**limit) for limit in bodies)
