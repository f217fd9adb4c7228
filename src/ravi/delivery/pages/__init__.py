"""What delivery's pages show: sentences and lists made from the ledger; nothing here writes."""
