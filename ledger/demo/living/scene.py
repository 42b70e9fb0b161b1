"""A programme of the living demonstration: what it once was, moved near to today, and what has
happened lately, on days of its own."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import NamedTuple

import msgspec

from ledger.demo.calendar import Calendar
from ledger.demo.play import Programme, Step

LATE = (0, 0, 1, 0, 0, 2, 0, 3)
"""How many days after its own a step of long ago is recorded, in turn: some things wait on a
desk."""
FRIDAY = 4


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """`past` are steps of the programme, on the calendar's days; `lately` are of the days that they
    say. `further` are people that `lately` needs beside the programme's: a name for what they do →
    name, organisation, role."""

    programme: Programme
    calendar: Calendar
    past: tuple[Step, ...]
    lately: tuple[Step, ...]
    further: Mapping[str, tuple[str, str, str]] = {}


class Turn(NamedTuple):
    """A step, and the day on which it is recorded."""

    day: date
    scene: Scene
    step: Step
    is_past: bool


def turns(scene: Scene) -> Iterator[Turn]:
    """The steps of a scene in the order in which they are recorded."""
    found, newest = [], date.min
    for number, step in enumerate(scene.past):
        day = scene.calendar.day(step.on) + timedelta(days=LATE[number % len(LATE)])
        newest = max(newest, day)
        found.append(Turn(newest, scene, step, is_past=True))
    for step in scene.lately:
        found.append(Turn(step.recorded or step.on, scene, step, is_past=False))
    return iter(sorted(found, key=lambda turn: turn.day))


def worked(day: date) -> date:
    """The day itself, or the Friday before a weekend."""
    return day - timedelta(days=max(0, day.weekday() - FRIDAY))


def weekday(day: date) -> date:
    """The day itself, or the Monday after a weekend: courses are not planned for those."""
    return day if day.weekday() <= FRIDAY else day + timedelta(days=7 - day.weekday())
