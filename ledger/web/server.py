"""What gunicorn is told: one function for `avrop serve` and for docker/gunicorn.conf.py.

It imports the standard library only, so that the arbiter, which serves nothing itself, can read it
without the application.
"""

import os
from collections.abc import Mapping

# A worker makes its file there with mkstemp and unlinks it at once.
SHARED_MEMORY = "/dev/shm"  # noqa: S108

THREADS_ON_SQLITE = 16
# One process takes one turn for all that waits, so more of them gain no writes. Each thread may
# hold a connection for the log and one for the read models: with the one that adds to the log they
# ask for 65, which a PostgreSQL server as installed (100 connections) can give. Several workers
# share them.
THREADS_ON_POSTGRESQL = 32
THREADS_AT_LEAST = 8
# A slip of the keyboard must not start a thousand processes.
WORKERS_AT_MOST = 64
THREADS_AT_MOST = 256


def settings(database: str, environ: Mapping[str, str]) -> dict[str, object]:
    """Gunicorn's settings by their own names, without `bind` and the application.

    `database` is the value of AVROP_DATABASE, empty when unset. What is not PostgreSQL is treated
    as SQLite, which is the careful guess: one process. Raises ValueError with a sentence for the
    person who set the environment.
    """
    on_postgresql = database.strip().lower().startswith(("postgresql:", "postgresql+", "postgres:"))
    workers = _whole_number(environ, "AVROP_WORKERS", 1, WORKERS_AT_MOST)
    if workers > 1 and not on_postgresql:
        # SQLite before 3.51.3 can corrupt a WAL file that several processes write and checkpoint.
        raise ValueError(
            f"AVROP_WORKERS is {workers}, but on SQLite one process does all the writing: "
            "leave AVROP_WORKERS unset or use PostgreSQL."
        )
    shared = max(THREADS_AT_LEAST, THREADS_ON_POSTGRESQL // workers)
    default_threads = shared if on_postgresql else THREADS_ON_SQLITE
    return {
        **_counting_together(environ, workers),
        "proc_name": "avrop",
        # Reads requests in its loop, not in threads.
        "worker_class": "ledger.web.waiting.Worker",
        "workers": workers,
        # Below the 1 024 files that a process may have open as most systems are installed.
        "worker_connections": 800,
        "threads": _whole_number(environ, "AVROP_THREADS", default_threads, THREADS_AT_MOST),
        # Connections to a database and the follower's thread do not survive a fork.
        "preload_app": False,
        # A worker's main loop reports that it lives, also while its threads are busy; a request
        # has its own deadline of 10 s, so this ends only a worker that is stuck as a whole.
        "timeout": 30,
        # Longer than the slowest request and shorter than the 30 s before Docker and Kubernetes
        # kill (docker/compose.yaml says so too).
        "graceful_timeout": 25,
        # Longer than the 60 s that nginx keeps an idle connection to what is behind it: the side
        # that sends requests must be the one that hangs up, or a request now and then meets a
        # closed door. An idle connection occupies no thread.
        "keepalive": 75,
        # A restart hides a leak and cuts a kept-alive connection; neither is wanted.
        "max_requests": 0,
        "max_requests_jitter": 0,
        # The heartbeat is a file's timestamp; on a disk that is busy a healthy worker looks dead.
        "worker_tmp_dir": SHARED_MEMORY if _writable(SHARED_MEMORY) else None,
        # Unused, and its default path is in a home folder that a container does not have.
        "control_socket_disable": True,
        # Requests are logged by the application, which knows who asks.
        "accesslog": None,
        "errorlog": "-",
        "loglevel": environ.get("AVROP_LOG_LEVEL", "").strip().lower() or "info",
        "logger_class": "ledger.web.lines.Lines",
        # The front ends that are believed about https; gunicorn's own name for the setting.
        "forwarded_allow_ips": environ.get("FORWARDED_ALLOW_IPS") or "127.0.0.1,::1",
        # Nobody says in a header where the application lies: a proxy hands on what a client wrote.
        "forwarder_headers": "",
        # Roomy for a list's address with every filter set; a proxy's usual limit is 8 kB.
        "limit_request_line": 4094,
        "limit_request_fields": 100,
        "limit_request_field_size": 8190,
    }


def _counting_together(environ: Mapping[str, str], workers: int) -> dict[str, object]:
    if workers == 1 or not environ.get("AVROP_METRICS", "").strip():
        return {}
    from ledger.web.together import HOOKS

    return {**HOOKS}


def _whole_number(environ: Mapping[str, str], name: str, default: int, at_most: int) -> int:
    text = environ.get(name, "").strip()
    if not text:
        return default
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
    if not 1 <= number <= at_most:
        raise ValueError(f"{name} is {text[:20]!r}; it must be a whole number from 1 to {at_most}.")
    return number


def _writable(folder: str) -> bool:
    return os.path.isdir(folder) and os.access(folder, os.W_OK)
