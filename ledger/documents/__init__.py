"""Readers of documents that others wrote: e-invoices and the numbers inside them."""
