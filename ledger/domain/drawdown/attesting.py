"""Whether a person may approve a drawdown by the attest rules of its buyer.

Rule: nobody attests their own cost, and an approver has an amount limit and a set of
responsibility codes (the municipalities' own rules of attestation).
"""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache

from msgspec.structs import replace

from ledger.domain import access, organisation
from ledger.domain.drawdown.state import Orders, State
from ledger.domain.given import Given, Selves
from ledger.domain.organisation import Mandate
from ledger.domain.refusals import Amount, Fault, MayNotAttest, Person, RightLacking


def decides_for(state: State, given: Given) -> str:
    """By whose rules it is decided: of who carries all of it, where they do; else the buyer's."""
    acting = given.by.organisation
    return acting if acting == state.decider else state.buyer


def rules_of(state: State, given: Given) -> organisation.State | None:
    """The rules by which it is decided."""
    return organisation.named(given, decides_for(state, given))


def mandate_of(
    state: State,
    orders: Orders,
    rules: organisation.State | None,
    given: Given,
    days: Sequence[date],
) -> Mandate | None:
    """The right that who asks approves it under; None where the buyer has given no rights.

    The right is in force on all of the days, and reaches every responsibility code that is drawn
    and the whole amount. Raises MayNotAttest.
    """
    if rules is None:
        return None
    given, person = _asked_once(given), given.by.person
    because = own_cost(state, orders, rules, person, days, given.selves)
    if not rules.rights:
        if because:
            raise MayNotAttest(state.id, tuple(because), (), ())
        return None
    able = _able(state, orders, rules, given, days)
    mine = next((one for one in able if one.person == person), None)
    if mine is not None:
        return mine
    lacking, more = _lacking(state, orders, rules, given, days)
    others = tuple(dict.fromkeys(Person(one.person) for one in able))
    because += [*more, _who_may(others)]
    raise MayNotAttest(state.id, tuple(because), lacking, others)


def able_persons(
    state: State,
    orders: Orders,
    rules: organisation.State | None,
    given: Given,
    days: Sequence[date],
) -> tuple[str, ...]:
    """Who may approve it, by opaque id; nobody where the buyer has given no rights."""
    if rules is None:
        return ()
    able = _able(state, orders, rules, _asked_once(given), days)
    return tuple(dict.fromkeys(one.person for one in able))


def _asked_once(given: Given) -> Given:
    """The same, which asks once of each person whom else they are."""
    return replace(given, selves=cache(given.selves))


def own_cost(
    state: State,
    orders: Orders,
    rules: organisation.State,
    person: str,
    days: Sequence[date],
    selves: Selves,
) -> list[Fault]:
    """What makes the drawdown the person's own cost, by what the buyer counts as that; also what
    they did, or are named in, as another person."""
    counts = {kind for day in days for kind in rules.own_cost_on(day)}
    faults = []
    drawn = {(part.order, part.line) for part in state.allocations}
    for name, one in orders.items():
        if "ordered" in counts and _is_one_of(person, one.ordered_by, selves):
            sentence = "You ordered {order} yourself, and nobody attests their own cost."
            faults.append(Fault(pointer="", sentence=sentence, figures={"order": name}))
        for line in one.lines:
            if (name, line.number) not in drawn:
                continue
            figures = {"order": name, "line": str(line.number)}
            named = (line.responsible,) if line.responsible else ()
            if "named" in counts and _is_one_of(person, named, selves):
                sentence = "Line {line} of {order} is your own cost: it names you."
                faults.append(Fault(pointer="", sentence=sentence, figures=figures))
            coders = [by for number, by in one.coded_by if number == line.number]
            if "coded" in counts and _is_one_of(person, coders, selves):
                sentence = "You re-coded line {line} of {order} yourself."
                faults.append(Fault(pointer="", sentence=sentence, figures=figures))
    return faults


def _is_one_of(person: str, others: Iterable[str], selves: Selves) -> bool:
    """Whether a person is one of others, or the same human being as one."""
    return any(person in selves(other) for other in others)


def _able(
    state: State,
    orders: Orders,
    rules: organisation.State,
    given: Given,
    days: Sequence[date],
) -> tuple[Mandate, ...]:
    """A right carries no own cost of its holder's either, whoever stands in for them; and it holds
    no longer than the role of its holder, nor a deputy longer than either."""
    codes = {code for code, _, _ in _drawn(state, orders)}

    def apart(person: str) -> bool:
        if _is_one_of(person, state.entered_by, given.selves):
            return False
        if own_cost(state, orders, rules, person, days, given.selves):
            return False
        return access.may_attest(given.find(access.stream(person)), given.today)

    return tuple(
        one
        for one in organisation.who(rules, days, state.amount, codes, given.selves)
        if apart(one.person) and (one.deputy_for is None or apart(one.deputy_for))
    )


def _drawn(state: State, orders: Orders) -> list[tuple[str, str, int]]:
    """Responsibility code ("" for none), order and line of everything that it draws."""
    drawn = {(part.order, part.line) for part in state.allocations}
    return [
        (line.cost_centre or "", name, line.number)
        for name, one in orders.items()
        for line in one.lines
        if (name, line.number) in drawn
    ]


def _lacking(
    state: State,
    orders: Orders,
    rules: organisation.State,
    given: Given,
    days: Sequence[date],
) -> tuple[tuple[RightLacking, ...], list[Fault]]:
    """What each right of the person's does not reach, for programs and in words."""
    person = given.by.person
    mandates = organisation.mandates(rules, days, given.selves)
    held = [one for one in mandates if one.person == person]
    if not held:
        return (), [_without_right(rules, given, days)]
    codes = {code for code, _, _ in _drawn(state, orders)}
    lacking, faults = [], []
    for one in held:
        found = organisation.lacking(one.right, codes, state.amount)
        over = Amount(found.over, state.currency)
        number = one.right.number
        lacking.append(RightLacking(right=number, codes=found.codes, over=over))
        faults += _said(found, one, over)
        whose = one.deputy_for
        if whose is not None and own_cost(state, orders, rules, whose, days, given.selves):
            sentence = "Right {right} is that of somebody whose own cost it is."
            faults.append(Fault(pointer="", sentence=sentence, figures={"right": number}))
    return tuple(lacking), faults


def _without_right(rules: organisation.State, given: Given, days: Sequence[date]) -> Fault:
    """Of who asks without a right that is in force on all of the days: on which there is none."""
    figures = {"organisation": rules.number, "on": days[0].isoformat()}
    for day in days:
        mandates = organisation.mandates(rules, (day,), given.selves)
        if all(one.person != given.by.person for one in mandates):
            sentence = "You have no right to attest for {organisation} on {on}."
            return Fault(pointer="", sentence=sentence, figures={**figures, "on": day.isoformat()})
    sentence = "No right of yours to attest for {organisation} is in force both on {on} and today."
    return Fault(pointer="", sentence=sentence, figures=figures)


def _said(found: organisation.Lacking, one: Mandate, over: Amount) -> list[Fault]:
    faults = []
    right = one.right.number
    coded = tuple(code for code in found.codes if code)
    if coded:
        sentence = "Right {right} does not cover responsibility {codes}."
        faults.append(
            Fault(pointer="", sentence=sentence, figures={"right": right, "codes": coded})
        )
    if "" in found.codes:
        sentence = "Right {right} does not cover lines without a responsibility code."
        faults.append(Fault(pointer="", sentence=sentence, figures={"right": right}))
    if found.over:
        most = Amount(one.right.limit or 0, over.currency)
        sentence = "Right {right} goes to {most} a drawdown: this is {over} more."
        faults.append(
            Fault(
                pointer="",
                sentence=sentence,
                figures={"right": right, "most": most, "over": over},
            )
        )
    return faults


def _who_may(able: tuple[Person, ...]) -> Fault:
    if not able:
        return Fault(pointer="", sentence="Nobody has a right that covers it.")
    return Fault(pointer="", sentence="It can be attested by {able}.", figures={"able": able})
