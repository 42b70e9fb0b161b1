"""The directory beside the log: people, their erasure, their tokens and the end of these."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace
from sqlalchemy import text

from ledger import people
from ledger.bounds import TOKEN_SECONDS
from ledger.domain.refusals import NotFound, SeveralOfThatName
from ledger.opening import open_ledger
from ledger.registry import Registry

ORGANISATION = "2120002403"


class Seconds:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds():
    return Seconds()


@pytest.fixture
def registries(settings, seconds):
    """The same registry as two processes have it, by one count of seconds."""
    pair = Registry(settings.registry, seconds), Registry(settings.registry, seconds)
    pair[0].create()
    yield pair
    for each in pair:
        each.close()


def add_token(registry, name, organisation, roles):
    """A token as it is kept, whatever the log says of it."""
    token = registry.new_token()
    registry.keep_token(token, registry.who(name, organisation), roles)
    return token


# ── Tokens ────────────────────────────────────────────────────────────────────────────────────


def test_a_token_stands_for_its_person_organisation_and_roles(registries):
    here, there = registries
    token = add_token(here, "Ett namn", ORGANISATION, ("finance", "approver"))
    caller = there.caller(token)
    assert (caller.organisation, caller.roles) == (ORGANISATION, ("finance", "approver"))
    assert here.names({caller.person}) == {caller.person: "Ett namn"}
    assert here.caller(token + "x") is None


def test_a_revoked_token_stops_here_at_once_and_elsewhere_within_the_bound(registries, seconds):
    here, there = registries
    token = add_token(here, "Ett namn", ORGANISATION, ("finance",))
    assert here.caller(token) is not None
    assert here.caller(token) == there.caller(token)
    (listed,) = here.tokens()
    assert here.revoke(listed.id)
    assert here.caller(token) is None
    seconds.now += TOKEN_SECONDS - 0.001
    assert there.caller(token) is not None, "what was looked up is trusted up to the bound"
    seconds.now += 0.001
    assert there.caller(token) is None
    assert there.caller(token) is None


def test_a_token_that_is_used_all_the_time_is_looked_up_again_too(registries, seconds):
    here, there = registries
    token = add_token(here, "Ett namn", ORGANISATION, ("finance",))
    there.caller(token)
    here.revoke(token)
    answers = []
    for _ in range(30):
        seconds.now += TOKEN_SECONDS / 20
        answers.append(there.caller(token) is not None)
    assert answers == [True] * 19 + [False] * 11


def test_only_the_revoked_token_stops_and_it_stays_in_the_list(registries):
    here, there = registries
    kept = add_token(here, "Ett namn", ORGANISATION, ("finance",))
    lost = add_token(here, "Ett namn", ORGANISATION, ("finance",))
    assert here.revoke(lost)
    assert (there.caller(lost), there.caller(kept)) == (None, here.caller(kept))
    assert sorted(token.revoked_at is None for token in there.tokens()) == [False, True]
    assert not here.revoke(lost), "it is revoked already"


@pytest.mark.parametrize("id", ["", "0" * 16, "%" * 16, "_" * 16, "avrop-unknown", "a"])
def test_what_names_no_token_revokes_none(registries, id):
    here, _ = registries
    token = add_token(here, "Ett namn", ORGANISATION, ("finance",))
    assert not here.revoke(id)
    assert here.caller(token) is not None


def test_a_list_of_tokens_is_of_one_person_or_of_all_and_never_holds_the_token(registries):
    here, _ = registries
    tokens = [add_token(here, name, ORGANISATION, ("finance",)) for name in ("Ett", "Två")]
    assert len(here.tokens()) == 2
    (listed,) = here.tokens(here.who("Två", ORGANISATION))
    assert listed.roles == ("finance",)
    assert not any(token in repr(here.tokens()) for token in tokens)


def test_a_session_ends_with_the_token_that_it_was_opened_with(registries):
    here, there = registries
    now = datetime(2026, 1, 1, tzinfo=UTC)
    token = add_token(here, "Ett namn", ORGANISATION, ("finance",))
    caller = here.caller(token)
    secret, other = here.open_session(caller, token, now), here.open_session(caller, None, now)
    assert there.session(secret, now).caller == caller
    assert there.session(other, now).caller == replace(caller, token="")
    here.revoke(token)
    assert there.session(secret, now) is None
    assert there.session(other, now) is not None
    here.erase(caller.person)
    assert there.session(other, now) is None


def test_a_revoked_token_is_refused_by_the_api(api, ledger):
    client = api("finance")
    assert client.get("/agreements").status_code == 200
    (token,) = ledger.registry.tokens()
    assert ledger.registry.revoke(token.id)
    refused = client.get("/agreements")
    assert (refused.status_code, refused.json["type"].rpartition("/")[2]) == (
        401,
        "unauthenticated",
    )


# ── People ────────────────────────────────────────────────────────────────────────────────────


def test_an_erased_persons_name_is_gone_and_their_tokens_with_it(registries, seconds):
    here, there = registries
    token = add_token(here, "Ett namn", ORGANISATION, ("finance",))
    other = add_token(here, "Ett annat", ORGANISATION, ("finance",))
    person = there.caller(token).person
    assert here.erase(person)
    assert here.names({person, "p-never"}) == there.names({person}) == {}
    assert here.caller(token) is None
    seconds.now += TOKEN_SECONDS
    assert there.caller(token) is None
    assert there.caller(other) is not None
    assert not here.erase(person), "there is nobody left to erase"
    assert here.who("Ett namn", ORGANISATION) != person, "the same name later is another person"


def test_an_erased_persons_facts_stay_under_the_opaque_id(api, ledger):
    from tests.conftest import AGREEMENT

    api("manager").post("/agreements", AGREEMENT)
    facts = ledger.store.history("agreement/SKO-2023")
    (person,) = {fact.by.person for fact in facts}
    ledger.registry.erase(person)
    assert ledger.store.history("agreement/SKO-2023") == facts
    history = api("auditor").get("/agreements/SKO-2023/history").json["items"]
    assert history[0]["by"]["person"] == person


def test_names_of_more_people_than_a_statement_holds_are_found(registries):
    here, _ = registries
    person = here.who("Ett namn", ORGANISATION)
    assert here.names({f"p-{n}" for n in range(40_000)} | {person}) == {person: "Ett namn"}


def test_a_name_that_several_processes_meet_at_once_becomes_one_person(registries):
    def meet(n):
        return registries[n % 2].who(f"Namn {n // 8}", ORGANISATION)

    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(meet, range(160)))
    assert [len(set(ids[n : n + 8])) for n in range(0, 160, 8)] == [1] * 20


# ── Two of one name ───────────────────────────────────────────────────────────────────────────

OTHER = "2120001470"


def test_the_same_name_in_two_organisations_is_two_people(registries):
    here, there = registries
    one, two = here.who("Anna", ORGANISATION), there.who("Anna", OTHER)
    assert one != two
    assert (there.who("Anna", ORGANISATION), here.who("Anna", OTHER)) == (one, two)
    assert here.organisation_of(two) == OTHER
    assert here.of_organisation(OTHER) == {two: "Anna"}


def test_two_of_one_name_in_an_organisation_are_told_apart_by_their_ids(registries):
    here, _ = registries
    one = here.who("Anna", ORGANISATION)
    two = here.make("Anna", ORGANISATION, anew=True)
    assert one != two
    with pytest.raises(SeveralOfThatName) as refused:
        here.who("Anna", ORGANISATION)
    assert refused.value.figures == {"ids": ", ".join(sorted((one, two)))}
    assert (here.who(one, ORGANISATION), here.who(two, ORGANISATION)) == (one, two)
    with pytest.raises(NotFound):
        here.who(one, OTHER)
    with pytest.raises(NotFound):
        here.who("p-" + "0" * 16, ORGANISATION)
    here.erase(one)
    assert here.who("Anna", ORGANISATION) == two


def test_a_name_is_the_same_in_whichever_form_it_is_written(registries):
    here, _ = registries
    assert here.who("Åsa", ORGANISATION) == here.who("A\N{COMBINING RING ABOVE}sa", ORGANISATION)


# ── A registry of an earlier version ──────────────────────────────────────────────────────────

EARLIER = (
    "CREATE TABLE {0}persons (id VARCHAR NOT NULL PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
    "CREATE TABLE {0}tokens (digest VARCHAR NOT NULL PRIMARY KEY, person VARCHAR NOT NULL,"
    " organisation VARCHAR NOT NULL, roles TEXT NOT NULL, created_at VARCHAR NOT NULL,"
    " revoked_at VARCHAR)",
)
BEFORE = (
    ("persons", ("p-1", "Anna")),
    ("persons", ("p-2", "Bo")),
    ("persons", ("p-3", "Command line")),
    ("tokens", ("1" * 64, "p-1", ORGANISATION, "finance", "2026-01-01", None)),
    ("tokens", ("2" * 64, "p-1", OTHER, "manager", "2026-02-01", None)),
    ("tokens", ("3" * 64, "p-2", OTHER, "orderer approver", "2026-01-01", None)),
    ("tokens", ("4" * 64, "p-2", OTHER, "admin", "2026-01-01", "2026-01-02")),
)


@pytest.fixture
def earlier(settings):
    """A registry as the version before made it, and was used."""
    registry = Registry(settings.registry)
    schema = "" if registry._on_sqlite else "avrop_registry."
    with registry.transaction() as connection:
        if schema:
            connection.execute(text("CREATE SCHEMA avrop_registry"))
        for table in EARLIER:
            connection.execute(text(table.format(schema)))
        for table, row in BEFORE:
            places = ", ".join(f":v{n}" for n in range(len(row)))
            values = {f"v{n}": value for n, value in enumerate(row)}
            connection.execute(text(f"INSERT INTO {schema}{table} VALUES ({places})"), values)
    yield registry
    registry.close()


def test_people_of_an_earlier_version_are_of_whom_they_acted_for_last(earlier):
    earlier.create(lambda: {"p-1": ORGANISATION, "p-3": OTHER})
    assert earlier.organisation_of("p-1") == ORGANISATION
    assert earlier.organisation_of("p-2") == OTHER, "of who never acted: that of the newest token"
    assert earlier.organisation_of("p-3") == OTHER
    other = earlier.who("Anna", OTHER)
    assert other not in ("p-1", "p-2", "p-3")
    whose = {token.id[0]: (token.person, token.organisation) for token in earlier.tokens()}
    assert whose == {
        "1": ("p-1", ORGANISATION),
        "2": (other, OTHER),
        "3": ("p-2", OTHER),
        "4": ("p-2", OTHER),
    }
    assert earlier.make("Bo", OTHER, anew=True) != "p-2", "a name may stand twice"


def test_an_earlier_registry_is_brought_forward_once(earlier):
    earlier.create()
    people = earlier.people()
    salts = [earlier.salted(one.id) for one in people]
    earlier.create()
    assert earlier.people() == people
    assert [earlier.salted(one.id) for one in people] == salts
    assert len({salt for salt, _ in salts}) == len(people)


def test_init_says_in_the_log_what_living_tokens_of_an_earlier_version_gave(earlier, settings):
    opened = open_ledger(settings)
    opened.create()
    people.record_earlier(opened.service, opened.registry)
    facts = [fact for fact in opened.store.follow(0, 100) if fact.stream == "access/p-2"]
    assert [type(fact.event).__name__ for fact in facts] == [
        "PersonRecorded",
        "RoleGranted",
        "RoleGranted",
        "TokenMade",
    ]
    (name,) = opened.registry.names({facts[0].by.person}).values()
    assert (name, facts[0].by.organisation) == (people.SERVER, "")
    assert people.is_proved(opened.service, opened.registry, "p-2")
    position = opened.store.position()
    opened.create()
    people.record_earlier(opened.service, opened.registry)
    assert opened.store.position() == position, "once"
    opened.close()
