"""The public summary of an agreement in words: page-ready, a line a paragraph."""

from datetime import date
from typing import NamedTuple

from ledger.domain import agreement
from ledger.domain.coverage import Coverage, Covered, Member
from ledger.domain.events import Party, RoundResult
from ledger.domain.refusals import Amount
from ledger.domain.summary import CourseResult, Summary, percent
from ledger.wording import Sentence, kronor, say, translate, words


class Summed(NamedTuple):
    """What a summary is told of: an agreement on a day, and what its orders came to.

    `cap` (None: unknown) and `in_kind` are öre; `funded` is None where no funding was decided.
    `members` are who carries what was paid, each beside its name.
    """

    state: agreement.State
    found: Summary
    funded: Coverage | None
    cap: int | None
    in_kind: int
    on: date
    members: tuple[tuple[Party, Member], ...] = ()

    @property
    def results(self) -> tuple[RoundResult, ...]:
        """What was reported of its rounds, in their order."""
        return tuple(sorted(self.state.results, key=lambda one: (one.programme, one.round or 0)))

    @property
    def percent_paid(self) -> str | None:
        return percent(self.found.paid, self.cap)

    @property
    def not_eligible(self) -> int | None:
        """What was paid and no funding covers, in öre."""
        return None if self.funded is None else not_eligible(self.funded)


def summary_text(summed: Summed, language: str) -> str:
    state = summed.state
    sides = (
        ", ".join(public_names(parties, language)) for parties in (state.buyers, state.suppliers)
    )
    funding = _of_funding(state, summed.funded, summed.in_kind, summed.on)
    funding += [*_of_members(summed, language), *_of_results(summed.results)]
    told = _told(state, summed.found, summed.cap, summed.percent_paid, summed.on, funding)
    said = (say(sentence, language) for sentence in told)
    return "\n".join([f"{state.title} ({state.number})", " – ".join(sides), *said])


def not_eligible(funded: Coverage) -> int:
    return sum(part.amount for part in funded.not_eligible)


def named_members(state: agreement.State, funded: Coverage) -> tuple[tuple[Party, Member], ...]:
    """Who carries what was paid: several, or nobody, since one alone carries all of it."""
    known = {party.organisation: party for party in state.buyers}
    carrying = [one for one in funded.members if one.gross]
    if len(carrying) < 2:
        return ()
    return tuple(
        (known.get(one.organisation, Party(organisation=one.organisation)), one) for one in carrying
    )


def public_names(parties: tuple[Party, ...], language: str) -> list[str]:
    """A sole trader, for whom an opaque id stands, is a person, and is not named."""
    return [
        party.name or party.organisation
        if party.organisation.isdigit()
        else translate("A sole trader", language)
        for party in parties
    ]


def _of_funding(
    state: agreement.State, funded: Coverage | None, in_kind: int, on: date
) -> list[Sentence]:
    """Who else pays, what nobody else does, what is claimed and paid, and what was given beside."""
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
        rest = not_eligible(funded)
        if rest:
            amount = Amount(rest, state.currency)
            told.append(words("No funding covers any part of {amount}.", amount=amount))
        told += [_of_grant(one, state.currency, on) for one in funded.sources]
    if in_kind:
        amount = Amount(in_kind, state.currency)
        told.append(words("Given in kind, beside what was paid: {amount}.", amount=amount))
    return told


def _of_grant(one: Covered, currency: str, on: date) -> Sentence:
    """What of a grant is claimed and paid, and whether its period is over."""
    source = one.funding.source
    claimed, paid = (Amount(ore, currency) for ore in (one.funding.claimed, one.funding.paid))
    if on > source.ends_on:
        template = "{source}: {claimed} is claimed and {paid} is paid; its period ended {ends_on}."
    else:
        template = "{source}: {claimed} is claimed and {paid} is paid; its period ends {ends_on}."
    return words(template, source=source.name, claimed=claimed, paid=paid, ends_on=source.ends_on)


def _of_results(results: tuple[RoundResult, ...]) -> list[Sentence]:
    told = []
    for one in results:
        name = one.programme if one.round is None else f"{one.programme} {one.round}"
        told.append(words("{round}: {result}", round=name, result=one.result))
        if one.participants is not None and one.completed is not None:
            template = "Of {participants} who took part, {completed} completed it."
            told.append(words(template, participants=one.participants, completed=one.completed))
    return told


def _of_members(summed: Summed, language: str) -> list[Sentence]:
    """What each is left to pay itself, on one line: a summary is a page."""
    if not summed.members:
        return []
    own = tuple(
        f"{public_names((party,), language)[0]} {kronor(one.own, summed.state.currency)}"
        for party, one in summed.members
    )
    return [words("What each is left to pay itself: {members}.", members=own)]


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
        if found.free_seats:
            told.append(words("Free seats beside those paid for: {free}.", free=found.free_seats))
        if found.per_participant is not None:
            a_head = Amount(found.per_participant, state.currency)
            told.append(words("Paid for each who took part: {a_head}.", a_head=a_head))
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
