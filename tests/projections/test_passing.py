"""What came after a limit was passed and that could be known, held against a count of the facts."""

import itertools
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.domain import agreement
from ledger.domain.agreement import LimitTerms
from ledger.domain.events import (
    AgreementAmended,
    AgreementSigned,
    DrawdownRecorded,
    OrderPlaced,
    RoomMoved,
    RoomReserved,
)
from ledger.domain.money import from_text
from ledger.projections import agreements, passing
from ledger.projections.then import Then
from ledger.store import Store
from tests.cli.desk import Desk
from tests.conftest import AGREEMENT, INVOICE, ORDER
from tests.domain.domain_given import DAY, ORDERER, REASONS, kr, signing
from tests.projections.history_given import attempt, point
from tests.service.log_check import facts_of
from tests.service.test_service_properties import Run, command_of

TOLD = "informational"
KINDS = {"cap": None, "development": "development", "delivery": "delivery"}
"""The limits of the histories, and the kind of cost that each matches."""
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                *("place", "place", "place", "confirm", "confirm", "invoice", "invoice", "invoice"),
                *("approve", "reject", "credit", "change", "cancel", "cap", "delivery"),
            ]
        ),
        st.integers(0, 9),
        st.integers(1, 40_000),
        st.sampled_from([0, 0, 0, 3, 12, 25]),
    ),
    min_size=10,
    max_size=30,
)
"""What is done, to which, of how much, and how many days late it is recorded."""
VIEWS = st.lists(
    st.tuples(st.none() | st.integers(-5, 35), st.none() | st.integers(0, 99)),
    min_size=1,
    max_size=2,
)


class Late(Run):
    """An agreement whose limits are passed: one for delivery warns, and so does one that tells."""

    def __init__(self, ledger, number: str) -> None:
        self.service, self.store, self.number = ledger.service, ledger.store, number
        self.count, self.answered = itertools.count(1), []
        limits = (
            LimitTerms(name="development", kind="development", amount=kr(300), effect=TOLD),
            LimitTerms(name="delivery", kind="delivery", amount=kr(400), effect="soft"),
        )
        self.execute(signing(number=number, cap=kr(1_200), limits=limits), ORDERER)


def played(ledger, number: str, steps) -> Late:
    """The commands of a sequence that were not refused."""
    run = Late(ledger, number)
    for nth, (name, which, a, late) in enumerate(steps, 1):
        day = max(1, nth - late)
        if name in ("cap", "delivery"):
            attempt(run, amended(run, name, DAY + timedelta(days=day), a - 20_000), ORDERER)
        elif (asked := command_of(run, name, which, a, day)) is not None:
            attempt(run, *asked)
    ledger.views.catch_up()
    return run


def amended(run: Late, name: str, day: date, change: int) -> agreement.AmendAgreement:
    """A limit is set from a day that may have been: more or less, or it becomes unknown."""
    limit = next(one for one in run.of.limits if one.name == name)
    terms = LimitTerms(name=name, kind=name, amount=(limit.amount or 0) + change, effect="soft")
    cap = None if change % 9 == 0 else (limit.amount or kr(900)) + change
    what = {"cap": cap} if name == "cap" else {"limits": (terms,)}
    return agreement.AmendAgreement(
        agreement=run.number,
        ground="17:14",
        reasons=REASONS,
        decision="KS",
        decided_on=day,
        effective_on=day,
        **what,
    )


# ── The count: by going through all facts for each question anew ─────────────────────────────


def steps_of(event, name: str) -> list[tuple[date, int | None]]:
    """What a fact sets the amount of a limit to, and from when."""
    found = []
    if isinstance(event, AgreementSigned) and name == "cap":
        found.append((event.starts_on, event.cap))
    if isinstance(event, AgreementAmended) and event.covered:
        if event.cap is not None and name == "cap":
            found.append((event.cap.effective_on, event.cap.amount))
        found += [(s.effective_on, s.amount) for of, s in event.limit_changes if of == name]
    if isinstance(event, AgreementSigned | AgreementAmended):
        for limit in event.limits:
            if limit.name == name:
                found += [(step.effective_on, step.amount) for step in limit.amounts]
    return found


def in_force(facts, name: str, day: date) -> int | None:
    steps = [step for fact in facts for step in steps_of(fact.event, name)]
    held = sorted((s for s in steps if s[0] <= day), key=lambda step: step[0])
    return held[-1][1] if held else None


def in_use(facts, name: str, day: date) -> int:
    moves = [
        move
        for fact in facts
        if fact.effective_on <= day and isinstance(fact.event, RoomReserved | RoomMoved)
        for move in fact.event.moves
    ]
    kind = KINDS[name]
    return sum(
        move.reserved + move.committed + move.drawn
        for move in moves
        if kind is None or move.dimensions.kind == kind
    )


def is_over(facts, name: str, day: date) -> bool:
    amount = in_force(facts, name, day)
    return amount is not None and in_use(facts, name, day) > amount


def days_of(facts) -> set[date]:
    set_on = {s[0] for fact in facts for name in KINDS for s in steps_of(fact.event, name)}
    return {fact.effective_on for fact in facts} | set_on


def asked_of(facts, fact, name: str) -> int:
    """What an order or an invoice asks for of the limit, in öre."""
    kind = KINDS[name]
    lines = {
        (other.event.order, move.line)
        for other in facts
        if isinstance(other.event, RoomReserved | RoomMoved)
        for move in other.event.moves
        if kind is None or move.dimensions.kind == kind
    }
    if isinstance(fact.event, DrawdownRecorded):
        parts = fact.event.allocations
        return sum(part.amount for part in parts if (part.order, part.line) in lines)
    return sum(line.amount for line in fact.event.lines if kind in (None, line.kind))


def counted(facts, name: str, day: date):
    """The day on which it was passed, the request by which that was known, and what came."""
    over = {one for one in days_of(facts) if one <= day and is_over(facts, name, one)}
    if not over:
        return None, None, []
    first, before, came = None, [], []
    for request, some in itertools.groupby(facts, key=lambda fact: fact.request):
        command = list(some)
        for fact in command:
            on = fact.effective_on
            if (
                isinstance(fact.event, OrderPlaced | DrawdownRecorded)
                and on <= day
                and is_over(facts, name, on)
                and is_over(before, name, on)
                and (asked := asked_of(facts, fact, name)) > 0
            ):
                seen = in_force(before, name, on), in_use(before, name, on)
                came.append((fact.position, asked, *seen))
        before = [*before, *command]
        known = (one for one in days_of(before) if one <= day)
        if first is None and any(is_over(before, name, one) for one in known):
            first = request
    return min(over), first, came


def of_agreement(store: Store, number: str, then: Then):
    return [
        fact
        for fact in facts_of(store)
        if fact.stream.endswith(f"/{number}")
        or fact.stream.startswith(f"order/{number}-")
        or getattr(fact.event, "agreement", None) == number
        if then.known_at is None or fact.recorded_at <= then.known_at
    ]


def test_what_came_after_is_what_a_count_of_the_facts_finds_whatever_was_recorded_late(ledger):
    numbers = itertools.count(1)
    found_in_all = {"passed": 0, "order": 0, "invoice": 0}

    @settings(
        max_examples=25,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(STEPS, VIEWS)
    def play(steps, points):
        run = played(ledger, f"P{next(numbers)}", steps)
        views = [Then(as_of=DAY + timedelta(days=45)), *(point(run, *some) for some in points)]
        with ledger.views.database.reading() as connection:
            row, at = agreements.find(connection, run.number, None), ledger.store.position()
            for then in views:
                facts = of_agreement(ledger.store, run.number, then)
                for limit in row.now.limits:
                    if limit.name not in KINDS or not any(
                        steps_of(fact.event, limit.name) for fact in facts
                    ):
                        continue
                    found = passing.passed(
                        connection, row.now, limit.name, then, at=at, after=0, rows=500
                    )
                    day = then.as_of or date.max
                    passed_on, request, came = counted(facts, limit.name, day)
                    assert found.passed_on == passed_on
                    assert (found.known_by and found.known_by["request"]) == request
                    told = [(c.fact["position"], c.asked, c.amount, c.used) for c in found.came]
                    assert told == came
                    assert (found.count, found.following) == (len(came), None)
                    assert found.amount == in_force(facts, limit.name, day)
                    assert found.used == in_use(facts, limit.name, day)
                    found_in_all["passed"] += passed_on is not None
                    for one in found.came:
                        found_in_all[one.kind] += 1
                        assert one.over > 0

    play()
    assert all(found_in_all.values()), found_in_all


# ── What is answered ─────────────────────────────────────────────────────────────────────────

PATH = "/agreements/SKO-2023/passed"
YEAR = {"name": "2024", "year": 2024, "amount": "300000.00", "effect": "soft"}


def of_a_day(api, on: str) -> None:
    """Two orders, of which the second passes the year, and an invoice of the first after that."""
    api("manager").post("/agreements", {**AGREEMENT, "limits": [YEAR]})
    for day in ("2023-11-20", on, "2023-12-20"):
        body = {**ORDER, "ordered_on": day}
        answer = api("orderer").post("/agreements/SKO-2023/orders", body)
        assert answer.status_code == 201, answer.text
    answer = api("finance").post("/orders/SKO-2023-0001/drawdowns", INVOICE)
    assert answer.status_code == 201, answer.text


def test_each_row_says_who_and_what_could_be_seen_just_before_it(api):
    of_a_day(api, "2023-12-01")
    auditor = api("auditor")
    found = auditor.get(PATH, limit="2024").json
    assert (found["passed_on"], found["used"], found["amount"]) == (
        "2023-12-01",
        "720000.00",
        "300000.00",
    )
    assert found["known_from"]["event"]["stream"] == "order/SKO-2023-0002"
    told = [(one["kind"], one["id"], one["by"]["role"], one["asked"]) for one in found["items"]]
    assert told == [
        ("order", "SKO-2023-0003", "orderer", "240000.00"),
        ("invoice", found["items"][1]["id"], "finance", "240000.00"),
    ]
    for one in found["items"]:
        query = {"as_of": one["effective_on"], "known_at": one["seen_at"]}
        seen = auditor.get("/agreements/SKO-2023/balance", **query).json["limits"]
        (year,) = (limit for limit in seen if limit["name"] == "2024")
        in_use = sum(from_text(year[place]) for place in ("reserved", "committed", "drawn"))
        assert (year["amount"], in_use) == (one["amount"], from_text(one["used"]))
        assert from_text(one["over"]) == in_use - from_text(one["amount"])
    first = auditor.get(PATH, limit="2024", rows=1)
    assert (first.json["count"], len(first.json["items"])) == (2, 1)
    after = first.json["items"][0]["event"]["position"]
    assert f"after={after}" in first.headers["Link"]
    rest = auditor.get(PATH, limit="2024", rows=1, after=after)
    assert rest.json["items"] == found["items"][1:]
    assert "Link" not in rest.headers


def test_nothing_came_after_what_could_not_be_known(api):
    """The order that passed the year was recorded last, for a day before the others."""
    api("manager").post("/agreements", {**AGREEMENT, "limits": [YEAR]})
    for day in ("2023-12-20", "2023-11-20"):
        api("orderer").post("/agreements/SKO-2023/orders", {**ORDER, "ordered_on": day})
    found = api("finance").get(PATH, limit="2024").json
    assert (found["passed_on"], found["items"]) == ("2023-12-20", [])
    assert found["known_from"]["event"]["stream"] == "order/SKO-2023-0002"
    before = api("finance").get(PATH, limit="2024", as_of="2023-12-19").json
    assert (before["passed_on"], before["known_from"], before["items"]) == (None, None, [])
    assert api("finance").get(PATH).json["passed_on"] is None
    assert api("finance").get(PATH, limit="2031").status_code == 404


def test_the_command_line_and_a_file_say_the_same(ledger, api, database, tmp_path, monkeypatch):
    of_a_day(api, "2023-12-01")
    found = api("auditor").get(PATH, limit="2024", as_of="2024-12-31").json
    monkeypatch.setenv("AVROP_DATABASE", database)
    monkeypatch.chdir(tmp_path)
    asked = ("passed", "SKO-2023", "--limit", "2024", "--as-of", "2024-12-31")
    desk = Desk(tmp_path)
    assert desk.json(*asked)["items"] == found["items"]
    said = desk.done(*asked)
    assert "2024 was passed on 2023-12-01" in said
    assert "SKO-2023-0003 ordered" in said
    assert "Orders and invoices that came after both: 2" in said
    desk.done(*asked, "--csv", "passed.csv")
    desk.done(*asked, "--xlsx", "passed.xlsx")
    lines = (tmp_path / "passed.csv").read_text("utf-8-sig").splitlines()
    over_api = api("auditor").get(PATH, limit="2024", as_of="2024-12-31", format="csv").text
    assert len(lines) == 3
    assert lines[1].split(",")[:8] == over_api.splitlines()[1].split(",")[:8]
    assert "has not been passed by" in desk.done("passed", "SKO-2023")
