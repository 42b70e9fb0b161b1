"""What is looked at: whether anything is lost, leaks or is told."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median

import msgspec

from ledger.cli.rebuild import check_rebuild
from ledger.domain import agreement
from ledger.opening import Ledger
from ledger.snapshots import fold
from soaking.clients import CAP
from tests.service.log_check import facts_of, faults, requests_of

GROWTH, MEGABYTES = 1.1, 40
"""How much more memory at the end is no leak."""
MORE = {"threads": 40, "files": 120}
"""What pools may still open once they have begun; what leaks is a part of each request's."""


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """What a process holds: memory in megabytes, threads, open files and connections."""

    memory: float
    threads: int
    files: int


def sample(process: int) -> Sample:
    """Raises OSError where it is gone."""
    there = Path(f"/proc/{process}")
    said = dict(
        line.split(":", 1) for line in (there / "status").read_text().splitlines() if ":" in line
    )
    return Sample(
        memory=int(said["VmRSS"].split()[0]) / 1000,
        threads=int(said["Threads"]),
        files=sum(1 for _ in (there / "fd").iterdir()),
    )


def leaks(samples: Sequence[Sample]) -> list[str]:
    """What grew from the first quarter of a time to the last, in words."""
    quarter = max(1, len(samples) // 4)
    found = []
    for name, unit in (("memory", "MB"), ("threads", ""), ("files", "")):
        first, last = (
            median(getattr(one, name) for one in some)
            for some in (samples[:quarter], samples[-quarter:])
        )
        room = MORE[name] if name in MORE else first * (GROWTH - 1) + MEGABYTES
        if last > first + room:
            found.append(f"{name}: {first:.0f} {unit} at first, {last:.0f} {unit} at last")
    return found


def told(lines: Iterable[str], secrets: Iterable[str]) -> list[str]:
    """Lines of a log that repeat a secret."""
    kept = [one for one in secrets if one]
    return [line.strip() for line in lines if any(one in line for one in kept)]


def lost(ledger: Ledger, persons: dict[str, str], acknowledged: dict[str, str]) -> list[str]:
    """What the log lacks of what was answered, has twice, in part, or past a cap; what the read
    models have otherwise. `acknowledged`: key → number; `persons`: whose key it is, by its verb."""
    facts = [fact for fact in facts_of(ledger.store) if not fact.stream.startswith("access/")]
    requests = [one for one in requests_of(ledger.settings) if not one[1].startswith("access/")]
    keys = {
        f"{persons[key.partition('-')[0]]}:{key}": number
        for key, number in acknowledged.items()
        if not key.startswith("sign-")
    }
    found = faults(facts, requests, keys)
    states: dict[str, object] = {}
    for fact in facts:
        states[fact.stream] = fold(fact.stream, states.get(fact.stream), fact)
    for stream, state in states.items():
        if isinstance(state, agreement.State):
            use, cap = agreement.use_of(state, state.cap).total, CAP * 100
            if use > cap:
                found.append(f"{stream}: {use} öre in use of {cap}")
    return found + [str(one) for one in check_rebuild(ledger)]
