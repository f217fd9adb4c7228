"""PLACEHOLDER for minutes only: the text founder replaces this file."""


def tokens(text: str) -> list[str]:
    return text.casefold().replace("_", " ").replace(".", " ").split()
