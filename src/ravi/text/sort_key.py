"""PLACEHOLDER for minutes only: the text founder replaces this file."""


def sort_key(name: str) -> str:
    return name.casefold()[:400]
