"""The numbers of our own channels and posts: read by due rows, or written down by people; a count, never who."""
