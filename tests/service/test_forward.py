"""The log's clock only goes forward: nothing is recorded before the newest fact."""

from datetime import UTC, datetime, timedelta

from ledger.domain import agreement
from tests.domain.domain_given import MANAGER, signing

LATE = datetime(2028, 2, 1, 12, tzinfo=UTC)


def test_what_is_recorded_by_a_clock_that_is_behind_is_recorded_with_the_newest_fact(ledger):
    sign = ledger.service.execute
    sign(signing(number="A1"), MANAGER, now=LATE)
    behind = sign(signing(number="A2"), MANAGER, now=LATE - timedelta(days=40))
    after = sign(signing(number="A3"), MANAGER, now=LATE + timedelta(seconds=1))
    assert [one.facts[0].recorded_at for one in (behind, after)] == [
        LATE, LATE + timedelta(seconds=1),
    ]  # fmt: skip
    (stored,) = ledger.store.history(agreement.stream("A2"))
    assert stored.recorded_at == LATE
    assert ledger.store.newest() == LATE + timedelta(seconds=1)


def test_several_ledgers_of_one_log_go_forward_together(ledger):
    """Who was the last to write knows the newest fact; somebody else does not."""
    from ledger.opening import open_ledger

    other = open_ledger(ledger.settings, lambda: LATE)
    ledger.service.execute(signing(number="A1"), MANAGER)
    other.service.execute(signing(number="A2"), MANAGER)
    ledger.service.execute(signing(number="A3"), MANAGER)
    ledger.service.execute(signing(number="A4"), MANAGER)
    other.close()
    moments = [fact.recorded_at for fact in ledger.store.follow(0, 10)]
    assert moments == sorted(moments)
    assert moments[2:] == [LATE] * 6, "of each signing its own fact and its number's"


def test_an_empty_log_has_no_newest_fact(ledger):
    assert ledger.store.newest() is None
