"""The one way to write: decide, append; look and decide again when someone was first."""

from collections.abc import Callable, Sequence
from datetime import datetime
from secrets import token_hex
from typing import Any

import msgspec

from ledger import deadline, metrics
from ledger.attempts import Attempts, of_command
from ledger.clock import Clock, day_of, system
from ledger.deciding import Command, Loaded, State, agreement_of, name_of
from ledger.domain import agreement
from ledger.domain.events import By, Fact
from ledger.domain.given import Selves, alone
from ledger.domain.refusals import KeyReused, Refusal, Unavailable
from ledger.service.asked import Asked, planned
from ledger.service.in_thought import in_thought
from ledger.service.recording import Outcome as Outcome
from ledger.service.recording import Recorded, Recording, outcome
from ledger.service.states import States
from ledger.service.turns import Turns
from ledger.service.whole import Whole
from ledger.store import Request, Store
from ledger.veil import StandIn, veiled


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
        self,
        store: Store,
        stand_in: StandIn | None = None,
        clock: Clock = system,
        selves: Selves = alone,
    ) -> None:
        """`stand_in` is a registry's `party`; without it, no sole trader can be one. `selves` is a
        registry's too: who is one human being."""
        self.clock = clock
        self.selves = selves
        self.store = store
        self._stand_in = stand_in
        self._states = States(store)
        self._turns: Turns[Asked, Outcome | Recorded] = Turns(
            Recording(store, self._states, self._moment, selves).carry_out
        )
        self.attempts = Attempts(self.execute, clock)

    def _moment(self) -> datetime:
        return self.clock()

    # ── Reading ───────────────────────────────────────────────────────────────────────────────

    def load(self, stream: str) -> tuple[int, Any]:
        """The newest version and state of a stream: what is known, and what came since."""
        return self._states.newest(stream)

    def known(self, stream: str) -> Any:
        """The state of a stream as this process last saw it: perhaps not the newest, or None."""
        return self._states.known(stream)

    def state_at(self, stream: str, version: int) -> Any:
        """A stream's state as it was at a version."""
        return self._states.at(stream, version)

    def _seen(self, stream: str) -> Any:
        """A state that will do for what never changes of it, as which agreement's it is."""
        return self.known(stream) or self.load(stream)[1]

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
        if self._stand_in is not None:
            command = veiled(command, self._stand_in)
        name = name_of(command, self._seen)
        asked = Asked(
            command=command,
            by=by,
            request=request or Request(key=token_hex(16), digest=""),
            given=request is not None,
            now=now or self.clock(),
            expected=expected,
            timed=now is not None,
            name=name,
        )
        if dry_run:
            loaded = Loaded(self.load, self.store.earlier, self.selves)
            entry = asked.entry(loaded, asked.decided(loaded))
            loaded.find(name)  # what the balance is told of, also where nothing moves it
            return outcome(*planned(entry, loaded), name)
        # What may take long to load is loaded before anybody waits for it.
        self._states.last_seen(name)
        try:
            answer = self._turns.take(name.partition("/")[2], asked)
        except Refusal as refusal:
            metrics.refused(refusal)
            self.attempts.note(refusal, of_command(command, name), by, request, asked.now)
            raise
        if isinstance(answer, Recorded):
            return self._told(asked.request, ours=answer.ours)
        return answer

    def whole(self, by: By, key: str, *, recording: bool = True) -> Whole:
        """Many commands to be decided and then recorded as one; what was decided is kept until it
        is closed. `key` is that of the whole as a request."""
        return Whole(
            self.store,
            self._states,
            self.selves,
            self._stand_in,
            by,
            key,
            self.clock(),
            recording=recording,
        )

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
        loaded = Loaded(self.load, self.store.earlier, self.selves)
        loaded.agreement(number)
        at, tried = now or self.clock(), []
        request = Request(key="what-if", digest="")
        for imagined in commands:
            deadline.look()
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

    def answered(self, request: Request) -> Request | None:
        """A request as it was recorded, with what answers it; None where it was not. Raises
        KeyReused."""
        found = self.store.find_request(request.key)
        if found is not None and found.digest not in (request.digest, request.former):
            raise KeyReused(key=request.key.rpartition(":")[2])
        return found

    def _told(self, request: Request, *, ours: bool) -> Outcome:
        """The first answer of a request that was recorded before. Raises KeyReused."""
        found = self.answered(request)
        if found is None:
            raise Unavailable
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
