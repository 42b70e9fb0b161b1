"""Numbers that an agreement does not give out: of a log that was put back, others may have them."""

import msgspec

from ledger.domain.agreement.state import State, stream
from ledger.domain.events import AgreementNumbersSkipped, New
from ledger.domain.given import Given


class SkipNumbers(msgspec.Struct, frozen=True, kw_only=True):
    """Go on as if so many more orders, and competitions, had been numbered."""

    agreement: str
    count: int


def skip_numbers(command: SkipNumbers, state: State, given: Given) -> list[New]:
    event = AgreementNumbersSkipped(
        orders=state.orders + command.count,
        competitions=state.competitions_opened + command.count,
    )
    return [New(stream(state.number), event, given.today)]
