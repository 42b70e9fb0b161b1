"""Who may approve an invoice by the attest rules of its buyer, and who gives rights to attest."""

from datetime import date

import pytest

from ledger.domain import organisation
from ledger.domain.drawdown import Part
from ledger.domain.order import SessionTerms
from ledger.domain.refusals import (
    Forbidden,
    FourEyes,
    Invalid,
    MayNotAttest,
    NotAParty,
    NotFound,
    OwnRight,
    Person,
)
from ledger.wording import members, sentence
from tests.domain.domain_given import (
    APPROVER,
    BUYER,
    DAY,
    MANAGER,
    ORDERER,
    OTHER_BUYER,
    RECORDER,
    START,
    UNIVERSITY,
    Book,
    By,
    kr,
    line,
)

ANOTHER = By(person="p-another", organisation=BUYER, role="approver")


@pytest.fixture
def book() -> Book:
    """An invoice of 100 000 kr waits, half of it each on the responsibilities 4100 and 5200."""
    book = Book()
    order = book.placed_and_confirmed(
        line(50_000, cost_centre="4100"), line(50_000, cost_centre="5200")
    )
    book.id = book.record("1", 100_000, order)
    return book


def refused(book: Book, by=APPROVER, **more) -> MayNotAttest:
    with pytest.raises(MayNotAttest) as refusal:
        book.approve(book.id, by=by, **more)
    return refusal.value


def status(book: Book) -> str:
    return book.drawdowns[book.id].status


# ── What a right reaches ──────────────────────────────────────────────────────────────────────


def test_without_attest_rules_another_person_than_recorded_it_approves(book):
    book.approve(book.id)
    assert status(book) == "approved"
    assert book.drawdowns[book.id].right is None


@pytest.mark.parametrize("codes", [("*",), ("4100", "5200"), ("4*", "52*"), ("4100", "5*")])
def test_a_right_to_every_code_approves_and_the_fact_says_which_right(book, codes):
    book.grant("p-someone", "9999")
    number = book.grant(APPROVER.person, *codes, limit=100_000)
    book.approve(book.id)
    assert status(book) == "approved"
    assert (book.drawdowns[book.id].right, number) == (2, 2)


def test_a_right_to_other_codes_and_too_little_is_refused_with_all_that_is_lacking(book):
    number = book.grant(APPROVER.person, "41*", limit=60_000)
    book.grant(ANOTHER.person, "*")
    refusal = refused(book)
    assert sentence(refusal).replace("\N{NO-BREAK SPACE}", " ") == (
        f"You may not attest {book.id}. Right {number} does not cover responsibility "
        "5200. Right 1 goes to 60 000 kr a drawdown: this is 40 000 kr more. "
        "It can be attested by p-another."
    )
    assert members(refusal)["lacking"] == [{"right": 1, "codes": ["5200"], "over": "40000.00"}]
    assert members(refusal)["able"] == ["p-another"]


def test_two_rights_that_each_reach_a_half_do_not_reach_the_whole(book):
    book.grant(APPROVER.person, "4100")
    book.grant(APPROVER.person, "5200")
    assert [one.codes for one in refused(book).figures["lacking"]] == [("5200",), ("4100",)]


def test_a_line_without_a_code_needs_a_right_to_everything():
    book = Book()
    book.id = book.record("1", 1_000, book.placed_and_confirmed(line(1_000)))
    book.grant(APPROVER.person, "4*")
    assert "lines without a responsibility code" in sentence(refused(book))
    book.grant(APPROVER.person, "*")
    book.approve(book.id)
    assert status(book) == "approved"


def test_only_the_codes_of_the_lines_that_are_drawn_count():
    book = Book()
    order = book.placed_and_confirmed(line(10, cost_centre="4100"), line(10, cost_centre="5200"))
    book.id = book.record("1", 10, order)  # draws the first line alone
    book.grant(APPROVER.person, "4100")
    book.approve(book.id)
    assert status(book) == "approved"


def test_a_credit_needs_a_right_to_its_whole_amount(book):
    book.approve(book.id)
    book.grant(APPROVER.person, "*", limit=40_000)
    order = book.drawdowns[book.id].orders[0]
    book.id = book.record("2", -50_000, order, credits=book.id)
    assert refused(book, room="cap").figures["lacking"][0].over.ore == kr(10_000)


# ── When ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("on", "may"),
    [
        (date(2024, 1, 9), False),
        (date(2024, 1, 10), True),
        (date(2024, 1, 31), True),
        (date(2024, 2, 1), False),
    ],
)
def test_both_days_of_a_right_count_and_no_other(book, on, may):
    book.grant(APPROVER.person, on=date(2024, 1, 10), to=date(2024, 1, 31))
    if may:
        book.approve(book.id, on)
        assert status(book) == "approved"
    else:
        assert f"on {on}" in sentence(refused(book, on=on))


def test_an_ended_right_approves_on_its_last_day_and_not_after_it(book):
    number = book.grant(APPROVER.person)
    book.end_right(number, DAY)
    assert "no right" in sentence(refused(book, on=date(2024, 1, 16)))
    book.approve(book.id, DAY)
    assert status(book) == "approved"


def test_ending_the_last_right_does_not_open_the_gate(book):
    book.end_right(book.grant(ANOTHER.person), START)
    assert "Nobody has a right" in sentence(refused(book))


def test_a_right_that_begins_later_is_none_before(book):
    book.grant(APPROVER.person, on=date(2024, 3, 1))
    refused(book, on=DAY, today=DAY)
    book.approve(book.id, date(2024, 3, 1), today=date(2024, 3, 1))
    assert status(book) == "approved"


def test_an_approval_dated_back_needs_the_right_today_too(book):
    number = book.grant(APPROVER.person)
    book.end_right(number, DAY)
    said = sentence(refused(book, on=DAY, today=date(2024, 1, 16)))
    assert f"You have no right to attest for {BUYER} on 2024-01-16." in said
    book.grant(APPROVER.person, on=date(2024, 1, 16))
    said = sentence(refused(book, on=DAY, today=date(2024, 1, 16)))
    assert "is in force both on 2024-01-15 and today." in said


def test_an_approval_dated_back_is_no_own_cost_by_what_counts_as_that_today_either(book):
    book.set_own_cost(on=START)
    book.set_own_cost("ordered", on=date(2024, 1, 16))
    book.grant(ORDERER.person, "*")
    refused(book, by=ORDERER, on=DAY, today=date(2024, 1, 16))
    book.approve(book.id, DAY, by=ORDERER, today=DAY)
    assert status(book) == "approved"


# ── Deputies ──────────────────────────────────────────────────────────────────────────────────


def test_a_deputy_approves_under_the_right_of_whom_they_stand_in_for(book):
    number = book.grant("p-head", "*")
    book.name_deputy(APPROVER.person, "p-head", on=DAY, to=DAY)
    book.approve(book.id)
    state = book.drawdowns[book.id]
    assert (state.status, state.right, state.deputy_for) == ("approved", number, "p-head")


def test_a_deputy_has_no_right_outside_their_time(book):
    book.grant("p-head", "*")
    number = book.name_deputy(APPROVER.person, "p-head", on=START)
    command = organisation.EndDeputy(
        organisation=BUYER, number=number, ends_on=date(2024, 1, 14), decision="D"
    )
    book.do(command, MANAGER)
    assert refused(book).figures["able"] == (Person("p-head"),)


def test_a_deputy_of_a_deputy_has_no_right(book):
    book.grant("p-head", "*")
    book.name_deputy("p-first", "p-head")
    book.name_deputy(APPROVER.person, "p-first")
    assert refused(book).figures["able"] == (Person("p-head"), Person("p-first"))


def test_a_deputy_has_no_right_that_they_granted_themselves(book):
    manager = By(person=APPROVER.person, organisation=BUYER, role="manager")
    book.name_deputy(APPROVER.person, "p-head")
    book.grant("p-head", "*", by=manager)
    assert refused(book).figures["able"] == (Person("p-head"),)
    number = book.grant("p-head", "*")
    book.approve(book.id)
    assert (book.drawdowns[book.id].right, number) == (2, 2)


def test_one_s_own_right_is_used_before_that_of_somebody_else(book):
    book.grant("p-head", "*")
    book.name_deputy(APPROVER.person, "p-head")
    own = book.grant(APPROVER.person, "*")
    book.approve(book.id)
    assert (book.drawdowns[book.id].right, book.drawdowns[book.id].deputy_for) == (own, None)


# ── One's own record, one's own cost ──────────────────────────────────────────────────────────


def test_who_recorded_it_does_not_approve_it_whatever_their_rights(book):
    book.grant(RECORDER.person, "*")
    with pytest.raises(FourEyes):
        book.approve(book.id, by=RECORDER)


def test_who_ordered_does_not_attest_the_cost(book):
    book.grant(ORDERER.person, "*")
    book.grant(APPROVER.person, "*")
    refusal = refused(book, by=ORDERER)
    assert "You ordered A1-0001 yourself" in sentence(refusal)
    assert refusal.figures["able"] == (Person(APPROVER.person),)


def test_own_cost_and_a_lacking_right_are_said_at_once(book):
    book.grant(ORDERER.person, "41*", limit=1)
    said = sentence(refused(book, by=ORDERER))
    assert all(part in said for part in ("ordered", "5200", "more", "Nobody has a right"))


def test_who_enlarged_the_order_does_not_attest_the_cost():
    book = Book()
    order = book.place(line(10))
    book.change(order, line(20), by=ANOTHER)
    book.confirm(order)
    book.id = book.record("1", 20, order)
    book.grant(ANOTHER.person, "*")
    assert "You ordered" in sentence(refused(book, by=ANOTHER))


def test_who_a_line_names_does_not_attest_it_but_another_line_of_the_order():
    book = Book()
    book.grant(APPROVER.person, "*")
    order = book.placed_and_confirmed(line(10), line(10, responsible=APPROVER.person))
    book.draw("1", 10, order)
    book.id = book.record("2", 10, order)
    assert "Line 2 of A1-0001 is your own cost" in sentence(refused(book))


def test_who_re_coded_a_line_does_not_attest_it(book):
    book.grant(APPROVER.person, "41*")
    book.recode("A1-0001", 2, cost_centre="4101", by=APPROVER)
    assert "You re-coded line 2" in sentence(refused(book))


@pytest.mark.parametrize("years", [(2024,), (2024, 2025)])
def test_who_re_coded_a_line_does_not_attest_a_line_that_takes_a_session_of_it(years):
    book = Book()
    days = (date(2024, 2, 1), date(2024, 9, 1), *(date(year, 3, 1) for year in years[1:]))
    lines = [line(20 if year == 2024 else 10, year=year, cost_centre="5200") for year in years]
    sessions = tuple(SessionTerms(on=day) for day in days)
    name = book.placed_and_confirmed(*lines, sessions=sessions)
    book.recode(name, 1, cost_centre="4100", by=ANOTHER)
    book.recode(name, 1, cost_centre="5200", by=APPROVER)
    book.move_session(name, 2, date(2025, 9, 1))
    book.grant(APPROVER.person, "*")
    book.id = book.record("1", 10, name, parts=(Part(order=name, amount=kr(10), line=2),))
    assert "You re-coded line 2" in sentence(refused(book))


def test_a_deputy_does_not_attest_the_own_cost_of_whom_they_stand_in_for(book):
    book.grant(ORDERER.person, "*")
    book.name_deputy(APPROVER.person, ORDERER.person)
    refusal = refused(book)
    assert "somebody whose own cost it is" in sentence(refusal)
    assert refusal.figures["able"] == ()


def test_what_is_own_cost_is_what_the_organisation_says_from_a_day_on(book):
    book.grant(ORDERER.person, "*")
    book.set_own_cost("named", on=date(2024, 1, 16))
    refused(book, by=ORDERER)
    book.approve(book.id, date(2024, 1, 16), by=ORDERER)
    assert status(book) == "approved"


def test_own_cost_holds_also_where_nobody_has_been_given_a_right(book):
    book.set_own_cost("ordered")
    said = sentence(refused(book, by=ORDERER))
    assert said == (
        f"You may not attest {book.id}. You ordered A1-0001 yourself, and nobody attests their "
        "own cost."
    )
    book.approve(book.id)
    assert status(book) == "approved"


# ── Who gives rights ──────────────────────────────────────────────────────────────────────────


def test_nobody_gives_themselves_a_right_or_makes_themselves_a_deputy(book):
    with pytest.raises(OwnRight):
        book.grant(MANAGER.person)
    with pytest.raises(OwnRight):
        book.name_deputy(MANAGER.person, "p-head")
    with pytest.raises(Invalid):
        book.name_deputy("p-head", "p-head")
    assert book.rules is None


@pytest.mark.parametrize(
    ("by", "refusal"),
    [
        (ORDERER, Forbidden),
        (APPROVER, Forbidden),
        (UNIVERSITY, Forbidden),
        (By(person="p-x", organisation=OTHER_BUYER, role="manager"), NotAParty),
    ],
)
def test_only_the_organisation_s_manager_or_an_administrator_gives_rights(book, by, refusal):
    with pytest.raises(refusal):
        book.grant("p-head", by=by)
    with pytest.raises(refusal):
        book.name_deputy("p-deputy", "p-head", by=by)
    book.grant("p-head", by=By(person="p-a", organisation="", role="admin"))
    assert [right.granted_by for right in book.rules.rights] == ["p-a"]


def test_a_right_ends_sooner_and_never_later(book):
    number = book.grant("p-head", to=date(2024, 6, 30))
    for day in (date(2024, 6, 30), date(2024, 7, 1)):
        with pytest.raises(Invalid):
            book.end_right(number, day)
    book.end_right(number, date(2024, 5, 31))
    assert book.rules.rights[0].ends_on == date(2024, 5, 31)
    with pytest.raises(NotFound):
        book.end_right(2, DAY)


def test_a_period_does_not_end_before_it_begins(book):
    with pytest.raises(Invalid):
        book.grant("p-head", on=DAY, to=START)


def test_who_may_attest_what_is_told_for_any_day(book):
    book.grant("p-small", "41*", limit=50_000)
    book.grant("p-large", "4*", "5*")
    book.name_deputy("p-deputy", "p-large", to=date(2024, 1, 31))

    def who(amount, *codes, on=DAY):
        found = organisation.who(book.rules, (on,), kr(amount), codes)
        return [(one.person, one.deputy_for) for one in found]

    large, deputy = ("p-large", None), ("p-deputy", "p-large")
    assert who(50_000, "4100") == [("p-small", None), large, deputy]
    assert who(50_001, "4100") == [large, deputy]
    assert who(1, "4100", "5200") == [large, deputy]
    assert who(1, "4100", "5200", on=date(2024, 2, 1)) == [large]
    assert who(1, "6000") == []
