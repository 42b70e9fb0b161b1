"""A demonstration is made anew on a button, by whoever sits at its machine."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from ledger.config import read
from ledger.demo import PEOPLE
from ledger.demo.living import anew
from ledger.opening import open_ledger
from ledger.web import create_app
from tests.people import let_in

NOW = datetime(2027, 3, 15, 9, tzinfo=UTC)
ORDER = {"course": "Prov", "lines": [{"kind": "delivery", "amount": "1000.00"}]}


@pytest.fixture
def opened(settings):
    """A demonstration that was played some weeks ago."""
    opened = open_ledger(settings, lambda: NOW - timedelta(days=40))
    opened.create()
    anew.first(opened)
    opened.close()
    opened = open_ledger(settings, lambda: NOW)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """One that no test makes anew."""
    folder = tmp_path_factory.mktemp("demonstration")
    opened = open_ledger(read({"AVROP_DATABASE": f"sqlite:///{folder}/avrop.db"}), lambda: NOW)
    opened.create()
    anew.first(opened)
    yield opened
    opened.close()


def signed_in(app, role="finance"):
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    answer = client.post("/session", data={"role": role, "csrf_token": token(client.get("/"))})
    assert answer.status_code == 303
    return client


def token(page) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]


def pressed(client, **headers):
    data = {"csrf_token": token(client.get("/"))}
    return client.post("/demonstration", data=data, headers=headers)


def ordered(app, opened) -> str:
    """An order by somebody with a token; the token."""
    name, organisation = PEOPLE["orderer"]
    secret = let_in(opened, name, organisation, ("orderer",))
    headers = {"Authorization": f"Bearer {secret}"}
    there = "/api/v1/agreements/SKO-2023/orders"
    made = app.test_client().post(there, json=ORDER, headers=headers)
    assert made.status_code == 201, made.text
    return secret


def courses(app, secret) -> list[str]:
    headers = {"Authorization": f"Bearer {secret}"}
    answer = app.test_client().get("/api/v1/orders?limit=200", headers=headers)
    assert answer.status_code == 200, answer.text
    return [one["course"] for one in answer.json["items"]]


def test_the_button_asks_first_and_then_everything_is_as_new_and_ends_today(opened):
    app = create_app(ledger=opened, demo=True)
    other = create_app(ledger=open_ledger(opened.settings, opened.clock), demo=True)
    secret = ordered(app, opened)
    assert "Prov" in courses(other, secret)
    client = signed_in(app)
    assert "Make the demonstration anew" in client.get("/").text
    asked = client.get("/demonstration").text
    assert "It cannot be taken back" in asked
    assert "Prov" in courses(app, secret)
    answer = pressed(client)
    assert (answer.status_code, answer.location) == (303, "/")
    page = client.get("/")
    assert "is made anew" in page.text
    assert PEOPLE["finance"][0] in page.text  # who was signed in goes on
    for each in (app, other):  # another process too
        assert "Prov" not in courses(each, secret)
    assert app.extensions["ledger"].today - app.extensions["ledger"].store.newest().date() < (
        timedelta(days=2)
    )
    assert ordered(app, app.extensions["ledger"])
    for each in (app, other):
        each.extensions["ledger"].close()


def test_two_at_once_make_it_anew_once_and_others_are_told_meanwhile(kept):
    # Its own: it is closed when somebody has made the demonstration anew.
    app = create_app(ledger=open_ledger(kept.settings, kept.clock), demo=True)
    client = signed_in(app)
    data = {"csrf_token": token(client.get("/"))}
    kept.registry.forget_secret(anew.PLAYED)  # somebody else has begun
    before = kept.store.position()
    for answer in (client.post("/demonstration", data=data), client.get("/orders")):
        assert answer.status_code == 503
        assert "The demonstration is being made anew" in answer.text
        assert answer.headers["Retry-After"] == "2"
    assert client.get("/api/v1/orders").json["type"].endswith("/unavailable")
    assert client.get("/healthz").status_code == 200
    assert not anew.again(kept)
    assert kept.store.position() == before
    kept.registry.secret(anew.PLAYED)  # and has done it
    assert client.get("/orders").status_code == 200
    app.extensions["ledger"].close()


def test_only_who_sits_at_its_machine_may(kept):
    # It was made anew: what was opened before has to be opened again.
    app = create_app(ledger=open_ledger(kept.settings, kept.clock), demo=True)
    client = signed_in(app)
    for headers in ({"X-Forwarded-For": "192.0.2.7"}, {"Forwarded": "for=192.0.2.7"}):
        assert "Make the demonstration anew" not in client.get("/", headers=headers).text
        assert client.get("/demonstration", headers=headers).status_code == 404
        assert pressed(client, **headers).status_code == 404
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    assert client.get("/demonstration", environ_base=elsewhere).status_code == 404
    assert client.post("/demonstration").status_code == 400  # without the form's own word


@pytest.mark.parametrize("demo", [True, False])
def test_a_ledger_that_is_no_demonstration_is_never_emptied(ledger, demo):
    client = create_app(ledger=ledger, demo=demo).test_client()
    assert client.get("/demonstration").status_code == 404
    with pytest.raises(ValueError, match="no demonstration"):
        anew.again(ledger)


def test_one_that_somebody_elses_notary_has_signed_is_not_made_anew(kept):
    signed = replace(kept, settings=replace(kept.settings, notary="/elsewhere"))
    assert not anew.is_demonstration(signed)
