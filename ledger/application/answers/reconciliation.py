"""What goes out of a supplier ledger held against the drawdowns."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Annotated, get_args

from ledger import reconciliation as compared
from ledger.application.answers.making import Answer, made
from ledger.application.answers.members import (
    amount,
    day,
    listed,
    moment,
    one_of,
    organisation,
    text,
    whole,
)
from ledger.documents.ledger_columns import Vat
from ledger.documents.supplier_ledger import SupplierLedger
from ledger.domain.refusals import Amount
from ledger.drawn import Drawn
from ledger.projections.then import Then
from ledger.reconciliation import Differs, Payment, Verdict
from ledger.wording import Sentence, say, words

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
PER_CENT = r"^\d{1,3}\.\d$"


class ReadingNote(Answer):
    """Something odd in a file that was read all the same."""

    pointer: Annotated[str, text("The row, and the column: /3/belopp; empty: the whole file.")]
    detail: Annotated[str, text("What is odd, in the reader's language.")]


class VerdictTotal(Answer):
    verdict: Annotated[str, one_of("As of each payment.", VERDICTS)]
    payments: Annotated[int, whole("How many.")]
    paid: Annotated[str, amount("Their amounts by size: a credit adds as an invoice does.")]


class ReconciledPayment(Answer):
    """A payment of the file, all rows of one invoice together; or an invoice that it lacks."""

    leading = ("verdict", "supplier_name", "invoice", "paid", "drawn", "difference", "sentence")

    verdict: Annotated[
        str,
        one_of(
            "matched: in the ledger with the same amount. likely: without an invoice number, and "
            "an invoice of the supplier has its amount. different: in the ledger, and something "
            "differs. missing: not in the ledger. not-paid: approved, and not in the file.",
            VERDICTS,
        ),
    ]
    supplier: Annotated[str, organisation("Who was paid.")]
    supplier_name: Annotated[str, text("Its name.")]
    invoice: Annotated[str, text("Its number, as the file has it.", head="invoice number")]
    paid: Annotated[str | None, amount("The sum of its rows; negative: a credit.")]
    drawn: Annotated[str | None, amount("What the ledger has, excl. VAT.")]
    difference: Annotated[
        str | None, amount("Paid less recorded, both with VAT where the file has it.")
    ]
    vat: Annotated[
        str, one_of("Whether the file's amount has VAT, told by the ledger's.", get_args(Vat))
    ]
    differs: Annotated[
        list[str], listed(f"What differs: {', '.join(get_args(Differs))}; none of a match.")
    ]
    sentence: Annotated[str, text("The verdict in words, in the reader's language.")]
    agreement: Annotated[str | None, text("The agreement that the ledger has it under.")]
    named_agreement: Annotated[str, text("What the file calls the agreement; empty: nothing.")]
    drawdowns: Annotated[list[str], listed("The drawdowns that are meant, by id.")]
    status: Annotated[str | None, text("How far the first of them has come.")]
    first_on: Annotated[date | None, day("The first day that it was booked on.")]
    last_on: Annotated[date | None, day("The last.")]
    buyers: Annotated[list[str], listed("Who paid, where the file says so.")]
    vouchers: Annotated[list[str], listed("The file's vouchers.")]
    first_row: Annotated[int | None, whole("Its first row in the file.", 1)]
    row_count: Annotated[int, whole("How many rows it has.")]


class Reconciliation(Answer):
    """A supplier ledger held against the drawdowns; it was read, and nothing was recorded."""

    coverage: Annotated[
        str | None,
        text(
            "Per cent of what the suppliers of the agreements were paid that is in the ledger with "
            "the same amount, never rounded up; null: nothing was paid.",
            PER_CENT,
        ),
    ]
    coverage_likely: Annotated[
        str | None, text("The same with what is likely in the ledger.", PER_CENT)
    ]
    paid: Annotated[str, amount("What the suppliers of the agreements were paid, by size.")]
    totals: Annotated[list[VerdictTotal], listed("By verdict; not-paid is no payment.")]
    currency: Annotated[str, text("Of the file: always SEK.")]
    vat: Annotated[str, one_of("What the head of the file's amounts says of VAT.", get_args(Vat))]
    rows: Annotated[int, whole("Rows with a payment.")]
    outside: Annotated[int, whole("Of them, those of other suppliers, or buyers: not compared.")]
    outside_paid: Annotated[str, amount("Their amounts by size.")]
    first_on: Annotated[date, day("The first day that something was booked on.")]
    last_on: Annotated[date, day("The last.")]
    as_of: Annotated[date | None, day("The business date asked about; null: everything.")]
    known_at: Annotated[datetime | None, moment("The moment asked about; null: everything.")]
    warnings: Annotated[list[ReadingNote], listed("What is odd in the file.")]
    items: Annotated[list[ReconciledPayment], listed("As the file has them; last, what it lacks.")]


def reconciliation_answer(
    found: compared.Reconciliation,
    file: SupplierLedger,
    names: Mapping[str, str],
    then: Then,
    language: str,
) -> Reconciliation:
    """`names` are the suppliers' by their numbers, as the agreements have them."""
    return made(
        Reconciliation,
        found,
        totals=[
            made(VerdictTotal, one, verdict=one, payments=len(found.of(one)), paid=found.size(one))
            for one in VERDICTS
        ],
        currency="SEK",
        vat=file.vat,
        as_of=then.as_of,
        known_at=then.known_at,
        warnings=[
            ReadingNote(pointer=one.place, detail=say(Sentence(one.message, one.figures), language))
            for one in file.warnings
        ],
        items=[_payment(one, names, language) for one in found.items],
    )


def _payment(one: Payment, names: Mapping[str, str], language: str) -> ReconciledPayment:
    first = one.drawdowns[0] if one.drawdowns else None
    return made(
        ReconciledPayment,
        one,
        supplier_name=names.get(one.supplier) or one.supplier_name,
        invoice=one.invoice or (first.invoice if first and one.verdict == "not-paid" else ""),
        sentence=" ".join(say(told, language) for told in verdict_words(one)),
        agreement=first.agreement if first else None,
        drawdowns=[drawn.id for drawn in one.drawdowns],
        status=first.status if first else None,
        first_row=one.rows[0] if one.rows else None,
        row_count=len(one.rows),
    )


def verdict_words(one: Payment) -> Iterator[Sentence]:
    """The verdict on a payment, and what to look at."""
    ids = ", ".join(drawn.id for drawn in one.drawdowns)
    if one.verdict == "matched":
        if one.vat == "included":
            yield words("In the ledger as {drawdown}; the file has it with VAT.", drawdown=ids)
        else:
            yield words("In the ledger as {drawdown}.", drawdown=ids)
        if one.is_rest:
            yield words("The file has it less what was paid before.")
    elif one.verdict == "likely":
        yield words(
            "It has no invoice number; {drawdown} has its supplier and amount.", drawdown=ids
        )
    elif one.verdict == "not-paid":
        yield words("Approved as {drawdown}; the file has no payment of it.", drawdown=ids)
    elif one.verdict == "missing":
        yield words("Not in the ledger.")
        if one.named_agreement:
            yield words("The file names agreement {agreement}.", agreement=one.named_agreement)
        else:
            yield words("The file names no agreement.")
    else:
        yield words("In the ledger as {drawdown}, with a difference.", drawdown=ids)
        yield from (_difference(what, one, one.drawdowns[0]) for what in one.differs)


def _difference(what: str, one: Payment, drawn: Drawn) -> Sentence:
    match what:
        case "amount":
            return words(
                "Paid: {paid}; recorded: {amount}.",
                paid=Amount(one.paid or 0, "SEK"),
                amount=Amount(one.drawn or 0, drawn.currency),
            )
        case "status":
            return words("It was turned down here, and paid.")
        case "buyer":
            return words(
                "Paid by {paid_by}; made out to {buyer}.",
                paid_by=", ".join(one.buyers),
                buyer=drawn.buyer,
            )
        case "date":
            return words(
                "Booked {booked_on}; issued {issued_on}: perhaps another invoice of that number.",
                booked_on=one.first_on,
                issued_on=drawn.issued_on,
            )
        case "currency":
            return words("Recorded in {currency}.", currency=drawn.currency)
        case _:
            return words(
                "The file names agreement {named}; it is recorded under {agreement}.",
                named=one.named_agreement,
                agreement=drawn.agreement,
            )
