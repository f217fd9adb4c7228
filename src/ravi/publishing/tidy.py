"""What the safe level changed and what the typo level would, as changes that a person can see and take. Pure."""

from dataclasses import dataclass

from ravi.text.normalise import Suggestion, changes, normalise, suggestions

__all__ = ["Change", "Tidied", "accept_suggestion", "tidied", "typo_suggestions"]

Change = Suggestion


@dataclass(frozen=True)
class Tidied:
    """The text that goes out, the text as it was typed, and every place of the latter that changed."""

    text: str
    typed: str
    changes: tuple[Suggestion, ...]


def tidied(typed: str, lang: str) -> Tidied:
    """The safe level of the text's language. Other languages than Persian come out as they are."""
    text = normalise(typed, lang=lang, level="safe")
    return Tidied(text, typed, tuple(changes(typed, text)) if text != typed else ())


def typo_suggestions(text: str, lang: str) -> tuple[Suggestion, ...]:
    """What the typo level would change in a tidied text; nothing is changed by asking."""
    return tuple(suggestions(text, lang))


def accept_suggestion(text: str, suggestion: Suggestion) -> str:
    """The text with one suggestion taken. Raises ValueError when the text is no longer the one it was made for."""
    if text[suggestion.start : suggestion.end] != suggestion.before:
        raise ValueError("This suggestion belongs to an earlier text.")
    return text[: suggestion.start] + suggestion.after + text[suggestion.end :]
