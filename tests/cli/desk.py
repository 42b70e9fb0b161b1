"""Somebody at the command line: what they ask, and what it must answer or refuse."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from ledger.cli import main
from ledger.clock import Clock
from tests.clock import STARTED


class Desk:
    """Somebody who writes commands in a folder."""

    def __init__(self, folder: Path, clock: Clock = STARTED) -> None:
        self.folder, self.clock = folder, clock

    def ask(self, *arguments: str, stdin: bytes | None = None) -> Result:
        return CliRunner().invoke(
            main,
            arguments,
            input=stdin,
            obj=self.clock,
            prog_name="avrop",
            catch_exceptions=False,
        )

    def done(self, *arguments: str, **more) -> str:
        """What was answered to a command that must not be refused."""
        result = self.ask(*arguments, **more)
        assert result.exit_code == 0, result.output
        return result.output

    def json(self, *arguments: str):
        return json.loads(self.done(*arguments, "--json"))

    def refused(self, *arguments: str, status: int = 1, **more) -> str:
        """The words of a refusal, which are on standard error and nowhere else."""
        result = self.ask(*arguments, **more)
        assert result.exit_code == status, result.output
        assert "Traceback" not in result.output
        return result.stderr

    def write(self, name: str, body: object) -> str:
        path = self.folder / name
        path.write_bytes(body if isinstance(body, bytes) else json.dumps(body).encode())
        return name

    def balance(self, number: str) -> tuple[str, ...]:
        found = self.json("balance", number)
        return tuple(found[term] for term in ("reserved", "committed", "drawn", "remaining"))
