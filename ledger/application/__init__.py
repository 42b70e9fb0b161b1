"""What can be done and asked of the ledger, once for every door: API, pages, command line."""
