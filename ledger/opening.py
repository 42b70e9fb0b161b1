"""The parts that a process works with, opened from its settings: all that the shell is built on."""

from datetime import date, datetime, timedelta

import msgspec

from ledger import people
from ledger.clock import Clock, day_of, system
from ledger.config import Settings
from ledger.projections import Views
from ledger.projections.database import Database
from ledger.registry import Registry, outbox
from ledger.service import Service
from ledger.store import NotInitialised, Store, open_store


class Ledger(msgspec.Struct, frozen=True):
    """The parts that a process works with."""

    settings: Settings
    store: Store
    service: Service
    views: Views
    registry: Registry
    clock: Clock = system

    @property
    def now(self) -> datetime:
        """The moment that it is."""
        return self.clock()

    @property
    def today(self) -> date:
        """The business date where nobody gives one: today in Sweden."""
        return day_of(self.clock())

    def create(self) -> None:
        """Make every table; nothing where they are."""
        self.store.create()
        self.views.create()
        self.registry.create(lambda: people.acted_for(self.store))
        outbox.begin(self.registry, self.store.position())

    def check(self) -> None:
        """Raises NotInitialised where there is no ledger yet, or one of an earlier version whose
        people have no organisation."""
        self.store.check()
        if self.registry.is_earlier():
            raise NotInitialised("the registry is of an earlier version: run `avrop init`")

    def close(self) -> None:
        self.views.close()
        self.registry.close()
        self.store.close()


def open_ledger(settings: Settings, clock: Clock = system) -> Ledger:
    store = open_store(settings.database)
    views = Views(store, Database(settings.views))
    registry = Registry(settings.registry, now=clock)
    registry.idle = timedelta(minutes=settings.session_idle)
    service = Service(store, registry.party, clock)
    return Ledger(settings, store, service, views, registry, clock)
