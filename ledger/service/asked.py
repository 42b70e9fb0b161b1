"""A command as somebody asks for it: decided on the states that it names, an entry of the log."""

from datetime import date, datetime

import msgspec

from ledger.bounds import MAX_TOLD
from ledger.clock import day_of
from ledger.deciding import Command, Loaded, decide
from ledger.domain import access
from ledger.domain.events import By, Fact, New
from ledger.domain.refusals import VersionDiffers
from ledger.store import Entry, Request


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A command with who asks and when. `given`: the request's key came with it (a retry may);
    `timed`: so did the moment, as of history that is played."""

    command: Command
    by: By
    request: Request
    given: bool
    now: datetime
    expected: tuple[int, ...] | None
    timed: bool = False
    name: str = ""
    """The stream of its agreement, or of what it is about where that is no agreement's."""

    @property
    def today(self) -> date:
        return day_of(self.now)

    def require_role(self, loaded: Loaded) -> None:
        """Whoever asks may still act as they do: the end of a role, recorded while they waited, is
        looked at with all else. Being refused is no act. Raises Forbidden."""
        if not isinstance(self.command, access.RecordAttempt):
            access.require_role(loaded.find(access.stream(self.by.person)), self.by, self.today)

    def decided(self, loaded: Loaded) -> list[New]:
        """The facts that it comes to. Raises its Refusal, or VersionDiffers."""
        facts = decide(self.command, loaded, self.today, self.by)
        stream = facts[0].stream
        version = loaded.versions.get(stream, 0)
        if self.expected is not None and version not in self.expected:
            raise differs(stream.partition("/")[2], version, self.expected)
        return facts

    def entry(self, loaded: Loaded, facts: list[New]) -> Entry:
        return Entry(
            facts=facts,
            versions=loaded.versions,
            by=self.by,
            recorded_at=self.now,
            request=self.request,
        )


def differs(name: str, version: int, expected: tuple[int, ...]) -> VersionDiffers:
    """What is said where something is at none of the versions that were expected."""
    one, *others = expected[:MAX_TOLD]
    told = ", ".join(map(str, (one, *others))) if others else one
    return VersionDiffers(name=name, version=version, expected=told)


def planned(entry: Entry, loaded: Loaded) -> tuple[tuple[Fact, ...], Loaded]:
    """An entry's facts as they would be stored, and what they would leave."""
    at = dict(loaded.versions)
    facts = []
    for new in entry.facts:
        at[new.stream] = at.get(new.stream, 0) + 1
        facts.append(entry.fact(new, at[new.stream]))
    return tuple(facts), loaded.left_by(entry)
