"""What goes out for a council: an agreement on one page, with what it says in words."""

from datetime import date, datetime
from typing import Annotated

from ledger.application.answers.balances import Balance
from ledger.application.answers.making import Answer
from ledger.application.answers.members import (
    amount,
    day,
    listed,
    moment,
    nested,
    one_of,
    text,
    whole,
)
from ledger.application.answers.proof import Checkpoint
from ledger.application.bodies.fields import CURRENCY
from ledger.application.bodies.terms import AGREEMENT_STANDING, NUMBER

MATTERS = ("order", "invoice", "commitment", "amendment", "share-move", "later")


class OpenMatter(Answer):
    """Something that waits for somebody, or that is to come."""

    kind: Annotated[str, one_of("What it is.", MATTERS)]
    name: Annotated[str, text("Which, as the order's number.")]
    sentence: Annotated[str, text("What is open, in words.")]
    amount: Annotated[str | None, amount("How much it is about; null: not of an amount.")]
    on: Annotated[date | None, day("By when, or from when; null: no day.")]


class CouncilPage(Answer):
    """An agreement for those who decide: the answer first, the formula, what is open."""

    agreement: Annotated[str, text("The agreement's number.", f"^{NUMBER}$")]
    title: Annotated[str, text("What it is about.")]
    status: Annotated[str, one_of("Whether it is open for orders.", AGREEMENT_STANDING)]
    currency: Annotated[str, text("ISO 4217.", CURRENCY)]
    buyers: Annotated[list[Annotated[str, text("A name.")]], listed("Who may order.")]
    suppliers: Annotated[list[Annotated[str, text("A name.")]], listed("Who gives the courses.")]
    starts_on: Annotated[date, day("First day of the term.")]
    ends_on: Annotated[date, day("Last day of the term; it counts.")]
    as_of: Annotated[date, day("The business date.")]
    known_at: Annotated[datetime, moment("What had been recorded by then.")]
    headline: Annotated[str, text("What can be ordered, in a sentence.")]
    used: Annotated[str, text("How much of the cap is in use, in a sentence.")]
    forecast: Annotated[str, text("When the cap is reached, in a sentence.")]
    balance: Annotated[Balance, nested()]
    matters: Annotated[list[OpenMatter], listed("What is open: the first of each kind.")]
    more: Annotated[int, whole("How many more there are, at least.")]
    checkpoint: Annotated[Checkpoint, nested()]
