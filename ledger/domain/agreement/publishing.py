"""A notice that was published after its amendment was recorded."""

from ledger.domain.agreement.notices import PublishNotice, is_of
from ledger.domain.agreement.state import State, stream
from ledger.domain.events import New, Notice, NoticePublished
from ledger.domain.given import Given
from ledger.domain.refusals import NotFound


def publish_notice(command: PublishNotice, state: State, given: Given) -> list[New]:
    """Its flag is answered. Raises NotFound where no amendment of the decision lacks a notice."""
    if not any(is_of(one, command.decision) for one in state.notices):
        name = f"{state.number} {command.decision}"
        raise NotFound(what="amendment without its notice", name=name)
    notice = Notice(number=command.number, published_on=command.on)
    event = NoticePublished(decision=command.decision, notice=notice)
    return [New(stream(state.number), event, command.on)]
