"""The board's bench: years of old copies, the pages that people open above them, and what each question costs."""
