"""A request sent again while its first try is still being committed gets the first answer."""

from datetime import UTC, date, datetime

import pytest
from msgspec.structs import replace

from ledger.deciding import Loaded
from ledger.domain import drawdown, order, organisation
from ledger.domain.events import By
from ledger.domain.refusals import CapExceeded, KeyReused, MayNotAttest, Unavailable, WrongStatus
from ledger.service import Service
from ledger.service.asked import Asked, planned
from ledger.store import Request
from tests.service.race import BY, ordering, sign

SUPPLIER = By(person="p-2", organisation="2021004524", role="supplier")
CONFIRM = order.ConfirmOrder(order="A-0001", on=date(2026, 2, 2))


@pytest.fixture(params=["before it is decided", "before it is stored"])
def first_try(request, monkeypatch):
    """The first try's commit arrives when its retry is under way."""

    def commits(service, command, by, digest="body"):
        def commit():
            Service(service.store).execute(command, by, Request(key="k", digest=digest))

        if request.param == "before it is decided":
            # Seen, though it was not looked up under its key.
            commit()
            service.load("agreement/A")
            service.load("order/A-0001")
            return
        append = service.store.append

        def append_second(entries):
            monkeypatch.setattr(service.store, "append", append)
            commit()
            return append(entries)

        monkeypatch.setattr(service.store, "append", append_second)

    return commits


@pytest.mark.parametrize("expected", [None, (1,)])
def test_a_retry_that_finds_its_own_confirmation_in_its_way_is_a_replay(
    ledger, first_try, expected
):
    sign(ledger.service, 1_000_000)
    ledger.service.execute(ordering(1_000_000), BY)
    first_try(ledger.service, CONFIRM, SUPPLIER)
    request = Request(key="k", digest="body")
    outcome = ledger.service.execute(CONFIRM, SUPPLIER, request, expected=expected)
    assert (outcome.replayed, outcome.version, outcome.state.status) == (True, 2, "confirmed")
    with pytest.raises(WrongStatus):
        ledger.service.execute(CONFIRM, SUPPLIER, Request(key="another", digest="body"))


def test_a_retry_whose_own_order_took_the_room_is_a_replay(ledger, first_try):
    sign(ledger.service, 1_000_000)
    command = ordering(1_000_000)
    first_try(ledger.service, command, BY)
    outcome = ledger.service.execute(command, BY, Request(key="k", digest="body"))
    assert (outcome.replayed, outcome.state.number) == (True, "A-0001")
    with pytest.raises(CapExceeded):
        ledger.service.execute(command, BY, Request(key="another", digest="body"))


def test_a_retry_that_nothing_is_in_the_way_of_is_a_replay_and_orders_nothing_more(
    ledger, first_try
):
    sign(ledger.service, 1_000_000)
    command = ordering(100_000)
    first_try(ledger.service, command, BY)
    outcome = ledger.service.execute(command, BY, Request(key="k", digest="body"))
    assert (outcome.replayed, outcome.state.number) == (True, "A-0001")
    assert ledger.service.load("agreement/A")[1].orders == 1


def test_the_key_of_something_else_that_was_committed_meanwhile_is_refused(ledger, first_try):
    sign(ledger.service, 1_000_000)
    ledger.service.execute(ordering(1_000_000), BY)
    first_try(ledger.service, CONFIRM, SUPPLIER, "another body")
    with pytest.raises(KeyReused):
        ledger.service.execute(CONFIRM, SUPPLIER, Request(key="k", digest="body"))


@pytest.mark.parametrize("given", [None, Request(key="k", digest="body")])
def test_of_what_was_recorded_and_only_the_answer_lost_the_answer_is_given(
    ledger, monkeypatch, given
):
    sign(ledger.service, 1_000_000)
    append = ledger.store.append

    def lost(entries):
        append(entries)
        raise Unavailable

    monkeypatch.setattr(ledger.store, "append", lost)
    outcome = ledger.service.execute(ordering(100_000), BY, given)
    monkeypatch.undo()
    assert (outcome.replayed, outcome.state.number) == (False, "A-0001")
    assert ledger.service.execute(ordering(100_000), BY).state.number == "A-0002"


def test_of_what_was_not_recorded_nobody_is_told_that_it_was(ledger, monkeypatch):
    sign(ledger.service, 1_000_000)

    def away(entries):
        raise Unavailable

    monkeypatch.setattr(ledger.store, "append", away)
    with pytest.raises(Unavailable):
        ledger.service.execute(ordering(100_000), BY, Request(key="k", digest="body"))
    monkeypatch.undo()
    outcome = ledger.service.execute(ordering(100_000), BY, Request(key="k", digest="body"))
    assert (outcome.replayed, outcome.state.number) == (False, "A-0001")


# ── What was only looked at ───────────────────────────────────────────────────────────────────


def acts_before_it_is_stored(monkeypatch, service, command, by):
    """Another process records a command between a decision and its storing, once."""
    append = service.store.append

    def after_another(entries):
        monkeypatch.setattr(service.store, "append", append)
        Service(service.store).execute(command, by)
        return append(entries)

    monkeypatch.setattr(service.store, "append", after_another)


@pytest.fixture
def waiting(ledger):
    """The id of a recorded invoice that p-4 may attest, and nobody else."""
    do = ledger.service.execute
    sign(ledger.service, 1_000_000)
    do(ordering(1_000_000), BY)
    do(CONFIRM, SUPPLIER)
    part = drawdown.Part(order="A-0001", amount=100_000)
    invoice = drawdown.RecordDrawdown(
        agreement="A",
        supplier=SUPPLIER.organisation,
        invoice="1",
        issued_on=date(2026, 3, 1),
        type="380",
        currency="SEK",
        amount=100_000,
        parts=(part,),
    )
    do(GRANT, MANAGER)
    return do(invoice, FINANCE).state.id


MANAGER = By(person="p-3", organisation=BY.organisation, role="manager")
APPROVER = By(person="p-4", organisation=BY.organisation, role="approver")
FINANCE = By(person="p-5", organisation=BY.organisation, role="finance")
GRANT = organisation.GrantAttestRight(
    organisation=BY.organisation,
    person=APPROVER.person,
    responsibilities=("*",),
    starts_on=date(2026, 1, 1),
    decision="d 1",
)


def approving(id):
    return drawdown.ApproveDrawdown(drawdown=id, on=date(2026, 3, 5))


def test_a_right_that_ends_while_it_is_used_is_not_used(ledger, monkeypatch, waiting):
    ended = organisation.EndAttestRight(
        organisation=BY.organisation, number=1, ends_on=date(2026, 3, 1), decision="d 2"
    )
    acts_before_it_is_stored(monkeypatch, ledger.service, ended, MANAGER)
    with pytest.raises(MayNotAttest):
        ledger.service.execute(approving(waiting), APPROVER)
    assert ledger.service.load(drawdown.stream(waiting))[1].status == "recorded"


def test_a_right_that_is_given_to_another_meanwhile_takes_nothing_from_an_approval(
    ledger, monkeypatch, waiting
):
    acts_before_it_is_stored(
        monkeypatch, ledger.service, replace(GRANT, person="p-6", decision="d 2"), MANAGER
    )
    ledger.service.execute(approving(waiting), APPROVER)
    assert ledger.service.load(drawdown.stream(waiting))[1].status == "approved"


def test_a_batch_may_rely_on_what_it_writes_itself(ledger, waiting):
    loaded, entries = Loaded(ledger.service.load), []
    given = replace(GRANT, person="p-6", decision="d 2")
    for command, by in ((given, MANAGER), (approving(waiting), APPROVER)):
        asked = Asked(
            command=command,
            by=by,
            request=Request(key=by.person, digest=""),
            given=True,
            now=datetime(2026, 3, 6, tzinfo=UTC),
            expected=None,
        )
        entries.append(asked.entry(loaded, asked.decided(loaded)))
        loaded = planned(entries[-1], loaded)[1]
    ledger.service.store.append(entries)
    assert ledger.service.load(drawdown.stream(waiting))[1].status == "approved"
