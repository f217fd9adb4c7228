"""Rubika: posts of a bot that is an administrator of a channel."""
