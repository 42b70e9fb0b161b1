"""What people made of a file that waited: who discarded it, when and why; for ever, in the log."""

from collections.abc import Collection
from datetime import datetime
from typing import Literal, NamedTuple

from ledger.domain import files
from ledger.domain.events import FileDiscarded, FileReturned
from ledger.intake.desk import Desk, Receipt
from ledger.reasons import Why
from ledger.registry import Document
from ledger.service import Service
from ledger.wording import words

_BY_OTHERS = words("It was discarded by another organisation that it came to.")


class Decided(NamedTuple):
    """What a person did with a waiting file. `own`: for the queue of that organisation alone."""

    what: Literal["discarded", "returned"]
    person: str
    organisation: str
    at: datetime
    reason: str = ""
    own: str = ""


def decisions(sha256: str, service: Service) -> tuple[Decided, ...]:
    """All that was decided of a file while it waited, in order."""
    found: list[Decided] = []
    for fact in service.store.history(files.stream(sha256)):
        who = fact.by.person, fact.by.organisation, fact.recorded_at
        match fact.event:
            case FileDiscarded() as event:
                found.append(Decided("discarded", *who, event.reason, event.own))
            case FileReturned():
                found.append(Decided("returned", *who))
            case _:  # of what it held nothing is decided
                pass
    return tuple(found)


def seen(
    some: Collection[Decided], buyer: str, organisations: Collection[str] | None
) -> tuple[Decided, ...]:
    """Those that concern the organisations (None: everybody's): whom the file is made out to sees
    all, others what they did themselves."""
    if organisations is None or buyer in organisations:
        return tuple(some)
    return tuple(one for one in some if one.organisation in organisations)


def discarded_for(
    sha256: str, buyer: str, reason: str, organisations: Collection[str] | None, service: Service
) -> Why:
    """Why a file was discarded, as it is said to organisations: the reason is for those whom it
    concerns alone."""
    if organisations is None or buyer in organisations:
        return Why(text=reason)
    some = [one for one in decisions(sha256, service) if one.what == "discarded" and not one.own]
    return Why(text=reason) if seen(some[-1:], buyer, organisations) else Why(told=_BY_OTHERS)


def own_decision(
    sha256: str, owners: Collection[str], organisations: Collection[str] | None, service: Service
) -> Decided | None:
    """By what the organisations put aside a file that waits for others; None where one of them that
    owns it did not, or all are asked for."""
    state: files.State | None = service.load(files.stream(sha256))[1]
    mine = set(organisations or ()) & set(owners)
    if state is None or not mine or not mine <= set(state.aside):
        return None
    some = [one for one in decisions(sha256, service) if one.what == "discarded"]
    return next((one for one in reversed(some) if one.organisation in mine), None)


def is_aside(sha256: str, desk: Desk) -> bool:
    """Whether who is at the desk put it aside, whoever else it waits for."""
    state: files.State | None = desk.service.load(files.stream(sha256))[1]
    return state is not None and desk.organisation in state.aside


def put_back(before: Document | None, receipt: Receipt, desk: Desk) -> None:
    """Record who let a file that was discarded wait again."""
    if before is None or receipt.status != "queued":
        return
    if before.status == "discarded" or is_aside(before.sha256, desk):
        desk.service.execute(files.ReturnFile(file=before.sha256), desk.by, None, desk.now)
