"""What goes out of why a figure is what it is."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Annotated, Any

from ledger.application.answers.drawdowns import SourceFile
from ledger.application.answers.log import Actor, FactHead, recorded_at
from ledger.application.answers.making import Answer, At, made
from ledger.application.answers.members import (
    as_told,
    day,
    in_unit,
    listed,
    moment,
    nested,
    one_of,
    quantity,
    text,
    whole,
)
from ledger.application.answers.postings import PostedLine
from ledger.application.bodies.fields import CURRENCY
from ledger.domain import agreement
from ledger.domain.events import (
    AgreementAmended,
    FundingChanged,
    FundingDecided,
    FundingWithdrawn,
)
from ledger.domain.limits import FIGURES, UNITS
from ledger.domain.regime import GROUNDS
from ledger.projections.between import Between
from ledger.projections.explaining import LINE, Explained, Item
from ledger.projections.parts import Cursor
from ledger.projections.timeline import event_of
from ledger.telling import tell
from ledger.wording import Sentence, say, words

ReceiptOf = Callable[[str, int], str]
"""Stream and version of a fact → its receipt: what the log's tree has of it."""

_FIRST_DAY, _LAST_DAY = date.min.toordinal(), date.max.toordinal()


def _sentence(row: Mapping[str, Any], at: At) -> str:
    return say(tell(event_of(dict(row)), row["stream"], at.currency), at.language)


class Behind(FactHead):
    """The fact that something came of: what the command was about."""

    sentence: Annotated[str, text("What happened, in words.", of=_sentence)]


class Decision(Answer):
    ground: Annotated[
        str | None,
        one_of("LOU 17 kap., or the agreement's own policy; null: a funder's decision.", GROUNDS),
    ]
    decision: Annotated[str, text("The decision's reference.")]
    decided_on: Annotated[date, day("When it was decided.")]


DECIDED = (AgreementAmended, FundingDecided, FundingChanged, FundingWithdrawn)
"""Facts that name the decision that they rest on."""


def decision_of(item: Item | Between, _: object) -> Decision | None:
    """The decision under which a fact was recorded, where it has one."""
    event = event_of(item.fact)
    if not isinstance(event, DECIDED):
        return None
    ground = event.ground if isinstance(event, AgreementAmended) else None
    return made(Decision, event, ground=ground)


class Part(PostedLine):
    """A part of the figure: the parts add up to it."""

    amount: Annotated[str | None, as_told("Signed; null: it made the figure unknown.")]
    event: Annotated[Behind, nested(of="fact")]
    by: Annotated[Actor, nested(of="fact")]
    decision: Annotated[Decision | None, nested(of=decision_of)]
    source: Annotated[SourceFile | None, nested()]
    receipt: Annotated[
        str, text("The posting's own fact in the hash tree, as in Avrop-Receipt, or empty.")
    ]


class Explanation(Answer):
    """A figure and what it is made of, in the order that it counts."""

    agreement: Annotated[str, text("The agreement's number.")]
    currency: Annotated[str, text("ISO 4217.", CURRENCY)]
    figure: Annotated[str, one_of("The figure.", FIGURES)]
    limit: Annotated[str, text("The limit that it is a figure of.")]
    unit: Annotated[str, one_of("What the limit counts.", UNITS)]
    amount: Annotated[
        str | None, quantity("The figure, the sum of all its parts; null: unknown.", "amount")
    ]
    note: Annotated[
        str | None,
        text("Why the limit is not there on that day, in words; null: it is there."),
    ]
    as_of: Annotated[date | None, day("The business date asked about; null: everything.")]
    known_at: Annotated[datetime | None, moment("The moment asked about; null: everything.")]
    position: Annotated[int, whole("The place in the log that every page is told from.")]
    items: Annotated[list[Part], listed("The parts, a page of them.")]


def cursor_of(after: str | None, at: int) -> Cursor:
    """Where a page begins; the first one is told from a position."""
    if after is None:
        return Cursor(at, date.min, 0, 0)
    at, day, position, number = map(int, re.findall(r"\d+", after))
    return Cursor(at, date.fromordinal(min(max(day, _FIRST_DAY), _LAST_DAY)), position, number)


def cursor_text(cursor: Cursor) -> str:
    day = cursor.effective_on.toordinal()
    return f"{cursor.at}.{day}.{cursor.position}.{cursor.number}"


def part_answers(
    state: agreement.State, found: Explained, receipt_of: ReceiptOf, language: str = "en"
) -> list[Part]:
    stream = agreement.stream(state.number)
    items = found.items
    receipts = {version: receipt_of(stream, version) for version in {i.version for i in items}}
    at = At(language, currency=state.currency)
    return [
        made(
            Part,
            item,
            at,
            amount=in_unit(item.amount, found.unit),
            recorded_at=recorded_at(item.fact, at),
            receipt=receipts[item.version],
            **{name: item.line[name] for name in LINE},
        )
        for item in items
    ]


def not_there(limit: str, found: Explained) -> Sentence | None:
    """Why a limit is not there on the day that is asked about."""
    if found.removed_on is not None:
        template = "{limit} is removed from {day}: it binds nothing, and has no amount."
        return words(template, limit=limit, day=found.removed_on)
    if found.begins_on is not None:
        template = "{limit} begins on {day}: until then it is not there."
        return words(template, limit=limit, day=found.begins_on)
    return None


def explanation_answer(
    state: agreement.State,
    query: dict[str, Any],
    found: Explained,
    at: int,
    receipt_of: ReceiptOf,
    language: str = "en",
) -> Explanation:
    note = not_there(query["limit"], found)
    return made(
        Explanation,
        found,
        agreement=state.number,
        currency=state.currency,
        figure=query["figure"],
        limit=query["limit"],
        note=note and say(note, language),
        as_of=query.get("as_of"),
        known_at=query.get("known_at"),
        position=at,
        items=part_answers(state, found, receipt_of, language),
    )
