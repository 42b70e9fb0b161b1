"""What is dear is had by each person so much at a time, and so much within some minutes."""

import pytest

from ledger.bounds import DEAR_AT_ONCE, DEAR_WITHIN, DEAR_WORK
from ledger.domain.refusals import AskedTooMuch
from ledger.web.dear import Quotas
from tests.conftest import AGREEMENT, ORDER, Api
from tests.web.test_access import notarised, signed

assert notarised, signed  # fixtures
FILES = ("csv", "xlsx")
PLAY = {"steps": [{"command": "suspend", "reason": "r"}]}


def test_so_much_at_a_time_is_had_and_again_when_one_has_ended():
    quotas = Quotas()
    for _ in range(DEAR_AT_ONCE):
        quotas.begin("p-1")
    with pytest.raises(AskedTooMuch):
        quotas.begin("p-1")
    quotas.begin("p-2")  # the control: somebody else
    quotas.end("p-1", 0.1)
    quotas.begin("p-1")


def test_who_has_had_much_waits_until_it_is_long_ago():
    now = [0.0]
    quotas = Quotas(lambda: now[0])
    quotas.begin("p-1")
    quotas.end("p-1", DEAR_WORK - 1)
    quotas.begin("p-1")  # the control: not all of it
    quotas.end("p-1", 2)
    now[0] = 10.0
    with pytest.raises(AskedTooMuch) as refused:
        quotas.begin("p-1")
    assert refused.value.figures["wait"] == DEAR_WITHIN - 10
    now[0] = DEAR_WITHIN + 1
    quotas.begin("p-1")


@pytest.fixture
def placed(api):
    assert api("manager").post("/agreements", AGREEMENT).status_code == 201
    assert api("orderer").post("/agreements/SKO-2023/orders", ORDER).status_code == 201
    return api


DEAR = (
    *(("GET", "/orders", {"format": format}) for format in FILES),
    ("GET", "/agreements/SKO-2023/forecast", {}),
    ("POST", "/agreements/SKO-2023/what-if", {}),
)


@pytest.mark.parametrize(("method", "path", "query"), DEAR)
def test_each_of_what_is_dear_is_refused_to_who_had_too_much(placed, method, path, query):
    finance, manager = placed("finance"), placed("manager")

    def ask(client):
        return client.get(path, **query) if method == "GET" else client.post(path, PLAY)

    assert ask(finance).status_code == 200
    has_had(finance, DEAR_WORK + 1)
    refused = ask(finance)
    assert (refused.status_code, refused.json["type"]) == (429, "/problems/asked-too-much")
    assert 0 < int(refused.headers["Retry-After"]) <= DEAR_WITHIN
    assert finance.get("/orders").status_code == 200, "what is not dear is answered"
    assert ask(manager).status_code == 200, "and so is somebody else"


def test_a_bundle_is_refused_too(notarised):
    auditor = notarised("auditor")
    assert auditor.get("/audit/bundle", agreement="SKO-2023").status_code == 200
    has_had(auditor, DEAR_WORK + 1)
    assert auditor.get("/audit/bundle", agreement="SKO-2023").status_code == 429


def test_a_file_that_is_sent_is_one_until_it_ends_or_is_given_up(placed):
    finance = placed("finance")
    for _ in range(DEAR_AT_ONCE + 1):
        assert "SKO-2023-0001" in finance.get("/orders", format="csv").text
    for _ in range(DEAR_AT_ONCE + 1):
        finance.get("/orders", format="csv").close()
    quotas, person = whose(finance)
    for _ in range(DEAR_AT_ONCE):
        quotas.begin(person)
    assert finance.get("/orders", format="csv").status_code == 429
    quotas.end(person, 0.0)
    assert finance.get("/orders", format="csv").text


def whose(client: Api):
    app = client.client.application
    token = client.headers["Authorization"].removeprefix("Bearer ")
    return app.extensions["dear"], app.extensions["ledger"].registry.caller(token).person


def has_had(client: Api, seconds):
    """Count work of somebody's as if it had been done just now."""
    quotas, person = whose(client)
    quotas.end(person, seconds)
