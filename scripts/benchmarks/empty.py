"""An empty Flask answer under the gunicorn settings of `avrop serve`: what the web alone costs."""

import os
import sys

from flask import Flask
from gunicorn.app.base import BaseApplication

from ledger.web.server import settings


def create_app() -> Flask:
    app = Flask(__name__)

    @app.route("/", defaults={"path": ""}, methods=["GET", "POST"])
    @app.route("/<path:path>", methods=["GET", "POST"])
    def answer(path: str) -> tuple[str, int]:
        return "", 201

    return app


class Server(BaseApplication):
    def load_config(self) -> None:
        values = settings(os.environ["AVROP_DATABASE"], os.environ)
        for name, value in {**values, "bind": f"127.0.0.1:{sys.argv[2]}"}.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return create_app()


if __name__ == "__main__":
    Server().run()
