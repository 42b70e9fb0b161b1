"""Which orders a waiting invoice may belong to, ranked, each with why: for a person to choose."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ledger.bounds import CANDIDATE_POOL, CANDIDATES, SEARCHED
from ledger.documents.peppol_invoice import Invoice
from ledger.domain import order
from ledger.domain.refusals import Amount
from ledger.intake.desk import Desk
from ledger.intake.matching import named_in, names_agreement
from ledger.projections import orders
from ledger.wording import Sentence, words

WEIGHTS = {
    "named-in-order": 100,
    "named-in-sellers-order": 90,
    "named-in-line": 90,
    "named-in-buyer-reference": 80,
    "named-in-text": 60,
    "same-amount": 30,
    "same-supplier": 20,
    "course-in-text": 15,
    "under-agreement": 10,
    "given-before": 8,
    "amount-suffices": 5,
    "amount-invoiced": 5,
}
"""Why an order may be the one, and how much that says beside the others."""

_LEAST_NAME = 4
"""Letters of a course's name, from which it says something that it stands in a text."""


class Reason(NamedTuple):
    """`code` is stable; the sentence has the figures."""

    code: str
    told: Sentence


class Candidate(NamedTuple):
    """`left` is what is left to invoice of the order, in öre excluding VAT."""

    order: order.State
    left: int
    reasons: tuple[Reason, ...]

    @property
    def weight(self) -> int:
        return sum(WEIGHTS[reason.code] for reason in self.reasons)


def candidates(invoice: Invoice, desk: Desk) -> tuple[Candidate, ...]:
    """At most CANDIDATES, the likeliest first. Of another currency there are none: nothing is
    converted."""
    named = dict[str, dict[str, Reason]]()
    for code, written, told in _texts(invoice):
        for name in named_in(written, invoice, desk):
            named.setdefault(name, {}).setdefault(code, Reason(code, told))
    number = invoice.supplier.organisation
    supplier = None if number is None else desk.registry.party(number)
    with desk.views.database.reading() as connection:
        found = orders.newest_open(connection, desk.organisation, supplier, CANDIDATE_POOL)
        if not found:
            found = orders.newest_open(connection, desk.organisation, None, CANDIDATE_POOL)
        pool = {state.number: state for state in found}
        pool |= orders.states(connection, [one for one in named if one not in pool])
    said = "\n".join(dict.fromkeys(map(_plain, _words(invoice))))
    under: dict[str, bool] = {}
    for agreement in {state.agreement for state in pool.values() if invoice.agreement}:
        under[agreement] = names_agreement(invoice, agreement, desk)
    ranked = []
    for one in pool.values():
        if one.currency != invoice.currency:
            continue
        left = order.left(one)
        why = (
            *named.get(one.number, {}).values(),
            *_reasons(one, left, invoice, supplier, said),
            *_under(one, invoice, is_under=under.get(one.agreement, False)),
        )
        ranked.append(Candidate(one, left, why))
    ranked = [one for one in ranked if one.reasons]
    ranked.sort(key=lambda one: orders.place_of(one.order.number))
    ranked.sort(key=lambda one: (-one.weight, abs(one.left - invoice.amount)))
    return tuple(ranked[:CANDIDATES])


def _texts(invoice: Invoice) -> Iterator[tuple[str, str, Sentence]]:
    """What may hold an order's name: what it then is a reason of, the text, and what is said."""
    for code, template, written in (
        ("named-in-order", words("It stands in the order reference (BT-13)."), invoice.order),
        ("named-in-sellers-order", words("It stands in the seller's order (BT-14)."),
         invoice.sellers_order),
        ("named-in-buyer-reference", words("It stands in the buyer reference (BT-10)."),
         invoice.buyer_reference),
    ):  # fmt: skip
        if written:
            yield code, written, template
    for named in list(dict.fromkeys(line.order for line in invoice.lines if line.order))[:SEARCHED]:
        yield "named-in-line", named, words("It is the order that a line names.")
    for text in list(dict.fromkeys(filter(None, _words(invoice))))[:SEARCHED]:
        yield "named-in-text", text, words("It stands in a text of the invoice.")


def _words(invoice: Invoice) -> Iterable[str]:
    of_lines = (text for line in invoice.lines for text in (line.text, *line.more))
    return (*invoice.notes, *of_lines)


def _reasons(
    one: order.State, left: int, invoice: Invoice, supplier: str | None, said: str
) -> Iterator[Reason]:
    """`said` are the texts of the invoice, plain."""
    if supplier is not None and one.supplier == supplier:
        yield Reason("same-supplier", words("It is this supplier's."))
    amount = Amount(left, one.currency)
    if invoice.amount > 0 and left == invoice.amount:
        yield Reason("same-amount", words("Exactly {amount} is left of it.", amount=amount))
    elif 0 < invoice.amount < left:
        yield Reason("amount-suffices", words("{amount} is left of it.", amount=amount))
    elif invoice.amount < 0 and one.invoiced >= -invoice.amount:
        invoiced = Amount(one.invoiced, one.currency)
        yield Reason("amount-invoiced", words("{amount} of it is invoiced.", amount=invoiced))
    course = _plain(one.course)
    if len(course) >= _LEAST_NAME and course in said:
        yield Reason(
            "course-in-text", words("Its course stands there: {course}.", course=one.course)
        )
    ended = one.delivered_on or one.ends_on
    if ended is not None and ended <= invoice.issued_on:
        yield Reason("given-before", words("It was given by {on}, before the invoice.", on=ended))


def _under(one: order.State, invoice: Invoice, *, is_under: bool) -> Iterator[Reason]:
    if invoice.agreement and is_under:
        told = words("It is under {agreement}, which the invoice names.", agreement=one.agreement)
        yield Reason("under-agreement", told)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
