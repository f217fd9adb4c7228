"""Ravi: one message, sixty units, every copy once."""

__version__ = "0.1.0"
