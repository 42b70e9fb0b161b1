"""Signing in with a passphrase: by an invitation, for one or several organisations, slowed where it
fails; and sessions, which end by idling, by their time and by hand."""

import re
from datetime import timedelta
from html import unescape

import pytest
from argon2 import PasswordHasher

from ledger import people
from ledger.bounds import FREE_TRIES, FREE_TRIES_ADDRESS, MAX_PASSPHRASE, TRIES_PAUSE
from ledger.registry import passphrases
from ledger.web import create_app
from ledger.web.access import SESSION_COOKIE
from tests.conftest import BUYER
from tests.web.test_pages import Browser, words
from tests.web.test_sessions import hidden

ANNA, OTHER = "Anna Andersson", "2120000787"
PASSPHRASE = "en lång rad om kurser"
WRONG = "Nobody is known here by that name or id, organisation and passphrase."


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """As much work as a test needs."""
    light = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passphrases, "hasher", lambda: light)
    passphrases._nobody_s.cache_clear()
    yield light
    passphrases._nobody_s.cache_clear()


@pytest.fixture
def app(ledger):
    return create_app(ledger=ledger)


def person(ledger, name=ANNA, organisation=BUYER, roles=("finance",)) -> str:
    id = people.person(ledger.service, ledger.registry, name, organisation)
    people.grant(ledger.service, ledger.registry, id, roles)
    return id


def invited(ledger, id: str) -> str:
    return f"/invitation/{ledger.registry.invite(id, 7)}"


def accepted(ledger, app, id: str, passphrase=PASSPHRASE) -> Browser:
    browser, link = Browser(app), invited(ledger, id)
    page = browser.post(link, page=link, passphrase=passphrase, again=passphrase)
    assert page.status_code == 200, words(page)
    return browser


def sign_in(app, who=ANNA, organisation_of=BUYER, passphrase=PASSPHRASE, browser=None, **more):
    browser = browser or Browser(app)
    form = {"who": who, "organisation_of": organisation_of, "passphrase": passphrase}
    return browser, browser.post("/session", **form, **more)


def is_in(browser: Browser) -> bool:
    return browser.client.get("/agreements").status_code == 200


def test_an_invitation_lets_somebody_choose_a_passphrase_once_and_looking_at_it_takes_nothing(
    ledger, app
):
    id = person(ledger)
    link, browser = invited(ledger, id), Browser(app)
    for _ in range(2):
        page = browser.get(link)
        assert page.status_code == 200
        assert page.text.count('type="password" autocomplete="new-password"') == 2
        assert {ANNA, id} <= set(re.findall(rf"{ANNA}|{id}", words(page)))
    assert browser.post(link, page=link, passphrase=PASSPHRASE, again=PASSPHRASE).status_code == 200
    assert is_in(browser)
    again = Browser(app)
    page = again.get(link)
    assert (page.status_code, "used, or its last day" in words(page)) == (404, True)
    assert not is_in(again)
    for who, organisation in ((id, ""), (ANNA, BUYER), (ANNA, "212000-2403"), (ANNA, "")):
        assert is_in(sign_in(app, who, organisation)[0]), (who, organisation)


def test_an_invitation_ends_and_a_new_one_takes_the_place_of_the_last(ledger, app, clock):
    id = person(ledger)
    first, second = invited(ledger, id), invited(ledger, id)
    assert Browser(app).get(first).status_code == 404
    clock.wait(days=7)
    assert Browser(app).get(second).status_code == 404


@pytest.mark.parametrize(
    ("passphrase", "again", "said"),
    [
        ("elva tecken", None, "It has fewer than 12 characters."),
        ("x" * 201, None, "It has more than 200 characters."),
        ("Lösenord 12345!", None, "It is one of the first that anybody would try"),
        ("aaaaaaaaaaaaaaaab", None, "It repeats the same few characters"),
        ("Anna Andersson 2120002403", None, "a name or number of your own"),
        (PASSPHRASE, "en annan rad om kurser", "The two are not the same"),
    ],
)
def test_what_is_no_good_passphrase_is_refused_in_words(ledger, app, passphrase, again, said):
    link, browser = invited(ledger, person(ledger)), Browser(app)
    page = browser.post(link, page=link, passphrase=passphrase, again=again or passphrase)
    assert (page.status_code, said in words(page)) == (422, True), words(page)
    assert passphrase not in unescape(page.text).replace(f"As {ANNA}", "")
    assert not is_in(browser)


def test_what_is_known_of_somebody_is_no_passphrase_of_theirs(harnosand):
    app = create_app(ledger=harnosand)
    id = person(harnosand, organisation="2120002403")
    link, browser = invited(harnosand, id), Browser(app)
    called = re.search("you act for (.+?)[.] Choose", words(browser.get(link)))[1]
    assert "Härnösand" in called
    for known in (id, f"{called} avrop 2026", f"Anna i {called}"):
        page = browser.post(link, page=link, passphrase=known, again=known)
        assert (page.status_code, is_in(browser)) == (422, False), known
    kept = f"{called}, och mycket mer"
    assert browser.post(link, page=link, passphrase=kept, again=kept).status_code == 200
    at = "/settings/me"
    form = {"do": "change", "current": kept, "passphrase": id, "again": id}
    assert browser.post(at, page=at, **form).status_code == 422


def test_a_passphrase_is_taken_as_it_is_however_long_and_for_as_long_as_one_likes(
    ledger, app, clock
):
    long = ("En Rad " * 30)[:MAX_PASSPHRASE]
    accepted(ledger, app, person(ledger), long)
    for other in (long.lower(), long[:-1], long + " "):
        assert not is_in(sign_in(app, passphrase=other)[0])
    clock.wait(days=400)
    assert is_in(sign_in(app, passphrase=long)[0])


def test_a_passphrase_needs_nothing_mixed_and_is_kept_as_its_digest_alone(ledger, app):
    id = person(ledger)
    accepted(ledger, app, id, "bara små bokstäver")
    kept = ledger.registry.passphrase_of(ledger.registry.sign_in_of(id))
    assert kept.startswith("$argon2id$")
    assert is_in(sign_in(app, id, "", "bara små bokstäver")[0])


def test_a_wrong_passphrase_and_an_unknown_person_are_answered_alike_and_cost_the_same(
    ledger, app, monkeypatch, quick
):
    id = person(ledger)
    accepted(ledger, app, id)
    person(ledger, "Utan Inbjudan")
    work = []
    real = passphrases.fits
    monkeypatch.setattr(
        "ledger.registry.passphrases.fits", lambda *of: work.append(bool(of[0])) or real(*of)
    )
    said = set()
    for who, organisation in (
        (ANNA, BUYER),
        (id, ""),
        ("Ingen Alls", BUYER),
        ("p-fedcba9876543210", ""),
        ("Utan Inbjudan", BUYER),
        (ANNA, OTHER),
        (ANNA, "inget nummer"),
    ):
        browser, page = sign_in(app, who, organisation, "något annat alldeles")
        assert page.status_code == 422
        assert not is_in(browser)
        text = words(page).replace(who, "").replace(organisation, "")
        said.add(text)
        assert WRONG in text
    assert len(work) == 7
    assert len(said) == 1


def test_of_two_of_one_name_each_signs_in_with_their_id(ledger, app):
    first = person(ledger)
    second = people.another(ledger.service, ledger.registry, ANNA, BUYER)
    people.grant(ledger.service, ledger.registry, second, ("finance",))
    accepted(ledger, app, first)
    accepted(ledger, app, second, "en annan rad om kurser")
    assert WRONG in words(sign_in(app)[1])
    assert is_in(sign_in(app, second, "", "en annan rad om kurser")[0])
    assert not is_in(sign_in(app, second, "", PASSPHRASE)[0])


def test_who_fails_often_waits_and_nobody_is_kept_out_for_good(ledger, app, clock):
    id = person(ledger)
    accepted(ledger, app, id)
    for _ in range(FREE_TRIES):
        assert sign_in(app, passphrase="något annat alldeles")[1].status_code == 422
    for _ in range(8):  # the first waits are a second or two, and this test's clock goes on
        clock.wait(seconds=TRIES_PAUSE)
        assert sign_in(app, passphrase="något annat alldeles")[1].status_code == 422
    # By name or by id, and from everywhere.
    for who, organisation in ((ANNA, BUYER), (id, "")):
        browser, page = sign_in(app, who, organisation)
        assert page.status_code == 429
        assert "Too many sign-ins have failed" in words(page)
        assert not is_in(browser)
    clock.wait(seconds=TRIES_PAUSE)
    assert is_in(sign_in(app)[0])
    assert sign_in(app, passphrase="något annat alldeles")[1].status_code == 422, "anew"


def test_one_address_that_guesses_at_many_waits_and_others_do_not(ledger, app, clock):
    id = person(ledger)
    accepted(ledger, app, id)
    app.wsgi_app.networks = ()
    for number in range(FREE_TRIES_ADDRESS):
        assert sign_in(app, f"Gissad {number}")[1].status_code == 422
    for number in range(7):  # until the wait is longer than anything here takes
        clock.wait(seconds=2**number)
        assert sign_in(app, f"Gissad igen {number}")[1].status_code == 422
    assert sign_in(app)[1].status_code == 429
    assert Browser(app).post("/session", token="avrop-gissad").status_code == 429
    elsewhere = Browser(app)
    elsewhere.client.environ_base["REMOTE_ADDR"] = "192.0.2.9"
    assert is_in(sign_in(app, browser=elsewhere)[0])
    clock.wait(days=1)
    assert is_in(sign_in(app)[0])


def test_what_is_remembered_of_tries_is_bounded(ledger, monkeypatch):
    monkeypatch.setattr("ledger.registry.tries.MAX_TRIES", 50)
    for number in range(120):
        ledger.registry.try_to_sign_in(f"Gissad {number}", f"192.0.2.{number}")
    with ledger.registry.transaction() as connection:
        from sqlalchemy import func, select

        from ledger.registry.tables import tries

        assert connection.execute(select(func.count()).select_from(tries)).scalar_one() <= 52


def test_a_whole_network_of_one_hand_counts_as_one_address(ledger):
    registry = ledger.registry
    waits = [
        registry.try_to_sign_in("", f"2001:db8:1:2::{number:x}")
        for number in range(1, FREE_TRIES_ADDRESS + 2)
    ]
    assert waits[-1] > 0
    assert not any(waits[:-1])
    assert registry.try_to_sign_in("", "2001:db8:1:3::1") == 0


def test_a_session_ends_by_idling_and_after_twelve_hours_and_says_when(ledger, app, clock):
    accepted(ledger, app, person(ledger))
    browser, page = sign_in(app)
    ends = re.search(r"Signed in until (\d{4}-\d\d-\d\d \d\d:\d\d)", words(page))
    assert ends is not None
    clock.wait(minutes=29)
    assert is_in(browser)
    clock.wait(minutes=29)
    assert is_in(browser), "it was used"
    clock.wait(minutes=31)
    assert not is_in(browser)
    browser, _ = sign_in(app)
    for _ in range(25):
        clock.wait(minutes=28)
        assert is_in(browser)
    clock.wait(minutes=28)
    assert not is_in(browser), "at most twelve hours"


def test_how_long_one_may_idle_is_a_setting(ledger, app, clock):
    accepted(ledger, app, person(ledger))
    ledger.registry.idle = timedelta(minutes=2)
    browser, _ = sign_in(app)
    for _ in range(5):
        clock.wait(seconds=100)
        assert is_in(browser)
    clock.wait(seconds=121)
    assert not is_in(browser)


def test_a_new_sign_in_says_when_the_last_one_was(ledger, app, clock):
    accepted(ledger, app, person(ledger))
    clock.wait(hours=3)
    _, page = sign_in(app)
    assert re.search(
        r"You signed in the last time \d{4}-\d\d-\d\d \d\d:\d\d, 127\.0\.0\.1", words(page)
    )


def test_sessions_are_listed_and_ended_one_by_one_and_all_at_once(ledger, app, clock):
    accepted(ledger, app, person(ledger)).post("/session/end")
    some = []
    for agent in ("Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0", "curl/8", ""):
        browser = Browser(app)
        browser.client.environ_base["HTTP_USER_AGENT"] = agent
        some.append(sign_in(app, browser=browser)[0])
        clock.wait(minutes=1)
    here, two, _ = some
    page = here.get("/settings/me")
    assert page.text.count('name="session"') == 3
    assert "Firefox, Windows" in words(page)
    ids = re.findall(r'name="session" value="(\w+)"', page.text)
    page = here.post("/settings/me", page="/settings/me", do="end", session=ids[0])
    assert "The session is ended" in words(page)
    assert [is_in(one) for one in some] == [True, True, False]
    stranger = accepted(ledger, app, person(ledger, "Bo"), "en annan rad om kurser")
    stranger.post("/settings/me", page="/settings/me", do="end", session=ids[1])
    assert is_in(two), "nobody else's"
    page = here.post("/settings/me", page="/settings/me", do="end-others")
    assert [is_in(one) for one in some] == [True, False, False]
    page = here.post("/settings/me", page="/settings/me", do="end", session=ids[2])
    assert "Sign in" in words(page)
    assert not is_in(here)


def test_of_more_sessions_than_one_person_may_have_the_oldest_ends(ledger, app, clock, monkeypatch):
    monkeypatch.setattr("ledger.registry.sessions.MAX_SESSIONS_OF_ONE", 3)
    accepted(ledger, app, person(ledger)).post("/session/end")
    some = []
    for _ in range(4):
        some.append(sign_in(app)[0])
        clock.wait(minutes=1)
    assert [is_in(one) for one in some] == [False, True, True, True]


def test_each_sign_in_makes_a_session_anew_and_ends_the_one_before(ledger, app):
    accepted(ledger, app, person(ledger))
    browser, _ = sign_in(app)
    before = browser.client.get_cookie(SESSION_COOKIE).value
    sign_in(app, browser=browser)
    assert browser.client.get_cookie(SESSION_COOKIE).value != before
    assert ledger.registry.session(before, ledger.now) is None


def test_another_passphrase_needs_the_one_there_is_and_ends_all_other_sessions(ledger, app):
    browser = accepted(ledger, app, person(ledger))
    other, _ = sign_in(app)
    at, new = "/settings/me", "en alldeles ny rad"
    form = {"do": "change", "passphrase": new, "again": new}
    page = browser.post(at, page=at, current="något annat alldeles", **form)
    assert (page.status_code, "That is not your passphrase." in words(page)) == (422, True)
    page = browser.post(at, page=at, current=PASSPHRASE, **{**form, "again": "en annan"})
    assert page.status_code == 422
    assert is_in(other)
    page = browser.post(at, page=at, current=PASSPHRASE, **form)
    assert "The passphrase is changed" in words(page)
    assert (is_in(browser), is_in(other)) == (True, False)
    assert WRONG in words(sign_in(app)[1])
    assert is_in(sign_in(app, passphrase=new)[0])


def test_a_passphrase_kept_with_less_work_is_kept_anew_at_the_next_sign_in(
    ledger, app, monkeypatch
):
    id = person(ledger)
    accepted(ledger, app, id)
    sign_in_id = ledger.registry.sign_in_of(id)
    before = ledger.registry.passphrase_of(sign_in_id)
    harder = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    monkeypatch.setattr(passphrases, "hasher", lambda: harder)
    assert is_in(sign_in(app)[0])
    after = ledger.registry.passphrase_of(sign_in_id)
    assert after != before
    assert "m=16,t=2" in after
    assert is_in(sign_in(app)[0])


def test_who_acts_for_several_chooses_and_changes_for_whom(ledger, app):
    one = person(ledger)
    browser = accepted(ledger, app, one)
    two = person(ledger, "Anna A", OTHER, ("orderer",))
    link = invited(ledger, two)
    assert "With the sign-in that you have" in words(browser.get(link))
    assert OTHER in words(browser.post(link, page=link, do="tie"))
    browser, page = sign_in(app, next="/agreements")
    assert "For whom do you act?" in words(page)
    assert not is_in(browser), "nothing before it is said"
    at = "/session/whom"
    page = browser.post(at, page=at, person_to_be=two, next="/agreements")
    assert page.request.path == "/agreements"
    assert OTHER in words(page)
    assert re.search("Act for .*" + BUYER, words(page))
    page = browser.post(at, page="/agreements", person_to_be=one)
    assert BUYER in words(page).partition("Act for")[0]
    stranger = person(ledger, "Bo")
    assert browser.post(at, page="/agreements", person_to_be=stranger).status_code == 404
    assert is_in(sign_in(app, two, "")[0]) is False, "by either, and asked again"


def test_an_invitation_of_one_organisation_opens_nothing_of_another(ledger, app):
    """An administrator who invites somebody anew gets no way into what others invited them to."""
    one, two = person(ledger), person(ledger, "Anna A", OTHER)
    browser = accepted(ledger, app, one)
    link = invited(ledger, two)
    browser.post(link, page=link, do="tie")
    taken = accepted(ledger, app, two, "en annan rad om kurser")
    registry = ledger.registry
    assert registry.sign_in_of(one) != registry.sign_in_of(two)
    assert is_in(taken)
    assert taken.post("/session/whom", person_to_be=one).status_code == 404
    assert not is_in(browser), "it acted as who is invited anew"
    assert is_in(sign_in(app)[0])


def test_what_was_typed_survives_choosing_for_whom(harnosand):
    app = create_app(ledger=harnosand)
    one, two = (person(harnosand, "Anna", of, ("orderer",)) for of in ("2120002403", "2120000787"))
    browser = accepted(harnosand, app, one)
    at = "/agreements/SKO-2023/order"
    form = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(at).text)[1]
    link = invited(harnosand, two)
    browser.post(link, page=link, do="tie")
    browser.client.delete_cookie(SESSION_COOKIE)
    typed = {"course": "Kurs & mer", "do": "send", "csrf_token": form}
    asked = browser.client.post(at, data=typed)
    kept = hidden(asked)
    who = {"who": one, "passphrase": PASSPHRASE}
    asked = browser.client.post("/session", data={**kept, **who})
    kept = hidden(asked)
    assert (asked.status_code, kept["course"]) == (200, "Kurs & mer")
    there = browser.client.post("/session/whom", data={**kept, "person_to_be": one})
    assert (there.status_code, there.headers["Location"]) == (307, at)
    page = browser.client.post(at, data={**kept, "person_to_be": one})
    assert 'value="Kurs &amp; mer"' in page.text


def test_an_erased_person_signs_in_no_more(ledger, app):
    id = person(ledger)
    browser = accepted(ledger, app, id)
    people.erase(ledger.service, ledger.registry, id)
    assert not is_in(browser)
    assert ledger.registry.sign_in_of(id) is None
    assert WRONG in words(sign_in(app, id, "")[1])


def test_a_role_that_ended_is_gone_from_a_session_at_once(ledger, app):
    id = person(ledger)
    browser = accepted(ledger, app, id)
    assert browser.client.get("/agreements").status_code == 200
    from ledger.domain import access

    by = people.server(ledger.service, ledger.registry)
    command = access.EndRole(person=id, number=1, reason="slut", on=ledger.today)
    ledger.service.execute(command, by)
    assert browser.client.get("/agreements").status_code == 403
    assert browser.client.get("/settings/me").status_code == 200


@pytest.mark.parametrize("there", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_nobody_is_led_elsewhere_after_signing_in(ledger, app, there):
    accepted(ledger, app, person(ledger))
    browser = Browser(app)
    page = browser.get("/")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
    form = {"who": ANNA, "organisation_of": BUYER, "passphrase": PASSPHRASE, "next": there}
    answer = browser.client.post("/session", data={**form, "csrf_token": token})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_since_when_one_has_one_s_passphrase_is_said_where_it_is_changed(ledger, app, clock):
    browser = accepted(ledger, app, person(ledger))
    since = re.search(r"Passphrase since (\S+ \S+)", words(browser.get("/settings/me")))[1]
    clock.wait(minutes=10)
    new = "en annan rad om kurser"
    form = {"current": PASSPHRASE, "passphrase": new, "again": new}
    browser.post("/settings/me", page="/settings/me", do="change", **form)
    later = re.search(r"Passphrase since (\S+ \S+)", words(browser.get("/settings/me")))[1]
    assert later > since
