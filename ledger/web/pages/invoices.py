"""Invoices and credits: the list, and one beside what was ordered."""

from collections import Counter
from typing import Any

import msgspec
from flask import Blueprint, Response, render_template

from ledger.application import documents
from ledger.application.answers import Answer
from ledger.application.answers.drawdowns import Drawdown, drawdown_answer
from ledger.application.asker import EVERYONE
from ledger.application.bodies.queries import DrawdownsQuery
from ledger.application.sentences.flags import flag_word
from ledger.application.sentences.kinds import kind_word
from ledger.domain import drawdown, order
from ledger.domain.position import by_line
from ledger.domain.refusals import NotFound
from ledger.projections import drawdowns as rows
from ledger.projections import orders
from ledger.projections.database import Reading
from ledger.projections.sorting import Lot
from ledger.projections.then import Then
from ledger.web.access import allow
from ledger.web.language import of_request
from ledger.web.pages import lists, outcomes
from ledger.web.pages.attesting import APPROVE, ready
from ledger.web.pages.files import file_asked
from ledger.web.pages.offered import buttons
from ledger.web.pages.queue import READERS, WRITERS
from ledger.web.pages.records import records
from ledger.web.pages.times import Times, asked_for
from ledger.web.seen import asker, ledger

blueprint = Blueprint("invoices", __name__)

FILTERS = ("recorded", "approved", "rejected", "reversed", "withdrawn")
"""Statuses that the list is asked for with one click."""


@blueprint.get("/invoices")
@allow(*EVERYONE)
def listed() -> str | Response:
    times, after, _ = asked_for()
    found = listing(times, after)
    if isinstance(found, Response):
        return found
    may = bool(set(asker().roles) & set(WRITERS))
    attests = not times.given and bool(set(asker().roles) & set(APPROVE.roles))
    return render_template(
        "invoices/list.html", may_receive=may, may_attest=attests, times=times, **found
    )


def listing(times: Times, after: str, agreement: str | None = None) -> Response | dict[str, Any]:
    """What a list of invoices, all or an agreement's, shows; or the file that is asked for."""
    names = ("status", "order") if agreement else ("status", "agreement", "order")
    asked = lists.asked(DrawdownsQuery, names, rows.SORTS)
    by = {"agreement": agreement, **asked.by}

    def lot(connection: Reading, then: Then) -> Lot:
        who = asker()
        seen: dict[str, Any] = {"party": who.party, "visible_to": who.visible}
        return rows.lot(connection, then=then, **seen, **by)

    def answers(then: Then, after: str, limit: int) -> list[tuple[str, Answer]]:
        with ledger().views.database.reading() as connection:
            some = rows.page(connection, lot(connection, then), after=after, limit=limit)
        return [(one.state.id, drawdown_answer(one.state)) for one in some]

    ledger().views.catch_up()
    if (file := file_asked(Drawdown, answers, times, asked.filters, agreement or "")) is not None:
        return file
    with ledger().views.database.reading() as connection:
        some = lot(connection, times.then)
        found = lists.listed(connection, some, asked, after, rows.page, rows.totals)
    items = [row.state for row in found.items]
    return {
        "items": items,
        "approving": {} if times.given else ready(items),
        "following": found.items[-1].state.id if found.is_full else None,
        "found": found,
        "asked": asked.given,
        "filters": FILTERS,
    }


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """What an invoice draws of a line beside what was ordered and what came before, in öre."""

    order: str
    line: int
    text: str
    ordered: int
    before: int
    this: int
    codes: str
    deducted: int = 0
    """What is taken back on the line of the advances that it deducts: 0 or less."""

    @property
    def after(self) -> int:
        """What is left of the line when this is counted; below 0: invoiced beyond it."""
        return self.ordered - self.before - self.this - self.deducted


@blueprint.get("/invoices/<drawdown:id>")
@allow(*EVERYONE)
def one(id: str) -> str:
    times = asked_for()[0]
    views = ledger().views
    views.catch_up()
    with views.database.reading() as connection:
        found = rows.listed(
            connection,
            id=id,
            party=asker().party,
            visible_to=asker().visible,
            then=times.then,
            limit=1,
        )
        if not found:
            raise NotFound(what="drawdown", name=id)
        state = found[0].state
        ordered = orders.states(connection, state.orders, times.then)
        recorded = records(connection, drawdown.stream(id), state.agreement, times.then)
    able = [] if times.given else buttons(state)
    return render_template(
        "invoices/one.html",
        invoice=state,
        answer=drawdown_answer(state),
        file_name=documents.file_called(ledger().registry, state),
        lines=_lines(state, ordered),
        flags=[flag_word(flag, state.currency, of_request()) for flag in state.flags],
        buttons=able,
        outcomes=outcomes.of_invoice(state, able) if state.status == "recorded" else None,
        records=recorded,
        times=times,
        may_read_file=_reads_file(state),
        file_again="" if times.given else _file_again(state),
    )


def _reads_file(state: drawdown.State) -> bool:
    """Whether the visitor may open the file that it was recorded from."""
    if state.source is None or not set(asker().roles) & set(READERS):
        return False
    try:
        documents.received(asker(), state.source.sha256)
    except NotFound:
        return False
    return True


def _file_again(state: drawdown.State) -> str:
    """The file of an invoice that was turned down or withdrawn, and not recorded since: the visitor
    may match it again, or assign it."""
    if state.source is None or not set(asker().roles) & set(WRITERS) or not _reads_file(state):
        return ""
    file = documents.received(asker(), state.source.sha256)
    again = file.drawdown == state.id and documents.is_freed(asker(), file)
    return file.sha256 if again else ""


def _lines(state: drawdown.State, ordered: dict[str, order.State]) -> list[Line]:
    """Each line that it draws, or takes an advance back on, once."""
    own, back = Counter[tuple[str, int]](), Counter[tuple[str, int]]()
    for part in state.allocations:
        own[part.order, part.line] += part.amount
    for one in state.deducts:
        for part in one.lines:
            back[part.order, part.line] += part.amount
    codes = {(part.order, part.line): part.code_string for part in state.allocations}
    counted = state.status in ("approved", "reversed") or (
        state.status == "recorded" and state.amount > 0
    )
    found = []
    for place in dict.fromkeys((*own, *back)):
        of = ordered.get(place[0])
        line = next((one for one in of.lines if one.number == place[1]), None) if of else None
        invoiced = 0
        if of is not None:
            invoiced = by_line(of.drawn).get(place[1], 0) + by_line(of.pending).get(place[1], 0)
            invoiced -= own[place] + back[place] if counted else 0
        found.append(
            Line(
                order=place[0],
                line=place[1],
                text=(line.text or kind_word(line.kind, of_request())) if line else "",
                ordered=line.amount if line else 0,
                before=invoiced,
                this=own[place],
                codes=codes.get(place) or (line.code_string if line else ""),
                deducted=back[place],
            )
        )
    return found
