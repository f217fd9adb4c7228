"""The nearest peer's work, done by Ravi: run with `ravi bench peer` from a clone."""
