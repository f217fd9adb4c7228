"""Shared protocol cores: what several adapters would otherwise each write again."""
