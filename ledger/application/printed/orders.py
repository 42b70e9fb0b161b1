"""An order on paper, as it can be kept or sent: what is ordered, when, and what it holds."""

from collections.abc import Mapping
from decimal import Decimal

from ledger.application.answers.orders import OrderConfirmation, OrderLine
from ledger.application.exports.cells import plain, word
from ledger.application.exports.columns import head
from ledger.application.printed.document import Column, Document, Heading, Part, Table, Terms
from ledger.application.printed.framing import Telling, framed, in_words, money
from ledger.application.sentences.flags import flag_words
from ledger.application.sentences.statuses import due_words
from ledger.wording import say, translate, words

CONFIRMED = ("confirmed", "started", "delivered", "closed")


def printed(order: OrderConfirmation, telling: Telling, names: Mapping[str, str]) -> Document:
    """`names` are the parties' by their numbers."""
    language = telling.language
    confirmed = order.status in CONFIRMED
    title = words("Order confirmation {number}") if confirmed else words("Order {number}")
    parts: list[Part] = [
        Terms(_terms(order, names, language)),
        Heading(translate("Lines", language)),
        _lines(order.lines, order.amount, order.currency, language),
    ]
    if order.counter is not None:
        parts += [
            Heading(head(("counter-offer",), language)),
            _lines(order.counter.lines, None, order.currency, language),
        ]
    parts += _sessions(order, language)
    parts += _instalments(order, language)
    parts += [Heading(say(words("What it holds of the cap"), language)), _held(order, language)]
    return framed(say(words(title.template, number=order.number), language), telling, parts)


def _terms(
    order: OrderConfirmation, names: Mapping[str, str], language: str
) -> list[tuple[str, str]]:
    def party(number: str) -> str:
        name = names.get(number, "")
        return " ".join(part for part in (name, "" if number.startswith("N") else number) if part)

    told: list[tuple[str, object]] = [
        ("status", word(order.status, "status", language)),
        ("course", order.course),
        ("agreement", order.agreement),
        ("buyer", party(order.buyer)),
        ("unit", order.unit),
        ("supplier", party(order.supplier)),
        ("challenge", order.challenge),
        ("reference", order.reference),
        ("confirmation", order.confirmation),
        ("ordered on", order.ordered_on),
        ("respond by", order.respond_by),
        ("confirmed on", order.confirmed_on),
        ("starts on", order.starts_on),
        ("ends on", order.ends_on),
        ("seats", order.seats),
        ("free seats", order.free_seats),
        ("minimum seats", order.minimum_seats),
        ("credits", order.credits and plain(Decimal(order.credits), language)),
        ("reason", order.reason),
        ("flags", flag_words(order.flags, order.currency, language)),
    ]
    return [
        (head((name,), language), str(value)) for name, value in told if value not in (None, "")
    ]


def _lines(lines: list[OrderLine], sum: str | None, currency: str, language: str) -> Table:
    coded = any(line.code_string for line in lines)
    heads = ("line", "kind", "text", "year", "quantity", "unit price", "amount")
    numbers = ("quantity", "unit price", "amount")
    columns = [Column(head((name,), language), name in numbers, name == "text") for name in heads]
    if coded:
        columns.append(Column(head(("code string",), language)))
    rows = [
        [
            str(line.number),
            word(line.kind, "kind", language),
            line.text,
            str(line.year),
            str(line.quantity or ""),
            money(line.unit_price),
            money(line.amount),
            *[line.code_string] * coded,
        ]
        for line in lines
    ]
    total = [f"{translate('Sum', language)} ({currency})", "", "", "", "", "", money(sum)]
    return Table(columns, rows, [*total, *[""] * coded] if sum is not None else ())


def _sessions(order: OrderConfirmation, language: str) -> list[Part]:
    if not order.sessions:
        return []
    heads = [
        Column(head((name,), language), name == "amount")
        for name in ("number", "planned on", "line", "amount", "status")
    ]
    rows = [
        [str(one.number), str(one.planned_on), str(one.line), money(one.amount),
         word(one.status, "status", language)]
        for one in order.sessions
    ]  # fmt: skip
    return [Heading(head(("sessions",), language)), Table(heads, rows)]


def _instalments(order: OrderConfirmation, language: str) -> list[Part]:
    if not order.instalments:
        return []
    heads = [
        Column(head((name,), language), name in ("amount", "invoiced"))
        for name in ("number", "due on", "line", "amount", "invoiced", "status")
    ]
    rows = [
        [str(one.number), str(one.due_on), str(one.line), money(one.amount), money(one.invoiced),
         due_words(one.status, language)]
        for one in order.instalments
    ]  # fmt: skip
    return [Heading(head(("instalments",), language)), Table(heads, rows)]


def _held(order: OrderConfirmation, language: str) -> Terms:
    places = ("reserved", "committed", "drawn")
    return Terms(
        [
            (head((name,), language), in_words(getattr(order, name), order.currency, language))
            for name in places
        ]
    )
