"""What a message says, in its parts: the same words for text and HTML, said in the language of who
reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from ledger import telling as facts
from ledger.domain import agreement
from ledger.domain.refusals import Amount
from ledger.opening import Ledger
from ledger.registry.outbox import Message
from ledger.wording import Sentence, words


class Paragraph(NamedTuple):
    """A sentence of its own."""

    said: Sentence


class Row(NamedTuple):
    """A line of a table: what it is, and its value, as it is written or said."""

    label: Sentence
    value: str | Sentence


class Way(NamedTuple):
    """A link: what it leads to, and its address."""

    said: Sentence
    address: str


class Heading(NamedTuple):
    """Where one of several things that are told begins."""

    said: Sentence


Part = Paragraph | Row | Way | Heading


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """What is said: its subject, and its parts in order. `order` is of which course days are sent
    along, if they are; `invoiced` that it is told how that is invoiced, too; `certified` is of
    which it is shown that it lies within the agreement's maximum."""

    subject: Sentence
    parts: Sequence[Part]
    order: str = ""
    invoiced: bool = False
    certified: str = ""


def letter(ledger: Ledger, message: Message) -> Letter:
    """What a message says."""
    if message.kind == "daily":
        return _daily(ledger, message)
    return _LETTERS[message.kind](ledger, message, message.figures)


def subject(ledger: Ledger, message: Message) -> Sentence:
    """What a message is about, for whoever looks after the outbox."""
    return letter(ledger, message).subject


STATES: Mapping[str, Sentence] = {
    "waiting": words("waits to be sent"),
    "daily": words("waits for the day's mail"),
    "gathered": words("is in the day's mail"),
    "sent": words("is sent"),
    "dead": words("could not be delivered"),
}
"""State of a message → in words."""


def _daily(ledger: Ledger, message: Message) -> Letter:
    """All that a day brought, one after the other."""
    items = message.figures["items"]
    parts: list[Part] = []
    for item in items:
        one = letter(ledger, Message(id=message.id, whose=message.whose, **item))
        parts += [Heading(one.subject), *one.parts]
    return Letter(subject=words("Avrop: {count} things since yesterday", count=len(items)),
                  parts=parts)  # fmt: skip


# ── Orders ────────────────────────────────────────────────────────────────────────────────────

Figures = Mapping[str, Any]


def _with(said: Sentence, figures: Figures) -> Sentence:
    return Sentence(said.template, figures)


def _rows(figures: Figures) -> Iterator[Row]:
    """What an order is of."""
    yield Row(words("Order"), figures["order"])
    yield Row(words("Course"), figures["course"])
    if figures.get("starts_on"):
        yield Row(words("Course start"), figures["starts_on"])
    if figures.get("seats") is not None:
        yield Row(words("Seats"), str(figures["seats"]))
    amount = Amount(figures["amount"], figures["currency"])
    yield Row(words("Amount excl. VAT"), words("{amount}", amount=amount))
    if figures.get("reference"):
        yield Row(words("Your buyer's reference"), figures["reference"])


def _to_answer(subject: Sentence, first: Sentence) -> Callable[[Ledger, Message, Figures], Letter]:
    """An order with the link that answers it."""

    def say(ledger: Ledger, message: Message, figures: Figures) -> Letter:
        until = figures.get("respond_by")
        named = {name: str(figures[name]) for name in ("order", "buyer", "course")}
        parts: list[Part] = [Paragraph(_with(first, named)), *_rows(figures)]
        if until:
            parts.append(Row(words("Answer by"), until))
        if message.secret:
            parts += [
                Way(
                    words("See the whole order and answer it"),
                    f"{ledger.settings.address}/answer/{message.secret}",
                ),
                Paragraph(
                    words(
                        "Nothing is answered until you press a button on that page. The link is "
                        "for this order alone and can be used once: whoever has it can answer for "
                        "{supplier}, so do not pass it on.",
                        supplier=figures["supplier"],
                    )
                ),
            ]
        else:  # nobody answers by a link: whoever is there signs in
            address = f"{ledger.settings.address}/orders/{named['order']}"
            parts.append(Way(words("Open the order"), address))
        of = named["order"]
        return Letter(subject=_with(subject, named), parts=parts, order=of, certified=of)

    return say


def _of_order(
    subject: Sentence,
    first: Sentence,
    *,
    days: bool = False,
    page: bool = True,
    invoiced: bool = False,
) -> Callable[[Ledger, Message, Figures], Letter]:
    """What happened to an order, for whoever has it."""

    def say(ledger: Ledger, message: Message, figures: Figures) -> Letter:
        names = ("order", "buyer", "supplier", "course")
        named: dict[str, Any] = {name: str(figures[name]) for name in names}
        parts: list[Part] = [Paragraph(_with(first, named)), *_rows(figures)]
        if figures.get("theirs"):
            parts.append(Row(words("The supplier's reference"), figures["theirs"]))
        if figures.get("offered") is not None:
            offered = Amount(figures["offered"], figures["currency"])
            parts.append(Row(words("Offered excl. VAT"), words("{amount}", amount=offered)))
        if figures.get("offered_seats") is not None:
            parts.append(Row(words("Seats that are offered"), str(figures["offered_seats"])))
        if figures.get("fee"):
            fee = Amount(figures["fee"], figures["currency"])
            parts.append(Row(words("Fee excl. VAT"), words("{amount}", amount=fee)))
        if figures.get("because"):
            parts.append(Row(words("Reason"), figures["because"]))
        if page:
            address = f"{ledger.settings.address}/orders/{named['order']}"
            parts.append(Way(words("Open the order"), address))
        return Letter(
            subject=_with(subject, named),
            parts=parts,
            order=named["order"] if days else "",
            invoiced=invoiced,
            certified=named["order"] if invoiced else "",
        )

    return say


# ── Agreements and invoices ───────────────────────────────────────────────────────────────────


def _of_agreement(
    subject: Sentence, page: str = ""
) -> Callable[[Ledger, Message, Figures], Letter]:
    """A fact of an agreement as the timeline tells it."""

    def say(ledger: Ledger, message: Message, figures: Figures) -> Letter:
        stream = agreement.stream(figures["agreement"])
        version = figures["version"]
        (fact,) = ledger.store.history(stream, version - 1, version)
        state: agreement.State = ledger.service.load(stream)[1]
        named = {"agreement": figures["agreement"], "title": figures["title"]}
        address = f"{ledger.settings.address}/agreements/{figures['agreement']}{page}"
        return Letter(
            subject=_with(subject, named),
            parts=[
                Paragraph(facts.tell(fact.event, stream, state.currency)),
                Row(words("Agreement"), f"{named['agreement']} {named['title']}"),
                Way(words("Open the agreement"), address),
            ],
        )

    return say


def _to_attest(subject: Sentence, first: Sentence) -> Callable[[Ledger, Message, Figures], Letter]:
    def say(ledger: Ledger, message: Message, figures: Figures) -> Letter:
        amount = Amount(figures["amount"], figures["currency"])
        named = {"invoice": figures["invoice"]}
        parts: list[Part] = [
            Paragraph(_with(first, named)),
            Row(words("Invoice"), figures["invoice"]),
            Row(words("Agreement"), figures["agreement"]),
            Row(words("Amount excl. VAT"), words("{amount}", amount=amount)),
        ]
        if figures.get("due_on"):
            parts.append(Row(words("Due"), figures["due_on"]))
        if figures.get("flagged"):
            parts.append(
                Paragraph(words("It is flagged: look at why on its page before you decide."))
            )
        address = f"{ledger.settings.address}/invoices/{figures['drawdown']}"
        parts.append(Way(words("Open the invoice"), address))
        return Letter(subject=_with(subject, named), parts=parts)

    return say


_LETTERS: Mapping[str, Callable[[Ledger, Message, Figures], Letter]] = {
    "new-order": _to_answer(
        words("Order {order} from {buyer}: {course}"),
        words("{buyer} orders {course} from you and waits for your answer."),
    ),
    "reminder": _to_answer(
        words("Order {order} from {buyer} waits for your answer"),
        words("The last day to answer the order from {buyer} of {course} comes near."),
    ),
    "again": _to_answer(
        words("Order {order} from {buyer}, sent again"),
        words("Here is a new link to answer the order from {buyer} of {course}."),
    ),
    "changed-unanswered": _of_order(
        words("Order {order} was changed before it was answered"),
        words(
            "{buyer} has changed its order of {course}. The link that you have shows the order "
            "as it is now."
        ),
        page=False,
    ),
    "changed": _of_order(
        words("Order {order} was changed"),
        words("{buyer} has changed its order of {course}."),
        days=True,
    ),
    "counter-offer": _of_order(
        words("Counter-offer on {order} from {supplier}"),
        words("{supplier} offers something else than was ordered, and waits for your answer."),
    ),
    "confirmed": _of_order(
        words("Order {order} is confirmed"),
        words("{supplier} has confirmed the order of {course}."),
        days=True,
    ),
    "you-confirmed": _of_order(
        words("You have confirmed order {order}"),
        words(
            "You have confirmed the order of {course} from {buyer}. What your invoice must carry "
            "stands in the file that comes with this."
        ),
        days=True,
        page=False,
        invoiced=True,
    ),
    "declined": _of_order(
        words("Order {order} is declined"),
        words("{supplier} has declined the order of {course}."),
    ),
    "offer-accepted": _of_order(
        words("Your counter-offer on {order} is accepted"),
        words("{buyer} has accepted your counter-offer of {course}."),
        days=True,
    ),
    "offer-rejected": _of_order(
        words("Your counter-offer on {order} is rejected"),
        words("{buyer} has rejected your counter-offer of {course}: the order has ended."),
    ),
    "cancelled": _of_order(
        words("Order {order} is cancelled"),
        words("The order of {course} is cancelled."),
    ),
    "lapsed": _of_order(
        words("Order {order} lapsed without an answer"),
        words("{supplier} did not answer the order of {course} in time: it has lapsed."),
    ),
    "alert": _of_agreement(words("Agreement {agreement}: something to look at")),
    "proposal": _of_agreement(
        words("Agreement {agreement}: another buyer proposes something"), "/members"
    ),
    "competition": _of_agreement(
        words("Agreement {agreement}: a competition is open"), "/suppliers"
    ),
    "to-attest": _to_attest(
        words("Invoice {invoice} waits to be attested"),
        words("Invoice {invoice} has come, and you may attest it."),
    ),
    "credit-to-attest": _to_attest(
        words("Credit {invoice} waits to be attested"),
        words("Credit {invoice} has come, and you may attest it."),
    ),
}
"""Kind of message → how it is said."""
