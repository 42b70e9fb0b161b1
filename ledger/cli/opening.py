"""What a verb works with: the ledger, the person who acts, the file with a body."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ledger.bounds import MAX_JSON_BODY, MAX_PAGE
from ledger.cli.output import Stopped, language, said, say, tell, why_not
from ledger.cli.parameters import ORGANISATION
from ledger.domain.refusals import NotAParty, Refusal, Unavailable
from ledger.wording import Sentence, words

if TYPE_CHECKING:
    from ledger.application.answers.proof import Checkpoint
    from ledger.application.asker import Asker
    from ledger.clock import Clock
    from ledger.config import Settings
    from ledger.domain.events import By
    from ledger.opening import Ledger

Row = TypeVar("Row")
F = TypeVar("F", bound=Callable[..., Any])
NOBODY_NAMED = "Command line"


def settings() -> Settings:
    """What the environment says. A verb says on the terminal what it has to say: more is logged
    only where that is asked."""
    from ledger import logs
    from ledger.config import read

    try:
        found = read()
        logs.begin(found.log_level or "warning", found.log_format)
    except ValueError as error:
        raise Stopped(str(error)) from error
    return found


def ledger_if_there() -> Ledger | None:
    """The ledger, or None where none is made yet, and then none is begun: a file may be looked at
    without one."""
    from ledger.store.entries import NotInitialised

    elsewhere, _, path = settings().database.partition("sqlite:///")
    if not elsewhere and not Path(path).exists():
        return None
    try:
        return ledger()
    except NotInitialised:
        return None


def ledger(*, check: bool = True) -> Ledger:
    """The ledger that AVROP_DATABASE names, closed when the verb ends. Raises NotInitialised."""
    from ledger.opening import open_ledger

    try:
        opened = open_ledger(settings(), clock())
    except ValueError as error:
        raise Stopped(str(error)) from error
    click.get_current_context().call_on_close(opened.close)
    try:
        if check:
            opened.check()
    except (sqlite3.DatabaseError, Unavailable) as error:
        cause = error.__cause__ if isinstance(error, Unavailable) else error
        if getattr(cause, "sqlite_errorname", "") != "SQLITE_NOTADB":
            raise
        raise Stopped(
            words("{address} is not a database.", address=opened.settings.database)
        ) from error
    return opened


def say_checkpoint(opened: Ledger) -> None:
    """The newest checkpoint, where AVROP_NOTARY says who signs: an anchor for whoever keeps it."""
    from ledger.application.anchor import SIGNED, UNSIGNED, note_of

    if not opened.settings.notary:
        return
    note = note_of(opened.settings.notary)
    say("")
    tell(UNSIGNED if note is None else SIGNED)
    if note is not None:
        say("")
        say(note.rstrip("\n"))


def checkpoint(opened: Ledger) -> Checkpoint:
    """The newest checkpoint as the API tells it."""
    from ledger.application.anchor import checkpoint_answer

    return checkpoint_answer(opened.settings.notary, language())


def today() -> date:
    """The business date where nobody gives one: today in Sweden."""
    from ledger.clock import day_of

    return day_of(clock()())


def clock() -> Clock:
    """The clock that the command line was handed where it was begun (click's `obj`), or the
    machine's."""
    from ledger.clock import system

    found: Clock | None = click.get_current_context().find_root().obj
    return found or system


def at_the_server(opened: Ledger) -> Asker:
    """Who asks on the server's own command line: nothing is hidden from them, and nothing is
    recorded of it."""
    from ledger.application.asker import Asker
    from ledger.domain.events import By

    by = By(person="", organisation="", role="admin")
    return Asker(ledger=opened, by=by, roles=("admin",), language=language(), at_the_server=True)


def narrowed_to(opened: Ledger, agreement: str | None) -> str | None:
    """The number of the agreement that a list is narrowed to, as it was signed. Raises NotFound."""
    from ledger.domain.agreement import stream
    from ledger.domain.refusals import NotFound
    from ledger.numbers import agreement_number

    if agreement is None:
        return None
    number = agreement_number(opened, agreement)
    if opened.service.load(stream(number))[1] is None:
        raise NotFound(what="agreement", name=agreement)
    return number


def who_acts(verb: F) -> F:
    """The options that say who acts."""
    verb = click.option(
        "--organisation",
        type=ORGANISATION,
        help="For whom they act; by default the only party that can.",
    )(verb)
    return click.option(
        "--person", default=NOBODY_NAMED, show_default=True, help="Who acts; kept outside the log."
    )(verb)


def acting(
    opened: Ledger,
    role: str,
    person: str,
    organisation: str | None,
    parties: Sequence[str],
    name: str,
) -> By:
    """Who acts on `name`, for one of the `parties` that may; whoever has the server's command line
    gives them the role. Raises NotAParty, SeveralOfThatName, NotFound."""
    from ledger import people
    from ledger.domain.events import By

    if organisation is None and len(parties) > 1:
        names = ", ".join(parties)
        raise Stopped(
            words(
                "Say with --organisation for whom you act; it can be one of {names}.", names=names
            )
        )
    organisation = opened.registry.party(organisation or parties[0])
    if click.get_current_context().params.get("dry_run"):
        known = opened.registry.find_in(person, organisation) or ""
        by = By(person=known, organisation=organisation, role=role)
    elif organisation in parties:
        by = people.acting(opened.service, opened.registry, person, organisation, role)
    else:
        found = people.person(opened.service, opened.registry, person, organisation)
        by = By(person=found, organisation=organisation, role=role)
    if organisation not in parties:
        refusal = NotAParty(organisation=", ".join(parties), name=name, acting=organisation)
        _note(opened, refusal, by, name)
        raise refusal
    return by


def _note(opened: Ledger, refusal: Refusal, by: By, name: str) -> None:
    """Record that somebody tried to act on `name` for an organisation that cannot."""
    from ledger.attempts import Tried
    from ledger.domain import agreement, drawdown, order

    context = click.get_current_context()
    if context.params.get("dry_run"):
        return
    verb = context.command_path.partition(" ")[2]
    tried = Tried(verb)
    for stream in (agreement.stream(name), order.stream(name), drawdown.stream(name)):
        state = opened.service.load(stream)[1]
        if state is not None:
            number = state.number if stream.startswith("agreement/") else state.agreement
            tried = Tried(verb, stream, number)
    opened.service.attempts.note(refusal, tried, by)


class Unreadable(Stopped):
    """A file that cannot be read, with the reason as a sentence."""

    def __init__(self, file: str, reason: Sentence) -> None:
        self.reason = said(reason)
        super().__init__(f"{click.format_filename(file)}: {self.reason}")


def read_file(name: str, most: int) -> bytes:
    """At most `most` + 1 bytes of a file, or of standard input for "-". Raises Unreadable."""
    try:
        with click.open_file(name, "rb") as file:
            content: bytes = file.read(most + 1)
    except (OSError, ValueError) as error:
        raise Unreadable(
            name, words("The file cannot be read: {why}.", why=why_not(error))
        ) from error
    return content


def read_body(name: str) -> Any:
    """The JSON in a file, or on standard input for "-". Raises Invalid, Unreadable."""
    from ledger.application.bodies.parsing import read_json

    content = read_file(name, MAX_JSON_BODY)
    if len(content) > MAX_JSON_BODY:
        raise Unreadable(
            name,
            words("The file has more than the {count} bytes that are read.", count=MAX_JSON_BODY),
        )
    return read_json(content)


def every(
    listed: Callable[[Any, int], Sequence[Row]], cursor: Callable[[Row], Any], first: Any = ""
) -> Iterator[Row]:
    """All rows of a list that gives at most `limit` after a cursor."""
    after = first
    while rows := listed(after, MAX_PAGE):
        yield from rows
        if len(rows) < MAX_PAGE:
            return
        after = cursor(rows[-1])
