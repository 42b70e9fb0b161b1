"""What the people of the five programmes ask for: results, costs a head, free seats, own nets, and
what is claimed and paid of a grant."""

from datetime import date

import pytest

from ledger.demo import PROGRAMMES, jonkoping, play, vimmerby
from ledger.domain import drawdown
from ledger.domain.events import DrawdownJudged
from ledger.web import create_app
from tests.people import let_in

BY_NAME = {programme.name: programme for programme in PROGRAMMES}


@pytest.fixture
def asked(ledger):
    """What a programme's finance is answered, once the programme has been played."""
    client = create_app(ledger=ledger).test_client()

    def ask(name):
        programme = BY_NAME[name]
        list(play(ledger, [programme]))
        _, organisation = programme.people["finance"]
        token = let_in(ledger, f"Asks of {name}", organisation, ("finance",))
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": "sv"}

        def get(path):
            answer = client.get(f"/api/v1{path}", headers=headers)
            assert answer.status_code == 200, answer.text
            return answer.json

        return get

    return ask


def told(rounds):
    """Round, who took part, who completed it, what each cost; None of what is not reported."""
    names = ("round", "participants", "completed", "per_participant")
    return [tuple(one[name] for name in names) for one in rounds["items"]]


def own(members):
    """What each is left to pay itself."""
    return {one.get("name") or one["organisation"]: one["own"] for one in members}


def plain(text):
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_of_harnosand_s_three_rounds_two_are_reported(asked):
    get = asked("harnosand")
    assert told(get("/agreements/SKO-2023/rounds")) == [
        (1, 11, 10, "20454.55"),
        (2, 18, 16, "16888.89"),
        (3, None, None, None),
    ]
    summary = get("/agreements/SKO-2023/summary")
    assert [one["participants"] for one in summary["results"]] == [11, 18]
    by_year = {one["year"]: one for one in summary["courses"]}
    first = by_year[2024]
    assert (first["paid"], first["seats_used"], first["credits_awarded"]) == ("529000.00", 29, 26)
    assert first["per_participant"] == "18241.38"
    # The third goes on: what it costs a head nobody knows yet, nor what all of them do.
    assert (by_year[2026]["per_participant"], summary["per_participant"]) == (None, None)
    assert "Av 18 deltagare fullföljde 16." in plain(summary["text"])


def test_dalsland_s_round_costs_48_000_a_head_and_each_its_seats(asked):
    get = asked("dalsland")
    (one,) = get("/agreements/TRA-2017/rounds")["items"]
    assert told({"items": [one]}) == [(4, 22, 21, "48000.00")]
    assert (one["seats"], one["orders"]) == (22, ["TRA-2017-0001", "TRA-2017-0002"])
    summary = get("/agreements/TRA-2017/summary")
    assert own(summary["members"]) == {
        "Bengtsfors kommun": "384000.00",
        "Melleruds kommun": "288000.00",
        "Säffle kommun": "240000.00",
        "Det kommunala bolaget": "48000.00",
        "Årjängs kommun": "96000.00",
    }
    assert (summary["in_kind"], summary["seats_used"]) == ("240000.00", 22)


def test_jonkoping_s_grant_is_over_claimed_and_paid_and_covers_no_more_than_its_period(asked):
    get = asked("jonkoping")
    assert told(get("/agreements/LED-2008/rounds")) == [(1, 21, 19, "21219.05")]
    funding = get("/agreements/LED-2008/funding")
    (grant,) = funding["sources"]
    figures = ("ends_on", "eligible", "support", "claimed", "paid", "to_claim", "outstanding")
    assert [grant[name] for name in figures] == [
        "2009-06-30", "272800.00", "272800.00", "272800.00", "272800.00", "0.00", "0.00",
    ]  # fmt: skip
    assert grant["period_over"] is True
    assert get("/agreements/LED-2008/funding?as_of=2009-06-30")["sources"][0]["period_over"] is (
        False
    )
    names = {party.organisation: party.name for party in jonkoping.MEMBERS}
    nets = {names[one["organisation"]]: one["own"] for one in funding["members"]}
    # Of 172 800 that the grant does not cover, by the seats after Gnosjö gave one to Vetlanda.
    assert nets["Vetlanda kommun"] == "24685.72"
    assert nets["Gnosjö kommun"] == nets["Habo kommun"] == "8228.57"
    assert sum(int(net.replace(".", "")) for net in nets.values()) == 17_280_000
    text = plain(get("/agreements/LED-2008/summary")["text"])
    said = "ESF: 272 800 kr är rekvirerat och 272 800 kr är utbetalt; dess period slutade"
    assert f"{said} 2009-06-30." in text


def test_ostersund_s_free_seats_are_told_apart(asked):
    get = asked("ostersund")
    assert told(get("/agreements/OST-2023/rounds")) == [
        (1, 32, 30, "18281.25"),
        (2, None, None, None),
        (3, None, None, None),
    ]
    summary = get("/agreements/OST-2023/summary")
    assert (summary["seats_used"], summary["free_seats"]) == (32, 2)
    assert (summary["paid"], summary["per_participant"]) == ("585000.00", "18281.25")


def test_vimmerby_s_last_invoice_is_covered_from_the_day_on_which_the_period_was_extended(asked):
    get = asked("vimmerby")
    at = "/agreements/ESF-2024/funding?as_of="
    before, after = (get(f"{at}{day}")["sources"][0] for day in ("2025-08-24", "2025-08-25"))
    assert (before["ends_on"], before["eligible"], before["support"]) == (
        "2025-05-31", "1200000.00", "636000.00",
    )  # fmt: skip
    assert [(one["reason"], one["amount"]) for one in before["not_eligible"]] == [
        ("outside-period", "400000.00")
    ]
    assert (after["ends_on"], after["eligible"], after["support"], after["not_eligible"]) == (
        "2025-06-30", "1600000.00", "848000.00", [],
    )  # fmt: skip
    assert (before["period_over"], after["period_over"]) == (True, True)
    assert (after["claimed"], after["paid"], after["to_claim"]) == (
        "636000.00", "636000.00", "212000.00",
    )  # fmt: skip
    nets = get(f"{at}2025-08-24")["members"], get("/agreements/ESF-2024/funding")["members"]
    assert [{one["own"] for one in some} for some in nets] == [{"120500.00"}, {"94000.00"}]


def test_an_invoice_that_was_judged_again_says_when(ledger, asked):
    asked("vimmerby")
    last = vimmerby.BILLS[3]
    id = drawdown.identity(last.supplier.organisation, last.number, last.issued_on, "380")
    facts = ledger.store.history(drawdown.stream(id))
    judged = [fact for fact in facts if isinstance(fact.event, DrawdownJudged)]
    assert [fact.effective_on for fact in judged] == [date(2025, 8, 25)]


def test_vimmerby_s_own_course_is_told_for_how_many_and_with_which_result(asked):
    get = asked("vimmerby")
    summary = get("/agreements/LED-VIM/summary")
    assert (summary["cap"], summary["seats_used"], summary["per_participant"]) == (
        None, 15, "12000.00",
    )  # fmt: skip
    (result,) = summary["results"]
    assert (result["participants"], result["completed"]) == (15, 14)
    assert result["result"] in summary["text"]
    assert get("/agreements/TRA-VIM/rounds")["items"] == []
