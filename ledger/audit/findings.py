"""What an examination can find: which entry, what kind, and a sentence for the reader."""

from collections.abc import Mapping
from typing import Literal

import msgspec

Kind = Literal[
    "edited",  # an event's bytes are not those that its leaf hash was made from
    "edited-with-leaf",  # an event and its leaf are both other than in the copy held outside
    "other-bytes",  # the same JSON in other bytes
    "removed",  # an event is gone
    "inserted",  # an event is there that the log never wrote
    "swapped",  # two events have changed places
    "reordered",  # more than two have
    "hidden",  # an event stands where no read model follows it
    "misplaced",  # an event is followed in another order than it was recorded in
    "unreadable",  # an event does not say anything, or not after those before it
    "request",  # a request is not kept, or kept for something else
    "role",  # somebody acted in a role that the log did not give them then
    "cut",  # the newest events are gone
    "rewritten",  # nothing is as it was from some entry on
    "version",  # a stream's versions do not follow one another
    "head",  # the stored head is not that of the stored leaves
    "root",  # the log does not give the root of a checkpoint; no copy says which entry it is
    "tiles",  # the folder of tiles is not what was signed
    "state",  # the notary's own files are not as it left them
]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is wrong; `index` is the first entry that it concerns, where one is known.

    `template` is English, with the figures by name, so that it can be said in any language.
    """

    kind: Kind
    template: str
    figures: Mapping[str, str | int] = {}
    index: int | None = None

    @property
    def sentence(self) -> str:
        """It in English."""
        return self.template.format(**self.figures)
