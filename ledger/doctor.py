"""What is to be known of a ledger that runs for years: what is well, what is worth a warning, and
what is at fault, each in words with the remedy. Nothing is changed by looking."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy.exc import DBAPIError

from ledger import __version__, alone, faults, logs
from ledger.audit.published import NotPublished, alarm_of, read
from ledger.bounds import (
    BACKUP_HOURS,
    CHECKPOINT_HOURS,
    FREE_FAULT,
    FREE_WARNING,
    LAG,
    TICK_HOURS,
)
from ledger.clock import behind
from ledger.domain.refusals import Unavailable
from ledger.opening import Ledger, OtherVersion
from ledger.projections.database import SHAPE
from ledger.registry.happened import BACKED_UP, TICKED
from ledger.registry.steps import NEWEST
from ledger.store import NotInitialised, TreeDamaged
from ledger.tick import too_far
from ledger.wording import Sentence, words

OK, WARNING, FAULT = "ok", "warning", "fault"
STATES = (OK, WARNING, FAULT)
"""In the order of their exit status."""
RESET_FAULT = ((3, 7, 0), (3, 51, 2))
"""SQLite versions, the first and the last, that can lose pages of a file which several processes
write to."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What was found of one thing. `figures` are for programs: whole numbers, texts, moments."""

    name: str
    state: str
    said: Sentence
    figures: Mapping[str, Any] = {}


Look = Callable[[Ledger], Iterator[Finding]]


def examine(opened: Ledger) -> list[Finding]:
    """Look at everything. What cannot be looked at is a fault of its own."""
    if opened.store.on_sqlite and not Path(opened.store.place).exists():
        return [unopened(NotInitialised())]
    return looked_at(opened, LOOKS)


def looked_at(opened: Ledger, names: Iterable[str]) -> list[Finding]:
    """Look at some of it, by its names in LOOKS."""
    found: list[Finding] = []
    for name in names:
        try:
            found += LOOKS[name](opened)
        except (Unavailable, DBAPIError, TreeDamaged, NotInitialised, OtherVersion) as error:
            found.append(Finding(name=name, state=FAULT, said=_why(error)))
    return found


def unopened(error: Exception) -> Finding:
    """The only finding where there is nothing to look at."""
    return Finding(name="log", state=FAULT, said=_why(error))


def worst(found: list[Finding]) -> int:
    """0: all is well, 1: there is a warning, 2: there is a fault."""
    return max((STATES.index(one.state) for one in found), default=0)


def _why(error: Exception) -> Sentence:
    if isinstance(error, OtherVersion):
        return error.sentence
    if isinstance(error, NotInitialised):
        return words("There is no ledger yet: run `avrop init`.")
    if isinstance(error, TreeDamaged):
        return words("The log's hash tree is damaged: run `avrop verify`.")
    return faults.told(error) or words("The database does not answer.")


# ── The log, the registry and the read models ─────────────────────────────────────────────────


def _log(opened: Ledger) -> Iterator[Finding]:
    opened.store.check()
    head, end = opened.store.leaves.head(), opened.store.leaves.end()
    figures = {"entries": head.size, "position": opened.store.position()}
    if head.size != end:
        said = words("The log's hash tree is damaged: run `avrop verify`.")
        yield Finding(name="log", state=FAULT, said=said, figures=figures)
        return
    said = words("The log has {count} entries.", count=head.size)
    yield Finding(name="log", state=OK, said=said, figures=figures)


def _registry(opened: Ledger) -> Iterator[Finding]:
    opened.check_registry()
    said = words("The registry is of this version ({number}).", number=NEWEST)
    yield Finding(name="registry", state=OK, said=said, figures={"version": NEWEST})


def _views(opened: Ledger) -> Iterator[Finding]:
    if (state := opened.views.state()) is None:
        said = words("The read models are not made yet: they are when they are read first.")
        yield Finding(name="read-models", state=WARNING, said=said, figures={"shape": SHAPE})
        return
    figures = {"shape": SHAPE, "position": state.position, "lag": state.lag}
    if state.stopped is not None:
        position, fact = state.stopped
        said = words(
            "The read models end before position {position}: this version of the program does not "
            "know the fact {fact} there. Run the newer version.",
            position=position,
            fact=fact,
        )
        yield Finding(
            name="read-models", state=FAULT, said=said, figures={**figures, "unknown": fact}
        )
    elif not state.is_of_log:
        said = words(
            "The read models are of another log, as where an older one was put back: they are made "
            "anew when they are read next, or by `avrop rebuild`."
        )
        yield Finding(name="read-models", state=WARNING, said=said, figures=figures)
    elif state.lag > LAG:
        said = words(
            "The read models are {lag} positions behind the log: they follow when they are read.",
            lag=state.lag,
        )
        yield Finding(name="read-models", state=WARNING, said=said, figures=figures)
    else:
        said = words("The read models are made up to position {position}.", position=state.position)
        yield Finding(name="read-models", state=OK, said=said, figures=figures)


# ── The machine ───────────────────────────────────────────────────────────────────────────────


def _program(_: Ledger) -> Iterator[Finding]:
    said = words("Avrop {version}.", version=__version__)
    yield Finding(name="program", state=OK, said=said, figures={"version": __version__})


def _sqlite(opened: Ledger) -> Iterator[Finding]:
    if not opened.store.on_sqlite:
        return
    version, figures = sqlite3.sqlite_version, {"version": sqlite3.sqlite_version}
    first, last = RESET_FAULT
    if not first <= sqlite3.sqlite_version_info <= last:
        said = words("SQLite {version}.", version=version)
        yield Finding(name="sqlite", state=OK, said=said, figures=figures)
    elif os.environ.get("AVROP_WORKERS", "1").strip() not in ("", "1"):
        said = words(
            "SQLite {version} can damage a file that several processes write to, and AVROP_WORKERS "
            "asks for several: leave it unset, or use SQLite 3.51.3 or newer, or PostgreSQL.",
            version=version,
        )
        yield Finding(name="sqlite", state=FAULT, said=said, figures=figures)
    else:
        said = words(
            "SQLite {version}: one process writes, as this version of it needs.", version=version
        )
        yield Finding(name="sqlite", state=OK, said=said, figures=figures)


def _server(opened: Ledger) -> Iterator[Finding]:
    if not opened.store.on_sqlite:
        return
    process = alone.server_of(opened.store.place)
    said = words("No server is at the file.")
    if process is not None:
        said = words("One server is at the file: process {process}.", process=process)
    yield Finding(name="server", state=OK, said=said, figures={"process": process})


def _disk(opened: Ledger) -> Iterator[Finding]:
    if not opened.store.on_sqlite:
        return
    folder = Path(opened.store.place).absolute().parent
    free = shutil.disk_usage(folder).free
    state = FAULT if free < FREE_FAULT else WARNING if free < FREE_WARNING else OK
    megabytes = free // 1_000_000
    said = words("{folder} has {free} MB free.", folder=str(folder), free=megabytes)
    if state != OK:
        said = words(
            "{folder} has {free} MB free: make room, or nothing more can be recorded.",
            folder=str(folder),
            free=megabytes,
        )
    yield Finding(name="disk", state=state, said=said, figures={"free_bytes": free})


def _clock(opened: Ledger) -> Iterator[Finding]:
    newest = opened.store.newest()
    late = behind(newest, opened.now)
    figures = {"newest": None if newest is None else newest.isoformat()}
    if late is not None:
        said = words("The clock is {seconds} s behind the newest entry: set it.", seconds=str(late))
        yield Finding(name="clock", state=WARNING, said=said, figures=figures)
    elif too_far(opened.store, opened.today) is not None:
        said = words(
            "The newest entry is of {newest}, and the clock says {today}: if nothing was recorded "
            "since, all is well; else the clock is ahead.",
            newest=newest.date() if newest else "",
            today=opened.today,
        )
        yield Finding(name="clock", state=WARNING, said=said, figures=figures)
    else:
        said = words("The clock agrees with the newest entry.")
        yield Finding(name="clock", state=OK, said=said, figures=figures)


# ── What has to be done now and then ──────────────────────────────────────────────────────────


def _tick(opened: Ledger) -> Iterator[Finding]:
    yield _age(
        opened,
        "tick",
        TICKED,
        TICK_HOURS,
        words("`avrop tick` was never run: run it each day, by a timer."),
        words("`avrop tick` was run {hours} h ago: see why its timer does not run it each day."),
        words("`avrop tick` was run {hours} h ago."),
    )


def _backup(opened: Ledger) -> Iterator[Finding]:
    if not opened.store.on_sqlite:
        return  # PostgreSQL's own programs do it
    yield _age(
        opened,
        "backup",
        BACKED_UP,
        BACKUP_HOURS,
        words("No backup was ever made: run `avrop backup FOLDER` each day, by a timer."),
        words("The newest backup is {hours} h old: see why its timer does not make one each day."),
        words("The newest backup is {hours} h old."),
    )


def _age(
    opened: Ledger, name: str, what: str, most: int, never: Sentence, old: Sentence, well: Sentence
) -> Finding:
    at = opened.registry.happened(what)
    if at is None:
        return Finding(name=name, state=WARNING, said=never, figures={"at": None})
    seconds = int((opened.now - at).total_seconds())
    is_old = seconds > most * 3600
    said = old if is_old else well
    return Finding(
        name=name,
        state=WARNING if is_old else OK,
        said=words(said.template, hours=seconds // 3600),
        figures={"at": at.isoformat(), "age_seconds": seconds},
    )


def _notary(opened: Ledger) -> Iterator[Finding]:
    folder = opened.settings.notary
    if not folder:
        said = words("No notary's folder is set (AVROP_NOTARY): no checkpoint is known of.")
        yield Finding(name="checkpoint", state=WARNING, said=said)
        return
    if alarm := alarm_of(Path(folder)):
        said = words("The notary has raised an alarm: {why} Run `avrop verify`.", why=alarm)
        yield Finding(name="notary", state=FAULT, said=said, figures={"alarm": True})
    try:
        newest = read(Path(folder))
    except NotPublished as error:
        said = words("No checkpoint can be relied on: {why}.", why=str(error))
        yield Finding(name="checkpoint", state=FAULT, said=said)
        return
    size = newest.checkpoint.size
    at = datetime.fromtimestamp((Path(folder) / "checkpoint").stat().st_mtime, UTC)
    seconds = int((opened.now - at).total_seconds())
    waits = opened.store.leaves.end() - size
    figures = {"size": size, "unsigned": waits, "age_seconds": seconds}
    if waits > 0 and seconds > CHECKPOINT_HOURS * 3600:
        said = words(
            "{count} entries are not signed, and the newest checkpoint is {hours} h old: see "
            "whether `avrop notary run` runs.",
            count=waits,
            hours=seconds // 3600,
        )
        yield Finding(name="checkpoint", state=WARNING, said=said, figures=figures)
        return
    said = words("The newest checkpoint is of {size} entries.", size=size)
    yield Finding(name="checkpoint", state=OK, said=said, figures=figures)


LOOKS: dict[str, Look] = {
    "program": _program,
    "log": _log,
    "registry": _registry,
    "read-models": _views,
    "clock": _clock,
    "sqlite": _sqlite,
    "server": _server,
    "disk": _disk,
    "tick": _tick,
    "backup": _backup,
    "checkpoint": _notary,
}
"""What is looked at, in the order in which it is told."""
CHEAP = ("read-models", "clock", "tick", "backup", "checkpoint")
"""What whoever asks whether the ledger is ready is told too."""
TOLD = ("program", "log", "registry", *CHEAP)
"""What an administrator is told, who need not be whoever has the server: nothing of its folders."""


def readiness(opened: Ledger) -> dict[str, Any]:
    """The cheap part, for programs. Raises Unavailable and DBAPIError where nothing can be read."""
    opened.views.require_readable()
    try:
        opened.check_registry()
    except OtherVersion as error:
        logs.log().error("the registry is not of this version", why=str(error))
        raise Unavailable from error
    told: dict[str, Any] = {}
    warnings = []
    for name in CHEAP:
        for one in LOOKS[name](opened):
            told[one.name.replace("-", "_")] = {"state": one.state, **one.figures}
            if one.state != OK:
                warnings.append(one.name)
    return {"position": opened.store.position(), **told, "warnings": warnings}
