"""The one way to write: load what a command names, decide, append; again when someone was first."""

import random
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import datetime
from secrets import token_hex
from typing import Any

import msgspec
from msgspec.structs import replace

from ledger import snapshots
from ledger.asked import Asked, planned
from ledger.attempts import Attempts, of_command
from ledger.bounds import (
    CONTENDED_SECONDS,
    RETRIES,
    RETRY_PAUSE,
    RETRY_SECONDS,
    STATES_KEPT,
)
from ledger.clock import Clock, day_of, system
from ledger.deciding import (
    Command,
    Loaded,
    State,
    agreement_of,
    turn_of,
)
from ledger.domain import agreement
from ledger.domain.events import By, Fact, New
from ledger.domain.refusals import (
    Busy,
    Invalid,
    KeyReused,
    Refusal,
    Unavailable,
)
from ledger.in_thought import in_thought
from ledger.snapshots import fold
from ledger.store import Request, Store, VersionTaken
from ledger.turns import Turns, Waiting
from ledger.veil import StandIn, veiled


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


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """A step of a play: its resource and facts as they would be, or why it would be refused.

    `agreement` is as it would be after the step; a refused one leaves it as it was.
    """

    agreement: agreement.State
    state: State | None = None
    facts: tuple[Fact, ...] = ()
    refusal: Refusal | None = None


Imagined = Command | Callable[[Loaded], Command]
"""A command of a play, or how it is made of the states that the steps before it would leave."""


class Service:
    """Executes commands on one ledger. Safe to use from several threads."""

    def __init__(
        self, store: Store, stand_in: StandIn | None = None, clock: Clock = system
    ) -> None:
        """`stand_in` is a registry's `party`; without it, no sole trader can be one."""
        self.clock = clock
        self.store = store
        self._stand_in = stand_in
        self._states: OrderedDict[str, tuple[int, Any]] = OrderedDict()
        self._guard = threading.Lock()
        self._turns: Turns[Asked, Outcome] = Turns(self._carry_out)
        self._contended: dict[str, float] = {}
        self.attempts = Attempts(self.execute, clock)

    # ── Reading ───────────────────────────────────────────────────────────────────────────────

    def load(self, stream: str) -> tuple[int, Any]:
        """The newest version and state of a stream: what is known, and what came since."""
        with self._guard:
            version, state = self._states.get(stream, (0, None))
        if version == 0:
            version, state = snapshots.restore(self.store, stream)
        for fact in self.store.history(stream, after=version):
            version, state = fact.version, fold(stream, state, fact)
        if version:
            self._keep(stream, version, state)
        return version, state

    def known(self, stream: str) -> Any:
        """The state of a stream as this process last saw it: perhaps not the newest, or None."""
        with self._guard:
            return self._states.get(stream, (0, None))[1]

    def _last_seen(self, stream: str) -> tuple[int, Any]:
        """A stream as this process last saw it, also that it was not there: not the newest where
        another process wrote to it since."""
        with self._guard:
            found = self._states.get(stream)
        if found is None:
            found = self.load(stream)
            self._keep(stream, *found)
        return found

    def _seen(self, stream: str) -> Any:
        """A state that will do for what never changes of it, as which agreement's it is."""
        return self.known(stream) or self.load(stream)[1]

    def state_at(self, stream: str, version: int) -> Any:
        """A stream's state as it was at a version."""
        state = None
        for fact in self.store.history(stream, to=version):
            state = fold(stream, state, fact)
        return state

    def _keep(self, stream: str, version: int, state: Any) -> None:
        with self._guard:
            if self._states.get(stream, (0, None))[0] <= version:
                self._states[stream] = (version, state)
                self._states.move_to_end(stream)
            while len(self._states) > STATES_KEPT:
                self._states.popitem(last=False)

    # ── Writing ───────────────────────────────────────────────────────────────────────────────

    def execute(
        self,
        command: Command,
        by: By,
        request: Request | None = None,
        now: datetime | None = None,
        *,
        dry_run: bool = False,
        expected: tuple[int, ...] | None = None,
    ) -> Outcome:
        """Decide and record. `expected` are the versions that the resource may be at (If-Match).

        Raises a Refusal; then nothing was recorded but, at most, that it was tried (see
        `attempts`). `now` is when it is done, where that is not this moment: for history that is
        played, as the demonstration's.
        """
        given = request is not None
        if self._stand_in is not None:
            command = veiled(command, self._stand_in)
        asked = Asked(
            command=command,
            by=by,
            request=request or Request(key=token_hex(16), digest=""),
            given=given,
            now=now or self.clock(),
            expected=expected,
            timed=now is not None,
        )
        if given and not dry_run and (done := self._done_before(asked.request)):
            return done
        name = turn_of(command, self._seen)
        if dry_run:
            loaded = Loaded(self.load, self.store.earlier)
            entry = asked.entry(loaded, asked.decided(loaded))
            loaded.find(name)  # what the balance is told of, also where nothing moves it
            return _outcome(*planned(entry, loaded), name)
        try:
            return self._turns.take(name, asked)
        except Refusal as refusal:
            self.attempts.note(refusal, of_command(command, name), by, request, asked.now)
            raise

    def what_if(
        self,
        number: str,
        commands: Sequence[Imagined],
        by: By,
        now: datetime | None = None,
        *,
        stop: bool = False,
    ) -> list[Tried]:
        """Play commands one after another on a copy of an agreement's state; nothing is written.

        A new order gets the number that it would get. A refused step leaves the state as it was,
        and the play goes on, unless it is to `stop` there. Who may not do it has it done in thought
        by somebody who may: see `in_thought`. Raises NotFound for the agreement only.
        """
        loaded = Loaded(self.load, self.store.earlier)
        loaded.agreement(number)
        at, tried = now or self.clock(), []
        request = Request(key="what-if", digest="")
        for imagined in commands:
            try:
                command = imagined(loaded) if callable(imagined) else imagined
                if self._stand_in is not None:
                    command = veiled(command, self._stand_in)
                asked = Asked(
                    command=command,
                    by=in_thought(command, loaded, day_of(at), by),
                    request=request,
                    given=False,
                    now=at,
                    expected=None,
                )
                entry = asked.entry(loaded, asked.decided(loaded))
            except Refusal as refusal:
                tried.append(Tried(agreement=loaded.agreement(number), refusal=refusal))
                if stop:
                    break
                continue
            facts, loaded = planned(entry, loaded)
            tried.append(
                Tried(
                    agreement=loaded.agreement(number),
                    state=loaded.states[facts[0].stream],
                    facts=facts,
                )
            )
        return tried

    def _carry_out(self, name: str, waiting: list[Waiting[Asked, Outcome]]) -> None:
        """Together, if nothing comes between; else one by one."""
        try:
            with self._turn_of_processes(name):
                self._at_their_turn(waiting)
                self._record(name, waiting, time.monotonic() + RETRY_SECONDS)
        except Exception as error:  # also of those that were refused for what was not recorded
            for one in waiting:
                if one.answer is None:
                    one.error = error

    def _at_their_turn(self, waiting: list[Waiting[Asked, Outcome]]) -> None:
        """It is done when the turn comes, not when it was asked for: who waited is no earlier than
        what was recorded meanwhile."""
        now = self.clock()
        for one in waiting:
            if not one.asked.timed:
                one.asked = replace(one.asked, now=now)

    def _turn_of_processes(self, name: str) -> AbstractContextManager[None]:
        """Where several processes write to an agreement, trying at the same time is for nothing."""
        return self.store.turn() if self._is_contended(name) else nullcontext()

    def _is_contended(self, name: str) -> bool:
        return self._contended.get(name, 0.0) > time.monotonic()

    def _share(self, name: str) -> None:
        """Another process was first: take turns from now on."""
        self._contended[name] = time.monotonic() + CONTENDED_SECONDS

    def _second(self, name: str, tries: int) -> None:
        """Another process was first: leave it some time."""
        self._share(name)
        time.sleep(random.uniform(0, RETRY_PAUSE * tries))  # noqa: S311

    def _record(self, name: str, waiting: list[Waiting[Asked, Outcome]], until: float) -> None:
        if len(waiting) > 1 and self._together(name, waiting, until):
            return
        for one in waiting:
            try:
                one.error = None
                one.answer = self._alone(name, one.asked, until)
            except Exception as error:  # it is raised where the command came from
                one.error = error

    def _alone(self, name: str, asked: Asked, until: float) -> Outcome:
        """One command in a transaction of its own. Raises its Refusal."""
        if (done := self._at_once(name, asked)) is not None:
            return done
        for tries in range(1, RETRIES + 1):
            loaded = Loaded(self.load, self.store.earlier)
            try:
                facts = asked.decided(loaded)
            except Refusal:
                # Its own first try, recorded since we looked, may be what is in its way.
                if asked.given and (done := self._done_before(asked.request)):
                    return done
                raise
            try:
                return self._stored(name, asked, loaded, facts)
            except VersionTaken:
                if done := self._done_before(asked.request, ours=not asked.given):
                    return done
                if time.monotonic() > until:
                    raise Busy(name=name.partition("/")[2], tries=tries) from None
                self._second(name, tries)
        raise Busy(name=name.partition("/")[2], tries=RETRIES)

    def _at_once(self, name: str, asked: Asked) -> Outcome | None:
        """Decided on what this process last saw, which spares looking whether anything came since.

        The log takes it only where nothing did: it checks the version of all that was looked at.
        None: something may have, since it is refused or not taken, and nothing is recorded.
        """
        if self._is_contended(name):
            return None
        loaded = Loaded(self._last_seen, self.store.earlier)
        try:
            facts = asked.decided(loaded)
        except Refusal:
            return None
        try:
            return self._stored(name, asked, loaded, facts)
        except VersionTaken:
            self._share(name)
            return None

    def _stored(self, name: str, asked: Asked, loaded: Loaded, facts: list[New]) -> Outcome:
        """Record what was decided. Raises VersionTaken where what it looked at has changed."""
        entry, kept = snapshots.sealed(asked.entry(loaded, facts), loaded.states)
        stored = self.store.append([entry])[0]
        after = loaded.after(stored)
        self._recorded(list(stored), after, [kept])
        return _outcome(stored, after, name)

    def _together(self, name: str, waiting: list[Waiting[Asked, Outcome]], until: float) -> bool:
        """Several commands in one transaction, each decided on what those before it leave.

        What is refused is left out and takes nothing from the others. False: nothing is recorded
        and each has to be carried out by itself.
        """
        given = [one.asked.request.key for one in waiting if one.asked.given]
        if len(set(given)) < len(given):
            return False
        for tries in range(1, RETRIES + 1):
            loaded = Loaded(self.load, self.store.earlier)
            steps, keeping = [], []
            for one in waiting:
                try:
                    facts = one.asked.decided(loaded)
                except Exception as error:  # it is raised where the command came from
                    # Its own first try, recorded since we looked, may be what is in its way.
                    if one.asked.given and self.store.find_request(one.asked.request.key):
                        return False
                    one.error = error
                    continue
                entry, kept = snapshots.sealed(one.asked.entry(loaded, facts), loaded.states)
                keeping.append(kept)
                loaded = planned(entry, loaded)[1]
                one.error = None
                steps.append((one, entry, loaded))
            try:
                stored = self.store.append([entry for _, entry, _ in steps]) if steps else []
            except VersionTaken:
                # Of keys that were made here one tells for all: they are recorded together.
                keys = {steps[0][0].asked.request.key, *given}
                if time.monotonic() > until or any(map(self.store.find_request, keys)):
                    return False
                self._second(name, tries)
                continue
            except Invalid:
                return False
            for (one, _, after), recorded in zip(steps, stored, strict=True):
                one.answer = _outcome(recorded, after, name)
            if steps:
                self._recorded([fact for each in stored for fact in each], loaded, keeping)
            return True
        return False

    def _done_before(self, request: Request, *, ours: bool = False) -> Outcome | None:
        """The first answer of a request that was recorded before. Raises KeyReused."""
        found = self.store.find_request(request.key)
        if found is None:
            return None
        if found.digest not in (request.digest, request.former):
            raise KeyReused(key=request.key.rpartition(":")[2])
        state = self.state_at(found.stream, found.version)
        of = agreement_of(state)
        return Outcome(
            state=state,
            version=found.version,
            agreement=None if of is None else self.load(of)[1],
            replayed=not ours,
            receipt=self.store.leaves.receipt(found.stream, found.version),
            position=self.store.last_of(found),
        )

    def _recorded(
        self, facts: list[Fact], after: Loaded, kept: list[snapshots.Kept | None]
    ) -> None:
        """Know, or also keep, the states that recorded facts leave."""
        for stream in dict.fromkeys(fact.stream for fact in facts):
            self._keep(stream, after.versions[stream], after.states[stream])
        for state in filter(None, kept):
            # It would only have been a shortcut; what was asked for is recorded.
            with suppress(Unavailable):
                snapshots.keep(self.store, state)


def _outcome(facts: tuple[Fact, ...], after: Loaded, name: str) -> Outcome:
    main = facts[0].stream
    of = after.states.get(name)
    return Outcome(
        state=after.states[main],
        version=after.versions[main],
        agreement=of if isinstance(of, agreement.State) else None,
        facts=facts,
        receipt=[fact.receipt for fact in facts if fact.stream == main][-1],
        position=facts[-1].position,
    )
