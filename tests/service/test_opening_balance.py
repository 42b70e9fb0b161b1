"""Opening balances: what was ordered and invoiced before an agreement was taken into the ledger."""

from datetime import UTC, date, datetime

import pytest
from msgspec.structs import replace

from ledger.domain import agreement, order
from ledger.domain.events import LineAmount, Source
from ledger.domain.order import LineTerms
from ledger.domain.refusals import (
    CapExceeded,
    Invalid,
    NothingThere,
    OpeningBalanceThere,
    OwnOpeningBalance,
)
from ledger.projections import parts, postings, statement
from ledger.projections.explaining import explain
from ledger.projections.then import Then
from tests.conftest import AGREEMENT, BUYER, SUPPLIER
from tests.domain.domain_given import MANAGER, kr

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
OTHER = replace(MANAGER, person="p-other-manager")
FILE = Source(format="import", sha256="ab" * 32)


@pytest.fixture
def signed(api):
    assert api("manager").post("/agreements", AGREEMENT).status_code == 201
    return api


def opening(*lines: LineTerms, on=date(2026, 10, 31), **more) -> order.RecordOpeningBalance:
    return order.RecordOpeningBalance(
        **{
            "agreement": "SKO-2023",
            "buyer": BUYER,
            "supplier": SUPPLIER,
            "what": "Ingående balans",
            "lines": lines,
            "on": on,
            "evidence": "Reskontran 2026-10-31",
            "source": FILE,
            **more,
        }
    )


def line(kronor: int, year: int = 2025) -> LineTerms:
    return LineTerms(kind="delivery", amount=kr(kronor), year=year)


def placed(ledger, kronor: int, number: str = "SKO-2023-0001") -> None:
    ledger.service.execute(
        order.PlaceOrder(
            agreement="SKO-2023",
            buyer=BUYER,
            course="Att leda",
            lines=(line(kronor),),
            ordered_on=date(2025, 2, 1),
        ),
        MANAGER,
        now=NOW,
    )
    ledger.service.execute(
        order.ConfirmOrder(order=number, on=date(2025, 2, 3), letter="E-post"), MANAGER, now=NOW
    )


def use(ledger, as_of: date = date(2026, 11, 30)) -> tuple[int, int, int]:
    ledger.views.catch_up()
    state = ledger.service.load("agreement/SKO-2023")[1]
    with ledger.views.database.reading() as connection:
        cap = postings.balance_at(connection, state, as_of, None)[0]
    return cap.use.reserved // 100, cap.use.committed // 100, cap.use.drawn // 100


def test_what_was_invoiced_before_draws_the_cap_and_every_limit_that_it_matches(signed, ledger):
    ledger.service.execute(opening(line(300_000, 2024), line(500_000, 2025)), MANAGER, now=NOW)
    assert use(ledger) == (0, 0, 800_000)
    assert use(ledger, date(2026, 10, 30)) == (0, 0, 0)
    state = ledger.service.load("agreement/SKO-2023")[1]
    by_year = {total.dimensions.year: total.use.drawn for total in state.totals}
    assert by_year == {2024: kr(300_000), 2025: kr(500_000)}
    one = ledger.service.load("order/SKO-2023-0001")[1]
    assert one.status == "closed"
    assert order.OPENING in one.flags


def test_what_was_invoiced_of_an_open_order_draws_its_lines(signed, ledger):
    placed(ledger, 600_000)
    ledger.service.execute(before(250_000), MANAGER, now=NOW)
    assert use(ledger) == (0, 350_000, 250_000)
    assert use(ledger, date(2026, 1, 1)) == (0, 600_000, 0)
    with pytest.raises(OpeningBalanceThere):
        ledger.service.execute(before(100_000), MANAGER, now=NOW)


def before(kronor: int, number: str = "SKO-2023-0001", **more) -> order.RecordInvoicedBefore:
    return order.RecordInvoicedBefore(
        **{
            "order": number,
            "lines": (LineAmount(line=1, amount=kr(kronor)),),
            "on": date(2026, 10, 31),
            "evidence": "Reskontran 2026-10-31",
            "source": FILE,
            **more,
        }
    )


def test_a_hard_limit_is_never_passed_unseen(signed, ledger):
    with pytest.raises(CapExceeded) as refused:
        ledger.service.execute(opening(line(2_100_000)), MANAGER, now=NOW)
    assert refused.value.figures["limits"][0].over.ore == kr(100_000)
    beyond = opening(line(2_100_000), beyond=True)
    ledger.service.execute(beyond, MANAGER, now=NOW)
    assert use(ledger) == (0, 0, 2_100_000)
    assert "over-limit:cap" in ledger.service.load("order/SKO-2023-0001")[1].flags


def test_what_was_invoiced_beyond_an_order_takes_room_and_is_refused_where_there_is_none(
    signed, ledger
):
    placed(ledger, 1_900_000)
    with pytest.raises(CapExceeded):
        ledger.service.execute(before(2_050_000), MANAGER, now=NOW)
    ledger.service.execute(before(1_950_000), MANAGER, now=NOW)
    assert "exceeds-order" in ledger.service.load("order/SKO-2023-0001")[1].flags
    assert use(ledger) == (0, 0, 1_950_000)


def test_a_wrong_opening_balance_leaves_no_trace_on_any_day_and_another_person_takes_it_back(
    signed, ledger
):
    placed(ledger, 600_000)
    ledger.service.execute(before(250_000), MANAGER, now=NOW)
    back = order.TakeBackOpeningBalance(
        order="SKO-2023-0001", on=date(2026, 11, 30), reason="Fel år"
    )
    with pytest.raises(OwnOpeningBalance):
        ledger.service.execute(back, MANAGER, now=NOW)
    ledger.service.execute(back, OTHER, now=NOW)
    for day in (date(2026, 1, 1), date(2026, 10, 31), date(2026, 11, 30)):
        assert use(ledger, day) == (0, 600_000, 0)
    state = ledger.service.load("order/SKO-2023-0001")[1]
    assert state.opening is None
    assert order.OPENING not in state.flags
    with pytest.raises(NothingThere):
        ledger.service.execute(back, OTHER, now=NOW)
    ledger.service.execute(before(200_000), MANAGER, now=NOW)
    assert use(ledger) == (0, 400_000, 200_000)


def test_an_agreements_own_opening_balance_is_taken_back_whole(signed, ledger):
    ledger.service.execute(opening(line(300_000)), MANAGER, now=NOW)
    back = order.TakeBackOpeningBalance(
        order="SKO-2023-0001", on=date(2026, 11, 30), reason="Fel avtal"
    )
    ledger.service.execute(back, OTHER, now=NOW)
    for day in (date(2026, 10, 31), date(2026, 11, 30)):
        assert use(ledger, day) == (0, 0, 0)


def test_each_figures_why_names_the_opening_balance_its_file_and_who_recorded_it(signed, ledger):
    ledger.service.execute(opening(line(300_000)), MANAGER, now=NOW)
    ledger.views.catch_up()
    state = ledger.service.load("agreement/SKO-2023")[1]
    at = parts.Cursor(ledger.store.position(), date.min, 0, 0)
    with ledger.views.database.reading() as connection:
        found = explain(connection, state, "drawn", "cap", Then(), at, 50)
        rows = statement.statement(connection, "SKO-2023")
    (item,) = found.items
    assert item.line["cause"] == "opening-balance"
    assert item.fact["name"] == "opening-balance-recorded"
    assert item.fact["person"] == MANAGER.person
    assert item.source == FILE
    assert [row["cause"] for row in rows][-1] == "opening-balance"


def test_an_opening_balance_is_of_a_party_of_the_agreement_and_of_no_day_to_come(signed, ledger):
    with pytest.raises(Invalid):
        ledger.service.execute(opening(line(1), supplier="2021004052"), MANAGER, now=NOW)
    with pytest.raises(Invalid):
        ledger.service.execute(opening(line(1), on=date(2026, 12, 1)), MANAGER, now=NOW)


def test_an_agreement_whose_term_is_over_is_carried_over_with_its_last_day(signed, ledger):
    late = datetime(2028, 1, 15, 12, tzinfo=UTC)
    ledger.service.execute(opening(line(300_000), on=date(2027, 12, 31)), MANAGER, now=late)
    assert use(ledger, date(2028, 1, 1)) == (0, 0, 300_000)
    assert agreement.use_of(
        ledger.service.load("agreement/SKO-2023")[1],
        ledger.service.load("agreement/SKO-2023")[1].cap,
    ).drawn == kr(300_000)
