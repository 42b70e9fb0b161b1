"""What a round of a programme came to: typed after the course, in words and aggregate counts."""

from datetime import date

import msgspec

from ledger.domain.agreement.acting import require_own
from ledger.domain.agreement.state import State, stream
from ledger.domain.events import New, RoundResult, RoundResultReported
from ledger.domain.given import Given
from ledger.domain.refusals import Fault, Invalid


class ReportResult(msgspec.Struct, frozen=True, kw_only=True):
    """Report the result of a round of a programme; the last report of it counts. `orderers` are the
    buyers that have ordered the round."""

    agreement: str
    on: date
    programme: str
    result: str
    round: int | None = None
    participants: int | None = None
    completed: int | None = None
    women: int | None = None
    men: int | None = None
    orderers: tuple[str, ...] = ()


def report_result(command: ReportResult, state: State, given: Given) -> list[New]:
    """Also after the agreement is closed: no money moves. Raises NotAParty, Invalid (all
    faults)."""
    require_own(state, _whose(command, state, given), state.number, given.by, given.today)
    faults = []
    most = command.participants
    if most is not None and (command.completed or 0) > most:
        sentence = "More completed it than took part."
        faults.append(Fault(pointer="/completed", sentence=sentence))
    if most is not None and (command.women or 0) + (command.men or 0) > most:
        sentence = "More women and men were counted than took part."
        faults.append(Fault(pointer="/women", sentence=sentence))
    if faults:
        raise Invalid(*faults)
    result = RoundResult(
        programme=command.programme,
        round=command.round,
        result=command.result,
        participants=command.participants,
        completed=command.completed,
        women=command.women,
        men=command.men,
    )
    return [New(stream(state.number), RoundResultReported(result=result), command.on)]


def _whose(command: ReportResult, state: State, given: Given) -> str:
    """Whose round it is to tell of, beside who leads: of those who have ordered it; where nobody
    has, of who told of it first, so that nobody tells another's otherwise."""
    by = given.by.organisation
    if command.orderers:
        return by if by in command.orderers else command.orderers[0]
    reported = {one[:2]: one[2] for one in state.reported}
    return reported.get((command.programme, command.round), by)
