"""The application: `create_app` wires the parts and does nothing else."""

import msgspec
from flask import Flask

from ledger.bounds import MAX_DOCUMENT
from ledger.config import Settings, read
from ledger.projections import Views
from ledger.projections.database import Database
from ledger.registry import Registry
from ledger.service import Service
from ledger.store import Store, open_store
from ledger.web import api, health, language, pages, problems
from ledger.web.openapi import Described


class Ledger(msgspec.Struct, frozen=True):
    """The parts that a process works with."""

    settings: Settings
    store: Store
    service: Service
    views: Views
    registry: Registry

    def create(self) -> None:
        """Make every table; nothing where they are."""
        self.store.create()
        self.views.create()
        self.registry.create()

    def close(self) -> None:
        self.views.close()
        self.registry.close()
        self.store.close()


def open_ledger(settings: Settings) -> Ledger:
    store = open_store(settings.database)
    views = Views(store, Database(settings.views))
    registry = Registry(settings.registry)
    return Ledger(settings, store, Service(store, registry.party), views, registry)


def create_app(
    settings: Settings | None = None, ledger: Ledger | None = None, *, demo: bool = False
) -> Flask:
    """The WSGI application of one ledger. Raises NotInitialised where there is no log yet.

    With `demo`, whoever comes may act as any of the demonstration's people.
    """
    app = Flask(__name__)
    app.config.update(MAX_CONTENT_LENGTH=MAX_DOCUMENT, DEMO=demo)
    if ledger is None:
        ledger = open_ledger(settings or read())
        ledger.store.check()
        ledger.views.follow()
    app.extensions["ledger"] = ledger
    problems.install(app)
    language.install(app)
    described = Described(app)
    for blueprint in api.BLUEPRINTS:
        described.register_blueprint(blueprint)
    app.register_blueprint(health.blueprint)
    pages.install(app, tokens_only=api.BLUEPRINTS)
    return app
