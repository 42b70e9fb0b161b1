"""What waits is decided in turn and recorded together, whatever it is about.

Each command is decided on what this process last saw and on what those before it leave, so that the
first try reads nothing. The log takes all of it or none: it checks the version of all that was
looked at. A refusal is not given from what was last seen: it stands where nothing came since.
"""

import time
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import Any

import msgspec
from msgspec.structs import replace

from ledger import faults, snapshots
from ledger.bounds import CONTENDED_SECONDS, RETRIES, RETRY_SECONDS, TOGETHER_SECONDS
from ledger.clock import Clock, behind
from ledger.deciding import Loaded, State
from ledger.domain import agreement
from ledger.domain.events import Fact
from ledger.domain.given import Selves
from ledger.domain.refusals import Busy, Invalid, PerhapsRecorded, Unavailable
from ledger.logs import log
from ledger.metrics import Counting
from ledger.service.asked import Asked
from ledger.service.states import Seen, States
from ledger.service.turns import Waiting as WaitingFor
from ledger.snapshots import Kept
from ledger.store import Entry, Store, VersionTaken


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a command came to: the facts, and the resource that it was about, as it is after them.

    A replay is a request that was done before: its first answer again. A dry run has facts that
    were never stored. The receipt is that of the resource's newest fact, where it was stored.
    """

    state: State
    version: int
    agreement: agreement.State | None
    facts: tuple[Fact, ...] = ()
    replayed: bool = False
    receipt: str = ""
    position: int = 0
    """The place of its last fact in the log; 0 of what was never stored."""


class Recorded(msgspec.Struct, frozen=True):
    """It is in the log under its key: `ours`, with the answer lost, or of an earlier request."""

    ours: bool = False


Waiting = WaitingFor[Asked, Outcome | Recorded]


class Step(msgspec.Struct, frozen=True):
    """A command that was decided, what it looked at, and what it leaves."""

    one: Waiting
    entry: Entry
    kept: Kept | None
    after: Loaded


class Refused(msgspec.Struct, frozen=True):
    """A command that came to nothing, on what it looked at."""

    one: Waiting
    error: Exception
    loaded: Loaded


class Decided(msgspec.Struct):
    """What a turn came to: `later` are those whose request is another's before them."""

    steps: list[Step] = []
    refused: list[Refused] = []
    later: list[Waiting] = []

    def looked(self) -> set[str]:
        """The streams that were looked at."""
        found: set[str] = set()
        return found.union(
            *(step.entry.versions for step in self.steps),
            *(one.loaded.versions for one in self.refused),
        )


class Recording:
    """Carries out what waits. One thread at a time has the turn to."""

    def __init__(self, store: Store, states: States, clock: Clock, selves: Selves) -> None:
        self._store = store
        self._selves = selves
        self._states = states
        self._clock = clock
        self._contended_until = 0.0

    def carry_out(self, waiting: Sequence[Waiting]) -> None:
        """Give the first an answer or an error, and all others that there is time for.

        It is done when the turn comes, not when it was asked for: who waited is no earlier than
        what was recorded meanwhile.
        """
        now = self._clock()
        for one in waiting:
            if not one.asked.timed:
                one.asked = replace(one.asked, now=now)
        try:
            self._record(waiting, time.monotonic() + RETRY_SECONDS)
        except Exception as error:  # also of those that were refused for what was not recorded
            for one in waiting:
                if not one.done:
                    one.error = error

    def _record(self, pending: Sequence[Waiting], until: float) -> None:
        tries = 0
        while pending and tries < RETRIES and time.monotonic() < until:
            tries += 1
            decided = Decided()
            try:
                with self._turn_of_processes():
                    decided = self._decided(pending)
                    while self._is_contended() and self._states.renew(decided.looked()):
                        decided = self._decided(pending)
                    self._append(decided.steps, until)
            except VersionTaken:
                if Counting.now is not None:
                    Counting.now.conflicts.inc()
                self._taken(decided)
                pending = [step.one for step in decided.steps if not step.one.done]
                pending += [one.one for one in decided.refused] + decided.later
            else:
                pending = self._refused(decided)
        for one in pending:
            one.error = Busy(name=one.asked.name.partition("/")[2], tries=tries)

    # ── Deciding ──────────────────────────────────────────────────────────────────────────────

    def _decided(self, pending: Sequence[Waiting]) -> Decided:
        """At least the first; what is left out when the time is over has the next turn."""
        decided, keys, left = Decided(), set[str](), dict[str, Seen]()
        end = time.monotonic() + TOGETHER_SECONDS

        def find(stream: str) -> Seen:
            return left.get(stream) or self._states.last_seen(stream)

        for one in pending:
            asked = one.asked
            if asked.request.key in keys:
                decided.later.append(one)
                continue
            if keys and time.monotonic() > end:
                break
            keys.add(asked.request.key)
            loaded = Loaded(find, self._store.earlier, self._selves)
            try:
                asked.require_role(loaded)
                facts = asked.decided(loaded)
            except Unavailable:
                raise
            except Exception as error:  # it is raised where the command came from
                decided.refused.append(Refused(one, error, loaded))
                continue
            entry, kept = snapshots.sealed(asked.entry(loaded, facts), loaded.states)
            after = loaded.left_by(entry)
            left.update((stream, after.seen(stream)) for stream in _written(entry))
            decided.steps.append(Step(one, entry, kept, after))
        return decided

    def _refused(self, decided: Decided) -> list[Waiting]:
        """Those to be decided again: another process wrote to what they looked at."""
        refused = decided.refused
        if refused and self._states.renew(
            stream for one in refused for stream in one.loaded.versions
        ):
            self._share()
            return [one.one for one in refused] + decided.later
        for one in refused:
            # Its own first try, recorded since it was decided, may be what was in its way.
            if self._is_recorded(one.one.asked):
                one.one.answer = Recorded()
            else:
                one.one.error = one.error
        return decided.later

    # ── Appending ─────────────────────────────────────────────────────────────────────────────

    def _append(self, steps: list[Step], until: float) -> None:
        """Record what was decided. Raises VersionTaken where what it looked at has changed."""
        if not steps:
            return
        try:
            stored = self._store.append([step.entry for step in steps])
        except Invalid as error:
            # One is too large to record, which takes nothing from the others.
            if len(steps) == 1:
                steps[0].one.error = error
            else:
                for step in steps:
                    self._record([step.one], until)
            return
        except Unavailable as error:
            # They are recorded together: if one is, only the answer was lost.
            if not self._is_there(steps[0].entry.request.key):
                if faults.may_be_done(error):
                    raise PerhapsRecorded from error
                raise
            for step in steps:
                step.one.answer = Recorded(ours=True)
            return
        if Counting.now is not None:
            Counting.now.facts.inc(sum(map(len, stored)))
        seen: dict[str, Seen] = {}
        for step, facts in zip(steps, stored, strict=True):
            seen.update((stream, step.after.seen(stream)) for stream in _written(step.entry))
            step.one.answer = outcome(facts, step.after, step.one.asked.name)
        self._states.keep(seen)
        if late := behind(stored[-1][-1].recorded_at, self._clock()):
            log().warning("clock behind the newest fact", seconds=late)
        for step in steps:
            if step.kept is not None:
                # It would only have been a shortcut; what was asked for is recorded.
                with suppress(Unavailable):
                    snapshots.keep(self._store, step.kept)

    def _is_there(self, key: str) -> bool:
        """Whether what could not be recorded is. Raises PerhapsRecorded where that cannot be
        known."""
        try:
            return self._store.find_request(key) is not None
        except Unavailable as error:
            raise PerhapsRecorded from error

    def _taken(self, decided: Decided) -> None:
        """Another process was first, or one of the requests was recorded before."""
        before = [step.one for step in decided.steps if self._is_recorded(step.one.asked)]
        for one in before:
            one.answer = Recorded()
        if self._states.renew(decided.looked()) or not before:
            self._share()

    def _is_recorded(self, asked: Asked) -> bool:
        return asked.given and self._store.find_request(asked.request.key) is not None

    # ── Other processes ───────────────────────────────────────────────────────────────────────

    def _turn_of_processes(self) -> AbstractContextManager[None]:
        """Where several processes write, trying at the same time is for nothing."""
        return self._store.turn() if self._is_contended() else nullcontext()

    def _is_contended(self) -> bool:
        return self._contended_until > time.monotonic()

    def _share(self) -> None:
        """Another process was first: take turns from now on, and look before deciding."""
        self._contended_until = time.monotonic() + CONTENDED_SECONDS


def _written(entry: Entry) -> Iterable[str]:
    return dict.fromkeys([new.stream for new in entry.facts])


def outcome(facts: tuple[Fact, ...], after: Loaded, name: str) -> Outcome:
    """What facts came to; `name` is the stream of their agreement, or of what they are about."""
    main = facts[0].stream
    of: Any = after.states.get(name)
    return Outcome(
        state=after.states[main],
        version=after.versions[main],
        agreement=of if isinstance(of, agreement.State) else None,
        facts=facts,
        receipt=[fact.receipt for fact in facts if fact.stream == main][-1],
        position=facts[-1].position,
    )
