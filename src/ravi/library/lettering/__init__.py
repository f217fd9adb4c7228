"""Draws words on pictures, Persian first: what the letters can show, where lines break, how large they stand."""
