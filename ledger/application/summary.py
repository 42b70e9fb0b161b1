"""The public summary of an agreement: what was paid, for how many, with which result.

It names organisations and courses and counts participants; it holds no personal data.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from marshmallow import Schema

from ledger.application.answers import members
from ledger.application.bodies import AGREEMENT, NUMBER
from ledger.application.bodies.fields import CREDITS, CURRENCY
from ledger.domain import agreement, drawdown, order
from ledger.domain.coverage import Coverage, coverage
from ledger.domain.events import Party
from ledger.domain.money import to_text
from ledger.domain.refusals import Amount
from ledger.domain.summary import CourseResult, Summary, percent, summary
from ledger.wording import Sentence, say, translate, words


class YearPaid(Schema):
    year = members.whole("Year of delivery.")
    paid = members.amount("Invoices approved, credits deducted.")


class Course(Schema):
    """What one course came to; its orders count in the last year in which they are delivered."""

    year = members.whole("The last year of delivery.")
    course = members.text("What was given.")
    orders = members.whole("How many orders of it.", 1)
    paid = members.amount("Invoices approved, credits deducted.")
    seats_used = members.whole("Seats used; null: unknown.", null=True)
    credits = members.text("Higher education credits (hp) each; null: none.", CREDITS, null=True)
    credits_awarded = members.whole(
        "Participants who were awarded them; null: unknown, or a course without.", null=True
    )
    women = members.whole("Women who took part; null: not counted.", null=True)
    men = members.whole("Men who took part; null: not counted.", null=True)


class PaidByFunder(Schema):
    """What a grant or other funding pays of it."""

    source = members.text("What the funding is called.")
    funder = members.text("Who pays.")
    support = members.amount("What it pays of what was paid.")


class PublicSummary(Schema):
    """For anybody to read: no personal data."""

    agreement = members.text("The agreement's number.", f"^{NUMBER}$")
    title = members.text("What it is about.")
    status = members.one_of("Whether it is open for orders.", AGREEMENT)
    currency = members.text("ISO 4217.", CURRENCY)
    buyers = members.listed(members.text("A name."), "Who may order under it.")
    suppliers = members.listed(members.text("A name."), "With whom orders are placed.")
    starts_on = members.day("First day of the term.")
    ends_on = members.day("Last day of the term; it counts.")
    as_of = members.day("The day of the summary.")
    cap = members.amount("Takvolym in force on that day; null: unknown.", null=True)
    paid = members.amount("Invoices approved, credits deducted.")
    percent_paid = members.text("Of the cap; null where it is unknown.", r"^-?\d+\.\d$", null=True)
    seats_used = members.whole("Seats used in all; null: unknown in part.", null=True)
    credits_awarded = members.whole(
        "Participants awarded credits in all; null: unknown in part.", null=True
    )
    funding = members.listed(PaidByFunder, "What funding pays of it; none: no funding.")
    not_eligible = members.amount("What was paid and no funding covers; null: none.", null=True)
    in_kind = members.amount("What the buyers gave in kind: beside what was paid.")
    years = members.listed(YearPaid, "What was paid, by year of delivery.")
    courses = members.listed(Course, "By year and course.")
    text = members.text("The same as page-ready text, a line a paragraph.")


def summary_resource(
    state: agreement.State,
    orders: Iterable[order.State],
    drawdowns: Iterable[drawdown.State],
    on: date,
    language: str,
) -> dict[str, Any]:
    found = summary(orders)
    funded = coverage(state, drawdowns) if state.funding else None
    in_kind = sum(share.amount for share in state.in_kind)
    cap = state.cap.amount_on(max(on, state.starts_on))
    share = percent(found.paid, cap)
    told = _told(state, found, cap, share, on, _of_funding(state, funded, in_kind))
    return {
        "agreement": state.number,
        "title": state.title,
        "status": state.status,
        "currency": state.currency,
        "buyers": _names(state.buyers, language),
        "suppliers": _names(state.suppliers, language),
        "starts_on": state.starts_on.isoformat(),
        "ends_on": state.ends_on.isoformat(),
        "as_of": on.isoformat(),
        "cap": None if cap is None else to_text(cap),
        "paid": to_text(found.paid),
        "percent_paid": share,
        "seats_used": found.seats_used,
        "credits_awarded": found.credits_awarded,
        "funding": [] if funded is None else _funders(funded),
        "not_eligible": None if funded is None else to_text(_not_eligible(funded)),
        "in_kind": to_text(in_kind),
        "years": [{"year": year, "paid": to_text(paid)} for year, paid in found.years],
        "courses": [
            {
                "year": course.year,
                "course": course.course,
                "orders": course.orders,
                "paid": to_text(course.paid),
                "seats_used": course.seats_used,
                "credits": course.credits,
                "credits_awarded": course.credits_awarded,
                "women": course.women,
                "men": course.men,
            }
            for course in found.courses
        ],
        "text": "\n".join(
            [
                f"{state.title} ({state.number})",
                " – ".join(
                    ", ".join(_names(parties, language))
                    for parties in (state.buyers, state.suppliers)
                ),
                *(say(sentence, language) for sentence in told),
            ]
        ),
    }


def _funders(funded: Coverage) -> list[dict[str, str]]:
    return [
        {
            "source": one.funding.source.name,
            "funder": one.funding.source.funder,
            "support": to_text(one.support),
        }
        for one in funded.sources
    ]


def _not_eligible(funded: Coverage) -> int:
    return sum(part.amount for part in funded.not_eligible)


def _of_funding(state: agreement.State, funded: Coverage | None, in_kind: int) -> list[Sentence]:
    """Who else pays, what nobody else does, and what was given beside."""
    told = []
    if funded is not None and funded.invoiced:
        told = [
            words(
                "{funder} pays {support} of it.",
                funder=one.funding.source.funder,
                support=Amount(one.support, state.currency),
            )
            for one in funded.sources
        ]
        rest = _not_eligible(funded)
        if rest:
            amount = Amount(rest, state.currency)
            told.append(words("No funding covers any part of {amount}.", amount=amount))
    if in_kind:
        amount = Amount(in_kind, state.currency)
        told.append(words("Given in kind, beside what was paid: {amount}.", amount=amount))
    return told


def _names(parties: tuple[Party, ...], language: str) -> list[str]:
    """A sole trader, for whom an opaque id stands, is a person, and is not named."""
    return [
        party.name or party.organisation
        if party.organisation.isdigit()
        else translate("A sole trader", language)
        for party in parties
    ]


def _told(
    state: agreement.State,
    found: Summary,
    cap: int | None,
    share: str | None,
    on: date,
    funding: list[Sentence],
) -> list[Sentence]:
    """The summary in sentences, without its heading; `funding` comes after what was paid."""
    paid = Amount(found.paid, state.currency)
    told = [
        words("The term is {starts_on} to {ends_on}.", starts_on=state.starts_on,
              ends_on=state.ends_on)
    ]  # fmt: skip
    if cap is None or share is None:
        told.append(words("Paid by {on}: {paid}. The cap is unknown.", on=on, paid=paid))
    else:
        told.append(
            words(
                "Paid by {on}: {paid}, which is {percent} % of the cap of {cap}.",
                on=on,
                paid=paid,
                percent=share.replace(".", ","),
                cap=Amount(cap, state.currency),
            )
        )
    if not found.courses:
        nothing = words("Nothing has been paid and no course is reported as given yet.")
        return [*told, nothing, *funding]
    told += [
        words("Paid for {year}: {paid}.", year=year, paid=Amount(paid, state.currency))
        for year, paid in found.years
    ]
    told += funding
    for course in found.courses:
        told += _of_course(course, state.currency)
    if found.seats_used is not None:
        told.append(words("Seats used in all: {seats}.", seats=found.seats_used))
    else:
        told.append(words("Seats used in all: unknown, since not every course has reported."))
    told.append(words("Amounts are without VAT. Participants are counted, never named."))
    return told


def _of_course(course: CourseResult, currency: str) -> list[Sentence]:
    paid = Amount(course.paid, currency)
    if course.seats_used is None:
        template = "{course}, {year}: {paid} was paid; how many took part is unknown."
        told = [words(template, course=course.course, year=course.year, paid=paid)]
    else:
        told = [
            words(
                "{course}, {year}: {paid} was paid; seats used: {seats}.",
                course=course.course,
                year=course.year,
                paid=paid,
                seats=course.seats_used,
            )
        ]
    if course.women is not None and course.men is not None:
        template = "Of those who took part, women: {women}; men: {men}."
        told.append(words(template, women=course.women, men=course.men))
    if course.credits is None:
        return told
    credits = course.credits.replace(".", ",")
    if course.credits_awarded is None:
        template = "The course gives {credits} hp; how many were awarded them is unknown."
        return [*told, words(template, credits=credits)]
    return [
        *told,
        words(
            "The course gives {credits} hp; participants who were awarded them: {awarded}.",
            credits=credits,
            awarded=course.credits_awarded,
        ),
    ]
