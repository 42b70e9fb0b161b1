"""Keeping a ledger for years: backups, restoring them, copying it elsewhere, letting old files go.

Each of these works on whole databases beside the service, and says in words why it cannot.
"""

from ledger.wording import Sentence


class CannotKeep(Exception):
    """What was asked was not done; the sentences say why, and what helps."""

    def __init__(self, *why: Sentence) -> None:
        super().__init__("; ".join(one.template.format(**one.figures) for one in why))
        self.why = why
