"""Single sign-on, against an honest provider and hostile ones that run beside the tests: who
somebody is comes of an issuer's signature for this very sign-in alone."""

import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from msgspec.structs import replace

from ledger import people
from ledger.domain.events import By
from ledger.opening import open_ledger
from ledger.web import create_app
from ledger.web.issuers import read_issuers
from tests.conftest import BUYER
from tests.web.provider import CLIENT, SECRET, Provider
from tests.web.test_pages import Browser, words
from tests.web.test_sessions import hidden
from tests.web.test_signing_in import is_in, person

OTHER = "2120000787"
REFUSED = "What came back does not show who you are, or took too long."


@pytest.fixture(scope="module")
def made():
    some = Provider(), Provider()
    yield some
    for one in some:
        one.stop()


@pytest.fixture
def providers(made):
    """Two: the second is believed too, and no friend of the first."""
    for one in made:
        one.lies, one.subject, one.email = "", "anna-1", "anna@example.se"
        one.codes.clear()
        one.asked.clear()
    return made


@pytest.fixture
def provider(providers):
    return providers[0]


@pytest.fixture
def app(ledger, providers, tmp_path):
    file = tmp_path / "issuers.toml"
    (tmp_path / "secret").write_text(SECRET + "\n")
    file.write_text(
        "".join(
            f'[[issuer]]\nname = "{name}"\ntitle = "{name.capitalize()}"\n'
            f'issuer = "{one.issuer}"\nclient_id = "{CLIENT}"\n'
            f'client_secret_file = "{tmp_path}/secret"\n'
            for name, one in zip(("kommunen", "andra"), providers, strict=True)
        )
    )
    settings = replace(ledger.settings, oidc=str(file))
    opened = open_ledger(settings, ledger.clock)
    yield create_app(ledger=opened)
    opened.close()


@pytest.fixture
def anna(ledger):
    return person(ledger, "Anna")


def leaving(page) -> str:
    """Where a page leads to by itself."""
    assert page.status_code == 200, words(page)
    return unescape(re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page.text)[1])


def asked(browser: Browser, name="kommunen", **form) -> str:
    return leaving(browser.post("/session/elsewhere", **{"with": name}, **form))


def back(browser: Browser, address: str):
    parts = urlsplit(address)
    return browser.get(f"{parts.path}?{parts.query}")


def tied(ledger, app, provider, id, name="kommunen") -> Browser:
    browser = Browser(app)
    link = f"/invitation/{ledger.registry.invite(id, 7)}"
    there = leaving(browser.post(link, page=link, **{"with": name}))
    page = back(browser, provider.signs_in(there))
    assert page.status_code == 200, words(page)
    return browser


def test_an_identity_is_tied_by_an_invitation_and_signs_in_from_then_on(
    ledger, app, provider, anna
):
    assert is_in(tied(ledger, app, provider, anna))
    by = ledger.registry.sign_in_by(provider.issuer, "anna-1")
    assert by is not None
    assert by == ledger.registry.sign_in_of(anna)
    browser = Browser(app)
    assert "Sign in with Kommunen" in words(browser.get("/"))
    page = back(browser, provider.signs_in(asked(browser, next="/orders")))
    assert page.request.path == "/orders"
    assert is_in(browser)
    page = words(browser.get("/settings/me"))
    assert re.search(r"Kommunen since \d{4}-\d{2}-\d{2} \d{2}:\d{2}", page)
    assert "Passphrase since" not in page


def test_nobody_gets_by_their_account_a_role_that_they_gave_to_another_person(
    ledger, app, provider
):
    admin, other = person(ledger, "Anna", roles=("admin",)), person(ledger, "Anna ny", roles=())
    tied(ledger, app, provider, admin)
    by = By(person=admin, organisation=BUYER, role="admin")
    people.grant(ledger.service, ledger.registry, other, ("finance",), by)
    browser = Browser(app)
    link = f"/invitation/{ledger.registry.invite(other, 7)}"
    there = leaving(browser.post(link, page=link, **{"with": "kommunen"}))
    page = back(browser, provider.signs_in(there))
    assert page.status_code == 403
    assert "Somebody else must have given the role" in words(page)
    assert ledger.registry.sign_in_of(other) is None
    assert not is_in(browser)


def test_who_is_tied_to_nobody_is_told_so_whatever_their_address_of_e_mail(
    ledger, app, provider, anna
):
    tied(ledger, app, provider, anna)
    provider.subject = "bo-2"
    browser = Browser(app)
    page = back(browser, provider.signs_in(asked(browser)))
    assert page.status_code == 403
    assert "is tied to nobody here" in words(page)
    assert not is_in(browser)
    provider.subject, provider.email = "anna-1", "en-annan@example.se"
    assert back(browser, provider.signs_in(asked(browser))).status_code == 200
    assert is_in(browser)


def test_the_same_subject_of_another_issuer_is_somebody_else(ledger, app, providers, anna):
    tied(ledger, app, providers[0], anna)
    browser = Browser(app)
    page = back(browser, providers[1].signs_in(asked(browser, "andra")))
    assert page.status_code == 403
    assert not is_in(browser)


LIES = (
    "wrong nonce",
    "no nonce",
    "wrong audience",
    "no aud",
    "two audiences",
    "other issuer",
    "expired",
    "from the future",
    "no exp",
    "no sub",
    "empty subject",
    "subject is a list",
    "wrong hash",
    "alg none",
    "key confusion",
    "shared key",
    "client's secret",
    "another's key",
    "key in the head",
    "cut signature",
    "answers as other",
    "does not say who answers",
)


@pytest.mark.parametrize("lie", LIES)
def test_what_does_not_show_who_it_is_lets_nobody_in(ledger, app, provider, anna, lie):
    tied(ledger, app, provider, anna)
    browser = Browser(app)
    there = asked(browser)
    provider.lies = lie
    page = back(browser, provider.signs_in(there))
    assert (page.status_code, REFUSED in words(page)) == (403, True)
    assert not is_in(browser)
    provider.lies = ""
    assert back(browser, provider.signs_in(asked(browser))).status_code == 200
    assert is_in(browser), "the control"


@pytest.mark.parametrize("lie", ["redirects", "calls itself other"])
def test_an_issuer_that_answers_otherwise_than_it_should_is_not_followed(
    ledger, app, provider, anna, lie
):
    browser = Browser(app)
    if lie == "redirects":
        there = asked(browser)
        provider.lies = lie
        page = back(browser, provider.signs_in(there))
    else:
        provider.lies = lie
        page = browser.post("/session/elsewhere", **{"with": "kommunen"})
    assert page.status_code in (403, 502)
    assert provider.asked.count("/token") <= 1
    assert not is_in(browser)


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/keys", "/token"])
@pytest.mark.parametrize("how", ["endless", "drips"])
def test_an_issuer_that_never_ends_is_cut(ledger, app, provider, anna, monkeypatch, how, path):
    monkeypatch.setattr("ledger.web.issuers.DATABASE_SECONDS", 0.5)
    id, browser = person(ledger), Browser(app)
    link = f"/invitation/{ledger.registry.invite(id, 7)}"
    provider.lies = f"{how} {path}"
    page = browser.post(link, page=link, **{"with": "kommunen"})
    if page.status_code == 200:
        page = back(browser, provider.signs_in(leaving(page)))
    assert page.status_code == 502
    assert "cannot be reached" in words(page)
    assert not is_in(browser)
    assert provider.taken < 20_000_000


def test_an_answer_is_taken_once_in_its_own_browser_and_in_time(ledger, app, provider, anna, clock):
    tied(ledger, app, provider, anna)
    browser, thief = Browser(app), Browser(app)
    answer = provider.signs_in(asked(browser))
    asked(thief)
    assert back(thief, answer).status_code == 403, "another's browser"
    assert not is_in(thief)
    answer = provider.signs_in(asked(browser))
    assert back(browser, answer).status_code == 200
    browser.post("/session/end", page="/agreements")
    assert back(browser, answer).status_code == 403, "replayed"
    assert not is_in(browser)
    answer = provider.signs_in(asked(browser))
    clock.wait(minutes=11)
    assert back(browser, answer).status_code == 403, "too late"


def test_a_code_of_another_sign_in_is_of_no_use(ledger, app, provider, anna):
    """Somebody's code slipped into another's answer: PKCE and the nonce hold them together."""
    tied(ledger, app, provider, anna)
    victim, thief = Browser(app), Browser(app)
    stolen = re.search(r"code=([^&]+)", provider.signs_in(asked(victim)))[1]
    own = provider.signs_in(asked(thief))
    page = back(thief, re.sub(r"code=[^&]+", f"code={stolen}", own))
    assert page.status_code == 403
    assert not is_in(thief)


def test_an_answer_of_one_issuer_is_not_taken_at_another_s_address(ledger, app, providers, anna):
    """Mix-up: the code of an honest issuer would be shown to another."""
    tied(ledger, app, providers[0], anna)
    browser = Browser(app)
    answer = providers[0].signs_in(asked(browser))
    providers[1].asked.clear()
    page = back(browser, answer.replace("/from/kommunen", "/from/andra"))
    assert page.status_code == 403
    assert "/token" not in providers[1].asked


@pytest.mark.parametrize("there", ["//evil.example", "https://evil.example/", "/\\evil.example"])
def test_nobody_is_led_elsewhere_afterwards(ledger, app, provider, anna, there):
    tied(ledger, app, provider, anna)
    browser = Browser(app)
    address = urlsplit(provider.signs_in(asked(browser, next=there)))
    answer = browser.client.get(f"{address.path}?{address.query}")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_what_was_typed_is_kept_while_one_is_away(ledger, app, provider, anna):
    tied(ledger, app, provider, anna)
    browser = Browser(app)
    kept = {"do": "refill", "next": "/agreements/new", "title": 'Kurs "A" & mer'}
    page = back(browser, provider.signs_in(asked(browser, **kept)))
    form = hidden(page)
    assert (form["title"], form["next"]) == ('Kurs "A" & mer', "/agreements/new")
    there = browser.client.post("/session/whom", data={**form, "person_to_be": anna})
    assert (there.status_code, there.headers["Location"]) == (307, "/agreements/new")


def test_keys_that_an_issuer_changed_are_asked_for_again(ledger, app, provider, anna, monkeypatch):
    from joserfc.jwk import RSAKey

    tied(ledger, app, provider, anna)
    before = provider.key
    provider.key = RSAKey.generate_key(2048, {"kid": "two"}, private=True)
    monkeypatch.setattr("ledger.web.issuers.KEYS_AGAIN", -1.0)
    try:
        browser = Browser(app)
        answer = provider.signs_in(asked(browser))
        assert back(browser, answer).status_code == 200
        assert is_in(browser)
    finally:
        provider.key = before


def test_two_organisations_of_one_identity_are_one_sign_in(ledger, app, provider, anna):
    tied(ledger, app, provider, anna)
    browser = tied(ledger, app, provider, person(ledger, "Anna A", OTHER))
    browser.post("/session/end", page="/agreements")
    page = back(browser, provider.signs_in(asked(browser)))
    assert "For whom do you act?" in words(page)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nothing = 1", "AVROP_OIDC"),
        ('[[issuer]]\nname="A b"\ntitle="T"\nissuer="https://a.se"\nclient_id="c"', "lower-case"),
        ('[[issuer]]\nname="a"\ntitle="T"\nissuer="http://a.se"\nclient_id="c"', "https"),
        (
            '[[issuer]]\nname="a"\ntitle="T"\nissuer="https://a.se"\nclient_id="c"\n'
            'client_secret_file="/nowhere"',
            "/nowhere",
        ),
        ('[[issuer]]\nname="a"\ntitle="T"\nissuer="https://a.se"\nclient_id="c"\n' * 2, "once"),
    ],
)
def test_a_file_of_issuers_that_cannot_be_is_refused_in_words(tmp_path, text, said):
    file = tmp_path / "issuers.toml"
    file.write_text(text)
    with pytest.raises(ValueError, match=said):
        read_issuers(str(file))
