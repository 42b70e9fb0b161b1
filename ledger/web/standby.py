"""Where there is a standby, whoever only reads may be answered from it."""

from flask import Request

from ledger.projections import standby
from ledger.web import attempted
from ledger.web.application import App


def install(app: App) -> None:
    """An act is decided, and also tried in thought, on what is written here."""
    if app.extensions["ledger"].views.database.standby is None:
        return

    def begin(asked: Request) -> None:
        standby.begin(only_reads=asked.method in attempted.SAFE)

    app.begins.append(begin)

    @app.teardown_request
    def over(_: BaseException | None) -> None:
        standby.begin(only_reads=False)
