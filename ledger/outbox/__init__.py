"""What the ledger tells by mail: followed out of the log, kept until it is sent, said when it is.

`following` reads new facts, `telling` decides whom each is told to, `saying` says it in the
recipient's language, `letters` makes mail of it, `sending` hands it to a server.
"""
