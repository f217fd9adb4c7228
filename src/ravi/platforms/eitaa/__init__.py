"""Eitaa: posts to a channel through Eitaayar, the one door that it has for programs."""
