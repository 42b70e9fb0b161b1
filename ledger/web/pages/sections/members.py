"""The members of a joint agreement: the share of each, what it has used, and what is proposed."""

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from ledger.application.asker import EVERYONE
from ledger.domain import agreement
from ledger.domain.limits import NOTHING, Use
from ledger.projections import postings
from ledger.projections.postings import LimitBalance
from ledger.projections.seeing import is_hidden
from ledger.telling.proposals import proposed
from ledger.web.access import allow
from ledger.web.pages.bars import Bar, bar
from ledger.web.pages.offered import Button, buttons, part_buttons
from ledger.web.pages.sections.frame import Opened, balances, blueprint, opened, section
from ledger.web.seen import asker, ledger
from ledger.wording import Sentence


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """A buyer with its share (None: it has none of its own), what is used by it in öre, the seats
    that it has ordered, and what it gave in kind."""

    organisation: str
    name: str
    role: str | None
    share: LimitBalance | None
    bar: Bar | None
    used: Use
    seats: int
    in_kind: int


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """Room that one buyer proposed to move to another, and what the visitor may answer."""

    move: agreement.ShareMove
    giver: str
    receiver: str
    proposer: str
    answers: Sequence[Button]


class Proposed(msgspec.Struct, frozen=True, kw_only=True):
    """A change of what all share that a buyer proposed, whom it waits for, and what the visitor may
    answer."""

    number: int
    said: Sentence
    on: date
    waiting: str
    answers: Sequence[Button]


@blueprint.get("/agreements/<agreement:number>/members")
@allow(*EVERYONE)
def members(number: str) -> str:
    of = opened(number)
    with ledger().views.database.reading() as connection:
        limits = balances(connection, of)
        used_then = postings.totals(connection, of.number, of.row.told(of.then))
    used: dict[str, tuple[Use, Use]] = {}
    for total in used_then:
        if not is_hidden(of.only, total.dimensions.supplier):
            use, seats = used.get(total.dimensions.buyer or "", (NOTHING, NOTHING))
            used[total.dimensions.buyer or ""] = use + total.use, seats + total.seats
    offered = [] if of.times.given else buttons(of.row.now)
    found = _members(of, limits, used)
    return section(
        "members",
        of,
        members=found,
        given=any(one.in_kind for one in found),
        part_only=of.only is not None,
        moves=_moves(of),
        proposals=_proposals(of),
        offered=[
            one
            for one in offered
            if one.name in ("propose-share-move", "in-kind") and not one.because
        ],
    )


def _members(
    of: Opened, limits: Sequence[LimitBalance], used: Mapping[str, tuple[Use, Use]]
) -> list[Member]:
    by_name = {one.name: one for one in limits if one.begins_on is None}
    shares: dict[str | None, list[LimitBalance]] = {}
    for limit in of.row.now.limits:
        if limit.named == ("buyer",) and limit.unit == "money" and limit.name in by_name:
            shares.setdefault(limit.buyer, []).append(by_name[limit.name])
    given: dict[str, int] = {}
    for part in of.state.in_kind:
        given[part.organisation] = given.get(part.organisation, 0) + part.amount
    found = []
    for party in of.state.buyers:
        name = party.organisation
        share = min(shares.get(name, []), key=_left, default=None)
        use, seats = used.get(name, (NOTHING, NOTHING))
        found.append(
            Member(
                organisation=name,
                name=party.name,
                role=party.role,
                share=share,
                bar=bar(share) if share else None,
                used=use,
                seats=seats.total,
                in_kind=given.get(name, 0),
            )
        )
    return found


def _left(share: LimitBalance) -> tuple[bool, int]:
    """Of several shares of one buyer the one with least left is told, an unknown one last."""
    return share.remaining is None, share.remaining or 0


def _proposals(of: Opened) -> list[Proposed]:
    """What is proposed and not answered by all: those whom it touches answer, who proposed it may
    take it back."""
    if of.only is not None:
        return []
    names = {party.organisation: party.name for party in of.state.buyers}
    own, found = asker().by.organisation, []
    for one in of.state.proposals:
        waiting = agreement.waiting(one)
        may = ["withdraw-change"] if own == one.proposed_by else []
        may = ["accept-change", "decline-change"] if own in waiting else may
        by = names.get(one.proposed_by) or one.proposed_by
        part = {"proposal": one.number}
        found.append(
            Proposed(
                number=one.number,
                said=proposed(one.action, one.asked, by, one.number, of.state.currency),
                on=one.proposed_on,
                waiting=", ".join(names.get(name) or name for name in waiting),
                answers=part_buttons(of.row.now, may, part) if may and not of.times.given else [],
            )
        )
    return found


def _moves(of: Opened) -> list[Move]:
    """What is proposed and not answered: the other of the two accepts, either declines."""
    names = {party.organisation: party.name for party in of.state.buyers}
    own = asker().by.organisation
    found = []
    for move in of.state.proposed:
        may = []
        if own in (move.giver, move.receiver) and not of.times.given:
            may = ["decline-share-move"]
            if own != move.proposed_by:
                may = ["accept-share-move", *may]
        found.append(
            Move(
                move=move,
                giver=names.get(move.giver) or move.giver,
                receiver=names.get(move.receiver) or move.receiver,
                proposer=names.get(move.proposed_by) or move.proposed_by,
                answers=part_buttons(of.row.now, may, {"move": move.number}) if may else [],
            )
        )
    return found
