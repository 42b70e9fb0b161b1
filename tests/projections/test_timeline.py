"""Facts that are no agreement's stand in the timeline of their own stream, for who owns it."""

from datetime import UTC, date, datetime

from ledger.domain.events import AgreementClosed, By, Fact
from ledger.projections import timeline
from tests.conftest import BUYER, SUPPLIER

BY = By(person="p-1", organisation=BUYER, role="manager")


def fact(position: int, stream: str) -> Fact:
    return Fact(
        stream=stream,
        version=1,
        event=AgreementClosed(reason="Any fact will do."),
        by=BY,
        recorded_at=datetime(2024, 1, 20, 9, tzinfo=UTC),
        effective_on=date(2024, 1, 20),
        request=f"r-{position}",
        position=position,
    )


def test_a_fact_of_an_organisation_is_no_agreements_and_seen_by_that_organisation_alone(ledger):
    # given a fact of an agreement, of an organisation and of something else
    facts = [fact(1, "agreement/A-1"), fact(2, f"organisation/{BUYER}"), fact(3, "access/p-1")]
    # when they are projected
    with ledger.views.database.writing() as connection:
        timeline.project(connection, facts)
    # then only the first is an agreement's
    with ledger.views.database.reading() as connection:
        whole = timeline.of(connection)
        mine, theirs = (timeline.of(connection, visible_to=who) for who in (BUYER, SUPPLIER))
        own = timeline.of(connection, stream=f"organisation/{BUYER}")
    assert [row["agreement"] for row in whole] == ["A-1", None, None]
    assert [row["position"] for row in mine] == [2] == [row["position"] for row in own]
    assert theirs == []
