"""The demonstration that lives: all programmes in one ledger, near to the day on which it is made.

What was is moved by whole months, what has happened lately is of days counted from today, and each
fact is recorded as it would have been: by a clock that the play sets, some days late where a paper
waited on a desk. So there is something to do for everybody on any day of the year.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby

from ledger.audit.notary import Notary
from ledger.clock import day_of
from ledger.demo.living import dalsland, harnosand, jonkoping, ostersund, vimmerby
from ledger.demo.living.beside import sign
from ledger.demo.living.scene import Scene, Turn, turns
from ledger.demo.play import Player
from ledger.domain.calendar import SWEDEN
from ledger.domain.events import By
from ledger.opening import Ledger, open_ledger
from ledger.people import acting
from ledger.registry import Registry
from ledger.service import Service
from ledger.tick import calendar, tick

__all__ = ["moments", "people", "play", "scenes", "turns_of"]

SIGNED_BEFORE = (60, 16)
"""How many days before today the notary signed; and once more when all is played."""
OPENS, CLOSES = time(8, 5), time(16, 40)
"""The hours in which people record what they do."""


def scenes(today: date) -> tuple[Scene, ...]:
    """Every programme as it is today; the first is the one whose people have tokens."""
    return tuple(one.scene(today) for one in (harnosand, dalsland, jonkoping, ostersund, vimmerby))


def turns_of(played: Sequence[Scene]) -> list[Turn]:
    """The steps of all scenes in the order in which they are recorded; those of one day in that of
    the scenes."""
    found = [turn for scene in played for turn in turns(scene)]
    return sorted(found, key=lambda turn: turn.day)


def moments(played: Sequence[Turn], now: datetime) -> Iterator[tuple[Turn, datetime]]:
    """Each step with the moment at which it is recorded: spread over the hours of its day, and
    never later than now."""
    for day, of_day in groupby(played, key=lambda turn: turn.day):
        some = list(of_day)
        opens, closes = (datetime.combine(day, at, SWEDEN) for at in (OPENS, CLOSES))
        for number, turn in enumerate(some, 1):
            at = opens + (closes - opens) * number / (len(some) + 1)
            yield turn, min(at.astimezone(UTC).replace(microsecond=0), now)


class PlayedClock:
    """Says the moment that the play is at."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment


def play(ledger: Ledger, notary: Notary | None = None) -> None:
    """Play all programmes on an empty ledger; the notary, if there is one, signs now and then.

    Raises RuntimeError where a step goes otherwise than it says.
    """
    now, today = ledger.now, ledger.today
    clock = PlayedClock(now)
    playing = open_ledger(ledger.settings, clock)
    try:
        _play(playing, clock, moments(turns_of(scenes(today)), now), notary)
        clock.moment = now
        by = calendar(playing.service, playing.registry)
        list(tick(playing.service, playing.views, by, today, playing.registry))
        if notary is not None:
            sign(notary, playing.store, today)
    finally:
        playing.close()


def _play(
    playing: Ledger,
    clock: PlayedClock,
    played: Iterator[tuple[Turn, datetime]],
    notary: Notary | None,
) -> None:
    today = day_of(clock.moment)
    signing = [today - timedelta(days=days) for days in SIGNED_BEFORE]
    players: dict[tuple[str, bool], Player] = {}
    for turn, moment in played:
        while signing and notary is not None and signing[0] <= turn.day:
            sign(notary, playing.store, signing.pop(0))
        clock.moment = moment
        key = turn.scene.programme.name, turn.is_past
        if key not in players:
            players[key] = _player(playing, turn)
        players[key].carry_out(turn.step, moment)


def _player(playing: Ledger, turn: Turn) -> Player:
    """Who plays a scene's past, on the calendar's days, or what happened lately, on its own."""
    scene = turn.scene
    parts = playing.service, playing.views, playing.registry
    who = people(playing.service, playing.registry, scene)
    number = scene.programme.number
    return Player(*parts, who, number, *([scene.calendar] if turn.is_past else []))


def people(service: Service, registry: Registry, scene: Scene) -> dict[str, By]:
    """What somebody does in a scene → who it is, whom the log gives the role."""
    named = {role: (*one, role) for role, one in scene.programme.people.items()}
    return {
        key: acting(service, registry, name, organisation, role)
        for key, (name, organisation, role) in {**named, **scene.further}.items()
    }
