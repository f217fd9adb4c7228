"""Ravi: one message, sixty units, every copy once."""
