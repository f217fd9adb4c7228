"""Signed webhooks: what happens is told to addresses of other programs, at least once, with a log."""
