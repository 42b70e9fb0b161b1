"""The reference of the API: everything that the description says, to be read by people."""

import re
from html import unescape

import pytest

from ledger.web.headers import POLICY

METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture
def client(api):
    return api.app.test_client()


@pytest.fixture
def described(client):
    return client.get("/api/v1/openapi.json").json


def operations(described):
    return [
        (path, method, said)
        for path, methods in described["paths"].items()
        for method, said in methods.items()
        if method in METHODS
    ]


def test_every_operation_is_in_the_contents_and_in_full_in_its_section(client, described):
    contents = client.get("/api")
    assert contents.status_code == 200
    listed = unescape(contents.text)
    for path, method, said in operations(described):
        (section,) = said["tags"]
        there = f"/api/reference/{section}#{said['operationId']}"
        assert f'href="{there}"><code>{method.upper()} {path}</code>' in listed
        page = unescape(client.get(there.partition("#")[0]).text)
        _, _, after = page.partition(f'id="{said["operationId"]}"')
        full = after.partition("<h2")[0]
        assert said["summary"] in full
        assert said.get("description", "Open to everybody.") in full
        for parameter in said.get("parameters", []):
            if "name" in parameter:
                assert f"<code>{parameter['name']}</code>" in full
        for status in said["responses"]:
            assert status in full


def test_every_shape_has_its_page_with_every_member(client, described):
    for name, shape in described["components"]["schemas"].items():
        page = client.get(f"/api/reference/shapes/{name}")
        assert page.status_code == 200
        for member, said in shape.get("properties", {}).items():
            assert f"<code>{member}</code>" in page.text
            words = re.sub(r"`", "", said.get("description", ""))
            assert words in re.sub(r"</?(code|var)>", "", unescape(page.text))


def test_no_link_of_the_reference_leads_nowhere(client):
    waiting, seen = ["/api"], set()
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        page = client.get(address)
        assert page.status_code == 200, address
        if address.startswith("/api") and page.mimetype == "text/html":
            found = re.findall(r'href="(/(?:api|problems)[^"]*)"', page.text)
            waiting += [unescape(link).partition("#")[0] for link in found]
    assert len(seen) > 100


def test_the_frame_follows_the_reader_and_the_reference_is_english(client):
    page = client.get("/api", headers={"Accept-Language": "sv"})
    assert page.headers["Content-Language"] == "sv"
    assert '<html lang="sv"' in page.text
    assert "Referensen är på engelska." in page.text
    assert '<div class="stack" lang="en">' in page.text


def test_the_reference_is_as_strict_as_every_page(client):
    for path in ("/api", "/api/reference/orders", "/api/reference/shapes/Order"):
        page = client.get(path)
        assert page.headers["Content-Security-Policy"] == POLICY
        assert "<script>" not in page.text
        assert not re.search(r'\son\w+="|\sstyle="', page.text)


@pytest.mark.parametrize("path", ["/api/reference/nothing", "/api/reference/shapes/NoSuch"])
def test_what_the_reference_does_not_have_is_not_found(client, path):
    page = client.get(path)
    assert page.status_code == 404
    assert page.mimetype == "text/html"


def test_each_page_leads_to_the_reference(client):
    assert 'href="/api">API</a>' in client.get("/").text
