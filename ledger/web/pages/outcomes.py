"""What each answer to an order or an invoice would leave, side by side: the decisions, run dry."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from ledger.application import doing
from ledger.application.acts import act_of
from ledger.application.acts.act import Act
from ledger.application.bodies import parsing
from ledger.domain import drawdown, order
from ledger.domain.refusals import Refusal
from ledger.projections.postings import LimitBalance
from ledger.web.pages.beginning import beginning_of, kinds_of
from ledger.web.pages.entries import body_of
from ledger.web.pages.filling import balances_of
from ledger.web.pages.offered import Button, is_entered
from ledger.web.seen import asker
from ledger.wording import Sentence, words


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """A way to answer: what its column is called, the act, and what is typed in its form."""

    called: Sentence
    act: Act
    typed: Mapping[str, str] = {}


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A figure now, and after each way, in öre or seats; None: unknown. `limit` names whose."""

    called: Sentence
    limit: str
    unit: str
    now: int | None
    after: Sequence[int | None]


class Outcomes(msgspec.Struct, frozen=True, kw_only=True):
    """The ways that can be gone with what they leave, and those that would be refused."""

    ways: Sequence[Way]
    rows: Sequence[Row]
    refused: Sequence[tuple[Way, Refusal]]


SOMETHING = {"reason": "–"}
"""For a reason that is asked for: it leaves nothing else than another would."""
CONFIRM, DECLINE, COUNTER, ACCEPT, REJECT = (
    act_of("orders", name) for name in ("confirm", "decline", "counter", "accept", "reject")
)
APPROVE, TURN_DOWN = (act_of("drawdowns", name) for name in ("approve", "reject"))


def of_order(state: order.State, buttons: Sequence[Button]) -> Outcomes | None:
    """Of an order that waits for an answer, or its counter-offer; None: it does not, or not for
    one of the visitor's, who may do what the buttons say."""
    if state.status == "countered":
        ways = [
            Way(called=words("If you accept"), act=ACCEPT),
            Way(called=words("If you decline"), act=REJECT, typed=SOMETHING),
        ]
    else:
        same = beginning_of(COUNTER, {"number": state.number})
        ways = [
            Way(called=words("If you confirm"), act=CONFIRM),
            Way(called=words("If you decline"), act=DECLINE, typed=SOMETHING),
            Way(called=words("A counter-offer of the same sum"), act=COUNTER, typed=same),
        ]
    return _outcomes(state, {"number": state.number}, ways, buttons)


def of_invoice(state: drawdown.State, buttons: Sequence[Button]) -> Outcomes | None:
    """Of an invoice that waits for approval; of a credit, wherever its room may go."""
    ways = [Way(called=words("If you approve"), act=APPROVE)]
    if state.is_credit:
        ways = [
            Way(
                called=words("If you approve, room back to the cap"),
                act=APPROVE,
                typed={"room": "cap"},
            ),
            Way(
                called=words("If you approve, room back to the order"),
                act=APPROVE,
                typed={"room": "order"},
            ),
        ]
    ways.append(Way(called=words("If you reject"), act=TURN_DOWN, typed=SOMETHING))
    return _outcomes(state, {"id": state.id}, ways, buttons)


def _outcomes(
    state: Any, named: dict[str, Any], ways: Sequence[Way], buttons: Sequence[Button]
) -> Outcomes | None:
    can = {one.name for one in buttons if one.because is None}
    gone: list[tuple[Way, list[LimitBalance]]] = []
    refused: list[tuple[Way, Refusal]] = []
    before: list[LimitBalance] = []
    for way in ways:
        if way.act.name not in can or is_entered(way.act):
            continue
        try:
            effect = doing.effect(asker(), _tried(state, named, way))
        except Refusal as refusal:
            refused.append((way, refusal))
            continue
        before, after = balances_of(effect)
        gone.append((way, after))
    if not gone and not refused:
        return None
    rows = _rows(before, [after for _, after in gone])
    return Outcomes(ways=[way for way, _ in gone], rows=rows, refused=refused)


def _tried(state: Any, named: dict[str, Any], way: Way) -> doing.Done:
    assert way.act.body is not None, "what is offered has a body"
    body = body_of(way.act.body(), dict(way.typed), kinds=kinds_of(state))
    return doing.do(asker(), way.act, named, parsing.load(way.act.body, body), dry_run=True)


PARTS = {
    "reserved": words("Reserved of the agreement"),
    "committed": words("Committed of the agreement"),
    "drawn": words("Drawn of the agreement"),
}
LEFT = words("Left")


def _rows(before: Sequence[LimitBalance], then: Sequence[Sequence[LimitBalance]]) -> list[Row]:
    """What is in use of the cap where that changes; then what is left of it, and of each other
    limit where that does."""
    if not before:
        return []
    cap, after = before[0], [{one.name: one for one in some} for some in then]
    found = []
    for part, called in PARTS.items():
        uses = [getattr(some[cap.name].use, part) for some in after]
        now = getattr(cap.use, part)
        if any(one != now for one in uses):
            found.append(Row(called=called, limit="", unit=cap.unit, now=now, after=uses))
    for one in before:
        left = [some[one.name].remaining for some in after]
        changed = any(each != one.remaining for each in left)
        if changed or (one is cap and not one.in_part):
            found.append(
                Row(called=LEFT, limit=one.name, unit=one.unit, now=one.remaining, after=left)
            )
    return found
