"""`avrop`, also as `python -m ledger`: the command line."""

import os

from ledger.cli import main as verbs

OWNERS_ALONE = 0o077


def main() -> None:
    """What is made is its owner's alone, files 0600 and folders 0700, whatever the shell says."""
    os.umask(OWNERS_ALONE)
    verbs()


if __name__ == "__main__":
    main()
