"""The manual's console blocks: what was asked on the command line, and what it answered."""

import re
import shlex
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

from click.testing import CliRunner

from ledger.cli import main
from ledger.clock import Clock
from tests.clock import SetClock

MANUAL = Path(__file__).resolve().parents[2] / "docs" / "command-line.md"
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_VARIES = {
    "<moment>": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z",
    "<stamp>": r"\d{8}T\d{6}Z",
    "<date>": r"\d{4}-\d\d-\d\d",
    "<id>": r"[0-9a-f]{16}",
    "<digest>": r"[0-9a-f]{64}",
    "<key>": r"example\.org/ledger\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}",
    "<number>": r"\d+",
    "<token>": r"avrop-[A-Za-z0-9_-]{43}",
}
"""What the manual writes for what is another each time."""


class Exchange(NamedTuple):
    command: str
    expected: str


def exchanges(text: str) -> list[Exchange]:
    """Every command of the console blocks, in order, with the lines that follow it."""
    found = []
    for block in _BLOCK.findall(text):
        head, *parts = re.split(r"^\$ ", block, flags=re.MULTILINE)
        assert head == "", f"a console block begins with a command, not with {head!r}"
        for part in parts:
            command, _, expected = part.partition("\n")
            found.append(Exchange(command, expected))
    return found


def says(expected: str, got: str) -> bool:
    """Whether an answer is exactly the expected one, apart from what varies."""
    pattern = re.escape(expected)
    for name, varying in _VARIES.items():
        pattern = pattern.replace(re.escape(name), varying)
    return re.fullmatch(pattern, got) is not None


_DAYED = re.compile(r'"(?:ordered|signed|decided|opened|issued)_on": "(\d{4}-\d\d-\d\d)"')


def day_of(arguments: list[str]) -> date | None:
    """The day that a command is of, by its option or its file; None where it names none."""
    for option in ("--on", "--signed-on", "--issued-on"):
        if option in arguments:
            return date.fromisoformat(arguments[arguments.index(option) + 1])
    if "what-if" in arguments:  # which has many days
        return None
    files = [Path(name) for name in arguments if name.endswith(".json") and Path(name).exists()]
    found = [day for file in files for day in _DAYED.findall(file.read_text(encoding="utf-8"))]
    return date.fromisoformat(found[0]) if found else None


class Terminal:
    """Runs the manual's commands: avrop with `< FILE` or `| head -n N`, cat FILE, and echo $?.

    What is of a day is asked on that day, all else on the clock's.
    """

    def __init__(self, clock: Clock) -> None:
        self.status, self.clock = 0, clock

    def _clock(self, arguments: list[str]) -> Clock:
        day = day_of(arguments)
        if day is None:
            return self.clock
        return SetClock(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))

    def run(self, command: str) -> str:
        if command == "echo $?":
            return f"{self.status}\n"
        name, *arguments = shlex.split(command)
        if name == "cat":
            (file,) = arguments
            return Path(file).read_text(encoding="utf-8")
        assert name == "avrop", f"the manual runs avrop, not {name}"
        stdin, most = None, None
        if "|" in arguments:
            *arguments, _, head, option, most = arguments
            assert (head, option) == ("head", "-n"), "the manual cuts answers with head -n"
        if "<" in arguments:
            *arguments, _, file = arguments
            stdin = Path(file).read_bytes()
        result = CliRunner().invoke(
            main,
            arguments,
            input=stdin,
            obj=self._clock(arguments),
            prog_name="avrop",
            catch_exceptions=False,
        )
        self.status = result.exit_code
        if most is None:
            return result.output
        return "".join(result.output.splitlines(keepends=True)[: int(most)])
