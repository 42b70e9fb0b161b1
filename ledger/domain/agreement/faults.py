"""What a signing or an amendment must be: its term, its parties, its limits."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

import msgspec
from msgspec.structs import replace

from ledger.domain.agreement.changing import changes_nothing, undone_faults
from ledger.domain.agreement.commands import AmendAgreement, LimitTerms, SignAgreement
from ledger.domain.agreement.law import reason_faults
from ledger.domain.agreement.replacing import replacement_faults, suppliers_after
from ledger.domain.agreement.selecting import selection_faults
from ledger.domain.agreement.state import State
from ledger.domain.calendar import extended, months_between
from ledger.domain.days import year_faults
from ledger.domain.events import Party
from ledger.domain.limits import CAP, dimensions_of
from ledger.domain.parties import is_natural_person
from ledger.domain.refusals import Fault, TermTooLong
from ledger.domain.regime import Extension, Policy, TariffStep, default_longest_term
from ledger.domain.sharing import Split


def check_term(
    number: str,
    regime: str,
    policy: Policy,
    starts_on: date,
    ends_on: date,
    options: Sequence[Extension] = (),
    signed_end: date | None = None,
) -> None:
    """Raises TermTooLong: a term that is longer, with its options, than the policy allows needs its
    legal ground.

    Rule: LOU 7 kap. 2 §, where the policy names no longest term of its own.
    """
    ends_on = extended(ends_on, sum(option.months for option in options), signed_end)
    longest = policy.longest_term_months or default_longest_term(regime)
    months = months_between(starts_on, ends_on)
    if longest is not None and months > longest and not policy.legal_ground.strip():
        raise TermTooLong(agreement=number, months=months, longest=longest)


def term_faults(command: SignAgreement) -> list[Fault]:
    """Faults of the dates and of the cap, which is above 0 öre or unknown."""
    faults = []
    if command.ends_on < command.starts_on:
        faults.append(
            Fault(
                pointer="/ends_on",
                sentence="The term ends ({ends_on}) before it starts ({starts_on}).",
                figures={
                    "ends_on": command.ends_on.isoformat(),
                    "starts_on": command.starts_on.isoformat(),
                },
            )
        )
    if command.cap is not None and command.cap <= 0:
        faults.append(Fault(pointer="/cap", sentence="The cap must be above 0, or null: unknown."))
    return faults


def party_faults(command: SignAgreement) -> list[Fault]:
    """An agreement has buyers and suppliers, each named once."""
    faults = []
    for name, parties in (("buyers", command.buyers), ("suppliers", command.suppliers)):
        if not parties:
            faults.append(Fault(pointer=f"/{name}", sentence="At least one is needed."))
        faults += _repeated([p.organisation for p in parties], f"/{name}", "organisation")
        faults += personal_faults(parties, f"/{name}")
    if command.regime != "internal":
        faults += both_faults(command.suppliers, command.buyers, "/suppliers")
    faults += lead_faults(command.buyers, "/buyers")
    faults += policy_faults(command.policy, command.buyers, "/policy")
    return faults


def both_faults(parties: Sequence[Party], others: Sequence[Party], pointer: str) -> list[Fault]:
    """Nobody buys of itself, but within an organisation (regime `internal`)."""
    known = {party.organisation for party in others}
    return [
        Fault(
            pointer=f"{pointer}/{i}/organisation",
            sentence="{name} cannot be buyer and supplier of the same agreement.",
            figures={"name": party.organisation},
        )
        for i, party in enumerate(parties)
        if party.organisation in known
    ]


def policy_faults(policy: Policy, buyers: Sequence[Party], pointer: str) -> list[Fault]:
    """Faults of what a policy says of an agreement's buyers, and of its plan."""
    faults = []
    if policy.split is not None:
        faults += _split_faults(policy.split, buyers, f"{pointer}/split")
    for i, (before, after) in enumerate(pairwise(policy.plan), start=1):
        if after.by <= before.by or after.amount < before.amount:
            sentence = "A plan's steps come in the order of their days, and its amounts only grow."
            faults.append(Fault(pointer=f"{pointer}/plan/{i}", sentence=sentence))
    return [*faults, *_tariff_faults(policy.tariff, f"{pointer}/tariff")]


def _tariff_faults(tariff: Sequence[TariffStep], pointer: str) -> list[Fault]:
    """Each step begins on a day of its own, and a later cancellation never costs less."""
    return [
        Fault(
            pointer=f"{pointer}/{i}",
            sentence="A tariff has one step for a day, and costs more the nearer the start is.",
        )
        for i, step in enumerate(tariff)
        if any(
            other.days == step.days or (other.days > step.days and other.percent > step.percent)
            for j, other in enumerate(tariff)
            if j != i
        )
    ]


def lead_faults(buyers: Sequence[Party], pointer: str, *, led: bool = False) -> list[Fault]:
    """A joint agreement has one lead; `led` says that it has one already."""
    leads = [i for i, party in enumerate(buyers) if party.role == "lead"]
    return [
        Fault(pointer=f"{pointer}/{i}/role", sentence="The agreement has a lead already.")
        for i in leads[0 if led else 1 :]
    ]


def _split_faults(split: Split, buyers: Sequence[Party], pointer: str) -> list[Fault]:
    """An agreement's split is by shares of its buyers, or by the seats that each order allocates.

    Fixed amounts belong to an order, whose amount they add up to.
    """
    if split.method == "fixed" or (split.method == "seats") == bool(split.parts):
        sentence = "An agreement's split is by shares, with parts, or by seats, without."
        return [Fault(pointer=pointer, sentence=sentence)]
    names = [part.organisation for part in split.parts]
    known = {party.organisation for party in buyers}
    pointer = f"{pointer}/parts"
    return [
        *_repeated(names, pointer, "organisation"),
        *(
            Fault(pointer=f"{pointer}/{i}", sentence="A part is above 0.")
            for i, part in enumerate(split.parts)
            if part.weight <= 0
        ),
        *(
            Fault(
                pointer=f"{pointer}/{i}/organisation",
                sentence="{name} is not a named buyer.",
                figures={"name": name},
            )
            for i, name in enumerate(names)
            if name not in known
        ),
    ]


def personal_faults(parties: Sequence[Party], pointer: str) -> list[Fault]:
    """A personal number is never a fact: an opaque id stands for a sole trader."""
    return [
        Fault(
            pointer=f"{pointer}/{i}/organisation",
            sentence="This is a person's own number, which the log does not hold.",
        )
        for i, party in enumerate(parties)
        if is_natural_person(party.organisation)
    ]


def limit_faults(
    limits: Sequence[LimitTerms], taken: set[str], term: tuple[date, date]
) -> list[Fault]:
    """Faults of limits beside the cap; `taken` are names that they may not have. A year is one in
    which something may be delivered under the agreement, whose first and last day `term` is."""
    faults = _repeated([limit.name for limit in limits], "/limits", "name")
    years = {f"/limits/{i}/year": one.year for i, one in enumerate(limits) if one.year is not None}
    faults += year_faults(years, term, after_term=True)
    for i, limit in enumerate(limits):
        if limit.name in taken:
            faults.append(
                Fault(
                    pointer=f"/limits/{i}/name",
                    sentence="The name {name} belongs to the cap itself.",
                    figures={"name": limit.name},
                )
            )
        if limit.unit == "money" and all(one is None for one in dimensions_of(limit)):
            faults.append(
                Fault(
                    pointer=f"/limits/{i}",
                    sentence="Say what it limits: a year, buyer, supplier, kind or funding.",
                )
            )
        if limit.amount is not None and limit.amount < 0:
            faults.append(
                Fault(pointer=f"/limits/{i}/amount", sentence="A limit cannot be below 0.")
            )
    return faults


def _repeated(names: Sequence[str], pointer: str, member: str) -> list[Fault]:
    return [
        Fault(
            pointer=f"{pointer}/{i}/{member}",
            sentence="{name} is named twice.",
            figures={"name": name},
        )
        for i, name in enumerate(names)
        if name in names[:i]
    ]


def amendment_faults(command: AmendAgreement, state: State) -> list[Fault]:
    """Faults of an amendment, each with its pointer under /change."""
    faults = []
    changed = (
        *(command.limits, command.buyers, command.suppliers, command.selection),
        *(command.policy, command.limit_rules),
    )
    if command.cap is msgspec.UNSET and not any(changed):
        faults.append(Fault(pointer="/change", sentence="Nothing is changed."))
    faults += effect_faults("/effective_on", command.effective_on, state)
    faults += reason_faults(command, state)
    faults += undone_faults(command, state)
    faults += _changed_policy_faults(command, state)
    faults += _rule_faults(command, state)
    if isinstance(command.cap, int) and command.cap <= 0:
        faults.append(
            Fault(pointer="/change/cap", sentence="The cap must be above 0, or null: unknown.")
        )
    known = {limit.name for limit in state.limits}
    new = [limit for limit in command.limits if limit.name not in known]
    faults += [
        Fault(pointer="/change" + fault.pointer, sentence=fault.sentence, figures=fault.figures)
        for fault in [
            *limit_faults(new, set(), (state.starts_on, state.ends_on)),
            *_repeated([limit.name for limit in command.limits], "/limits", "name"),
        ]
    ]
    gone = {one.name: one.removed_on for one in state.limits if one.removed_on is not None}
    faults += [
        Fault(
            pointer=f"/change/limits/{i}/name",
            sentence="The limit {name} is removed from {day}: a new one has another name.",
            figures={"name": limit.name, "day": str(gone[limit.name])},
        )
        for i, limit in enumerate(command.limits)
        if limit.name in gone
    ]
    if any(limit.name == CAP for limit in command.limits):
        faults.append(
            Fault(
                pointer="/change/limits",
                sentence="The cap is changed as the cap, not among the limits.",
            )
        )
    faults += selection_faults(
        command.selection, suppliers_after(command, state), state.regime, "/change/selection"
    )
    faults += replacement_faults(command, state)
    faults += personal_faults(command.buyers, "/change/buyers")
    if state.regime != "internal":
        faults += both_faults(command.buyers, state.suppliers, "/change/buyers")
    led = any(party.role == "lead" for party in state.buyers)
    faults += lead_faults(command.buyers, "/change/buyers", led=led)
    present = {party.organisation for party in state.buyers}
    faults += [
        Fault(
            pointer=f"/change/buyers/{i}/organisation",
            sentence="{name} is a buyer already.",
            figures={"name": party.organisation},
        )
        for i, party in enumerate(command.buyers)
        if party.organisation in present
    ]
    if not faults and changes_nothing(command, state):
        faults.append(Fault(pointer="/change", sentence="Nothing is changed."))
    return faults


def effect_faults(pointer: str, on: date, state: State) -> list[Fault]:
    """An agreement is changed from no day before it was signed and began. A year that cannot be is
    said so, of whatever begins (`days.begin_faults`)."""
    first = min(state.signed_on, state.starts_on)
    if on >= first or on.year < first.year:
        return []
    figures = {"on": on.isoformat(), "first": first.isoformat()}
    sentence = "{on} is before the agreement, which is of {first}."
    return [Fault(pointer=pointer, sentence=sentence, figures=figures)]


def _changed_policy_faults(command: AmendAgreement, state: State) -> list[Fault]:
    """A policy that is amended is one that could have been signed, and judged by what it was."""
    if not command.policy:
        return []
    before = state.policy_on(command.effective_on)
    policy = replace(before, **command.policy)
    buyers = (*state.buyers_on(command.effective_on), *command.buyers)
    faults = policy_faults(policy, buyers, "/change/policy")
    if policy == before:
        faults.append(Fault(pointer="/change/policy", sentence="Nothing is changed."))
    if policy.amendments != before.amendments:
        sentence = "What amendments are judged by is not itself amended."
        faults.append(Fault(pointer="/change/policy/amendments", sentence=sentence))
    used = state.extensions_used
    if command.decided_on > state.ends_on and policy.extensions != before.extensions:
        faults.append(
            Fault(
                pointer="/change/policy/extensions",
                sentence="The term ended {ends_on}: no option is agreed after it.",
                figures={"ends_on": state.ends_on.isoformat()},
            )
        )
    if policy.extensions[:used] != before.extensions[:used]:
        sentence = "Options that are used stay as they are."
        faults.append(Fault(pointer="/change/policy/extensions", sentence=sentence))
    return faults


def _rule_faults(command: AmendAgreement, state: State) -> list[Fault]:
    """Only a limit that is there, beside the cap, is bound by another rule; each once."""
    names = [limit_rule.name for limit_rule in command.limit_rules]
    faults = [
        Fault(pointer="/change" + fault.pointer, sentence=fault.sentence, figures=fault.figures)
        for fault in _repeated(names, "/limit_rules", "name")
    ]
    known = {limit.name: limit for limit in state.limits[1:]}
    for i, limit_rule in enumerate(command.limit_rules):
        pointer = f"/change/limit_rules/{i}"
        if limit_rule.name == CAP:
            sentence = "How the cap binds is changed in the policy."
            faults.append(Fault(pointer=f"{pointer}/name", sentence=sentence))
        elif limit_rule.name not in known:
            faults.append(
                Fault(
                    pointer=f"{pointer}/name",
                    sentence="The agreement has no limit {name}.",
                    figures={"name": limit_rule.name},
                )
            )
        elif known[limit_rule.name].is_removed_on(command.effective_on):
            figures = {"name": limit_rule.name, "day": str(known[limit_rule.name].removed_on)}
            sentence = "The limit {name} is removed from {day}."
            faults.append(Fault(pointer=f"{pointer}/name", sentence=sentence, figures=figures))
        if limit_rule.effect is None and limit_rule.tolerance is None:
            faults.append(Fault(pointer=pointer, sentence="Nothing is changed."))
    return faults
