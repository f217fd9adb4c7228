"""X: short posts."""
