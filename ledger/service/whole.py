"""Many commands as one: decided one after another, recorded in one transaction or not at all.

What a file brings may be tens of thousands of commands. They are decided without anybody waiting
for them, each on what those before it leave, and kept on disk meanwhile; only then are they
recorded, if nothing that they were decided on has moved on.
"""

import tempfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any, BinaryIO

import msgspec

from ledger import codec, snapshots
from ledger.bounds import WHOLE_LOT
from ledger.deciding import Command, Loaded, name_of
from ledger.domain.events import By
from ledger.domain.given import Selves
from ledger.service.asked import Asked
from ledger.service.states import Seen, States
from ledger.snapshots import Kept
from ledger.store import Lot, Request, Store
from ledger.veil import StandIn, veiled

Watch = Callable[[int, int], None]
"""Told how many of how many are recorded."""


class _Line(msgspec.Struct, array_like=True, frozen=True):
    """A fact that was decided, as it is kept until all are recorded."""

    stream: str
    version: int
    name: str
    event: msgspec.Raw
    effective_on: date
    key: str
    seal: str
    ends: str
    """The stream that answers its request, of a command's last fact; else empty."""
    answers: int


class Whole:
    """What is decided so far. For one thread; closed when it is done with."""

    def __init__(
        self,
        store: Store,
        states: States,
        selves: Selves,
        stand_in: StandIn | None,
        by: By,
        key: str,
        now: datetime,
        *,
        recording: bool,
    ) -> None:
        """`key` begins those of all its requests: what was recorded under it is found by it. What
        is not to be recorded is thought of alone, and asks for no role."""
        self._recording = recording
        self._store, self._states, self._selves = store, states, selves
        self._stand_in = stand_in
        self._by, self._key, self._now = by, key, now
        self._left: dict[str, Seen] = {}
        self._looked: dict[str, int] = {}
        self._written: set[str] = set()
        self._kept: dict[str, Kept] = {}
        self._lines: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115
        self._encoder = msgspec.json.Encoder()
        self.commands = self.facts = 0

    def close(self) -> None:
        self._lines.close()

    def find(self, stream: str) -> Any:
        """A state as what was decided so far leaves it."""
        return self._seen(stream)[1]

    def _seen(self, stream: str) -> Seen:
        found = self._left.get(stream)
        if found is None:
            found = self._left[stream] = self._states.newest(stream)
        return found

    def decide(self, command: Command) -> str:
        """Decide one more; the stream of its main fact. Raises its Refusal: then all that was
        decided before stands as it was."""
        if self._stand_in is not None:
            command = veiled(command, self._stand_in)
        asked = Asked(
            command=command,
            by=self._by,
            request=Request(key=f"{self._key}.{self.commands + 1}", digest=self._key),
            given=True,
            now=self._now,
            expected=None,
            name=name_of(command, self.find),
        )
        loaded = Loaded(self._seen, self._store.earlier, self._selves)
        if self._recording:
            asked.require_role(loaded)
        entry, kept = snapshots.sealed(asked.entry(loaded, asked.decided(loaded)), loaded.states)
        for new in entry.facts:  # one that is too large is refused before anything is kept
            codec.encode(new, self._by, self._now, asked.request.key)
        after = loaded.left_by(entry)
        main = entry.facts[0].stream
        if kept is not None:
            self._kept[kept.stream] = kept
        for stream, version in loaded.versions.items():
            self._looked.setdefault(stream, version)
        at = dict(loaded.versions)
        last = len(entry.facts)
        for place, new in enumerate(entry.facts, 1):
            at[new.stream] = at.get(new.stream, 0) + 1
            self._written.add(new.stream)
            line = _Line(
                stream=new.stream,
                version=at[new.stream],
                name=type(new.event).stored,
                event=msgspec.Raw(codec.written(new.event)),
                effective_on=new.effective_on,
                key=asked.request.key,
                seal=new.seal,
                ends=main if place == last else "",
                answers=after.versions[main],
            )
            self._lines.write(self._encoder.encode(line) + b"\n")
        self._left.update((stream, after.seen(stream)) for stream in at)
        self.commands += 1
        self.facts += last
        return main

    def forget(self, stream: str) -> None:
        """Nothing more is decided on a stream: its state is not kept."""
        self._left.pop(stream, None)

    def record(self, watch: Watch) -> None:
        """All of it in one transaction. Raises VersionTaken where something that it was decided on
        has moved on, or it is recorded already; Unavailable."""
        looked = {
            stream: version
            for stream, version in self._looked.items()
            if stream not in self._written
        }
        self._store.append_lots(lambda moment: self._lots(moment, watch), looked, self._now)
        self._states.keep(
            {stream: seen for stream, seen in self._left.items() if stream in self._written}
        )
        for kept in self._kept.values():
            snapshots.keep(self._store, kept)

    def is_recorded(self) -> bool:
        """Whether it is in the log, where the answer to recording it was lost."""
        return self._store.find_request(f"{self._key}.1") is not None

    def _lots(self, moment: datetime, watch: Watch) -> Iterator[Lot]:
        self._lines.seek(0)
        decode = msgspec.json.Decoder(_Line).decode
        events: list[tuple[str, int, str, bytes]] = []
        requests: list[Request] = []
        done = 0
        for text in self._lines:
            line = decode(text)
            data = codec.enclosed(
                line.event, line.effective_on, self._by, moment, line.key, line.seal
            )
            events.append((line.stream, line.version, line.name, data))
            if line.ends:
                requests.append(
                    Request(key=line.key, digest=self._key, stream=line.ends, version=line.answers)
                )
                if len(events) >= WHOLE_LOT:
                    yield events, requests
                    done += len(events)
                    watch(done, self.facts)
                    events, requests = [], []
        if events:
            yield events, requests
            watch(self.facts, self.facts)
