"""Mastodon, and other servers that speak its API, as one account."""
