"""What gunicorn says, as lines of ours."""

import logging
from typing import Any

from gunicorn.glogging import Logger

from ledger import config, logs


class Lines(Logger):  # type: ignore[misc]
    """Instead of gunicorn's own log, which would print what a client sent."""

    def setup(self, cfg: Any) -> None:
        settings = config.read()
        level = settings.log_level or "info"
        logs.begin(level, settings.log_format)
        logs.gather()
        self.error_log.setLevel(level.upper())
        self.error_log.handlers = [logs.Foreign()]
        self.error_log.propagate = False
        self.access_log.setLevel(logging.CRITICAL)

    def access(self, resp: Any, req: Any, environ: Any, request_time: Any) -> None:
        """Said by the application, which knows who asks."""
