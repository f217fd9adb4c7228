"""Whether what was changed on a platform stands there as changed: read by due rows, told to people, never mended by itself."""
