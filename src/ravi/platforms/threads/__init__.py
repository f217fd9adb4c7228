"""Threads: short posts beside Instagram."""
