"""`python -m ledger` is `avrop`."""

from ledger.cli import main

main()
