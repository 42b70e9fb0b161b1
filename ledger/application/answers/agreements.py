"""What goes out of agreements."""

from datetime import date
from typing import Annotated, ClassVar

from ledger.application.answers.actions import Resource
from ledger.application.answers.balances import Balance
from ledger.application.answers.making import Answer, At, made
from ledger.application.answers.members import (
    amount,
    as_told,
    day,
    flags,
    in_unit,
    listed,
    nested,
    one_of,
    organisation,
    text,
    truth,
    whole,
)
from ledger.application.answers.selection import SelectionTerms
from ledger.application.bodies.fields import CURRENCY
from ledger.application.bodies.terms import (
    AGREEMENT_STANDING,
    EFFECTS,
    NUMBER,
    NUMBER_KINDS,
    PARTY_ROLES,
)
from ledger.domain import agreement
from ledger.domain.limits import UNITS
from ledger.domain.money import to_text
from ledger.domain.regime import GROUNDS, REGIMES
from ledger.domain.sharing import METHODS, Split


class NamedParty(Answer):
    organisation: Annotated[str, organisation("Ten digits.")]
    name: Annotated[str, text("Its name.")]


class NamedBuyer(NamedParty):
    role: Annotated[str | None, one_of("Its part in a joint agreement.", PARTY_ROLES)]


class CostSplitPart(Answer):
    organisation: Annotated[str, organisation("Who carries it.")]
    weight: Annotated[int | None, whole("What compares, or seats; null where the split is fixed.")]
    amount: Annotated[str | None, amount("Null unless the split is fixed.")]


def _split_parts(split: Split, _: object) -> list[CostSplitPart]:
    """A part's number is an amount where the split is fixed, else what compares, or seats."""
    fixed = split.method == "fixed"
    return [
        CostSplitPart(
            organisation=part.organisation,
            weight=None if fixed else part.weight,
            amount=to_text(part.weight) if fixed else None,
        )
        for part in split.parts
    ]


class CostSplit(Answer):
    """How what an order costs is shared."""

    method: Annotated[str, one_of("By shares, seats or fixed amounts.", METHODS)]
    parts: Annotated[list[CostSplitPart], listed("Who carries how much of it.", of=_split_parts)]


class AgreementLimit(Answer):
    """A largest amount over the lines that match every dimension that is not null."""

    name: Annotated[str, text("What it is called.")]
    unit: Annotated[str, one_of("What it counts.", UNITS)]
    amount: Annotated[
        str | None,
        as_told(
            "The most that may be used; null: unknown.",
            of=lambda limit, at: in_unit(limit.amount_on(at.day), limit.unit),
        ),
    ]
    effect: Annotated[
        str,
        one_of("What passing it does.", EFFECTS, of=lambda limit, at: limit.effect_on(at.day)),
    ]
    tolerance: Annotated[
        int,
        whole(
            "Per cent that may be passed before the limit speaks.",
            of=lambda limit, at: limit.tolerance_on(at.day),
        ),
    ]
    year: Annotated[int | None, whole("Lines delivered in this year.")]
    buyer: Annotated[str | None, organisation("Lines of this buyer.")]
    supplier: Annotated[str | None, organisation("Lines of this supplier.")]
    kind: Annotated[str | None, text("Lines of this kind of cost.")]
    funding: Annotated[str | None, text("Lines paid from this source.")]
    removed_on: Annotated[date | None, day("From when it binds no longer, if it was removed.")]


class ExtensionOption(Answer):
    months: Annotated[int, whole("Months that it adds to the term.")]
    text: Annotated[str, text("The clause.")]


class PlannedUse(Answer):
    by: Annotated[date, day("By the end of this day.")]
    amount: Annotated[str, amount("Planned to be in use since the start.")]


class CancellationStep(Answer):
    days: Annotated[int, whole("From so many days before the start on.")]
    percent: Annotated[int, whole("Per cent of what is cancelled that stays.")]


class AgreementPolicy(Answer):
    """What the parties or the law decided for this agreement."""

    cap_effect: Annotated[str, one_of("What passing the cap does.", EFFECTS)]
    cap_tolerance: Annotated[int, whole("Per cent of the cap that may be passed before it binds.")]
    amendments: Annotated[str, one_of("Which rules bind amendments.", ("lou_17", "free"))]
    longest_term_months: Annotated[int | None, whole("Longest term; null: none.")]
    extensions: Annotated[
        list[ExtensionOption], listed("Options to extend the term, in the order of use.")
    ]
    threshold: Annotated[str | None, amount("The award year's threshold; null: that of the law.")]
    index_adjusted_value: Annotated[str | None, amount("The original value, index-adjusted.")]
    sealed_offers: Annotated[
        bool, truth("Whether offers in competitions are sealed until they are opened.")
    ]
    delivery_after_term: Annotated[bool, truth("Whether an order may be delivered after the term.")]
    alerts: Annotated[list[int], listed("Per cent of a limit whose passing is recorded.")]
    term_alerts: Annotated[list[int], listed("Months before its end that are alerted of.")]
    under_use: Annotated[int | None, whole("Per cent of the plan that is alerted below.")]
    plan: Annotated[list[PlannedUse], listed("The plan of the cap; empty: evenly over the term.")]
    legal_ground: Annotated[str, text("Free text.")]
    split: Annotated[CostSplit | None, nested()]
    tariff: Annotated[list[CancellationStep], listed("What a buyer's cancellation costs.")]
    answer_days: Annotated[
        int, whole("Days for an answer, where the order does not say by when.", 1)
    ]


class LaterTerms(Answer):
    """What of its terms is recorded to hold from a later day: it holds in nothing before."""

    day: Annotated[date, day("From which day.")]
    buyers: Annotated[list[NamedBuyer], listed("Who may order from then on.")]
    suppliers: Annotated[list[NamedParty], listed("With whom orders are placed from then on.")]
    policy_changes: Annotated[
        list[str], listed("Members of the policy that are others then.", of="members")
    ]
    policy: Annotated[AgreementPolicy | None, nested()]


class PublicNotice(Answer):
    """The public notice of an amendment (17 kap. 11 and 12 §§); null: not told yet."""

    decision: Annotated[str, text("The amendment's decision.")]
    ground: Annotated[str, one_of("Its ground.", GROUNDS)]
    number: Annotated[
        str | None,
        text("The notice's number.", of=lambda one, _: one.notice and one.notice.number),
    ]
    published_on: Annotated[
        date | None,
        day("When it was published.", of=lambda one, _: one.notice and one.notice.published_on),
    ]


class ProposedShareMove(Answer):
    """Room that one buyer proposed to move, and the other has not answered."""

    number: Annotated[int, whole("Its number in the agreement.", 1)]
    giver: Annotated[str, organisation("Whose share would be less.")]
    receiver: Annotated[str, organisation("Whose share would be more.")]
    amount: Annotated[str, amount("How much.")]
    proposed_by: Annotated[str, organisation("Which of the two proposed it.")]
    moves_from: Annotated[
        date | None, day("From when it would move; null: from when it is accepted.")
    ]


class ProposedChange(Answer):
    """A change of what all share that a buyer proposed, and that not all have agreed to."""

    number: Annotated[int, whole("Its number in the agreement.", 1)]
    proposed_by: Annotated[str, organisation("Which buyer proposed it.")]
    proposed_on: Annotated[date, day("When.")]
    waiting: Annotated[
        list[Annotated[str, organisation("A buyer.")]],
        listed("Who has not agreed yet.", of=lambda one, _: agreement.waiting(one)),
    ]
    accepted: Annotated[list[Annotated[str, organisation("A buyer.")]], listed("Who has agreed.")]
    action: Annotated[str, text("What is proposed, by the name of the command.")]
    asked: Annotated[str, text("The command, as JSON; amounts in the least part of the currency.")]


class ReplacedSupplier(Answer):
    """A supplier that another took the place of."""

    supplier: Annotated[str, organisation("Who had the place.")]
    by: Annotated[str, organisation("Who took it.")]
    on: Annotated[date, day("From this day on.")]


class FurtherNumber(Answer):
    """Another number that the agreement goes by."""

    kind: Annotated[str, one_of("Whose number it is.", NUMBER_KINDS)]
    number: Annotated[str, text("The number, as it is written.")]


class Agreement(Resource):
    """A framework agreement as it is now."""

    number: Annotated[str, text("Its number.", f"^{NUMBER}$")]
    title: Annotated[str, text("What it is about.")]
    status: Annotated[
        str,
        one_of(
            "Whether it is open for orders.",
            AGREEMENT_STANDING,
            of=lambda state, at: agreement.standing(state, at.day),
        ),
    ]
    currency: Annotated[str, text("ISO 4217.", CURRENCY)]
    cap: Annotated[
        str | None,
        amount("Takvolym; null: unknown.", of=lambda state, at: state.cap.amount_on(at.day)),
    ]
    buyers: Annotated[
        list[NamedBuyer],
        listed("Who may order under it.", of=lambda state, at: state.buyers_on(at.day)),
    ]
    suppliers: Annotated[
        list[NamedParty],
        listed(
            "With whom orders are placed.",
            of=lambda state, at: agreement.suppliers_on(state, at.day),
        ),
    ]
    replaced_suppliers: Annotated[
        list[ReplacedSupplier],
        listed("Who gave its place to another, and keeps its orders.", of="replaced"),
    ]
    signed_on: Annotated[date, day("When it was signed.")]
    starts_on: Annotated[date, day("First day of the term.")]
    ends_on: Annotated[date, day("Last day of the term; it counts.")]
    closed_on: Annotated[date | None, day("From when it is closed; null: it is not.")]
    expired: Annotated[
        bool,
        truth("Whether its term is over.", of=lambda state, at: agreement.is_over(state, at.day)),
    ]
    regime: Annotated[str, one_of("Which law governs it.", REGIMES)]
    policy: Annotated[AgreementPolicy, nested(of=lambda state, at: state.policy_on(at.day))]
    limits: Annotated[
        list[AgreementLimit],
        listed("Limits beside the cap.", of=lambda state, _: state.limits[1:]),
    ]
    selection: Annotated[SelectionTerms | None, nested()]
    orders: Annotated[int, whole("Orders placed under it.")]
    extensions_used: Annotated[int, whole("Extension options used.")]
    flags: Annotated[list[str], flags()]
    proposed_share_moves: Annotated[
        list[ProposedShareMove], listed("Not answered yet.", of="proposed")
    ]
    proposals: Annotated[
        list[ProposedChange], listed("Changes of what all share that wait for an answer.")
    ]
    numbers: Annotated[list[FurtherNumber], listed("Further numbers that it goes by.")]
    notices: Annotated[
        list[PublicNotice], listed("Of amendments that are made known by a public notice.")
    ]
    later: Annotated[
        list[LaterTerms],
        listed(
            "What of its terms takes effect later than that day; amounts of limits tell the "
            "balance's."
        ),
    ]


class ListedAgreement(Agreement):
    leading: ClassVar[tuple[str, ...]] = ("number", "title", "status", "ends_on", "balance")

    balance: Annotated[Balance, nested()]


def agreement_answer(
    state: agreement.State, on: date, known: agreement.State | None = None
) -> Agreement:
    """With the amounts that hold on a day; before its term, with those that it begins with. `known`
    has what is recorded for later days too, where the state is as it was on one."""
    day = max(on, state.starts_on)
    later = agreement.later_terms(state if known is None else known, day)
    at = At(day=day)
    told = [made(LaterTerms, one, at) for one in later]
    return made(Agreement, state, at, later=told)
