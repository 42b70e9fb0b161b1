"""Several workers count in one folder, which their arbiter makes and takes away."""

import os
import shutil
import tempfile
from typing import Any

from ledger.metrics import FOLDER


def on_starting(_: Any) -> None:
    """Before there are workers."""
    os.environ[FOLDER] = tempfile.mkdtemp(prefix="avrop-figures-")


def child_exit(_: Any, worker: Any) -> None:
    """Of a worker that has ended nothing waits any more; what it counted still counts."""
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(_: Any) -> None:
    shutil.rmtree(os.environ.pop(FOLDER, ""), ignore_errors=True)


HOOKS = {"on_starting": on_starting, "child_exit": child_exit, "on_exit": on_exit}
"""By gunicorn's own names."""
