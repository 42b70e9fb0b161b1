"""New facts of the log become messages, each once: the place in the log is moved in the transaction
that keeps the messages, and what a message is of names it, so that the same is never made twice."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from msgspec.structs import replace

from ledger import logs, tick
from ledger.bounds import LINK_PAUSE, MAIL_DAYS, MAIL_HOUR, MAX_PAGE, REMIND_DAYS
from ledger.domain import order
from ledger.domain.calendar import SWEDEN
from ledger.domain.events import By
from ledger.domain.refusals import Forbidden, NotFound, Unavailable, WrongStatus
from ledger.opening import Ledger
from ledger.outbox import linking, telling
from ledger.outbox.telling import Told
from ledger.projections import orders
from ledger.registry import mail, outbox
from ledger.registry.links import Link
from ledger.registry.outbox import Message, id_of


def follow(ledger: Ledger) -> int:
    """Look through what is new in the log, at most MAX_PAGE facts of it, and keep what is to be
    told. How many facts were looked at."""
    registry, end = ledger.registry, ledger.store.position()
    after = outbox.position(registry)
    if after is None or after > end:  # nothing yet; or of a log that was put back since
        outbox.begin(registry, end)
        outbox.keep(registry, (), followed_to=end)
        return 0
    facts = ledger.store.follow(after, MAX_PAGE)
    if not facts:
        return 0
    found: list[Message] = []
    made: list[tuple[str, Link]] = []
    for fact in facts:
        if ledger.now - fact.recorded_at > timedelta(days=MAIL_DAYS):
            continue
        try:
            for one in telling.told(ledger, fact):
                id = id_of(fact.stream, fact.version, one.kind, one.whose)
                _take(ledger, one, id, found, made)
        except Unavailable:
            raise
        except Exception as error:  # what one fact cannot be told of keeps nobody from the rest
            logs.log().error("a fact is not told", position=fact.position, exc_info=error)
    outbox.keep(registry, found, made, followed_to=facts[-1].position)
    return len(facts)


def remind(ledger: Ledger) -> int:
    """Remind suppliers of orders that they have not answered, REMIND_DAYS before the last day. How
    many were reminded that had not been."""
    found: list[Message] = []
    made: list[tuple[str, Link]] = []
    ledger.views.catch_up()
    with ledger.views.database.reading() as connection:
        rows = list(
            tick.every(
                lambda after: orders.listed(
                    connection, status="placed", after=after, limit=MAX_PAGE
                ),
                lambda row: row.state.number,
            )
        )
    for row in rows:
        state, last = row.state, row.state.respond_by
        if last is None or not ledger.today <= last <= ledger.today + timedelta(days=REMIND_DAYS):
            continue
        if state.asked_on > last - timedelta(days=REMIND_DAYS + 1):
            continue  # it was asked so late that this is what it was told first
        for one in telling.reminded(ledger, state):
            id = id_of("reminder", state.number, last, one.whose)
            if not outbox.has(ledger.registry, id):
                _take(ledger, one, id, found, made)
    return outbox.keep(ledger.registry, found, made)


def again(ledger: Ledger, number: str, by: By | None = None) -> Link | None:
    """Send an order to its supplier's address of record once more, with a new link: as somebody
    decides (`by`), at most once in LINK_PAUSE, or once a day as whoever has an old link asks. None
    where it was just sent, or there is nobody to send it to. Raises a Refusal, as where the order
    is not waiting for an answer."""
    state: order.State | None = ledger.service.load(order.stream(number))[1]
    if state is None:
        raise NotFound(what="order", name=number)
    figures = telling.order_figures(ledger, state)
    lately = int(ledger.now.timestamp()) // LINK_PAUSE
    id = id_of("again", number, ledger.today if by is None else lately)
    if outbox.has(ledger.registry, id):
        return None
    link = linking.made(ledger, state, _link_of(id), by or _calendar(ledger))
    if link is None:
        return None
    message = Message(
        id=id, kind="again", whose=state.supplier, figures={**figures, "link": link[1].id}
    )
    outbox.keep(ledger.registry, [message], [link])
    return link[1]


def _take(
    ledger: Ledger, one: Told, id: str, found: list[Message], made: list[tuple[str, Link]]
) -> None:
    """A message, with the link that it carries where somebody may answer by one; none for who wants
    none, and none of an order that is answered meanwhile."""
    way, figures = mail.of(ledger.registry, one.whose), dict(one.figures)
    if way is None or way.often == "never":
        return
    if one.kind in telling.WITH_LINK:
        state: order.State = ledger.service.load(order.stream(figures["order"]))[1]
        try:
            link = linking.made(ledger, state, _link_of(id), _calendar(ledger))
        except (WrongStatus, Forbidden) as refusal:
            logs.log().info("no link was made", order=state.number, why=refusal.type)
            return
        if link is not None:
            figures["link"] = link[1].id
            made.append(link)
    message = Message(id=id, kind=one.kind, whose=one.whose, figures=figures)
    found.append(message if way.often == "at-once" else _gathered(ledger, message))


def _gathered(ledger: Ledger, message: Message) -> Message:
    """A message that waits for its reader's next morning."""
    day = ledger.today
    morning = datetime.combine(day, time(MAIL_HOUR), SWEDEN)
    if ledger.now >= morning:
        morning = datetime.combine(day + timedelta(days=1), time(MAIL_HOUR), SWEDEN)
    return replace(message, state="daily", next_at=outbox.moment(morning))


def _link_of(message: str) -> str:
    """The id of the link that a message carries."""
    return message[:16]


def _calendar(ledger: Ledger) -> By:
    return tick.calendar(ledger.service, ledger.registry)
