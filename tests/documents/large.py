"""Reads a file in a process of its own that has bounds: `python -m tests.documents.large FILE`.

Prints what became of it. Memory and processor time are bounded by the system, so that no test has
to judge by its own clock.
"""

import resource
import sys
from pathlib import Path

MEMORY, SECONDS = 1_500_000_000, 60
"""Bytes of addresses, and seconds of a processor: several times what a sound machine needs."""


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    from ledger.documents.faults import DocumentFaults
    from ledger.documents.peppol_invoice import read

    data = Path(sys.argv[1]).read_bytes()
    try:
        invoice = read(data)
    except DocumentFaults as refused:
        print("refused", *sorted({fault.code for fault in refused.faults}))
    else:
        attached = sum(one.bytes for one in invoice.attachments)
        print("read", len(invoice.lines), invoice.amount, attached)


if __name__ == "__main__":
    main()
