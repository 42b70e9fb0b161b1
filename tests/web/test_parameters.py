"""What every route does with its address and its method: over the whole table of routes."""

import re
from urllib.parse import quote

import pytest

from ledger.web import create_app
from ledger.web.addresses import CONVERTERS
from tests.conftest import AGREEMENT, BUYER, Api, appoint, recorded
from tests.people import let_in

ROLES = ("admin", "approver", "finance", "manager", "orderer", "supplier", "auditor")


@pytest.fixture
def everyone(ledger):
    """Somebody with every role, and the application."""
    app = create_app(ledger=ledger)
    appoint(ledger, "All", BUYER)
    return Api(app.test_client(), let_in(ledger, "All", BUYER, ROLES)), app


def address(rule) -> str:
    def example(found) -> str:
        converter = CONVERTERS.get(found[1] or "")
        return quote(converter.example) if converter else "1"

    return re.sub(r"<(?:([^:<>]+):)?[^<>]+>", example, rule.rule)


def routes(app, prefix):
    """(method, address) of every route, as it is registered."""
    return [
        (method, address(rule))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(prefix)
        for method in sorted(rule.methods - {"OPTIONS", "HEAD"})
    ]


def test_no_route_takes_a_parameter_that_is_given_twice(everyone, ledger):
    person, app = everyone
    before = recorded(ledger.store)
    asked = routes(app, "/api/v1/")
    assert len(asked) > 80
    for method, path in asked:
        answer = person.client.open(
            path,
            method=method,
            query_string="as_of=2024-01-01&as_of=2024-01-02&x=1&dry_run=true&dry_run=false",
            headers=person.headers,
            json={} if method == "POST" else None,
        )
        assert answer.status_code == 422, (method, path, answer.text)
        assert answer.json["errors"] == [
            {"pointer": "/as_of", "detail": "The parameter as_of is given twice."},
            {"pointer": "/dry_run", "detail": "The parameter dry_run is given twice."},
        ]
    assert recorded(ledger.store) == before


def test_who_asks_comes_before_what_is_asked_twice(everyone):
    person, _ = everyone
    assert person.client.get("/api/v1/orders?limit=1&limit=2").status_code == 401


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "The parameter x is given twice."), ("sv", "Parametern x anges två gånger.")],
)
def test_it_is_said_in_both_languages_and_on_pages_at_the_field(everyone, language, said):
    person, app = everyone
    headers = {**person.headers, "Accept-Language": language}
    answer = person.client.get("/api/v1/orders?x=1&x=1&x=1", headers=headers)
    assert answer.json["errors"] == [{"pointer": "/x", "detail": said}]
    for path in ("/", "/api", "/problems", "/language/sv"):
        page = app.test_client().get(f"{path}?x=1&x=2", headers={"Accept-Language": language})
        assert page.status_code == 422, path
        assert f"<strong><bdi>x</bdi></strong>: {said}" in page.text


def test_a_strange_name_that_is_given_twice_is_refused_as_it_can_be_told(everyone):
    person, _ = everyone
    for name, pointer in (("a/b~c", "/a~1b~0c"), ("", "/"), ("å" * 500, f"/{'å' * 200}")):
        twice = f"{quote(name, safe='')}=1"
        answer = person.client.get(f"/api/v1/orders?{twice}&{twice}", headers=person.headers)
        assert answer.status_code == 422
        assert answer.json["errors"][0]["pointer"].startswith(pointer[:100])


def test_head_answers_as_get_does_without_the_body(everyone):
    person, app = everyone
    assert person.post("/agreements", AGREEMENT).status_code == 201
    person.client = app.test_client(use_cookies=False)
    asked = [path for method, path in routes(app, "/") if method == "GET"]
    for path in (*asked, "/api/v1/agreements?format=csv", "/nowhere", "/api/v1/nowhere"):
        told = person.client.get(path, headers=person.headers)
        told.close()  # a file that nobody reads to its end
        head = person.client.head(path, headers=person.headers)
        assert head.status_code == told.status_code, path
        assert head.data == b""
        for name in ("Content-Type", "Content-Language", "Vary", "Content-Disposition"):
            assert head.headers.get(name) == told.headers.get(name), (path, name)


def test_options_says_which_methods_an_address_has(everyone):
    person, app = everyone
    for rule in app.url_map.iter_rules():
        path = address(rule)
        answer = person.client.options(path)
        assert answer.status_code == 200, path
        assert rule.methods <= set(answer.allow), path
        assert answer.data == b""


def test_a_method_that_an_address_does_not_have_is_answered_with_those_that_it_has(everyone):
    person, app = everyone
    for method, path in routes(app, "/"):
        answer = person.client.open(path, method="PUT", headers=person.headers)
        assert answer.status_code == 405, path
        assert method in answer.allow


def test_what_may_be_a_file_too_depends_on_what_is_accepted(everyone):
    person, _ = everyone
    for headers in ({}, {"Accept": "text/csv"}):
        answer = person.client.get("/api/v1/orders", headers={**person.headers, **headers})
        assert set(answer.vary) == {"Accept", "Accept-Language", "Authorization"}
