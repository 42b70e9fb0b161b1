"""The types of problems: each is an address that answers, for people and for programs."""

import re
from html import unescape

import pytest

from ledger.config import read
from ledger.domain import refusals
from ledger.domain.refusals import Refusal
from ledger.opening import open_ledger
from ledger.web import create_app, openapi
from ledger.web.access import Unauthenticated
from ledger.web.problem_types import ADDRESS, OF_HTTP, TYPES
from ledger.wording import translate, translations
from tests.clock import STARTED


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ledger")
    opened = open_ledger(read({"AVROP_DATABASE": f"sqlite:///{folder}/avrop.db"}), STARTED)
    opened.create()
    yield create_app(ledger=opened).test_client()
    opened.close()


def get(client, path, language="en", **headers):
    return client.get(path, headers={"Accept-Language": language, **headers})


def kinds(root=Refusal):
    """Every class of refusal that there is, wherever it stands."""
    return {root}.union(*(kinds(kind) for kind in root.__subclasses__()))


def read_on(page) -> str:
    text = re.sub(r"<[^>]+>", " ", re.sub(r"</?(var|code)>", "", page.text))
    return " ".join(unescape(text).split())


def test_every_refusal_has_its_type():
    assert {kind.type for kind in kinds()} <= set(TYPES)
    assert Unauthenticated.type in TYPES
    ours = [kind for kind in kinds() if kind.__name__ in vars(refusals)]
    assert len({kind.type for kind in ours}) == len(ours), "no two refusals share an address"


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("name", TYPES)
def test_every_type_has_its_page_in_both_languages_with_nothing_untranslated(
    client, name, language
):
    kind = TYPES[name]
    page = get(client, kind.address, language)
    assert page.status_code == 200
    assert page.headers["Content-Language"] == language
    read = read_on(page)
    for text in (kind.title, kind.means, kind.sentence):
        words = re.sub(r"\{\w+\}", "", text)
        assert translations("sv")._catalog.get(text) or not words, text
        assert re.sub(r"[{}`]", "", translate(text, language)) in read
    assert re.fullmatch(ADDRESS, kind.address)
    assert not re.search(r"[{}]", read)


def test_a_program_is_told_the_same(client):
    found = get(client, "/problems/cap-exceeded", Accept="application/json")
    assert found.content_type == "application/json"
    assert found.headers["Content-Language"] == "en"
    assert {"Accept", "Accept-Language", "Cookie"} == set(found.vary)
    assert found.json["type"] == "/problems/cap-exceeded"
    assert found.json["status"] == 409
    assert {"limits", "over", "fits", "detail"} <= set(found.json["members"])
    swedish = get(client, "/problems/cap-exceeded", "sv", Accept="application/json")
    assert swedish.json["title"] == "Mer än vad som ryms inom en gräns"
    listed = get(client, "/problems", Accept="application/json").json["items"]
    assert {item["type"] for item in listed} == {kind.address for kind in TYPES.values()}


def test_the_list_links_to_every_type(client):
    page = get(client, "/problems")
    assert "Accept" in page.vary
    assert set(re.findall(r'href="(/problems/[^"]+)"', page.text)) == {
        kind.address for kind in TYPES.values()
    }


@pytest.mark.parametrize("name", ["no-such-type", "%3Cscript%3E", "a{b}c", "%00", "cap-exceeded "])
def test_an_unknown_type_is_answered_with_the_list(client, name):
    page = get(client, f"/problems/{name}")
    assert page.status_code == 404
    assert "There is no problem type" in page.text
    assert 'href="/problems/cap-exceeded"' in page.text
    assert "<script>" not in page.text
    found = get(client, f"/problems/{name}", Accept="application/json")
    assert found.status_code == 404
    assert found.content_type == "application/problem+json"
    assert found.json["type"] == "/problems/not-found"


@pytest.mark.parametrize(
    ("method", "path", "more", "type", "status"),
    [
        ("get", "/api/v1/orders", {}, "unauthenticated", 401),
        ("get", "/api/v1/nowhere", {}, "not-found", 404),
        ("put", "/api/v1/orders", {}, "method-not-allowed", 405),
        ("get", "/api/v1/openapi.json?a=1&a=2", {}, "invalid", 422),
    ],
)
def test_what_is_no_refusal_of_the_domain_has_an_address_too(
    client, method, path, more, type, status
):
    answer = getattr(client, method)(path, **more)
    assert (answer.status_code, answer.json["type"]) == (status, f"/problems/{type}")
    assert client.get(answer.json["type"]).status_code == 200
    assert set(answer.vary) == {"Accept-Language", "Authorization"}
    assert answer.headers["Content-Language"] == "en"


def test_every_status_that_the_description_names_has_a_type():
    told = {kind.status for kind in TYPES.values()}
    assert {int(status) for status in openapi.PROBLEMS} <= told
    assert "500" in openapi.PROBLEMS
    assert set(OF_HTTP) <= told


def test_the_description_says_what_a_type_is(client):
    shapes = client.get("/api/v1/openapi.json").json["components"]["schemas"]
    for name in ("Problem", "Invalid", "Conflict"):
        assert shapes[name]["properties"]["type"]["format"] == "uri-reference"
