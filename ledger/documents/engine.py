"""The warm process of the official rules: begun when it is first asked, ended when nobody asks."""

from __future__ import annotations

import subprocess
import sys
import threading
from importlib.util import find_spec
from pathlib import Path

from ledger.bounds import CHECK_SECONDS
from ledger.documents.official import CannotCheck, Found, Report
from ledger.documents.rule_engine import Answered, Asked, receive, send
from ledger.wording import words

PROCESS = [sys.executable, "-m", "ledger.documents.rule_engine"]


class Saxon:
    """One process, asked for one file at a time; it is begun anew after it broke or took too long.

    Never in a web worker: it holds a processor for seconds and two hundred megabytes for good.
    """

    def __init__(self, seconds: float = CHECK_SECONDS) -> None:
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Saxon:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def run(self, sheets: tuple[Path, ...], document: bytes) -> Report:
        """What sheets find in a document. Raises CannotCheck."""
        process = self._begun()
        assert process.stdin is not None
        assert process.stdout is not None
        # The only way to end a read that the engine does not answer is to end the engine.
        timer = threading.Timer(self._seconds, process.kill)
        timer.start()
        answered: Answered | None = None
        try:
            send(process.stdin, Asked(tuple(str(sheet) for sheet in sheets), document))
            answered = receive(process.stdout, Answered)
        except OSError:
            answered = None
        finally:
            timer.cancel()
        if answered is None:
            self.close()
            raise CannotCheck(
                words(
                    "The engine of the official rules gave no answer within {seconds} seconds, or "
                    "broke off.",
                    seconds=round(self._seconds),
                )
            )
        if answered.failed:
            raise CannotCheck(
                words("The engine of the official rules cannot begin: {why}", why=answered.failed)
            )
        return Report([Found(*one) for one in answered.found], answered.broken)

    def close(self) -> None:
        """End the process; the next question begins another."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:
                    continue
        process.wait()

    def _begun(self) -> subprocess.Popen[bytes]:
        """Raises CannotCheck where the engine is not installed."""
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.close()
        if find_spec("saxonche") is None:
            raise CannotCheck(
                words(
                    "The official rules need their engine, which is an extra: install avrop[rules]."
                )
            )
        self._process = subprocess.Popen(  # noqa: S603 - our own module, no shell
            PROCESS,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        return self._process
