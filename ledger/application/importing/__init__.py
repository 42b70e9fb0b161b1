"""Taking agreements in mid-life into the ledger from a workbook: all of it or nothing."""
