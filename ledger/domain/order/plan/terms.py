"""What sessions and instalments must be to be agreed: numbered, on a line, adding up to it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from ledger.domain.events import Instalment, OrderLine, PlannedSession
from ledger.domain.money import least_of, split, to_text
from ledger.domain.order.commands import ChangeOrder, PlaceOrder
from ledger.domain.order.plan.commands import InstalmentTerms, SessionTerms
from ledger.domain.order.plan.instalments import instalments_on
from ledger.domain.order.plan.schedule import Session
from ledger.domain.order.state import State
from ledger.domain.refusals import Fault


def written_sessions(
    terms: Sequence[SessionTerms],
    lines: Sequence[OrderLine],
    settled: Sequence[Session] = (),
    least: int = 1,
) -> tuple[tuple[PlannedSession, ...], list[Fault]]:
    """Sessions and their faults. `settled` are those that were held or cancelled, and stay.

    Where no line is named it is the only one, or the only one of the session's year; what a line
    has left beyond the amounts that are stated is shared by its other sessions, by largest
    remainder. A session is on a line of its own year, so that each year's limit is judged right.
    """
    taken = {one.number for one in settled}
    numbers = _numbers([one.number for one in terms], taken)
    faults = _repeated(numbers, taken, "/sessions")
    known = {line.number: line for line in lines}
    chosen: list[int] = []
    for i, one in enumerate(terms):
        on_line, fault = _line_of(one, known, f"/sessions/{i}")
        chosen.append(on_line)
        faults += [fault] if fault else []
    if faults:
        return (), faults
    amounts: dict[int, int] = {}
    for line in lines:
        mine = [i for i, number in enumerate(chosen) if number == line.number]
        before = sum(one.amount for one in settled if one.line == line.number)
        if mine or any(one.line == line.number for one in settled):
            shared, fault = _shared(
                {i: terms[i].amount for i in mine}, line, line.amount - before, least
            )
            amounts |= shared
            faults += [fault] if fault else []
    sessions = (
        PlannedSession(number=number, on=one.on, line=on_line, amount=amounts.get(i, 0))
        for i, (number, one, on_line) in enumerate(zip(numbers, terms, chosen, strict=True))
    )
    return tuple(sessions), faults


def _numbers(given: Sequence[int | None], taken: Collection[int]) -> list[int]:
    """The numbers that are given; what has none takes the lowest that is free."""
    used = {*taken, *(number for number in given if number is not None)}
    numbers = []
    for number in given:
        chosen = number
        if chosen is None:
            chosen = next(n for n in range(1, len(used) + 2) if n not in used)
            used.add(chosen)
        numbers.append(chosen)
    return numbers


def _repeated(numbers: Iterable[int], taken: Collection[int], pointer: str) -> list[Fault]:
    seen, faults = set(taken), []
    for i, number in enumerate(numbers):
        if number in seen:
            fault = Fault(
                pointer=f"{pointer}/{i}/number",
                sentence="There is a number {number} already.",
                figures={"number": str(number)},
            )
            faults.append(fault)
        seen.add(number)
    return faults


def _line_of(
    one: SessionTerms, lines: Mapping[int, OrderLine], pointer: str
) -> tuple[int, Fault | None]:
    """The number of the line that a session is on; 0 and a fault where there is none."""
    named = one.line
    if named is None:
        of_year = [line.number for line in lines.values() if line.year == one.on.year]
        fitting = list(lines) if len(lines) == 1 else of_year
        if len(fitting) != 1:
            sentence = "Name the line that the session is on."
            return 0, Fault(pointer=f"{pointer}/line", sentence=sentence)
        named = fitting[0]
    if named not in lines:
        return 0, _no_line(named, f"{pointer}/line")
    if lines[named].year != one.on.year:
        fault = Fault(
            pointer=f"{pointer}/on",
            sentence="The session is on {day}, but line {line} is delivered in {year}: "
            "give each year a line of its own.",
            figures={
                "day": one.on.isoformat(),
                "line": str(named),
                "year": str(lines[named].year),
            },
        )
        return 0, fault
    return named, None


def _no_line(line: int, pointer: str) -> Fault:
    return Fault(
        pointer=pointer,
        sentence="The order has no line {line}.",
        figures={"line": str(line)},
    )


def _shared(
    stated: Mapping[int, int | None], line: OrderLine, amount: int, least: int
) -> tuple[dict[int, int], Fault | None]:
    """What each session is worth of a line, and the fault where that is not the line's amount."""
    amounts = {i: part for i, part in stated.items() if part is not None}
    open_ = [i for i, part in stated.items() if part is None]
    rest = amount - sum(amounts.values())
    if open_ and rest > 0:
        shares = split(rest, [1] * len(open_), least)
        return amounts | dict(zip(open_, shares, strict=True)), None
    if rest or open_:
        sentence = "The sessions of line {line} come to {sum}, the line to {amount}."
        return {}, _not_whole(sentence, line, line.amount - rest, "/sessions")
    return amounts, None


def _not_whole(sentence: str, line: OrderLine, come_to: int, pointer: str) -> Fault:
    figures = {"line": str(line.number), "sum": to_text(come_to), "amount": to_text(line.amount)}
    return Fault(pointer=pointer, sentence=sentence, figures=figures)


def written_instalments(
    terms: Sequence[InstalmentTerms], lines: Sequence[OrderLine], sessions: Collection[int]
) -> tuple[tuple[Instalment, ...], list[Fault]]:
    """Instalments and their faults. `sessions` are the numbers of the order's."""
    numbers = _numbers([one.number for one in terms], ())
    faults = _repeated(numbers, (), "/instalments")
    known = {line.number: line for line in lines}
    written = []
    for i, (number, one) in enumerate(zip(numbers, terms, strict=True)):
        line = one.line or (next(iter(known)) if len(known) == 1 else None)
        faults += _instalment_faults(one, line, known, sessions, f"/instalments/{i}")
        written.append(
            Instalment(
                number=number,
                line=line or 0,
                amount=one.amount,
                due_on=one.due_on,
                session=one.session,
            )
        )
    if faults:
        return (), faults
    for line_number in dict.fromkeys(one.line for one in written):
        total = sum(one.amount for one in written if one.line == line_number)
        if total != known[line_number].amount:
            sentence = "The instalments of line {line} come to {sum}, the line to {amount}."
            faults.append(_not_whole(sentence, known[line_number], total, "/instalments"))
    return tuple(written), faults


def _instalment_faults(
    one: InstalmentTerms,
    line: int | None,
    lines: Mapping[int, OrderLine],
    sessions: Collection[int],
    pointer: str,
) -> list[Fault]:
    faults = []
    if line is None:
        sentence = "Name the line that it is an instalment of."
        faults.append(Fault(pointer=f"{pointer}/line", sentence=sentence))
    elif line not in lines:
        faults.append(_no_line(line, f"{pointer}/line"))
    if (one.due_on is None) == (one.session is None):
        sentence = "An instalment is due on a day or with a session: give one of them."
        faults.append(Fault(pointer=pointer, sentence=sentence))
    if one.session is not None and one.session not in sessions:
        faults.append(
            Fault(
                pointer=f"{pointer}/session",
                sentence="The order has no session {session}.",
                figures={"session": str(one.session)},
            )
        )
    if one.amount <= 0:
        faults.append(Fault(pointer=f"{pointer}/amount", sentence="An instalment is above 0."))
    return faults


def new_plan(
    command: PlaceOrder, lines: Sequence[OrderLine], least: int = 1
) -> tuple[tuple[PlannedSession, ...], tuple[Instalment, ...], list[Fault]]:
    """The sessions and instalments of a new order, and all faults of both."""
    sessions, faults = written_sessions(command.sessions, lines, least=least)
    numbers = _numbers([one.number for one in command.sessions], ())
    instalments, more = written_instalments(command.instalments, lines, numbers)
    return sessions, instalments, [*faults, *more]


def programme_faults(programme: str, round: int | None) -> list[Fault]:
    """A round is a round of something."""
    if round is not None and not programme:
        return [Fault(pointer="/programme", sentence="Name the programme that it is a round of.")]
    return []


def changed_plan(
    command: ChangeOrder, state: State, lines: Sequence[OrderLine]
) -> tuple[tuple[PlannedSession, ...] | None, tuple[Instalment, ...] | None, list[Fault]]:
    """Sessions and instalments as they shall read (None: as they are), and all faults.

    What is held, cancelled or invoiced stays as it is; what stays follows its line.
    """
    settled = [one for one in state.sessions if one.status != "planned"]
    faults = _kept_faults(command, state, lines)
    sessions: tuple[PlannedSession, ...] | None = None
    numbers = [one.number for one in state.sessions]
    if command.sessions is not None:
        taken = [one.number for one in settled]
        numbers = [*taken, *_numbers([one.number for one in command.sessions], taken)]
        sessions, more = written_sessions(
            command.sessions, lines, settled, least_of(state.currency)
        )
        faults += more
    if command.instalments is None:
        gone = [i for i in state.instalments if i.session and i.session not in numbers]
        faults += [
            Fault(
                pointer="/sessions",
                sentence="Instalment {number} comes with session {session}.",
                figures={"number": str(one.number), "session": str(one.session)},
            )
            for one in gone
        ]
        return sessions, None, faults
    instalments, more = written_instalments(command.instalments, lines, numbers)
    faults += more or _invoiced_faults(state, instalments)
    return sessions, instalments, faults


def _kept_faults(command: ChangeOrder, state: State, lines: Sequence[OrderLine]) -> list[Fault]:
    """Lines whose sessions stay cannot go, change their year, or be less than what was held."""
    new = {line.number: line for line in lines}
    faults = []
    for old in state.lines:
        mine = [one for one in state.sessions if one.line == old.number]
        settled = [one for one in mine if one.status != "planned"]
        stays = settled if command.sessions is not None else mine
        line = new.get(old.number)
        if not stays or line == old:
            continue
        held = sum(one.amount for one in settled)
        if line is None or line.year != old.year:
            sentence = "Line {line} has sessions that stay: it keeps its year."
            figures = {"line": str(old.number)}
        elif line.amount < held:
            sentence = "Line {line} cannot be less than the {held} of its sessions that were held."
            figures = {"line": str(old.number), "held": to_text(held)}
        else:
            continue
        faults.append(Fault(pointer="/lines", sentence=sentence, figures=figures))
    return faults


def _invoiced_faults(state: State, instalments: Sequence[Instalment]) -> list[Fault]:
    new = {one.number: one for one in instalments}
    faults = []
    for due in instalments_on(state, date.min):
        old, now = due.instalment, new.get(due.instalment.number)
        whole = due.status == "invoiced"
        stays = now is not None and now.line == old.line and now.amount >= due.invoiced
        if due.invoiced and not (stays and (not whole or now == old)):
            faults.append(
                Fault(
                    pointer="/instalments",
                    sentence="Instalment {number} is invoiced: it stays as it is.",
                    figures={"number": str(old.number)},
                )
            )
    return faults
