"""What was signed, amended and extended, with the ground of each and what it made of the cap."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import msgspec

from ledger.application import grounds
from ledger.application.asker import EVERYONE
from ledger.application.grounds import Standing
from ledger.application.sentences.flags import flag_word
from ledger.domain.events import (
    AgreementAmended,
    AgreementExtended,
    AgreementSigned,
)
from ledger.projections.amendments import Made, made
from ledger.telling import tell
from ledger.web.access import allow
from ledger.web.language import of_request
from ledger.web.pages.offered import buttons
from ledger.web.pages.sections.frame import Opened, blueprint, opened, section
from ledger.web.seen import ledger
from ledger.wording import say

ACTS = ("amend", "extend", "publish-notice", "rectify")


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A signing, amendment or extension as it is shown; amounts in öre, None: unknown or none.

    `so_far` is what its ground had carried with it, of covered amendments, by their days.
    """

    on: date
    recorded_at: datetime
    text: str
    decision: str
    decided_on: date | None
    ground: str
    clause: str
    covered: bool
    flags: Sequence[str]
    moved: bool
    before: int | None
    after: int | None
    so_far: int | None
    ahead: bool


@blueprint.get("/agreements/<agreement:number>/amendments")
@allow(*EVERYONE)
def amendments(number: str) -> str:
    of = opened(number)
    with ledger().views.database.reading() as connection:
        found, state = made(connection, of.number, of.then)
    sums: dict[int, int] = {}
    so_far: dict[str, int] = {}
    for step in grounds.steps_of(state):
        if step.size is not None:
            so_far[step.change.ground] = so_far.get(step.change.ground, 0) + step.size
            sums[id(step.change)] = so_far[step.change.ground]
    standings = [one for one in grounds.standings(state, of.day) if _says(one)]
    offered = [] if of.times.given else buttons(of.row.now)
    return section(
        "amendments",
        of,
        made=[_shown(of, one, sums) for one in found],
        standings=standings,
        offered=[one for one in offered if one.name in ACTS],
    )


def _says(one: Standing) -> bool:
    """Whether there is a figure to tell of a ground."""
    return one.bound is not None or bool(one.so_far)


def _shown(of: Opened, one: Made, sums: Mapping[int, int]) -> Shown:
    event = one.event
    amended = event if isinstance(event, AgreementAmended) else None
    decided = event if isinstance(event, AgreementAmended | AgreementExtended) else None
    return Shown(
        on=event.signed_on if isinstance(event, AgreementSigned) else one.on,
        recorded_at=one.recorded_at,
        text=say(tell(event, f"agreement/{of.number}", of.state.currency), of_request()),
        decision=decided.decision if decided else "",
        decided_on=decided.decided_on if decided else None,
        ground=amended.ground if amended else "",
        clause=amended.clause if amended else "",
        covered=amended is None or amended.covered,
        flags=[flag_word(flag, of.state.currency, of_request()) for flag in amended.flags]
        if amended
        else [],
        moved=one.before != one.after,
        before=one.before,
        after=one.after,
        so_far=sums.get(id(one.change)),
        ahead=one.on > of.day and not isinstance(event, AgreementSigned),
    )
