"""The public summary of an agreement: what was paid, for how many, with which result.

It names organisations and courses and counts participants; it holds no personal data.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated

from ledger.application.answers.making import Answer, At, made
from ledger.application.answers.members import (
    amount,
    day,
    listed,
    one_of,
    text,
    truth,
    whole,
)
from ledger.application.bodies.fields import CREDITS, CURRENCY
from ledger.application.bodies.terms import AGREEMENT_STANDING, NUMBER
from ledger.application.sentences.summary import (
    Summed,
    named_members,
    public_names,
    summary_text,
)
from ledger.domain import agreement, drawdown, order
from ledger.domain.coverage import coverage
from ledger.domain.money import to_text
from ledger.domain.summary import summary


class YearPaid(Answer):
    year: Annotated[int, whole("Year of delivery.")]
    paid: Annotated[str, amount("Invoices approved, credits deducted.")]


class Course(Answer):
    """What one course came to; its orders count in the last year in which they are delivered."""

    year: Annotated[int, whole("The last year of delivery.")]
    course: Annotated[str, text("What was given.")]
    orders: Annotated[int, whole("How many orders of it.", 1)]
    paid: Annotated[str, amount("Invoices approved, credits deducted.")]
    seats_used: Annotated[int | None, whole("Seats used; null: unknown.")]
    credits: Annotated[str | None, text("Higher education credits (hp) each; null: none.", CREDITS)]
    credits_awarded: Annotated[
        int | None, whole("Participants who were awarded them; null: unknown, or a course without.")
    ]
    free_seats: Annotated[int, whole("Seats that nothing was paid for, apart.")]
    per_participant: Annotated[
        str | None, amount("What was paid for each who took part; null where that is unknown.")
    ]
    women: Annotated[int | None, whole("Women who took part; null: not counted.")]
    men: Annotated[int | None, whole("Men who took part; null: not counted.")]


class PaidByFunder(Answer):
    """What a grant or other funding pays of it."""

    source: Annotated[str, text("What the funding is called.", of="funding.source.name")]
    funder: Annotated[str, text("Who pays.", of="funding.source.funder")]
    support: Annotated[str, amount("What it pays of what was paid.")]
    claimed: Annotated[str, amount("What was claimed of the funder.", of="funding.claimed")]
    received: Annotated[str, amount("What the funder has paid.", of="funding.paid")]
    period_over: Annotated[
        bool,
        truth(
            "Whether the last day of its period has passed.",
            of=lambda one, at: at.day > one.funding.source.ends_on,
        ),
    ]


class RoundOutcome(Answer):
    """What a round came to: counts, and words that name nobody."""

    programme: Annotated[str, text("The programme.")]
    round: Annotated[int | None, whole("Which round; null: none is said.")]
    result: Annotated[str, text("What came of it.")]
    participants: Annotated[int | None, whole("How many took part; null: not counted.")]
    completed: Annotated[int | None, whole("How many completed it; null: not counted.")]
    women: Annotated[int | None, whole("Women who took part; null: not counted.")]
    men: Annotated[int | None, whole("Men who took part; null: not counted.")]


class MemberCost(Answer):
    """What one organisation carries of what was paid, and what is its own net of it."""

    organisation: Annotated[
        str, text("Its name.", of=lambda one, at: public_names((one[0],), at.language)[0])
    ]
    gross: Annotated[str, amount("What it carries.", of=lambda one, _: one[1].gross)]
    covered: Annotated[str, amount("What funding covers of it.", of=lambda one, _: one[1].covered)]
    own: Annotated[str, amount("What is left to pay itself.", of=lambda one, _: one[1].own)]


class PublicSummary(Answer):
    """For anybody to read: no personal data."""

    agreement: Annotated[str, text("The agreement's number.", f"^{NUMBER}$", of="state.number")]
    title: Annotated[str, text("What it is about.", of="state.title")]
    status: Annotated[
        str,
        one_of(
            "Whether it is open for orders.",
            AGREEMENT_STANDING,
            of=lambda one, at: agreement.standing(one.state, at.day),
        ),
    ]
    currency: Annotated[str, text("ISO 4217.", CURRENCY, of="state.currency")]
    buyers: Annotated[
        list[Annotated[str, text("A name.")]],
        listed(
            "Who may order under it.",
            of=lambda one, at: public_names(one.state.buyers, at.language),
        ),
    ]
    suppliers: Annotated[
        list[Annotated[str, text("A name.")]],
        listed(
            "With whom orders are placed.",
            of=lambda one, at: public_names(one.state.suppliers, at.language),
        ),
    ]
    starts_on: Annotated[date, day("First day of the term.", of="state.starts_on")]
    ends_on: Annotated[date, day("Last day of the term; it counts.", of="state.ends_on")]
    as_of: Annotated[date, day("The day of the summary.", of="on")]
    cap: Annotated[str | None, amount("Takvolym in force on that day; null: unknown.")]
    paid: Annotated[str, amount("Invoices approved, credits deducted.", of="found.paid")]
    percent_paid: Annotated[
        str | None, text("Of the cap; null where it is unknown.", "^-?\\d+\\.\\d$")
    ]
    seats_used: Annotated[
        int | None, whole("Seats used in all; null: unknown in part.", of="found.seats_used")
    ]
    free_seats: Annotated[
        int, whole("Seats that nothing was paid for, apart.", of="found.free_seats")
    ]
    per_participant: Annotated[
        str | None,
        amount(
            "What was paid for each who took part; null where that is unknown.",
            of="found.per_participant",
        ),
    ]
    credits_awarded: Annotated[
        int | None,
        whole(
            "Participants awarded credits in all; null: unknown in part.",
            of="found.credits_awarded",
        ),
    ]
    funding: Annotated[
        list[PaidByFunder],
        listed(
            "What funding pays of it; none: no funding.",
            of=lambda one, _: one.funded.sources if one.funded else (),
        ),
    ]
    not_eligible: Annotated[str | None, amount("What was paid and no funding covers; null: none.")]
    in_kind: Annotated[str, amount("What the buyers gave in kind: beside what was paid.")]
    members: Annotated[
        list[MemberCost],
        listed("What each buyer carries, what is covered of it, and what is left to pay itself."),
    ]
    results: Annotated[
        list[RoundOutcome],
        listed("What came of its rounds, as reported.", of=lambda one, _: one.results),
    ]
    years: Annotated[
        list[YearPaid],
        listed(
            "What was paid, by year of delivery.",
            of=lambda one, _: [
                YearPaid(year=year, paid=to_text(paid)) for year, paid in one.found.years
            ],
        ),
    ]
    courses: Annotated[list[Course], listed("By year and course.", of="found.courses")]
    text: Annotated[
        str,
        text(
            "The same as page-ready text, a line a paragraph.",
            of=lambda one, at: summary_text(one, at.language),
        ),
    ]


def summary_answer(
    state: agreement.State,
    orders: Iterable[order.State],
    drawdowns: Iterable[drawdown.State],
    opened: Mapping[str, int],
    on: date,
    language: str,
) -> PublicSummary:
    """`opened` is what each buyer carries of opening balances, in öre."""
    funded = coverage(state, drawdowns, opened)
    summed = Summed(
        state=state,
        found=summary(orders),
        funded=funded if state.funding else None,
        members=named_members(state, funded),
        cap=state.cap.amount_on(max(on, state.starts_on)),
        in_kind=sum(share.amount for share in state.in_kind),
        on=on,
    )
    return made(PublicSummary, summed, At(language, on))
