"""Aparat: films with a title and a description."""
