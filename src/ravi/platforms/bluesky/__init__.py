"""Bluesky: posts of an account on any server of the AT Protocol."""
