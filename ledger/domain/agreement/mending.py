"""Mending a slip of an agreement: a signing put right, a signing made void, a limit taken away.

A signing is put right by another person than signed, while nothing stands on it; afterwards it is
amended. No agreement is unsigned: one that is void keeps its number.
"""

from datetime import date

import msgspec
from msgspec.structs import replace

from ledger.domain.agreement.acting import require_touched, touched_by
from ledger.domain.agreement.commands import LimitTerms, RemoveLimit, SignAgreement
from ledger.domain.agreement.decisions import signing
from ledger.domain.agreement.state import State, stream
from ledger.domain.days import not_come
from ledger.domain.events import (
    AgreementRectified,
    AgreementSigned,
    AgreementVoided,
    LimitRemoved,
    New,
    Party,
)
from ledger.domain.given import Given
from ledger.domain.limits import CAP, DIMENSIONS
from ledger.domain.numbering import order_number
from ledger.domain.refusals import Fault, Invalid, NotFound, OwnSigning, SigningInUse


class RectifySigning(msgspec.Struct, frozen=True, kw_only=True):
    """Put a signing right. What is UNSET stays; `cap` in öre, None where it is unknown.

    `limits` are all of them beside the cap.
    """

    agreement: str
    on: date
    reason: str
    title: str | msgspec.UnsetType = msgspec.UNSET
    cap: int | msgspec.UnsetType | None = msgspec.UNSET
    buyers: tuple[Party, ...] | msgspec.UnsetType = msgspec.UNSET
    suppliers: tuple[Party, ...] | msgspec.UnsetType = msgspec.UNSET
    signed_on: date | msgspec.UnsetType = msgspec.UNSET
    starts_on: date | msgspec.UnsetType = msgspec.UNSET
    ends_on: date | msgspec.UnsetType = msgspec.UNSET
    limits: tuple[LimitTerms, ...] | msgspec.UnsetType = msgspec.UNSET


class VoidAgreement(msgspec.Struct, frozen=True, kw_only=True):
    """Make an agreement void that was signed by mistake, and never ordered under."""

    agreement: str
    on: date
    reason: str


TERMS = tuple(
    name for name in RectifySigning.__struct_fields__ if name not in ("agreement", "on", "reason")
)


def rectify(command: RectifySigning, state: State, given: Given) -> list[New]:
    """The agreement is as if it had been signed so.

    Raises Invalid, TermTooLong, AllMustAgree.
    """
    changed = {
        name: getattr(command, name)
        for name in TERMS
        if getattr(command, name) is not msgspec.UNSET
    }
    if not changed:
        raise Invalid(Fault(pointer="", sentence="Nothing is changed."))
    if command.signed_on is not msgspec.UNSET and command.signed_on > given.today:
        raise Invalid(not_come("/signed_on", command.signed_on, given.today))
    signed = signing(replace(_signing(state), **changed), given.today)
    if signed == replace(_as_signed(state), currency=signed.currency):
        raise Invalid(Fault(pointer="", sentence="Nothing is changed."))
    require_touched(state, touched_by(command, state, given), given)
    event = AgreementRectified(signing=signed, replaces_from=state.starts_on, reason=command.reason)
    return [New(stream(state.number), event, command.on)]


def _signing(state: State) -> SignAgreement:
    """What would sign the agreement as it is."""
    as_signed = _as_signed(state)
    limits = tuple(
        LimitTerms(
            name=limit.name,
            amount=limit.amounts[0].amount,
            effect=limit.effect,
            tolerance=limit.tolerance,
            unit=limit.unit,
            **{name: getattr(limit, name) for name in DIMENSIONS},
        )
        for limit in as_signed.limits
    )
    members = {
        name: getattr(as_signed, name)
        for name in SignAgreement.__struct_fields__
        if name != "limits"
    }
    return SignAgreement(**members, limits=limits)


def _as_signed(state: State) -> AgreementSigned:
    cap, *limits = state.limits
    return AgreementSigned(
        number=state.number,
        title=state.title,
        currency=state.currency,
        cap=cap.amounts[0].amount,
        buyers=state.buyers,
        suppliers=state.suppliers,
        signed_on=state.signed_on,
        starts_on=state.starts_on,
        ends_on=state.ends_on,
        regime=state.regime,
        policy=state.policy,
        limits=tuple(limits),
        selection=state.selection,
    )


def void(command: VoidAgreement, state: State, given: Given) -> list[New]:
    """Nothing is ordered under it ever; its number stays taken. Raises AllMustAgree where several
    buy and nobody leads: none of them makes it void for the others."""
    require_touched(state, touched_by(command, state, given), given)
    return [New(stream(state.number), AgreementVoided(reason=command.reason), command.on)]


def remove_limit(command: RemoveLimit, state: State, given: Given) -> list[New]:
    """From its day the limit refuses and flags nothing. Raises NotFound, Invalid, AllMustAgree."""
    limit = next((one for one in state.limits if one.name == command.name), None)
    if limit is None:
        raise NotFound(what="limit", name=command.name)
    sentence = None
    if limit.name == CAP:
        sentence = "The cap is no limit that is removed: amend it."
    elif limit.name in {one.source.name for one in state.funding}:
        sentence = "It is what a funding source pays at most: withdraw the funding."
    elif limit.removed_on is not None and limit.removed_on <= command.on:
        sentence = "It is removed from {day} already."
    if sentence is not None:
        figures = {"day": limit.removed_on.isoformat()} if limit.removed_on else {}
        raise Invalid(Fault(pointer="/name", sentence=sentence, figures=figures))
    require_touched(state, touched_by(command, state, given), given)
    event = LimitRemoved(limit=limit.name, removed_from=command.on, reason=command.reason)
    return [New(stream(state.number), event, min(command.on, given.today))]


# ── What must be so ───────────────────────────────────────────────────────────────────────────


def another_person(state: State, given: Given) -> None:
    """Four eyes: who signed does not put it right alone. Raises OwnSigning."""
    if state.signed_by and state.signed_by in given.selves(given.by.person):
        raise OwnSigning(agreement=state.number)


def unused(state: State, given: Given) -> None:
    """No order stands on the signing, and nothing was decided after it. Raises SigningInUse.

    An order that was declined, lapsed or cancelled has ended; a closed one may be opened again,
    whatever it counts for meanwhile.
    """
    there = {
        "orders": any(total.use for total in state.totals) or _may_reopen(state, given),
        "amendments": state.changes or any(limit.removed_on for limit in state.limits),
        "extensions": state.extensions_used,
        "funding sources": state.funding,
        "share moves": state.share_moves,
        "competitions": state.competitions_opened,
    }
    what = " / ".join(name for name, is_there in there.items() if is_there)
    if what:
        raise SigningInUse(agreement=state.number, what=what)


def _may_reopen(state: State, given: Given) -> bool:
    numbers = (order_number(state.number, n) for n in range(1, state.orders + 1))
    orders = (given.find(f"order/{number}") for number in numbers)
    return any(one is not None and one.status == "closed" for one in orders)


def unordered(state: State, given: Given) -> None:
    """Nothing was ever ordered under it. Raises SigningInUse."""
    if state.orders:
        raise SigningInUse(agreement=state.number, what="orders")
