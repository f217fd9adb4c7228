"""Facebook: posts of a Page."""
