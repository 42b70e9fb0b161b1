"""The sheet for suppliers in words: each field of the e-invoice, and the whole as plain text."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ledger.application.sentences.kinds import kind_word
from ledger.domain import agreement, order
from ledger.domain.events import Party
from ledger.domain.refusals import Amount
from ledger.wording import Sentence, say, words

WIDTH = 76
"""Characters in a line: what a letter takes without being broken again."""


class Field(NamedTuple):
    """A field of the e-invoice: its business term (EN 16931), what to write, and how."""

    term: str
    name: Sentence
    write: str | None
    says: Sentence


def fields(
    state: agreement.State,
    placed: order.State | None,
    buyers: Sequence[Party],
    suppliers: Sequence[Party],
) -> tuple[Field, ...]:
    """What finds the order first, then what is compared. `placed`: for this order alone."""
    return (
        Field("BT-12", words("Contract reference"), state.number,
              _agreement_says(state)),
        Field("BT-13", words("Purchase order reference"), placed.number if placed else None,
              _order_says(placed)),
        Field("BT-14", words("Sales order reference"),
              (placed.confirmation or None) if placed else None,
              words("Your own number of the order, if you gave one when you confirmed it.")),
        Field("BT-132", words("Order line, on each line of the invoice"), None,
              words("The number of the order's line: see below. It says which year, and which "
                    "account, the line belongs to.")),
        Field("BT-10", words("Buyer reference"), (placed.unit or None) if placed else None,
              words("The reference that the buyer gave you, as a unit or a person. Never the "
                    "number of the order: no order is found by what stands here.")),
        Field("BT-25", words("Preceding invoice, on a credit note"), None,
              words("The number of the invoice that it takes back, as it stood there.")),
        Field("BT-113", words("Paid amount, on a final invoice"), None,
              words("What was paid in advance, with VAT, and in BT-25 the number of each advance "
                    "(type 386). Again on a credit note of it, where the advance stands.")),
        Field("BT-5", words("Currency"), state.currency,
              words("That of the agreement; an invoice in another is not taken.")),
        Field("BT-49", words("The buyer's electronic address"), _address(buyers),
              words("In Peppol: the scheme 0007 and the buyer's organisation number, unless the "
                    "buyer has told you another.")),
        Field("BT-47", words("The buyer's organisation number"), _number(buyers),
              words("An invoice that is made out to somebody else is not taken.")),
        Field("BT-30", words("The supplier's organisation number"), _written(_number(suppliers)),
              _supplier_says(_number(suppliers))),
    )  # fmt: skip


def _agreement_says(state: agreement.State) -> Sentence:
    if not state.numbers:
        return words("The agreement's number, and no other agreement's.")
    return words(
        "The agreement's number, and no other agreement's. Known too: {numbers}.",
        numbers=tuple(one.number for one in state.numbers),
    )


def _order_says(placed: order.State | None) -> Sentence:
    if placed is None:
        return words(
            "The number of the order that it is for: see below. One order to an invoice, where "
            "that can be."
        )
    if placed.reference:
        return words("Or the buyer's own reference: {reference}.", reference=placed.reference)
    return words("Nothing else in that field.")


def _number(parties: Sequence[Party]) -> str | None:
    """The only one's; a sole trader's is not told (it is a personal number)."""
    (first, *others) = parties
    return None if others or first.organisation.startswith("N") else first.organisation


def _address(parties: Sequence[Party]) -> str | None:
    """Under which a Swedish organisation is found in Peppol; of one from abroad it is not known."""
    number = _number(parties)
    return f"0007:{number}" if number is not None and number.isdecimal() else None


def _written(number: str | None) -> str | None:
    """A number from abroad stands apart from the scheme that it is of."""
    return number if number is None else number.rpartition(":")[2]


def _supplier_says(number: str | None) -> Sentence:
    scheme = "" if number is None else number.rpartition(":")[0]
    if scheme:
        return words(
            "With the scheme {scheme} (schemeID). That of the party to the agreement, also where "
            "another is paid.",
            scheme=scheme,
        )
    return words("That of the party to the agreement, also where another is paid.")


STANDS: dict[order.Status, Sentence] = {
    "placed": words("The supplier has not confirmed it yet: nothing is to be invoiced of it."),
    "countered": words("A counter-offer waits for its answer: nothing is to be invoiced of it."),
    "declined": words("The supplier declined it: nothing is to be invoiced of it."),
    "lapsed": words("It lapsed unanswered: nothing is to be invoiced of it."),
    "cancelled": words("It is cancelled: nothing but a fee is to be invoiced of it."),
    "closed": words("It is closed: nothing more is to be invoiced of it."),
}
"""What a supplier is told of an order that cannot be invoiced as it was ordered."""


def sheet_text(
    state: agreement.State,
    orders: Sequence[order.State],
    placed: order.State | None,
    buyers: Sequence[Party],
    suppliers: Sequence[Party],
    names: Mapping[str, str],
    language: str,
    *,
    more: bool,
) -> str:
    """The whole sheet, to be sent as it is."""
    about = state.number if placed is None else placed.number
    said = [say(words("How to invoice {name}", name=about), language), ""]
    said += _wrapped(f"{state.number}: {state.title}")
    for head, parties in ((words("Buyer"), buyers), (words("Supplier"), suppliers)):
        said += [f"{say(head, language)}: {_party(one)}" for one in parties]
    said += ["", *_field_lines(fields(state, placed, buyers, suppliers), language)]
    for one in orders:
        said += ["", *_order_lines(one, names, language, alone=placed is not None)]
    if placed is None and not orders:
        said += ["", *_wrapped(say(words("No order can be invoiced yet."), language))]
    if more:
        said += ["", *_wrapped(say(words("There are more orders than these."), language))]
    return "\n".join(said) + "\n"


def _party(party: Party) -> str:
    number = "" if party.organisation.startswith("N") else party.organisation
    return " ".join(part for part in (party.name, number) if part)


def _field_lines(some: Sequence[Field], language: str) -> Iterator[str]:
    for field in some:
        name = f"{field.term} {say(field.name, language)}"
        yield f"{name}: {field.write}" if field.write is not None else name
        yield from _wrapped(say(field.says, language), "    ")


def _order_lines(
    state: order.State, names: Mapping[str, str], language: str, *, alone: bool
) -> Iterator[str]:
    yield from _wrapped(
        say(words("Order {number} (BT-13): {course}", number=state.number, course=state.course),
            language)
    )  # fmt: skip
    if (stands := STANDS.get(state.status)) is not None:
        yield from _wrapped(say(stands, language), "    ")
    if not alone:
        buyer = names.get(state.buyer) or state.buyer
        yield from _wrapped(say(words("made out to {buyer}", buyer=buyer), language), "    ")
    for line in state.lines:
        yield from _wrapped(
            say(
                words(
                    "line {line} (BT-132): {text}, {year}, {amount} excl. VAT",
                    line=line.number,
                    text=line.text or kind_word(line.kind, language),
                    year=line.year,
                    amount=Amount(line.amount, state.currency),
                ),
                language,
            ),
            "    ",
        )


def _wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    )
