"""The application: `create_app` wires the parts and does nothing else."""

from flask import Flask

from ledger.bounds import MAX_FORM
from ledger.config import Settings, read
from ledger.opening import Ledger, open_ledger
from ledger.web import (
    api,
    dear,
    headers,
    health,
    language,
    logged,
    openapi,
    pages,
    patience,
    problems,
    standby,
)
from ledger.web.application import App
from ledger.web.forwarded import Forwarded
from ledger.web.pages import demonstration


def create_app(
    settings: Settings | None = None, ledger: Ledger | None = None, *, demo: bool | str = False
) -> Flask:
    """The WSGI application of one ledger. Raises NotInitialised where there is no log yet,
    OtherVersion where the registry is not of this version.

    With `demo`, whoever comes may act as any of the demonstration's people; it may be the name of
    the run that ends the sessions and tokens that are made in it.
    """
    app = App(__name__)
    # Flask reads FLASK_DEBUG: there is nothing here to be turned on by it.
    app.config.update(DEMO=bool(demo), DEBUG=False)
    if ledger is None:
        ledger = open_ledger(settings or read())
        ledger.check()
        ledger.views.follow()
    app.config["MAX_CONTENT_LENGTH"] = ledger.settings.file_limit + MAX_FORM
    app.extensions["ledger"] = ledger
    if demo:
        ledger.registry.run = demo if isinstance(demo, str) else "here"
        demonstration.follow_plays(app)
    logged.install(app, access=ledger.settings.access_log)
    patience.install(app)
    standby.install(app)
    dear.install(app)
    problems.install(app)
    language.install(app)
    openapi.install(app, api.BLUEPRINTS)
    app.register_blueprint(health.blueprint)
    pages.install(app, tokens_only=api.BLUEPRINTS)
    headers.install(app, ledger.settings.hsts)
    app.wsgi_app = Forwarded(app.wsgi_app, ledger.settings.proxies)  # type: ignore[method-assign]
    return app
