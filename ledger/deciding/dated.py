"""A row of the table of commands: what each is about, its day, and what must be so for it."""

from collections.abc import Callable
from datetime import date
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec
from msgspec.structs import replace

from ledger.deciding.standing import standing
from ledger.domain import agreement, days
from ledger.domain.events import New
from ledger.domain.given import Given
from ledger.domain.refusals import Fault

DAYS = ("on", "ordered_on", "decided_on", "signed_on")
"""What the member that dates a command is called."""

EFFECTIVE = "effective_on"
"""What the member is called from which what is decided begins."""
FUNDING = (agreement.DecideFunding, agreement.ChangeFunding, agreement.WithdrawFunding)

C = TypeVar("C")
S = TypeVar("S")


class Decision(NamedTuple):
    """A row: what a command is about, its decision, and what must be so before it is asked.

    `day` is the member that dates it, if one does; where that `begins` something it may be ahead.
    `words` looks at the command itself, before its own guards.
    `foreseen` is what no words of the command could mend: asked where there are none yet. With
    them the decision itself says it, and more exactly.
    """

    subject: "Subject[Any]"
    command: type
    decide: Callable[[Any, Any, Given], list[New]]
    guards: tuple[Callable[[Any, Given], None], ...]
    foreseen: tuple[Callable[[Any, Given], None], ...]
    day: str = ""
    begins: bool = False
    words: Callable[[Any, Any, Given], None] | None = None

    def may(self, state: Any, given: Given) -> None:
        """Raises the Refusal of whatever stands in the way, whatever the command will say."""
        for guard in (*self.subject.guards, *self.guards, *self.foreseen):
            guard(state, given)


class Subject(msgspec.Struct, Generic[S], frozen=True):
    """What commands are about: the stream, the member that names it, and the state of it.

    `guards` are asked before each, before its own guards and decision. `since` is the day from
    which something may be done to it, and `sentence` what is said of an earlier one.
    """

    stream: Callable[[str], str]
    member: str
    state: Callable[[Given, str], S]
    guards: tuple[Callable[[Any, Given], None], ...] = ()
    since: Callable[[S], date] | None = None
    sentence: str = ""

    def row(
        self,
        command: Any,
        decision: Callable[[C, S, Given], list[New]],
        *guards: Callable[[S, Given], None],
        foreseen: tuple[Callable[[S, Given], None], ...] = (),
        day: str | None = None,
        begins: bool = False,
        words: Callable[[Any, Any, Given], None] | None = None,
    ) -> Decision:
        dated = next(name for name in (*DAYS, "") if not name or name in command.__struct_fields__)
        named = dated if day is None else day
        return Decision(self, command, decision, guards, foreseen, named, begins, words)


def day_faults(row: Decision, command: Any, state: Any, given: Given) -> list[Fault]:
    """What is done is done today or earlier, and not before what it is done to, or stands on."""
    faults = _begin_faults(row, command, state, given)
    if row.day and not row.begins:
        since = None if row.subject.since is None else row.subject.since(state)
        on: date = getattr(command, row.day)
        sentence = row.subject.sentence
        faults += days.act_faults(f"/{row.day}", on, given.today, since, sentence)
    return faults or _standing_faults(row, command, state, given)


def _begin_faults(row: Decision, command: Any, state: Any, given: Given) -> list[Fault]:
    """What a decision sets begins in a year that can be. A funder may have decided before there was
    an agreement."""
    names = [*([row.day] if row.begins else []), *({EFFECTIVE} & set(command.__struct_fields__))]
    begins = {f"/{name}": getattr(command, name) for name in names}
    if not isinstance(state, agreement.State):
        return days.begin_faults(begins, given.today, None)
    term = min(state.signed_on, state.starts_on), state.ends_on
    before = days.YEARS_AFTER_TERM if isinstance(command, FUNDING) else 0
    return days.begin_faults(begins, given.today, term, before=before)


def _standing_faults(row: Decision, command: Any, state: Any, given: Given) -> list[Fault]:
    """The fault of a day before the latest of those that the act stands on."""
    if state is None:
        return []
    found = standing(command, state, given)
    if found is None:
        return []
    since, ground = found
    at = ground.at or row.day
    on: date = getattr(command, at)
    # A day to come is said as such; what an earlier version let be dated ahead is acted on today.
    if on >= min(since.on, given.today):
        return []
    return days.act_faults(f"/{at}", on, given.today, since.on, ground.sentence, since.name)


def flagged(
    row: Decision, command: Any, term: tuple[date, date] | None, today: date, facts: list[New]
) -> list[New]:
    """What is recorded late says so. `term` is that of the agreement that it is of."""
    if not row.day:
        return facts
    names = [row.day, *({EFFECTIVE} & set(command.__struct_fields__))]
    said = (getattr(command, name) for name in names)
    if not days.is_late(min(day for day in said if day is not None), today, term):
        return facts
    main, *others = facts
    flags = tuple(dict.fromkeys((*main.event.flags, days.RECORDED_LATE)))
    return [replace(main, event=replace(main.event, flags=flags)), *others]
