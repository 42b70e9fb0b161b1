"""Figures claimed in a bundle are worked out again from its events: a false one is found."""

import contextlib
import datetime as dt
import json
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.audit import bundle
from ledger.audit.entry import row
from ledger.audit.verifier import verify
from ledger.demo import PROGRAMME
from ledger.domain import agreement, events
from ledger.domain.amounts import AmountFrom
from ledger.domain.funding import FundingSource
from ledger.domain.limits import Dimensions, Limit, Move
from tests.audit.audit_given import AGREEMENT, BY, DAY, KEY, entry_of, log, signed, stored
from tests.audit.audit_given import facts as small
from tests.audit.bundle_given import (
    contents_of,
    files_of,
    laid_out,
    leaves_of,
    made,
    state_of,
    written,
)


def examined(path, files):
    return verify.examine(laid_out(path, files), KEY.verifier.text).wrong


def claimed(change, rows=None):
    """A good bundle but for its figures."""
    files = made(rows)
    figures = json.loads(files["figures.json"])
    change(figures)
    return {**files, "figures.json": json.dumps(figures).encode()}


def limit(figures, name="cap"):
    return next(each for each in figures["agreements"]["A"]["limits"] if each["limit"] == name)


# ── False claims ──────────────────────────────────────────────────────────────────────────────


def test_the_true_figures_are_no_finding(tmp_path):
    assert examined(tmp_path, claimed(lambda figures: None)) == []


@pytest.mark.parametrize("name", ["cap", "2024"])
@pytest.mark.parametrize("figure", ["cap", "reserved", "committed", "drawn", "remaining"])
@pytest.mark.parametrize("by", [1, -1])
def test_a_figure_that_is_one_ore_off_is_found(tmp_path, name, figure, by):
    def lie(figures):
        limit(figures, name)[figure] += by

    true = limit(json.loads(made()["figures.json"]), name)[figure]
    said = f"A, limit {name}: claimed {figure} {true + by}, but the events give {true} (öre)"
    assert examined(tmp_path, claimed(lie)) == [said]


def test_two_figures_that_are_off_and_still_add_up_are_found(tmp_path):
    def lie(figures):
        limit(figures)["reserved"] -= 100
        limit(figures)["remaining"] += 100

    assert len(examined(tmp_path, claimed(lie))) == 2


@pytest.mark.parametrize(
    ("lie", "said"),
    [
        (lambda f: limit(f).update(cap=None, remaining=None), "claimed cap None"),
        (lambda f: limit(f).pop("drawn"), "claimed drawn None"),
        (lambda f: limit(f).update(committed=False), "claimed committed False"),
        (lambda f: limit(f).update(drawn="240000"), "claimed drawn 240000"),
        (lambda f: limit(f, "2024").update(limit="2025"), "limit 2025: the events do not have it"),
        (lambda f: f["agreements"]["A"]["limits"].pop(), "the claimed figures do not have it"),
        (
            lambda f: f["agreements"]["A"]["limits"].append(limit(f)),
            "a limit of A stands twice",
        ),
        (lambda f: f["agreements"]["A"].update(currency="EUR"), "in another currency"),
        (lambda f: f["agreements"].update(B=f["agreements"]["A"]), "B: its signing is not here"),
        (lambda f: f["agreements"].pop("A"), "A: figures.json does not have it"),
        (lambda f: f.update(note="x"), "figures.json: 'note' does not belong there"),
        (lambda f: f["agreements"]["A"].update(cap=1), "A in figures.json: 'cap' does"),
        (
            lambda f: limit(f).update(invoiced=1),
            "cap in figures.json: 'invoiced' does",
        ),
        (lambda f: f.update(size=11), "figures.json is of size 11, the bundle of 12"),
    ],
)
def test_every_other_lie_is_found_too(tmp_path, lie, said):
    assert any(said in sentence for sentence in examined(tmp_path, claimed(lie)))


def test_an_unknown_cap_is_claimed_as_unknown(tmp_path):
    rows = log([(AGREEMENT, signed(cap=None)), *small()[1:8]])
    files = made(rows)
    true = limit(json.loads(files["figures.json"]))
    assert (true["cap"], true["remaining"], true["drawn"]) == (None, None, 240_000)
    assert examined(tmp_path, files) == []

    def lie(figures):
        limit(figures).update(cap=0, remaining=-240_000)

    assert len(examined(tmp_path, claimed(lie, rows))) == 2


def test_an_amendment_that_was_not_covered_changes_no_figure(tmp_path):
    raised = AmountFrom(effective_on=DAY, change=50_000)
    uncovered = events.AgreementAmended(
        ground="17:9", decision="KS 2", decided_on=DAY, cap=raised, covered=False
    )
    rows = log([*small(), (AGREEMENT, uncovered)])
    assert limit(json.loads(made(rows)["figures.json"]))["cap"] == 1_050_000
    assert examined(tmp_path, made(rows)) == []


def test_a_funding_source_is_a_limit_whose_figures_are_worked_out_too(tmp_path):
    source = FundingSource(
        name="ESF", funder="F", ceiling=300_000, starts_on=DAY, ends_on=DAY, effect="hard"
    )
    grant = Limit(
        name="ESF", amounts=(AmountFrom(effective_on=DAY, amount=300_000),), funding="ESF"
    )
    decided = {"decision": "D", "decided_on": DAY}
    less = (("ESF", AmountFrom(effective_on=DAY, change=-100_000)),)
    rows = log(
        [
            *small(),
            (AGREEMENT, events.FundingDecided(source=source, limits=(grant,), **decided)),
            (AGREEMENT, events.FundingChanged(source=source, limit_changes=less, **decided)),
            (AGREEMENT, events.FundingWithdrawn(source="ESF", limit_changes=less, **decided)),
            (AGREEMENT, events.FundingUsed(source="ESF", drawdown="x", eligible=1, support=1)),
        ]
    )
    files = made(rows)
    assert limit(json.loads(files["figures.json"]), "ESF")["cap"] == 100_000
    report = verify.examine(laid_out(tmp_path, files))
    assert (report.wrong, report.unchecked) == ([], [])


def test_events_that_a_newer_ledger_wrote_are_said_to_be_unknown(tmp_path):
    _, data = stored(events.AgreementSuspended(reason="x"))
    rows = log()
    rows.append(row(len(rows), AGREEMENT, 7, "agreement-merged", data))
    files = made(rows, figures={"A": bundle.claims(state_of(log()))})
    report = verify.examine(laid_out(tmp_path, files))
    assert report.wrong == []
    assert report.status == 2
    assert report.unchecked[-1].endswith("does not know: agreement-merged")


def test_every_event_of_an_agreement_is_known():
    for event in get_args(events.AgreementEvent):
        books, name = verify.Books(), events.NAME_OF[event]
        with contextlib.suppress(KeyError):  # what it folds lacks everything here
            books._fold("A", name, {})
        assert books.unknown == set(), name


def test_what_moves_an_agreements_money_is_a_fact_of_an_order():
    orders = {events.NAME_OF[event] for event in get_args(events.OrderEvent)}
    assert {*verify.MOVED_BY.values(), *verify.DRAWING} <= orders


def test_a_renewed_competition_moves_no_money(tmp_path):
    supplier = "2021004524"
    rows = log(
        [
            *small(),
            (
                AGREEMENT,
                events.CompetitionOpened(number=1, what="x", asked=(supplier,), answer_by=DAY),
            ),
            (AGREEMENT, events.CompetitionAnswered(number=1, supplier=supplier, amount=5)),
            (AGREEMENT, events.CompetitionAwarded(number=1, supplier=supplier, reason="Best")),
            (AGREEMENT, events.CompetitionCancelled(number=1, reason="x")),
        ]
    )
    report = verify.examine(laid_out(tmp_path, made(rows)))
    assert (report.wrong, report.unchecked) == ([], [])


# ── The same rule as the ledger's ─────────────────────────────────────────────────────────────

AMOUNT = st.integers(-(10**9), 10**9)
DAYS = st.dates(dt.date(2023, 1, 1), dt.date(2027, 12, 31))
BUYERS = st.sampled_from(["2120002403", "2120000787"])
KINDS = st.sampled_from(["development", "delivery"])
YEARS = st.integers(2023, 2025)
FUNDING = st.none() | st.just("ESF")
STEP = st.builds(AmountFrom, effective_on=DAYS, amount=st.none() | AMOUNT) | st.builds(
    AmountFrom, effective_on=DAYS, change=AMOUNT
)
LIMITS = st.lists(
    st.builds(
        Limit,
        name=st.sampled_from(["a", "b", "c"]),
        amounts=st.lists(STEP, min_size=1, max_size=2).map(tuple),
        year=st.none() | YEARS,
        buyer=st.none() | BUYERS,
        kind=st.none() | KINDS,
        funding=FUNDING,
    ),
    max_size=3,
    unique_by=lambda each: each.name,
).map(tuple)
MOVES = st.lists(
    st.builds(
        Move,
        line=st.just(1),
        dimensions=st.builds(
            Dimensions,
            year=YEARS,
            buyer=BUYERS,
            supplier=st.just("2021004524"),
            kind=KINDS,
            funding=FUNDING,
        ),
        reserved=AMOUNT,
        committed=AMOUNT,
        drawn=AMOUNT,
    ),
    max_size=3,
).map(tuple)
MONEY = st.builds(
    events.RoomReserved, order=st.just("A-0001"), sequence=st.just(1), moves=MOVES
) | st.builds(events.RoomMoved, order=st.just("A-0001"), cause=st.just("changed"), moves=MOVES)


@given(
    st.none() | AMOUNT,
    LIMITS,
    st.lists(MONEY | st.tuples(st.booleans(), st.none() | STEP, STEP), max_size=8),
)
def test_the_verifier_works_out_what_the_domain_does(cap, limits, steps):
    sign = msgspec.structs.replace(signed(cap=cap), limits=limits)
    state = agreement.evolve(None, sign, DAY, BY)
    told = [sign]
    for step in steps:
        event = step
        if isinstance(step, tuple):
            covered, of_cap, of_limit = step
            event = events.AgreementAmended(
                ground="policy",
                decision="KS",
                decided_on=DAY,
                covered=covered,
                cap=of_cap,
                limit_changes=tuple((each.name, of_limit) for each in limits[:1]),
            )
        state = agreement.evolve(state, event, DAY, BY)
        told.append(event)
    books, report = verify.Books(), verify.Report()
    for each in log([(AGREEMENT, event) for event in told]):
        books.record(each.index, entry_of(each), report)
    assert report.wrong == []
    expected = {
        each.limit: {name: getattr(each, name) for name in ("cap", *verify.PLACES, "remaining")}
        for each in bundle.claims(state).limits
    }
    assert books.figures("A") == expected


def test_a_share_that_was_moved_is_in_the_figures_and_what_moves_nothing_is_not():
    shares = tuple(
        Limit(name=name, amounts=(AmountFrom(effective_on=DAY, amount=1_000),), buyer=buyer)
        for name, buyer in (("lead", "2120002403"), ("member", "2120001470"))
    )
    move = {"number": 1, "giver": "2120002403", "receiver": "2120001470", "amount": 300}
    steps = (("lead", AmountFrom(effective_on=DAY, change=-300)),)
    steps += (("member", AmountFrom(effective_on=DAY, change=300)),)
    told = [
        msgspec.structs.replace(signed(), limits=shares),
        events.ShareMoveProposed(**move, proposed_by="2120001470"),
        events.InKindRecorded(organisation="2120001470", amount=500, what="Teaching"),
        events.ShareMoveAccepted(number=1, limit_changes=steps),
    ]
    books, report = verify.Books(), verify.Report()
    for each in log([(AGREEMENT, event) for event in told]):
        books.record(each.index, entry_of(each), report)
    assert (report.wrong, books.unknown) == ([], set())
    found = {name: figures["cap"] for name, figures in books.figures("A").items()}
    assert found == {"cap": 1_000_000, "lead": 700, "member": 1_300}


def test_a_whole_programme_played_through_the_service_verifies_to_the_ore(harnosand, tmp_path):
    figures = PROGRAMME[-1].after
    rows = [
        row(index, str(each.originator_id), each.originator_version, each.topic, each.state)
        for index, each in enumerate(harnosand.store.follow_stored(0, 1_000))
    ]
    state = harnosand.service.load(agreement.stream("SKO-2023"))[1]
    members = {"figures": {"SKO-2023": bundle.claims(state)}, "chosen": (0, len(rows) - 1)}
    data = written(contents_of(rows, **members), leaves_of(rows))
    report = verify.examine(laid_out(tmp_path / "bundle", files_of(data)), KEY.verifier.text)
    assert report.wrong == []
    assert "SKO-2023, limit cap: the figures were worked out again from the events" in report.seen
    cap = bundle.claims(state).limits[0]
    assert (cap.drawn, cap.remaining) == (figures.drawn * 100, figures.remaining * 100)
    assert len(rows) >= 60
