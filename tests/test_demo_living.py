"""The demonstration that lives: on any day of the year there is something to do for everybody."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from ledger.application.asker import Asker
from ledger.application.todo import waiting
from ledger.cli.rebuild import check_rebuild
from ledger.clock import day_of
from ledger.config import read
from ledger.demo import PEOPLE, PROGRAMMES, living, named
from ledger.demo.living import beside
from ledger.domain import agreement, drawdown
from ledger.domain.events import ROLES, By
from ledger.opening import open_ledger
from ledger.web import create_app
from tests.people import let_in, person_of

YEAR = [date(2027, 8, 1) + timedelta(days=number) for number in range(366)]
"""A year with a leap day."""
SOME = [
    date(2027, 8, 31),
    date(2027, 11, 1),
    date(2027, 12, 31),
    date(2028, 1, 1),
    date(2028, 2, 28),
    date(2028, 2, 29),
    date(2028, 3, 1),
    date(2028, 3, 30),
    date(2028, 4, 30),
    date(2028, 7, 15),
]
"""Where months end, the leap day, the turn of the year; and two of no account."""
OTHER_YEARS = [date(2026, 12, 31), date(2027, 1, 1), date(2039, 2, 28)]
"""The turn of a municipal council's term, and a year for which no threshold is known."""
DAYS = [
    pytest.param(day, marks=() if day in (*SOME, *OTHER_YEARS) else pytest.mark.long, id=str(day))
    for day in (*YEAR, *OTHER_YEARS)
]


class Lived:
    """A ledger in which the demonstration was played on a day, and what its people are answered."""

    def __init__(self, address: str, now: datetime, notary: Path | None = None) -> None:
        self.ledger = open_ledger(read({"AVROP_DATABASE": address}), lambda: now)
        self.ledger.create()
        self.today = self.ledger.today
        made = None if notary is None else beside.begun(notary, self.today)
        living.play(self.ledger, made)
        self.client = create_app(ledger=self.ledger).test_client()
        self.tokens = {}

    def get(self, role: str, path: str, programme: int = 0):
        name, organisation = PROGRAMMES[programme].people[role]
        who = name, role
        if who not in self.tokens:
            self.tokens[who] = let_in(self.ledger, name, organisation, (role,))
        headers = {"Authorization": f"Bearer {self.tokens[who]}"}
        answer = self.client.get(f"/api/v1{path}", headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json

    def items(self, role: str, path: str, programme: int = 0):
        return self.get(role, path, programme)["items"]

    def after(self, days: int) -> str:
        return (self.today + timedelta(days=days)).isoformat()

    def state(self, stream: str):
        return self.ledger.service.load(stream)[1]


def lived(tmp_path, day, hour=9, notary=None) -> Lived:
    now = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    return Lived(f"sqlite:///{tmp_path}/avrop.db", now, notary)


TO_DO = {
    "orderer": lambda one: one.items("orderer", "/orders?status=countered"),
    "approver": lambda one: [
        row
        for row in one.items("approver", "/drawdowns?status=recorded")
        if allowed(one.get("approver", f"/drawdowns/{row['id']}"), "approve")
    ],
    "finance": lambda one: one.items("finance", "/documents"),
    "manager": lambda one: [
        fact
        for fact in one.items("manager", "/agreements/SKO-2023/history?limit=200")
        if fact["name"] == "agreement-amended" and not fact["data"].get("covered", True)
    ],
    "supplier": lambda one: [
        row
        for row in one.items("supplier", "/orders?status=placed")
        if allowed(one.get("supplier", f"/orders/{row['number']}"), "confirm")
    ],
    "auditor": lambda one: one.items("auditor", "/attempts"),
    "admin": lambda one: [row for row in one.items("admin", "/persons") if not row["tokens"]],
}
"""What each role of Härnösand and Mittuniversitetet finds to do, by what it may see and may do."""


FIRST = {
    "orderer": "answer-offer",
    "approver": "approve",
    "finance": "file",
    "manager": "uncovered",
    "supplier": "answer-order",
    "auditor": "attempt",
    "admin": "without-token",
}
"""What the first page of each tells among what waits."""


def told(one, who) -> set[str]:
    """The kinds of what waits for somebody on their first page."""
    return {item.kind for item in of(one, who)}


def of(one, who, person=None):
    name, organisation, role = person or named(who)
    by = By(person=person_of(one.ledger, name), organisation=organisation, role=role)
    audited = frozenset({organisation}) if role == "auditor" else None
    return waiting(Asker(ledger=one.ledger, by=by, roles=(role,), audited=audited))


def allowed(one, name):
    return any(act["name"] == name and act["allowed"] for act in one["actions"])


@pytest.mark.parametrize("day", DAYS)
def test_on_any_day_of_the_year_each_role_has_something_to_do(tmp_path, day):
    """With every step taken as it says, and what the bullets of the demonstration promise."""
    one = lived(tmp_path, day)
    assert set(TO_DO) == set(ROLES) == set(PEOPLE)
    assert [role for role, of in TO_DO.items() if not of(one)] == []
    assert [role for role, kind in FIRST.items() if kind not in told(one, role)] == []
    for promise in PROMISES:
        promise(one)


@pytest.mark.parametrize("month", range(12))
def test_on_no_day_of_the_year_is_a_step_out_of_its_order(month):
    """What the play on some days rests on, by arithmetic for each day of the year."""
    for today in (day for day in YEAR if (day.month - 8) % 12 == month):
        scenes = living.scenes(today)
        turns = living.turns_of(scenes)
        assert [turn.day for turn in turns] == sorted(turn.day for turn in turns)
        for turn in turns:
            on = turn.scene.calendar.day(turn.step.on) if turn.is_past else turn.step.on
            assert on <= turn.day <= today, (today, turn.step.what)
            # A month afterwards it would be recorded late.
            assert turn.day - on <= timedelta(days=7), (today, turn.step.what)
        for scene in scenes:
            past = [turn.step for turn in turns if turn.scene is scene and turn.is_past]
            assert past == list(scene.past)
        ago = [(today - turn.day).days for turn in turns]
        assert [days for days in ago if 18 <= days <= 24] == [], today
        assert len([days for days in ago if 8 <= days <= 14]) >= 6, today


def test_a_moment_is_never_later_than_now_even_just_after_midnight():
    now = datetime(2028, 2, 29, 23, 5, tzinfo=UTC)  # five past midnight in Sweden, on 1 March
    turns = living.turns_of(living.scenes(day_of(now)))
    moments = [moment for _, moment in living.moments(turns, now)]
    assert day_of(now) == date(2028, 3, 1)
    assert moments == sorted(moments)
    assert moments[-1] <= now


def test_it_is_the_same_on_either_database_and_rebuilt_from_its_log(ledger):
    living.play(ledger)
    assert check_rebuild(ledger) == []
    assert dict(_left(ledger)) == {
        "SKO-2023": 860_000_00,
        "TRA-2017": 96_000_00,
        "LED-2008": 400_00,
        "OST-2023": 55_000_00,
        "ESF-2024": 0,
    }


def _left(ledger):
    for programme in PROGRAMMES:
        state = ledger.service.load(agreement.stream(programme.number))[1]
        yield programme.number, state.cap.amount - agreement.use_of(state, state.limits[0]).total


def sixty_per_cent_of_the_cap_is_used(one):
    balance = one.get("finance", "/agreements/SKO-2023/balance")
    # 1 290 000 of 2 150 000.
    assert (balance["cap"], balance["remaining"]) == ("2150000.00", "860000.00")
    assert balance["room"] == "860000.00"


def an_order_and_a_counter_offer_wait(one):
    orders = {row["number"]: row for row in one.items("orderer", "/orders")}
    assert [(row["status"]) for row in orders.values()] == [
        "closed", "closed", "confirmed", "delivered", "countered", "placed",
    ]  # fmt: skip
    assert orders["SKO-2023-0006"]["respond_by"] == one.after(9)
    assert orders["SKO-2023-0005"]["starts_on"] > one.after(0)


def an_invoice_waits_10_000_over_its_order_and_one_as_ordered(one):
    waiting, right = sorted(
        one.items("finance", "/drawdowns?status=recorded"), key=lambda row: row["invoice"]
    )
    assert (waiting["amount"], waiting["invoice"]) == ("160000.00", "90014903")
    assert (right["amount"], right["invoice"], right["flags"]) == ("12000.00", "90014941", [])
    assert allowed(one.get("approver", f"/drawdowns/{right['id']}"), "approve")
    assert "exceeds-line:SKO-2023-0003/3:10000.00" in waiting["flags"]
    (receiver,) = {waiting["recorded_by"]}
    assert receiver == person_of(one.ledger, PEOPLE["finance"][0])


def two_files_wait_one_with_two_candidates_and_one_of_a_stranger(one):
    stranger, without = one.items("finance", "/documents")
    assert (stranger["refusal"], without["refusal"]) == ("order-unknown", "no-order-named")
    file = one.get("finance", f"/documents/{without['sha256']}")
    assert [row["order"] for row in file["candidates"]] == ["SKO-2023-0004", "SKO-2023-0003"]
    file = one.get("finance", f"/documents/{stranger['sha256']}")
    parties = {party.organisation for made in PROGRAMMES for party in _suppliers(one, made.number)}
    assert file["read"]["supplier"]["number"] not in parties


def _suppliers(one, number):
    return one.state(agreement.stream(number)).suppliers


def the_auditor_is_appointed_and_two_attempts_were_refused(one):
    (appointed,) = one.items("auditor", "/auditors")
    assert appointed["starts_on"] <= one.after(0) <= appointed["ends_on"]
    attempts = one.items("auditor", "/attempts")
    assert [row["kind"] for row in attempts] == ["cap-exceeded", "four-eyes"]
    assert attempts[0]["limits"][0]["over"] == "9000.00"
    assert attempts[1]["effective_on"] >= one.after(-5)


def codes_have_a_map(one):
    found = one.get("manager", "/organisations/2120002403")
    codes = found["code_map"]
    assert [part["name"] for part in codes["parts"]] == ["ansvar", "verksamhet", "konto"]


def deputies_stand_in_from_today(one):
    for programme, number in ((0, "2120002403"), (3, "2120002528")):
        (deputy,) = one.get("manager", f"/organisations/{number}", programme)["deputies"]
        assert deputy["starts_on"] == one.after(0)


def dalsland_has_a_move_a_recharge_and_a_late_joiner(one):
    state = one.state(agreement.stream("TRA-2017"))
    (move,) = state.proposed
    assert (move.giver, move.receiver, move.amount) == ("2120001488", "2120001900", 48_000_00)
    recharges = {
        row["invoice"]: len(row["recharges"]) for row in one.items("finance", "/drawdowns", 1)
    }
    assert recharges == {"70001": 3, "70002": 3, "70003": 3, "70004": 0}
    (waits,) = [item.state for item in of(one, "dalsland.finance") if item.kind == "recharge"]
    assert waits.invoice == "70004"
    assert sorted(drawdown.to_recharge(waits).values()) == [9_600_00, 48_000_00, 57_600_00]
    # Säffle is to answer; Mellerud, which proposed it, is not.
    saffle, mellerud = ("Carin Byälvsjö", "2120001900"), ("Ulf Dalbotten", "2120001488")
    asked = [{item.kind for item in of(one, "", (*who, "manager"))} for who in (saffle, mellerud)]
    assert ["share-move" in kinds for kinds in asked] == [True, False]
    assert state.buyers[-1].name == "Årjängs kommun"
    assert state.buyers_on(state.starts_on) != state.buyers


def jonkoping_is_near_its_cap_and_its_grant_is_taken(one):
    cap, grant = one.get("finance", "/agreements/LED-2008/balance", 2)["limits"]
    assert (cap["amount"], cap["remaining"]) == ("460000.00", "400.00")
    used = 1 - float(grant["remaining"]) / float(grant["amount"])
    assert 0.99 <= used < 1
    (waiting,) = one.items("finance", "/drawdowns?status=recorded", 2)
    # Where it was held in an older year than it is invoiced in, it is flagged for that too.
    assert "not-eligible:ESF" in waiting["flags"]
    eligible = [part["eligible"] for line in waiting["lines"] for part in line["funding"]]
    assert eligible == ["8000.00", "0.00"]


def ostersund_has_a_session_to_report_and_a_course_that_is_not_invoiced(one):
    sessions = one.get("supplier", "/orders/OST-2023-0001", 3)["sessions"]
    statuses = [row["status"] for row in sessions]
    assert statuses == [*["held"] * 8, "cancelled", "planned"]
    assert "report" in told(one, "ostersund.supplier")
    assert one.after(-34) < sessions[9]["planned_on"] <= one.after(-3)
    moved = one.items("manager", "/agreements/OST-2023/history?limit=200", 3)
    assert [fact["name"] for fact in moved].count("session-moved") == 1
    stale = one.items("finance", "/agreements/OST-2023/stale", 3)
    assert ("OST-2023-0004", "60000.00") in [(row["order"], row["release"]) for row in stale]
    # Accrued at the end of the year in which it was given.
    given = one.get("finance", "/orders/OST-2023-0004", 3)["ends_on"][:4]
    year = one.get("finance", f"/agreements/OST-2023/accruals?year={given}", 3)
    (late,) = [row for row in year["items"] if row["order"] == "OST-2023-0004"]
    assert late["accrued"] == "60000.00"


def vimmerby_has_an_unknown_cap_and_80_days_left(one):
    found = one.get("manager", "/agreements/LED-VIM", 4)
    assert (found["cap"], found["ends_on"]) == (None, one.after(80))
    facts = one.items("manager", "/agreements/LED-VIM/history?limit=200", 4)
    assert "term-alert-raised" in [fact["name"] for fact in facts]
    assert "ending" in told(one, "vimmerby.manager")
    assert one.items("orderer", "/orders?status=declined", 4)


def what_was_recorded_differs_from_what_was_so(one):
    path = f"/agreements/SKO-2023/balance?as_of={one.after(-8)}"
    then = one.get("finance", f"{path}&known_at={one.after(-5)}T12:00:00Z")
    now = one.get("finance", path)
    assert int(float(then["remaining"])) - int(float(now["remaining"])) == 10_000


def facts_are_recorded_on_their_days_and_never_later_than_now(one):
    facts = one.ledger.store.follow(0, 10_000)
    moments = [fact.recorded_at for fact in facts]
    assert moments == sorted(moments)
    assert moments[-1] <= one.ledger.now
    assert len({day_of(moment) for moment in moments}) > 80
    assert [fact for fact in facts if fact.effective_on > one.today] == []


def a_slow_week_and_a_busy_one(one):
    days = [day_of(fact.recorded_at) for fact in one.ledger.store.follow(0, 10_000)]
    weeks = [
        sum(first <= day < first + timedelta(days=7) for day in days)
        for first in (one.today - timedelta(days=number) for number in range(7, 40))
    ]
    assert min(weeks) == 0
    assert max(weeks) >= 10


PROMISES = (
    sixty_per_cent_of_the_cap_is_used,
    an_order_and_a_counter_offer_wait,
    an_invoice_waits_10_000_over_its_order_and_one_as_ordered,
    codes_have_a_map,
    two_files_wait_one_with_two_candidates_and_one_of_a_stranger,
    the_auditor_is_appointed_and_two_attempts_were_refused,
    deputies_stand_in_from_today,
    dalsland_has_a_move_a_recharge_and_a_late_joiner,
    jonkoping_is_near_its_cap_and_its_grant_is_taken,
    ostersund_has_a_session_to_report_and_a_course_that_is_not_invoiced,
    vimmerby_has_an_unknown_cap_and_80_days_left,
    what_was_recorded_differs_from_what_was_so,
    facts_are_recorded_on_their_days_and_never_later_than_now,
    a_slow_week_and_a_busy_one,
)
