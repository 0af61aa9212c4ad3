"""The tables of the ledger, by concern."""
