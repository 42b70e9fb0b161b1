"""What gunicorn is told, on each database and for each variable."""

import runpy
from collections.abc import Callable
from pathlib import Path

import pytest
from gunicorn.config import Config

from ledger.config import read
from ledger.web import server
from ledger.web.server import settings
from ledger.web.waiting import PIECE, pieces

POSTGRESQL = "postgresql://avrop@db/avrop"
SQLITE = "sqlite:////data/avrop.db"
CONFIGURATION = Path(__file__).parents[2] / "docker" / "gunicorn.conf.py"


@pytest.mark.parametrize("database", ["", SQLITE, "SQLITE:///avrop.db", "avrop.db"])
def test_sqlite_or_nothing_said_gets_one_worker_with_sixteen_threads(database: str) -> None:
    given = settings(database, {})
    assert (given["workers"], given["threads"]) == (1, 16)


def test_postgresql_gets_one_worker_with_thirty_two_threads_which_several_share() -> None:
    given = settings(POSTGRESQL, {})
    assert (given["workers"], given["threads"]) == (1, 32)
    assert settings(POSTGRESQL, {"AVROP_WORKERS": "4"})["threads"] == 8


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg", "PostgreSQL"])
def test_every_spelling_of_postgresql_is_known(scheme: str) -> None:
    assert settings(f"{scheme}://avrop@db/avrop", {})["threads"] == 32


def test_default_threads_on_postgresql_fit_a_server_as_installed() -> None:
    given = settings(POSTGRESQL, {})
    assert isinstance(given["workers"], int)
    assert isinstance(given["threads"], int)
    assert given["workers"] * (given["threads"] * 2 + 1) < 100 - 3  # three are kept for its owner


def test_workers_and_threads_follow_the_environment() -> None:
    given = settings(POSTGRESQL, {"AVROP_WORKERS": "7", "AVROP_THREADS": " 3 "})
    assert (given["workers"], given["threads"]) == (7, 3)


def test_threads_may_be_set_on_sqlite() -> None:
    assert settings(SQLITE, {"AVROP_THREADS": "32", "AVROP_WORKERS": "1"})["threads"] == 32


def test_several_workers_on_sqlite_are_refused_in_words() -> None:
    with pytest.raises(ValueError, match="AVROP_WORKERS is 2, but on SQLite one process"):
        settings(SQLITE, {"AVROP_WORKERS": "2"})


@pytest.mark.parametrize("value", ["0", "-1", "two", "1.5", "65", "²", "٣", "9" * 5000])
def test_a_number_of_workers_that_cannot_be_is_refused_in_words(value: str) -> None:
    with pytest.raises(ValueError, match=r"AVROP_WORKERS is .* whole number from 1 to 64"):
        settings(POSTGRESQL, {"AVROP_WORKERS": value})


@pytest.mark.parametrize("value", ["", "  "])
def test_an_empty_variable_counts_as_unset(value: str) -> None:
    assert settings(POSTGRESQL, {"AVROP_WORKERS": value})["workers"] == 1


def test_requests_are_not_logged_unless_asked_for() -> None:
    assert settings("", {})["accesslog"] is None
    assert settings("", {"AVROP_ACCESS_LOG": "yes"})["accesslog"] is None
    assert not read({}).access_log
    assert read({"AVROP_ACCESS_LOG": "yes"}).access_log


def test_only_this_machine_is_believed_about_https_unless_told_otherwise() -> None:
    assert settings("", {})["forwarded_allow_ips"] == "127.0.0.1,::1"
    told = settings("", {"FORWARDED_ALLOW_IPS": "10.0.0.7"})
    assert told["forwarded_allow_ips"] == "10.0.0.7"


def test_the_heartbeat_is_in_memory_where_there_is_such_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "SHARED_MEMORY", str(tmp_path))
    assert settings("", {})["worker_tmp_dir"] == str(tmp_path)
    monkeypatch.setattr(server, "SHARED_MEMORY", str(tmp_path / "missing"))
    assert settings("", {})["worker_tmp_dir"] is None


def test_workers_load_the_application_themselves_and_are_not_restarted() -> None:
    given = settings(POSTGRESQL, {})
    assert given["preload_app"] is False
    assert given["max_requests"] == 0
    assert given["worker_class"] == "ledger.web.waiting.Worker"


def test_stopping_takes_less_than_the_thirty_seconds_before_a_container_is_killed() -> None:
    assert settings(POSTGRESQL, {})["graceful_timeout"] == 25


@pytest.mark.parametrize("database", [SQLITE, POSTGRESQL])
def test_gunicorn_knows_every_setting_and_takes_its_value(database: str) -> None:
    configuration = Config()
    for name, value in settings(database, {}).items():
        configuration.set(name, value)
    assert configuration.worker_class_str == "ledger.web.waiting.Worker"


@pytest.fixture
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE", "WORKERS", "THREADS", "ACCESS_LOG"):
        monkeypatch.delenv(f"AVROP_{name}", raising=False)
    monkeypatch.delenv("FORWARDED_ALLOW_IPS", raising=False)


@pytest.mark.usefixtures("nothing_set")
def test_the_configuration_file_says_what_the_function_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AVROP_DATABASE", POSTGRESQL)
    monkeypatch.setenv("AVROP_WORKERS", "3")
    said = runpy.run_path(str(CONFIGURATION))
    expected = settings(POSTGRESQL, {"AVROP_WORKERS": "3"})
    assert {name: said[name] for name in expected} == expected


@pytest.mark.usefixtures("nothing_set")
def test_the_configuration_file_sets_nothing_else() -> None:
    known: Callable[[str], bool] = Config().settings.__contains__
    said = {name for name in runpy.run_path(str(CONFIGURATION)) if known(name)}
    assert said == set(settings("", {}))


def test_a_large_body_is_given_to_gunicorn_in_small_pieces() -> None:
    """gunicorn copies what is left of a piece for each part that is read of it."""
    body = b"abc" * PIECE
    found = list(pieces(body + b"d"))
    assert b"".join(found) == body + b"d"
    assert {len(one) for one in found[:-1]} == {PIECE}
