"""The parts that a process works with, opened from its settings: all that the shell is built on."""

from datetime import date, datetime, timedelta

import msgspec

from ledger import people
from ledger.clock import Clock, day_of, system
from ledger.config import Settings
from ledger.projections import Views
from ledger.projections.opened import Database, prune
from ledger.registry import Registry, outbox
from ledger.registry.ended import EndedFile
from ledger.registry.opened import SCHEMA
from ledger.registry.steps import NEWEST
from ledger.service import Service
from ledger.store import Store, open_store
from ledger.wording import Sentence, words


class OtherVersion(Exception):
    """The registry is not one that this version of the program works with; `sentence` says why, and
    what to do."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence.template.format(**sentence.figures))
        self.sentence = sentence


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
        """Make every table, or bring those of an earlier version forward; nothing where they are.
        Raises OtherVersion where the registry is of a newer one."""
        self.check_registry(to_create=True)
        self.store.create()
        self.views.create()
        self.registry.create(lambda: people.acted_for(self.store))
        outbox.begin(self.registry, self.store.position())

    def prune(self) -> list[str]:
        """Drop read models of other versions, which none may be reading: where they were."""
        return prune(self.settings.views)

    def check(self) -> None:
        """Raises NotInitialised where there is no ledger yet, OtherVersion where there is no
        registry of this version."""
        self.store.check()
        self.check_registry()

    def check_registry(self, *, to_create: bool = False) -> None:
        """Raises OtherVersion; where it is to be made or brought forward, of a newer one alone."""
        found = self.registry.version()
        if found is not None and found > NEWEST:
            raise OtherVersion(
                words(
                    "The registry {where} is of a newer version of the program: run that, or put "
                    "back the registry of before.",
                    where=self._place_of_registry(),
                )
            )
        if to_create or found == NEWEST:
            return
        if found is None:
            raise OtherVersion(
                words(
                    "There is no registry (names, tokens, received files) {where}: put it back "
                    "from a backup, or run `avrop init` for an empty one.",
                    where=self._place_of_registry(),
                )
            )
        raise OtherVersion(
            words(
                "The registry {where} is of an earlier version: run `avrop init`.",
                where=self._place_of_registry(),
            )
        )

    def _place_of_registry(self) -> str:
        if self.store.on_sqlite:
            return self.settings.registry.removeprefix("sqlite:///")
        return SCHEMA

    def close(self) -> None:
        self.views.close()
        self.registry.close()
        self.store.close()


def open_ledger(settings: Settings, clock: Clock = system) -> Ledger:
    store = open_store(settings.database)
    views = Views(store, Database(settings.views, standby=settings.reads))
    registry = Registry(settings.registry, now=clock)
    registry.ended = EndedFile(settings.ended_file)
    registry.idle = timedelta(minutes=settings.session_idle)
    service = Service(store, registry.party, clock, registry.selves)
    return Ledger(settings, store, service, views, registry, clock)
