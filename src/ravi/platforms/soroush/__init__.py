"""Soroush Plus: posts of a bot that is an administrator of a channel."""
