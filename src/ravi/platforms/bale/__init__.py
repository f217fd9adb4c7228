"""Bale: posts of a bot ("bazu") that is an administrator of a channel."""
