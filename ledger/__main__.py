"""`avrop`, also as `python -m ledger`: the command line."""

import os

from ledger.cli import main

OWNERS_ALONE = 0o077


def run() -> None:
    """What is made is its owner's alone, files 0600 and folders 0700, whatever the shell says."""
    os.umask(OWNERS_ALONE)
    main()


if __name__ == "__main__":
    run()
