"""Orders stand by their numbers, also past 9999, in lists and from page to page."""

from datetime import UTC, date, datetime
from urllib.parse import parse_qsl

import pytest

from ledger.domain.events import By, Fact, OrderLine, OrderPlaced
from ledger.projections import orders, timeline
from ledger.projections.then import NOW, Then
from tests.conftest import AGREEMENT, BUYER, SUPPLIER

NUMBERS = [f"SKO-2023-{n}" for n in ("0002", "0999", "9998", "9999", "10000", "10001", "123456")]
DAY = date(2024, 1, 10)


def placed(number: str, position: int) -> Fact:
    line = OrderLine(number=1, kind="delivery", amount=100, year=2024)
    event = OrderPlaced(
        agreement="SKO-2023", number=number, buyer=BUYER, supplier=SUPPLIER, currency="SEK",
        course="C", lines=(line,), ordered_on=DAY,
    )  # fmt: skip
    return Fact(
        stream=f"order/{number}", version=1, event=event, effective_on=DAY,
        by=By(person="p", organisation=BUYER, role="orderer"),
        recorded_at=datetime(2024, 1, 10, tzinfo=UTC), request="r", position=position, receipt="",
    )  # fmt: skip


@pytest.fixture
def many(api, ledger):
    """An agreement that very many orders were placed under: here some, projected by themselves."""
    assert api("manager").post("/agreements", AGREEMENT).status_code == 201
    ledger.views.catch_up()
    facts = [placed(number, 1000 + i) for i, number in enumerate(reversed(NUMBERS))]
    with ledger.views.database.writing() as connection:
        orders.project(connection, facts)
        timeline.project(connection, facts)
    return ledger


@pytest.mark.parametrize("then", [NOW, Then(as_of=DAY)], ids=["now", "then"])
@pytest.mark.parametrize("size", [1, 2, 3, 50])
def test_pages_follow_the_numbers_and_leave_none_out(many, then, size):
    found, after = [], ""
    with many.views.database.reading() as connection:
        while rows := orders.listed(connection, then=then, after=after, limit=size):
            found += [row.state.number for row in rows]
            after = found[-1]
    assert found == NUMBERS


def test_the_api_s_next_page_goes_on_after_9999(many, api):
    client = api("manager")
    page = client.get("/orders", limit="4")
    assert [item["number"] for item in page.json["items"]] == NUMBERS[:4]
    query = page.headers["Link"].partition(">")[0].partition("?")[2]
    following = client.get("/orders", **dict(parse_qsl(query)))
    assert [item["number"] for item in following.json["items"]] == NUMBERS[4:]


def test_agreements_stand_apart_and_a_cursor_that_is_no_number_is_text():
    assert orders.place_of("A-9999") < orders.place_of("A-10000") < orders.place_of("B-0001")
    assert orders.place_of("SKO") == "SKO"
