"""The examples of units: what systemd says of them, and that what they start is there."""

import re
import shlex
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import click
import pytest

from ledger.cli import main
from ledger.config import SETTINGS, read
from ledger.opening import open_ledger
from ledger.web.server import settings
from tests.service.conftest import Served

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "examples" / "systemd"
SERVICES = sorted(FOLDER.glob("*.service"))
PROGRAM = "/opt/avrop/bin/avrop"
EXPOSED = 20
"""Tenths that systemd says of how exposed a service is, at most: 100 is one that nothing bounds."""


@pytest.fixture
def analyzed(tmp_path):
    """What systemd-analyze says of the units, with a program that is there."""
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("there is no systemd-analyze here")
    for path in FOLDER.iterdir():
        text = path.read_text(encoding="utf-8").replace(PROGRAM, sys.executable)
        (tmp_path / path.name).write_text(text, encoding="utf-8")

    def analyze(*arguments):
        names = [str(path) for path in sorted(tmp_path.iterdir())]
        return subprocess.run(
            [program, *arguments, *names], capture_output=True, text=True, check=False
        )

    analyze.folder = tmp_path
    return analyze


def test_systemd_has_nothing_to_say_about_the_units(analyzed):
    done = analyzed("verify")
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_a_unit_with_a_slip_is_told_of(analyzed):
    """The control."""
    path = analyzed.folder / "avrop.service"
    path.write_text(path.read_text().replace("ProtectHome=yes", "ProtectHome=perhaps"))
    done = analyzed("verify")
    assert "protect home" in done.stdout + done.stderr


def test_no_service_has_more_than_it_needs(analyzed):
    for path in analyzed.folder.glob("*.timer"):
        path.unlink()
    done = analyzed("security", "--offline=true", f"--threshold={EXPOSED}", "--no-pager")
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr


def lines(path):
    """The directives of a unit: name → values, in order."""
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.stem)
def test_what_a_service_starts_is_a_verb_with_its_options(path):
    (command,) = lines(path)["ExecStart"]
    program, *arguments = shlex.split(command)
    assert program == PROGRAM
    verb, given = main, list(arguments)
    context = click.Context(main, info_name="avrop")
    while isinstance(verb, click.Group):
        verb = verb.get_command(context, given.pop(0))
        assert verb is not None, command
    verb.make_context(verb.name, given)


def test_services_give_their_processes_the_time_that_they_take():
    served = lines(FOLDER / "avrop.service")
    assert served["Type"] == ["notify"]
    assert int(served["TimeoutStopSec"][0]) > settings("", {})["graceful_timeout"]


def test_the_notary_is_a_user_of_its_own_and_is_not_started_over_after_an_alarm():
    users = {path.stem: lines(path)["User"][0] for path in SERVICES}
    assert users.pop("avrop-notary") not in users.values()
    assert set(users.values()) == {"avrop"}
    assert lines(FOLDER / "avrop-notary.service")["RestartPreventExitStatus"] == ["1"]


def test_settings_that_units_name_are_settings():
    told = "".join(path.read_text(encoding="utf-8") for path in FOLDER.iterdir())
    assert set(re.findall(r"AVROP_\w+", told)) <= set(SETTINGS)


@pytest.mark.slow
def test_the_server_tells_systemd_when_it_listens(tmp_path):
    opened = open_ledger(read({"AVROP_DATABASE": f"sqlite:///{tmp_path}/avrop.db"}))
    opened.create()
    opened.close()
    place = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(place)
        heard.settimeout(60)
        server = Served(opened.settings.database, NOTIFY_SOCKET=place)
        try:
            assert b"READY=1" in heard.recv(1000).splitlines()
            with socket.create_connection(("127.0.0.1", server.port), timeout=10) as asked:
                asked.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
                assert asked.recv(100).startswith(b"HTTP/1.1 200")
        finally:
            server.stop()


def test_where_there_is_no_ledger_nothing_is_said_to_be_ready(tmp_path):
    """The control: systemd is told nothing by a server that cannot serve."""
    place = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(place)
        heard.settimeout(0.1)
        done = subprocess.run(
            [sys.executable, "-m", "ledger", "serve", "--port", "0"],
            env={"AVROP_DATABASE": f"sqlite:///{tmp_path}/avrop.db", "NOTIFY_SOCKET": place,
                 "PYTHONPATH": str(FOLDER.parents[2])},
            capture_output=True, check=False, timeout=60,
        )  # fmt: skip
        assert done.returncode != 0
        with pytest.raises(TimeoutError):
            heard.recv(1000)
