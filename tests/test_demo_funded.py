"""Jönköping and Vimmerby through the service: every figure after every step, on both databases."""

from datetime import date

import pytest
from click.testing import CliRunner

from ledger.cli import main
from ledger.cli.rebuild import check_rebuild
from ledger.demo import PROGRAMMES, Player, jonkoping, people, vimmerby
from ledger.demo.e_invoice import written
from ledger.documents.peppol_invoice import read
from ledger.domain import agreement, drawdown, order
from ledger.domain.coverage import coverage
from ledger.domain.order.notices import notices
from ledger.tick import calendar, tick
from ledger.web import create_app
from tests.clock import STARTED
from tests.people import let_in

BY_NAME = {programme.name: programme for programme in PROGRAMMES}
FUNDED = [BY_NAME["jonkoping"], BY_NAME["vimmerby"]]


@pytest.fixture
def played(ledger):
    """Name of a programme → its player, when all of it has been played."""

    def play(name):
        programme = BY_NAME[name]
        player = player_of(ledger, programme)
        for _ in player.play(programme.steps):
            pass
        return player

    return play


def player_of(ledger, programme):
    parts = ledger.service, ledger.views, ledger.registry
    return Player(*parts, people(ledger.service, ledger.registry, programme), programme.number)


def load(ledger, stream):
    return ledger.service.load(stream)[1]


def covered(ledger, number, bills):
    states = [
        load(ledger, drawdown.stream(id_of(bill))) for bill in bills if bill.agreement == number
    ]
    return coverage(load(ledger, agreement.stream(number)), states, {})


def id_of(bill):
    return drawdown.identity(bill.supplier.organisation, bill.number, bill.issued_on, "380")


@pytest.mark.parametrize("programme", FUNDED, ids=lambda programme: programme.name)
def test_every_step_leaves_the_figures_of_the_cap_each_limit_and_each_source(ledger, programme):
    player = player_of(ledger, programme)
    wrong = []
    for step, got in player.play(programme.steps):
        limits = {name: player.figures(name) for name in step.limits}
        found = got, limits, player.in_kind(), player.funded()
        if found != (step.after, step.limits, step.in_kind, step.funded):
            wrong.append((step.what, found))
    assert wrong == []


@pytest.mark.parametrize("programme", FUNDED, ids=lambda programme: programme.name)
def test_the_read_models_of_the_programme_equal_a_replay_from_nothing(ledger, played, programme):
    played(programme.name)
    assert check_rebuild(ledger) == []


@pytest.mark.parametrize("bill", [*jonkoping.BILLS, *vimmerby.BILLS], ids=lambda b: b.number)
def test_the_e_invoices_of_the_programmes_are_read_and_warned_of_their_age_alone(bill):
    invoice = read(written(bill))
    assert invoice.amount == sum(line.amount for line in bill.lines)
    assert (invoice.agreement, invoice.order) == (bill.agreement, bill.order)
    older = bill in jonkoping.BILLS  # than the standard that all of them are written in
    assert [one.code for one in invoice.warnings] == ["specification-not-in-force"] * older


# ── Jönköping ─────────────────────────────────────────────────────────────────────────────────


def test_an_invoice_two_days_after_the_grant_s_period_counts_on_the_contract_alone(ledger, played):
    played("jonkoping")
    found = covered(ledger, jonkoping.NUMBER, jonkoping.BILLS)
    assert (found.invoiced, found.eligible, found.support) == (44_560_000, 27_280_000, 27_280_000)
    assert [(one.reason, one.amount) for one in found.not_eligible] == [
        ("outside-period", 17_280_000)
    ]
    late = load(ledger, drawdown.stream(id_of(jonkoping.BILLS[2])))
    assert [one.reason for one in late.allocations[0].funded[0].uncovered] == ["outside-period"]


def test_the_price_of_those_who_took_part_is_warned_of_and_was_within_its_range_at_full_24(
    ledger,
):
    programme = BY_NAME["jonkoping"]
    number = f"{jonkoping.NUMBER}-0001"
    told = {}
    for step, _ in player_of(ledger, programme).play(programme.steps):
        state = load(ledger, order.stream(number))
        told[step.what] = [] if state is None else [one.flag for one in notices(state)]
    said = list(told.values())
    assert said[:5] == [[]] * 5
    assert said[5:] == [["price-outside-range:2"]] * 8
    (notice,) = notices(load(ledger, order.stream(number)))
    assert notice.figures["per_head"].ore == 1_645_714


def test_the_grant_s_whole_budget_in_thirteen_parts_is_carried_to_the_ore(ledger, played):
    played("jonkoping")
    found = covered(ledger, jonkoping.NUMBER, jonkoping.BILLS)
    assert sum(one.gross for one in found.members) == 44_560_000
    assert sum(one.own for one in found.members) == 17_280_000
    assert len(found.members) == 13
    seats = load(ledger, order.stream(f"{jonkoping.NUMBER}-0001")).allocated
    by_name = {part.organisation: part.weight for part in seats}
    assert sum(by_name.values()) == 21
    assert by_name[jonkoping.GNOSJO.organisation] == 1
    assert by_name[jonkoping.VETLANDA.organisation] == 3


def test_women_and_men_are_counts_and_nothing_else(ledger, played):
    played("jonkoping")
    state = load(ledger, order.stream(f"{jonkoping.NUMBER}-0001"))
    assert (state.seats_used, state.women, state.men) == (21, 11, 10)


# ── Vimmerby ──────────────────────────────────────────────────────────────────────────────────


def test_vimmerby_s_eighth_is_200_000_gross_106_000_covered_and_94_000_own(ledger, played):
    played("vimmerby")
    found = covered(ledger, vimmerby.JOINT, vimmerby.BILLS)
    assert (found.support, found.not_eligible) == (84_800_000, ())
    shares = {(one.gross, one.covered, one.own, one.in_kind) for one in found.members}
    assert shares == {(20_000_000, 10_600_000, 9_400_000, 9_400_000)}
    assert len(found.members) == 8
    (source,) = found.sources
    assert source.left == 0


@pytest.fixture
def reader(ledger, played):
    """A client of the API that reads Vimmerby's and Jönköping's as their finance."""
    played("vimmerby")
    played("jonkoping")
    client = create_app(ledger=ledger).test_client()
    tokens = {
        prefix: let_in(ledger, f"Reads {prefix}", of.organisation, ("finance",))
        for prefix, of in (("LED-2008", jonkoping.JONKOPING), ("", vimmerby.VIMMERBY))
    }

    def get(path, language="sv"):
        token = next(token for prefix, token in tokens.items() if prefix in path)
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": language}
        answer = client.get(f"/api/v1{path}", headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json

    return get


@pytest.mark.parametrize("number", [vimmerby.COURSE, vimmerby.TRAINEES])
def test_what_is_unknown_is_told_as_unknown_everywhere(reader, number):
    listed = {one["number"]: one for one in reader("/agreements")["items"]}
    balance = reader(f"/agreements/{number}/balance")
    for one in (listed[number]["balance"], balance):
        assert (one["cap"], one["remaining"]) == (None, None)
    summary = reader(f"/agreements/{number}/summary")
    assert (summary["cap"], summary["percent_paid"]) == (None, None)
    assert "Takvolymen är okänd." in summary["text"]
    assert "%" not in summary["text"]
    forecast = reader(f"/agreements/{number}/forecast")
    assert [one["name"] for one in forecast["limits"]] == ["cap"]


def test_the_course_whose_cap_is_unknown_has_drawn_what_was_invoiced(reader):
    balance = reader(f"/agreements/{vimmerby.COURSE}/balance")
    assert (balance["drawn"], balance["remaining"]) == ("180000.00", None)


def test_the_planned_programme_has_no_figures_at_all(reader):
    summary = reader(f"/agreements/{vimmerby.TRAINEES}/summary")
    assert (summary["courses"], summary["years"]) == ([], [])
    assert reader(f"/agreements/{vimmerby.TRAINEES}/funding")["sources"] == []


@pytest.mark.parametrize("number", [vimmerby.COURSE, vimmerby.TRAINEES])
def test_a_statement_under_an_unknown_cap_never_says_what_remains(reader, number):
    items = reader(f"/agreements/{number}/statement")["items"]
    assert items
    assert {one["remaining"] for one in items} == {None}


def test_the_calendar_passes_what_is_planned_and_raises_nothing_of_it(ledger, played):
    played("vimmerby")
    by = calendar(ledger.service, ledger.registry)
    facts = list(tick(ledger.service, ledger.views, by, date(2026, 12, 1)))
    assert {fact.stream for fact in facts} <= {
        agreement.stream(number) for number in (vimmerby.JOINT, vimmerby.COURSE)
    }


def test_the_public_summary_says_who_paid_and_for_how_many(reader):
    joint = reader(f"/agreements/{vimmerby.JOINT}/summary")
    assert joint["funding"] == [
        {
            "source": "ESF",
            "funder": "Svenska ESF-rådet",
            "support": "848000.00",
            "claimed": "848000.00",
            "received": "848000.00",
            "period_over": True,
        }
    ]
    assert (joint["in_kind"], joint["not_eligible"]) == ("752000.00", "0.00")
    assert (joint["paid"], joint["percent_paid"], joint["seats_used"]) == (
        "1600000.00",
        "100.0",
        24,
    )
    academy = reader(f"/agreements/{jonkoping.NUMBER}/summary")
    text = academy["text"].replace("\N{NO-BREAK SPACE}", " ")
    assert "Svenska ESF-rådet betalar 272 800 kr av det." in text
    assert "Ingen finansiering täcker någon del av 172 800 kr." in text
    assert "Av dem som deltog, kvinnor: 11; män: 10." in text
    (course,) = academy["courses"]
    assert (course["women"], course["men"]) == (11, 10)


@pytest.mark.parametrize("number", [vimmerby.JOINT, vimmerby.COURSE, vimmerby.TRAINEES])
def test_a_summary_is_one_page(reader, number):
    assert len(reader(f"/agreements/{number}/summary")["text"].splitlines()) <= 40


# ── Together ──────────────────────────────────────────────────────────────────────────────────


def test_several_programmes_share_one_ledger(desk):
    asked = ("demo", "--programme", "vimmerby", "--programme", "jonkoping")
    first = CliRunner().invoke(main, obj=STARTED, args=asked, catch_exceptions=False)
    assert first.exit_code == 0, first.output
    again = CliRunner().invoke(main, obj=STARTED, args=asked, catch_exceptions=False)
    assert again.output == (
        "The ledger has LED-2008 already; nothing was changed.\n"
        "The ledger has ESF-2024 already; nothing was changed.\n"
    )
    listed = (
        CliRunner()
        .invoke(main, obj=STARTED, args=("agreement", "list"), catch_exceptions=False)
        .output
    )
    assert [line.split()[0] for line in listed.splitlines()[1:]] == [
        "ESF-2024",
        "LED-2008",
        "LED-VIM",
        "TRA-VIM",
    ]
