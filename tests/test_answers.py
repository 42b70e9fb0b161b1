"""Answers are made of their sources: what they declare, and that nothing stored is forgotten."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Annotated, Any

import msgspec
import pytest
from msgspec import inspect
from msgspec.structs import replace

from ledger.application.answers.access import auditor_answer
from ledger.application.answers.agreements import agreement_answer
from ledger.application.answers.balances import preview
from ledger.application.answers.competitions import competition_answer
from ledger.application.answers.drawdowns import drawdown_answer
from ledger.application.answers.funding import funding_answer
from ledger.application.answers.making import Answer, At, made, with_more
from ledger.application.answers.members import amount, listed, moment, nested, text, whole
from ledger.application.answers.orders import order_answer
from ledger.application.answers.organisations import organisation_answer
from ledger.application.answers.summary import summary_answer
from ledger.domain import access, agreement, drawdown, order, organisation

DAY, LATER = date(2026, 1, 1), date(2027, 1, 1)

# ── How an answer is made ─────────────────────────────────────────────────────────────────────


class Part(Answer):
    much: Annotated[str | None, amount("How much.", of="ore")]


class Whole(Answer):
    name: Annotated[str, text("Its name.")]
    at: Annotated[datetime, moment("When.")]
    said: Annotated[str, text("Words.", of=lambda source, at: f"{source.name} in {at.language}")]
    part: Annotated[Part | None, nested(of="inner")]
    parts: Annotated[list[Part], listed("All.")]
    numbers: Annotated[list[int], listed("Some.")]


class More(Whole):
    size: Annotated[int, whole("How large.")]


class Inner(msgspec.Struct, frozen=True):
    ore: int | None


class Source(msgspec.Struct, frozen=True):
    name: str
    at: datetime
    inner: Inner | None
    parts: tuple[Inner, ...]
    numbers: tuple[int, ...]


THERE = datetime(2026, 1, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=2)))
SOURCE = Source("a", THERE, Inner(1_50), (Inner(-100), Inner(None)), (1, 2))
TOLD = {
    "name": "a",
    "at": "2026-01-01T00:03:04.000005Z",
    "said": "a in sv",
    "part": {"much": "1.50"},
    "parts": [{"much": "-1.00"}, {"much": None}],
    "numbers": [1, 2],
}


def test_a_member_is_the_source_s_turned_as_its_kind_says():
    assert msgspec.to_builtins(made(Whole, SOURCE, At("sv"))) == TOLD
    none = made(Whole, replace(SOURCE, inner=None, parts=()), At("sv"))
    assert (none.part, none.parts) == (None, [])


def test_a_row_of_a_read_model_is_a_source_too():
    row = {"ore": 2_00}
    assert made(Part, row) == Part(much="2.00")
    assert made(Whole, SOURCE, parts=[row]).parts == [Part(much="2.00")]


def test_what_is_given_stands_for_what_the_source_does_not_have():
    found = made(More, SOURCE, size=3)
    assert (found.size, found.name) == (3, "a")
    with pytest.raises(AttributeError):
        made(More, SOURCE)
    assert with_more(More, made(Whole, SOURCE), size=3) == found


def test_a_moment_goes_out_in_utc_and_is_read_back_the_same():
    encoded = msgspec.json.encode(made(Whole, SOURCE))
    assert msgspec.json.decode(encoded, type=Whole).at == THERE.astimezone(UTC)


# ── Nothing is stored and forgotten ───────────────────────────────────────────────────────────


def example(kind: inspect.Type, n: int, within: tuple[type, ...] = ()) -> Any:
    """A value of a type, another for each `n` of 1 and 2; what may hold itself holds None there."""
    match kind:
        case inspect.UnionType():
            some = next(t for t in kind.types if not isinstance(t, inspect.NoneType))
            itself = isinstance(some, inspect.StructType) and some.cls in within
            return None if itself else example(some, n, within)
        case inspect.VarTupleType():
            return (example(kind.item_type, n, within),)
        case inspect.TupleType():
            return tuple(example(item, n, within) for item in kind.item_types)
        case inspect.StructType():
            inside = (*within, kind.cls)
            return kind.cls(**{one.name: example(one.type, n, inside) for one in kind.fields})
        case inspect.LiteralType():
            return kind.values[min(n, len(kind.values)) - 1]
        case inspect.IntType():
            return n
        case inspect.BoolType():
            return n == 1
        case inspect.DateType():
            return DAY.replace(day=n)
        case inspect.DateTimeType():
            return datetime(2026, 1, n, tzinfo=UTC)
    assert isinstance(kind, inspect.StrType), kind
    return f"a{n}"


def variants(state: msgspec.Struct, place: str) -> Iterator[tuple[str, Any]]:
    """The state with one member of another value, and where that is, for every member in it."""
    info = inspect.type_info(type(state))
    assert isinstance(info, inspect.StructType)
    for field in info.fields:
        value, there = getattr(state, field.name), f"{place}.{field.name}"
        if value == ():
            continue  # what was set of the policy: as of a day the policy itself shows it
        if isinstance(value, msgspec.Struct):
            for deeper, other in variants(value, there):
                yield deeper, replace(state, **{field.name: other})
        elif isinstance(value, tuple) and isinstance(value[0], msgspec.Struct):
            for i, one in enumerate(value):
                for deeper, other in variants(one, there):
                    changed = (*value[:i], other, *value[i + 1 :])
                    yield deeper, replace(state, **{field.name: changed})
        else:
            yield there, replace(state, **{field.name: example(field.type, 2)})


def state_of(kind: type[Any]) -> Any:
    state = example(inspect.type_info(kind), 1)
    if isinstance(state, agreement.State):  # the cap and another limit, each set and then changed
        (cap,) = state.limits
        (step,) = cap.amounts
        cap = replace(cap, amounts=(replace(step, change=None), replace(step, amount=None)))
        (gone,) = state.suppliers  # and a supplier beside the one that was replaced
        suppliers = (gone, replace(gone, organisation="a3"))
        # The cap is never removed; the other limit is, on a later day than is asked about.
        # The cap is bound otherwise from a day; of the other limit nothing is said of that.
        (binding,) = cap.bindings
        unsaid = replace(binding, effect=None, tolerance=None)
        limits = (
            replace(cap, removed_on=None, effect="informational", tolerance=7),
            replace(cap, removed_on=LATER, bindings=(unsaid,)),
        )
        (buyer,), (joins,) = state.buyers, state.joined  # and one that joins later
        return replace(
            state,
            limits=limits,
            suppliers=suppliers,
            policies=(),
            buyers=(buyer, replace(buyer, organisation="a3")),
            joined=(replace(joins, buyer="a3", on=LATER),),
        )
    return state


def of_agreement(state: agreement.State) -> list[Answer]:
    return [
        agreement_answer(state, DAY),
        preview(state, DAY),
        funding_answer(state, [state_of(drawdown.State)], "en", DAY),
        summary_answer(state, [], [], DAY, "en"),
        *(competition_answer(state.number, one) for one in state.competitions),
    ]


SHOWN = {
    "order": (order.State, lambda state: order_answer(state, DAY)),
    "agreement": (agreement.State, of_agreement),
    "drawdown": (drawdown.State, drawdown_answer),
    "organisation": (organisation.State, lambda state: organisation_answer(state, DAY)),
    "auditor": (access.Appointment, lambda one: auditor_answer("p", "P", one, DAY)),
}
"""What is kept of each noun, and the answers that show it."""

_JUDGED = "Stored with the invoice: the drawdown shows it."
_BY_MEMBER = "What each member carries of it is told by the agreement's funding."


def _judged(funded: str) -> list[str]:
    """What an order's figures do not show; who is short of it, they do."""
    covers = (f"{kind}.{what}" for kind in ("eligible", "support")
              for what in ("amount", "organisation"))  # fmt: skip
    return [f"{funded}.{member}" for member in (*covers, "uncovered.reason")]


NOT_SHOWN = {
    "order.placed_by": "Who placed it is who recorded the fact: history tells.",
    "order.altered_by": "For four eyes alone; history tells who did what.",
    "order.coded_by": "For four eyes alone; history tells who did what.",
    "order.moved_on": "From when its next fact counts: a means, not a fact.",
    "order.delivered_on": "History tells the day; stale commitments count from it.",
    "order.award.amount": "The competition shows the offer that won.",
    **{
        f"order.opening.lines.{member}": "Told of all that is drawn, whoever says it."
        for member in ("shares", "funded", "fees")
    },
    "order.opening.recorded_by": "For four eyes alone; history tells who did what.",
    "order.opening.source": "From which file it was read; history tells it.",
    "order.drawn.line": "The drawdown and the statement show it by line.",
    "order.drawn.shares.amount": _JUDGED,
    **dict.fromkeys(_judged("order.drawn.funded"), _JUDGED),
    "order.pending.line": "The drawdown shows it by line.",
    "order.pending.shares.amount": _JUDGED,
    **dict.fromkeys(_judged("order.pending.funded"), _JUDGED),
    "order.drawn.fees": _JUDGED,
    "order.pending.fees": _JUDGED,
    "order.fees": "Its cancellations show them.",
    "order.sessions.fees": "A part of the session's amount, which is shown.",
    "order.invoices": "The drawdowns show which orders they draw.",
    "order.uncancelled": "What it was before it was cancelled; history tells it.",
    "order.credited": "So that a credit can be taken back to the öre; the credits show themselves.",
    "order.counter.offered_on": "History tells the day; an answer is not dated before it.",
    "order.closed_on": "History tells the day; a reopening is not dated before it.",
    "order.closed_from": "What it is again when it is reopened; history tells it.",
    "agreement.suppliers.role": "Suppliers have no part in a joint agreement.",
    "agreement.has_openings": "That there may be some to add up; the balance tells what.",
    "agreement.signed_by": "For four eyes alone; history tells who signed.",
    "agreement.signed_end": "From what the next option is counted; history tells it.",
    "agreement.original_cap": "What amendments are measured by; the signing tells it.",
    "agreement.original_tolerance": "What amendments are measured by; the signing tells it.",
    "agreement.days.changes": "So that every day's use is known; balances as of a day tell it.",
    "agreement.limits.least": "Of its currency, which is told.",
    "agreement.funding.claims": "So that a reference is not claimed twice; flags tell it.",
    "agreement.funding.payments": "So that a reference is not paid twice; flags tell it.",
    "agreement.funding.first": "How it was decided; history tells it.",
    "agreement.funding.changed": "What each decision made of it; history tells them.",
    "agreement.changes": "What amendments are measured by; history tells them.",
    "agreement.crossed": "So that no alert is raised twice; history tells them.",
    "agreement.term_alerts": "So that no alert is raised twice; history tells them.",
    "agreement.under_use": "So that no alert is raised twice; history tells them.",
    "agreement.share_moves": "Where numbers of proposals go on.",
    "agreement.changes_proposed": "Where numbers of proposals go on.",
    "agreement.competitions.sealed": "With what was opened: whether it is sealed now is told.",
    "agreement.competitions_opened": "Where numbers of competitions go on.",
    "agreement.reported": "By whom a round is reported again; history tells who did.",
    "agreement.latest": "What a closing is not dated before; history tells the days.",
    "agreement.funding.eligible": "With invoices that wait; told anew of the invoices.",
    "agreement.funding.support": "With invoices that wait; told anew of the invoices.",
    "drawdown.allocations.funded.eligible.organisation": _BY_MEMBER,
    "drawdown.allocations.funded.support.organisation": _BY_MEMBER,
    "drawdown.allocations.funded.uncovered.shares.organisation": _BY_MEMBER,
    "order.counts_seats": "Whether limits in seats count it; balances tell what they count.",
    "agreement.days.seats": "So that every day's use is known; balances as of a day tell it.",
    "agreement.totals.seats": "What limits in seats have in use; the balance tells it of each.",
    "order.approved": "What it is again when an approval is taken back; history tells it.",
    "order.past": "From what it is told anew where a slip is mended; history tells it.",
    "order.answer_days": "What the last day to answer was set by; the order's own fact tells it.",
    "order.waiting": "From when invoices that wait count; `pending` shows in what is planned.",
    "agreement.suspended_on": "History tells the day; a resumption is not dated before it.",
    "agreement.proposed.proposed_on": "History tells the day; an answer is not dated before it.",
    "agreement.expired": "That it is over is told by the day, recorded or not.",
    "drawdown.judged": "From when it is judged otherwise, and as what; history tells it.",
    "drawdown.allocations.fees": "A part of the shares, which are shown.",
    **{
        f"drawdown.deducts.lines.{member}": "As of the advance the other way, shown with it."
        for member in ("code_string", "fees", "funded", "shares")
    },
    "drawdown.deducted.flags": "A deduction is flagged for nothing.",
    "drawdown.deducted.lines": "They are among its own lines, which are shown.",
    "drawdown.asked": "That somebody said which advances it takes back; history tells who.",
    "drawdown.taken.lines": "They are among its own lines, which are shown.",
    "drawdown.moved_by": "For four eyes alone; history tells who did what.",
    "drawdown.credits_taken": "The credits show them; `credited` is their sum.",
    "drawdown.as_recorded": "What it is again when its approval is taken back.",
    "drawdown.credited_lines": "The credits show them; `credited` is their sum.",
    "order.lines.of_start": "Its year shows; that it goes with the start, a form shows by no year.",
    "order.counter.lines.of_start": "Its year shows, and when it is taken it is the order's.",
}
"""Members that no answer shows, also all that is in them, each with why."""


def seen(show: Any, state: Any) -> bytes:
    """What the answers say; a state that cannot be is seen as well."""
    try:
        return msgspec.json.encode(show(state))
    except Exception as error:
        return repr(error).encode()


@pytest.mark.parametrize("noun", SHOWN)
def test_every_member_that_is_stored_shows_in_an_answer(noun):
    kind, show = SHOWN[noun]
    before = state_of(kind)
    told = msgspec.json.encode(show(before))
    shows: dict[str, bool] = {}
    for place, after in variants(before, noun):
        shows[place] = shows.get(place, False) or seen(show, after) != told
    silent = {place for place, shown in shows.items() if not shown}
    known = {place for place in shows if any(_within(place, one) for one in NOT_SHOWN)}
    assert silent - known == set(), "stored and forgotten"
    assert known - silent == set(), "shown after all"


def test_every_exception_is_of_a_member_that_there_is():
    places = {
        place for noun, (kind, _) in SHOWN.items() for place, _ in variants(state_of(kind), noun)
    }
    assert [one for one in NOT_SHOWN if not any(_within(place, one) for place in places)] == []


def _within(place: str, whole: str) -> bool:
    return place == whole or place.startswith(f"{whole}.")
