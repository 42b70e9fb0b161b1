"""A role, a token or a person that ended lets nobody act any more, whoever else writes."""

import threading
from datetime import date

import pytest

from ledger import people
from ledger.domain import access, agreement, order
from ledger.domain.events import By, FurtherNumber, OrderPlaced, Party, RoleEnded
from ledger.domain.order.faults import LineTerms
from ledger.domain.refusals import Forbidden
from ledger.opening import open_ledger
from ledger.service import Service
from ledger.verifying import Held, verify
from tests.clock import STARTED
from tests.conftest import BUYER, SUPPLIER
from tests.people import let_in

TODAY = STARTED.today
FURTHER = FurtherNumber(kind="diary", number="D-1")
WRITERS, AT_MOST = 6, 2_000


def sign(ledger):
    ledger.service.execute(
        agreement.SignAgreement(
            number="A",
            title="A",
            currency="SEK",
            cap=10_000_000_00,
            buyers=(Party(organisation=BUYER),),
            suppliers=(Party(organisation=SUPPLIER),),
            signed_on=date(2026, 1, 1),
            starts_on=date(2026, 1, 1),
            ends_on=date(2029, 12, 31),
        ),
        people.acting(ledger.service, ledger.registry, "Avtal", BUYER, "manager"),
    )


def placing():
    return order.PlaceOrder(
        agreement="A",
        buyer=BUYER,
        course="c",
        lines=(LineTerms(kind="delivery", amount=1_000_00),),
        ordered_on=date(2026, 2, 1),
    )


def ending(person, number=1):
    return access.EndRole(person=person, number=number, reason="Slutade", on=TODAY)


@pytest.fixture
def orderer(ledger) -> By:
    sign(ledger)
    return people.acting(ledger.service, ledger.registry, "Beställare", BUYER, "orderer")


def orders_after_the_end(ledger, by):
    """How many orders of a person the log has before their role ended, and after it."""
    before, after, ended = 0, 0, False
    for fact in ledger.store.follow(0, 10_000):
        ended = ended or isinstance(fact.event, RoleEnded)
        if isinstance(fact.event, OrderPlaced) and fact.by.person == by.person:
            before, after = (before, after + 1) if ended else (before + 1, after)
    assert ended
    return before, after


@pytest.mark.slow
def test_nobody_acts_in_a_role_after_the_fact_that_ended_it(ledger, settings, orderer):
    """Two processes: in one many acts wait that the door let in, in the other the role is ended."""
    elsewhere = open_ledger(settings, STARTED)
    some_recorded, refused = threading.Event(), []

    def act():
        try:
            for _ in range(AT_MOST):
                ledger.service.execute(placing(), orderer)
                some_recorded.set()
        except Forbidden as refusal:
            refused.append(refusal)

    threads = [threading.Thread(target=act) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    assert some_recorded.wait(60)
    server = people.server(elsewhere.service, elsewhere.registry)
    elsewhere.service.execute(ending(orderer.person), server)
    for thread in threads:
        thread.join(120)
    elsewhere.close()
    before, after = orders_after_the_end(ledger, orderer)
    assert (before > 0, after, len(refused)) == (True, 0, WRITERS)
    assert refused[0].figures == {"roles": "orderer", "held": "none"}
    assert verify(ledger, Held()).findings == ()


def test_what_this_process_last_saw_of_a_role_is_not_what_it_decides_on(ledger, orderer):
    """The other process ended it when this one had looked at it for its last act."""
    ledger.service.execute(placing(), orderer)
    elsewhere = Service(ledger.store, clock=STARTED)
    elsewhere.execute(ending(orderer.person), people.server(ledger.service, ledger.registry))
    with pytest.raises(Forbidden):
        ledger.service.execute(placing(), orderer)
    assert orders_after_the_end(ledger, orderer) == (1, 0)


def test_a_role_that_is_given_elsewhere_holds_from_the_next_act_on(ledger, orderer):
    """The control: what was last seen does not refuse either."""
    manager = By(person=orderer.person, organisation=BUYER, role="manager")
    command = agreement.GiveNumbers(agreement="A", numbers=(FURTHER,), on=TODAY)
    with pytest.raises(Forbidden):
        ledger.service.execute(command, manager)
    elsewhere = Service(ledger.store, clock=STARTED)
    given = access.GrantRole(person=orderer.person, role="manager", starts_on=TODAY)
    elsewhere.execute(given, people.server(ledger.service, ledger.registry))
    ledger.service.execute(command, manager)


def test_who_was_erased_acts_no_more(ledger, orderer):
    people.erase(ledger.service, ledger.registry, orderer.person)
    with pytest.raises(Forbidden):
        ledger.service.execute(placing(), orderer)


@pytest.mark.slow
def test_what_ended_is_refused_from_the_next_request_on_in_every_process(ledger, served):
    """On PostgreSQL four workers serve, and each has just let them in."""
    parts = ledger.service, ledger.registry

    def role(id, _):
        command = access.EndRole(person=id, number=1, reason="Slutade", on=ledger.today)
        ledger.service.execute(command, people.server(*parts))

    def token(_, token):
        people.end_token(*parts, token, "")

    def person(id, _):
        people.erase(*parts, id)

    for end, refused in ((role, 403), (token, 401), (person, 401)):
        given = let_in(ledger, end.__name__, BUYER, ("finance",))
        id = ledger.registry.find_in(end.__name__, BUYER)
        for said in (200, refused):
            for _ in range(16):
                assert served.answered(given, "GET", "/orders")[0] == said, end.__name__
            if said == 200:
                end(id, given)
