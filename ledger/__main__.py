"""`avrop`, also as `python -m ledger`: the command line, with the verb that serves the web."""

from ledger.cli import main
from ledger.serving import serve

main.add_command(serve)

if __name__ == "__main__":
    main()
